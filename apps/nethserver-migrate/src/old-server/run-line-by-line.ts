import { spawn } from 'node:child_process'
import { toBuffer, type Interruption } from '@nethserver-migrate/core/runner'

export interface Ended {
  readonly status: number | null
  readonly failure?: string | undefined
  readonly complaints: string[]
}

/** Runs a program, and tells each line that it prints as bytes; it ends when the run is to stop. */
export function runLineByLine(
  [program = '', ...args]: readonly string[],
  {
    cwd,
    input,
    onLine,
    interruption,
  }: {
    cwd?: string
    input: string
    onLine: (line: string) => void
    interruption: Interruption
  },
): Promise<Ended> {
  return new Promise((resolve) => {
    const complaints: string[] = []
    const child = spawn(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      // Times are read from what it prints.
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'pipe'],
      signal: interruption.signal,
      // A Ctrl-C reaches the run alone, which then stops the program.
      detached: true,
    })
    eachLine(child.stdout, onLine)
    eachLine(child.stderr, (line) => complaints.push(line))
    child.stdin.on('error', () => undefined).end(toBuffer(input))
    child.on('error', (error) => {
      // One that was stopped has an end of its own.
      if (interruption.signal.aborted) return
      const failure = 'code' in error ? String(error.code) : error.message
      resolve({ status: null, failure, complaints })
    })
    // Ssh may outlive it for a while, with nothing to say that anybody waits for.
    child.on('exit', () => {
      if (interruption.signal.aborted)
        for (const stream of [child.stdout, child.stderr]) stream.destroy()
    })
    child.on('close', (status, signal) => {
      resolve({
        status,
        failure: signal ? `${program} was killed by ${signal}` : undefined,
        complaints,
      })
    })
  })
}

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('latin1')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') onLine(line.replace(/\r$/, ''))
  })
  stream.on('end', () => {
    if (rest !== '') onLine(rest)
  })
}
