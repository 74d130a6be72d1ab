import { spawn, type ChildProcess } from 'node:child_process'
import { toBuffer, type Bytes } from '../files/bytes.js'
import { heldRunLock, lentLockAs } from '../run/run-lock.js'

export interface ProgramOptions {
  /** What it reads on standard input; without it there is nothing to read. */
  readonly input?: Bytes | AsyncIterable<Buffer> | undefined
  /** Open files that it finds as number 3 and on. */
  readonly files?: readonly number[]
  /** An open folder that it runs in: a path of ours cannot hold every byte that a name can. */
  readonly folder?: number
  readonly env?: Readonly<Record<string, string>>
  /** It changes files: while it works the destination is locked, also when the run was killed. */
  readonly holdsLock?: boolean
  /** Kills it. */
  readonly signal?: AbortSignal | undefined
}

export interface ProgramEnd {
  /** Why it is no success, in words; nothing when it is one. */
  readonly failure: string | undefined
  /** What it printed, both ways, for people. */
  readonly output: string
  /** What it printed on standard output, as it is. */
  readonly stdout: Bytes
}

/**
 * Runs a program of the host to its end, with an argument vector and never through a shell. One
 * that cannot be started, is killed or does not read its input is a failure, never an exception.
 * @throws what its input throws: the program is killed then, before it sees an end of it.
 */
export function runProgram(
  [program = '', ...args]: readonly string[],
  { input, files = [], folder, env = {}, signal, holdsLock = false }: ProgramOptions = {},
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const lock = holdsLock ? heldRunLock() : undefined
    const lent = lock === undefined ? {} : lentLockAs(3 + files.length)
    const printed: Buffer[] = []
    const results: Buffer[] = []
    const end = (failure: string | undefined) =>
      resolve({
        failure,
        output: Buffer.concat(printed).toString('utf8'),
        stdout: Buffer.concat(results).toString('latin1'),
      })
    const child = spawn(program, args, {
      stdio: [
        input === undefined ? 'ignore' : 'pipe',
        'pipe',
        'pipe',
        ...files,
        ...(lock === undefined ? [] : [lock]),
      ],
      env: { ...process.env, ...lent, ...env },
      ...(folder === undefined ? {} : { cwd: `/proc/${process.pid}/fd/${folder}` }),
      // A Ctrl-C is for the run, which stops after this program.
      detached: true,
    })
    const kill = () => child.kill('SIGKILL')
    if (signal?.aborted) kill()
    signal?.addEventListener('abort', kill)
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => printed.push(bytes))
    child.stdout?.on('data', (bytes: Buffer) => results.push(bytes))
    // An end of reading is seen at the end of the program, whose status says more.
    child.stdin?.on('error', () => undefined)
    if (typeof input === 'object')
      feed(child, input).catch((error: unknown) => {
        kill()
        reject(error instanceof Error ? error : new Error(String(error)))
      })
    else child.stdin?.end(toBuffer(input ?? ''))
    child.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.message
      end(code === 'ENOENT' ? 'no such program' : `could not be run (${code})`)
    })
    child.on('close', (status, killedBy) => {
      signal?.removeEventListener('abort', kill)
      if (killedBy) end(`was killed by ${killedBy}`)
      else if (status !== 0) end(`exit status ${status}`)
      else end(child.stdin?.writableFinished === false ? 'stopped reading its input' : undefined)
    })
  })
}

/** Writes no faster than the program reads; stops when the program does. */
async function feed({ stdin }: ChildProcess, input: AsyncIterable<Buffer>): Promise<void> {
  if (!stdin) return
  const event = (name: string) => new Promise((resolve) => stdin.once(name, resolve))
  const closed = event('close')
  for await (const chunk of input) {
    if (stdin.destroyed) return
    if (!stdin.write(chunk)) await Promise.race([event('drain'), closed])
  }
  stdin.end()
}
