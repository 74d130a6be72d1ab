import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { toBuffer, toDisplay, type Interruption } from '@nethserver-migrate/core/runner'
import type { Remote } from './remote.js'
import { SyncError } from './sync-error.js'

/** What is fetched: the only folder of the old server that is ever looked at. */
const OLD = '/home/e-smith/'

/** Some files could not be read; some were gone when their turn came. */
const PARTIAL_SUCCESS = [23, 24]
const COMPLAINT = /^(rsync: |file has vanished: |IO error |ERROR: )/

export interface Fetch {
  /** Paths below `home/e-smith`, as bytes; they are told to the other side, never to its shell. */
  readonly paths: readonly string[]
  /** What is fetched goes below `home/e-smith` of this folder. */
  readonly into: string
  readonly options: readonly string[]
  /** Called with each line that rsync prints, as bytes. */
  readonly onLine?: (line: string) => void
}

/**
 * Fetches from the old server, or only looks there.
 * @returns what rsync has to say about single files that it could not fetch.
 * @throws SyncError with ssh's own words when it did not come to its end.
 */
export async function rsync(
  remote: Remote,
  { paths, into, options, onLine = () => undefined }: Fetch,
  interruption: Interruption,
): Promise<string[]> {
  interruption.throwIfRequested()
  // A path of ours cannot hold every byte that a name can: it is entered by its number.
  const folder = openSync(toBuffer(into), 'r')
  try {
    const { status, failure, complaints } = await run(
      [
        'rsync',
        ...['--links', '--times', '--no-implied-dirs', ...options],
        ...['--from0', '--files-from=-', `--rsh=${remote.shell}`],
        ...['--', `${remote.address}:${OLD}`, `.${OLD}`],
      ],
      { folder, input: paths.map((path) => `${path}\0`).join(''), onLine, interruption },
    )
    interruption.throwIfRequested()
    if (failure === 'ENOENT') throw SyncError.noRsync()
    if (status !== 0 && !PARTIAL_SUCCESS.includes(status ?? -1))
      throw SyncError.ended(remote, failure ?? `rsync ended with ${status ?? -1}`, complaints)
    // Ssh may have shown a greeting, and rsync says at last that it has said something.
    return status === 0 ? [] : complaints.filter((line) => COMPLAINT.test(line)).map(toDisplay)
  } finally {
    closeSync(folder)
  }
}

interface Ended {
  readonly status: number | null
  readonly failure?: string | undefined
  readonly complaints: string[]
}

function run(
  [program = '', ...args]: readonly string[],
  {
    folder,
    input,
    onLine,
    interruption,
  }: {
    folder: number
    input: string
    onLine: (line: string) => void
    interruption: Interruption
  },
): Promise<Ended> {
  return new Promise((resolve) => {
    const complaints: string[] = []
    const child = spawn(program, args, {
      cwd: `/proc/${process.pid}/fd/${folder}`,
      // Times are read from what it prints.
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'pipe'],
      signal: interruption.signal,
      // A Ctrl-C reaches the run alone, which then stops rsync.
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
      resolve({ status, failure: signal ? `rsync was killed by ${signal}` : undefined, complaints })
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

/** The bytes of a text that rsync prints: what could disturb a terminal is spelled `\#123`. */
export function unescapeName(text: string): string {
  return text.replace(/\\#([0-7]{3})/g, (_whole, code: string) =>
    String.fromCharCode(Number.parseInt(code, 8)),
  )
}
