import { unescapeName } from './rsync.js'

/** Something that lies on the old server. */
export interface RemoteEntry {
  readonly kind: 'file' | 'directory' | 'link'
  /** Bytes, without a slash at either end. */
  readonly path: string
  readonly size: number
  /** When it was last changed, in seconds since 1970. */
  readonly seconds: number
}

/** How rsync is told to print what {@link parseEntry} reads. */
export const ENTRY_FORMAT = '--out-format=%i %l %M %n'

const LINE = /^[<>ch.]([fdL])\S* (\d+) (\d{4})\/(\d\d)\/(\d\d)-(\d\d:\d\d:\d\d) (.*?)\/?$/s

const KINDS: Readonly<Record<string, RemoteEntry['kind']>> = {
  f: 'file',
  d: 'directory',
  L: 'link',
}

/** A line of rsync's, or nothing when it is about something else. */
export function parseEntry(line: string): RemoteEntry | undefined {
  const [, letter = '', size = '', year, month, day, time, name = ''] = LINE.exec(line) ?? []
  const kind = KINDS[letter]
  if (kind === undefined) return undefined
  const seconds = Date.parse(`${year}-${month}-${day}T${time}Z`) / 1000
  return { kind, path: unescapeName(name), size: Number(size), seconds }
}
