import { enterFolder, toDisplay, type Interruption } from '@nethserver-migrate/core/runner'
import type { Remote } from './remote.js'
import { OldServerError } from './old-server-error.js'
import { runLineByLine } from './run-line-by-line.js'

/** Some files could not be read; some were gone when their turn came. */
const PARTIAL_SUCCESS = [23, 24]
const COMPLAINT = /^(rsync: |file has vanished: |IO error |ERROR: )/

export interface Fetch {
  /** A folder of the old server, with a slash at either end. */
  readonly from: string
  /** Paths below it, as bytes; they are told to the other side, never to its shell. */
  readonly paths: readonly string[]
  /** What is fetched goes below a folder in it that is called as the one it comes from. */
  readonly into: string
  readonly options: readonly string[]
  /** Called with each line that rsync prints, as bytes. */
  readonly onLine?: (line: string) => void
}

/**
 * Fetches from the old server, or only looks there.
 * @returns what rsync has to say about single files that it could not fetch.
 * @throws OldServerError with ssh's own words when it did not come to its end.
 */
export async function rsync(
  remote: Remote,
  { from, paths, into, options, onLine = () => undefined }: Fetch,
  interruption: Interruption,
): Promise<string[]> {
  interruption.throwIfRequested()
  const folder = enterFolder(into)
  try {
    const { status, failure, complaints } = await runLineByLine(
      [
        'rsync',
        ...['--links', '--times', '--no-implied-dirs', ...options],
        ...['--from0', '--files-from=-', `--rsh=${remote.shell}`],
        ...['--', `${remote.address}:${from}`, `.${from}`],
      ],
      {
        cwd: folder.path,
        input: paths.map((path) => `${path}\0`).join(''),
        onLine,
        interruption,
      },
    )
    interruption.throwIfRequested()
    if (failure === 'ENOENT') throw OldServerError.noRsync()
    if (status !== 0 && !PARTIAL_SUCCESS.includes(status ?? -1))
      throw OldServerError.ended(remote, failure ?? `rsync ended with ${status ?? -1}`, complaints)
    // Ssh may have shown a greeting, and rsync says at last that it has said something.
    return status === 0 ? [] : complaints.filter((line) => COMPLAINT.test(line)).map(toDisplay)
  } finally {
    folder.leave()
  }
}

/** The bytes of a text that rsync prints: what could disturb a terminal is spelled `\#123`. */
export function unescapeName(text: string): string {
  return text.replace(/\\#([0-7]{3})/g, (_whole, code: string) =>
    String.fromCharCode(Number.parseInt(code, 8)),
  )
}
