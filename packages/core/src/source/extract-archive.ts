import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { execa, type ExecaError } from 'execa'
import { DestinationError, SourceError } from '../errors.js'
import { baseName, joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { gigabytes, roomIn, type DiskRoom } from '../files/disk-room.js'
import { enterFolder } from '../files/enter-folder.js'
import type { Progress } from '../report/progress.js'
import type { Interruption } from '../run/interruption.js'
import { expandedSize, type Decompressor } from './expanded-size.js'
import { withArchiveInput } from './with-archive-input.js'

export interface ExtractedArchive {
  readonly directory: Bytes
  /** False when an earlier run had extracted the same archive already. */
  readonly extracted: boolean
  /** What tar refused to extract, one line each: absolute or outward names and the like. */
  readonly refused: readonly string[]
  /** Files that it holds more than once: the last one of each is what was extracted. */
  readonly repeated: readonly string[]
}

export interface ExtractOptions {
  readonly progress: Progress
  readonly interruption: Interruption
  /** Told before anything is written: what the archive holds, in bytes, and the room there is. */
  readonly onMeasured?: (size: number, room: DiskRoom) => void
}

interface Format {
  readonly decompressor?: Decompressor
}

/** What tar says of members that it leaves out for safety, while the rest is good. */
const REFUSALS = [
  /Member name contains '\.\.'/,
  /Removing leading /,
  /Cannot open: Not a directory$/,
  /Cannot open: File exists$/,
  /Cannot mkdir: /,
  /Cannot hard link to /,
  /Cannot mknod: /,
  /Cannot change ownership /,
  /Cannot change mode /,
]
/** What none of these may end in: the rest is not good then. */
const NO_ROOM = /: (No space left on device|Disk quota exceeded|Input\/output error)$/
/** Lines beside those that say what was left out: none of them means that the rest is not good. */
const REMARKS = [
  /: time stamp .* in the future$/,
  /: implausibly old time stamp /,
  /Skipping to next header$/,
  /Exiting with failure status due to previous errors$/,
]

/**
 * Extracts a backup archive in a folder of its own below `workFolder`, with the system's tar: it
 * keeps owners, modes, times, sparse files and odd bytes in names, strips leading slashes, refuses
 * `..` and never writes through a link of the archive. Nothing is written when the content has no
 * room. The folder appears under its final name only when all of it is there, and is found again by
 * the next run.
 * @throws SourceError for an unknown format, a damaged archive or a full disk, DestinationError when
 *   there is no room; nothing remains then.
 */
export async function extractArchive(
  archive: Bytes,
  workFolder: Bytes,
  options: ExtractOptions,
): Promise<ExtractedArchive> {
  const format = formatOf(archive)
  if (!format) throw SourceError.unknownArchive(toDisplay(archive))
  const { size, mtimeMs } = statSync(toBuffer(archive))
  const identity = createHash('sha256').update(`${baseName(archive)} ${size} ${mtimeMs}`)
  const name = identity.digest('hex').slice(0, 16)
  const directory = joinPath(workFolder, `source-${name}`)
  if (existsSync(toBuffer(directory)))
    return { directory, extracted: false, refused: [], repeated: [] }

  if (!format.decompressor && !endsInEmptyBlocks(archive, size))
    throw SourceError.brokenArchive(toDisplay(archive), 'unexpected end of the archive')
  mkdirSync(toBuffer(workFolder), { recursive: true, mode: 0o700 })
  const partial = joinPath(workFolder, `partial-${name}`)
  // What a killed run has left of it.
  rmSync(toBuffer(partial), { recursive: true, force: true })
  const room = roomIn(workFolder)
  const limit = room.available
  const expanded = await expandedSize(archive, format.decompressor, { ...options, limit })
  if (expanded === undefined)
    throw DestinationError.noRoomToExtract(toDisplay(archive), gigabytes(limit), room.mount)
  options.onMeasured?.(expanded, room)
  mkdirSync(toBuffer(partial), { mode: 0o700 })
  try {
    const found = await withArchiveInput(
      archive,
      { doing: 'extracting', progress: options.progress },
      (input) => runTar(archive, input, partial, format, options.interruption),
    )
    renameSync(toBuffer(partial), toBuffer(directory))
    return { directory, extracted: true, ...found }
  } finally {
    rmSync(toBuffer(partial), { recursive: true, force: true })
  }
}

async function runTar(
  archive: Bytes,
  input: number,
  directory: Bytes,
  { decompressor }: Format,
  interruption: Interruption,
): Promise<Pick<ExtractedArchive, 'refused' | 'repeated'>> {
  const entered = enterFolder(directory)
  const program = execa(
    'tar',
    [
      '--extract',
      '--verbose',
      '--file=-',
      ...(decompressor ? [`--${decompressor}`] : []),
      '--numeric-owner',
      '--same-permissions',
      '--delay-directory-restore',
    ],
    {
      cwd: entered.path,
      stdin: input,
      buffer: false,
      env: { LC_ALL: 'C' },
      signal: interruption.signal,
      // A Ctrl-C reaches the run alone, which then stops tar.
      detached: true,
    },
  )
  const names = new RepeatedNames()
  const problems: string[] = []
  const read = Promise.all([
    eachLine(program.stdout, (name) => {
      names.add(name)
    }),
    eachLine(program.stderr, (line) => problems.push(line)),
  ])
  try {
    await Promise.all([program, read])
    return { refused: refusals(problems), repeated: names.repeated }
  } catch (error) {
    interruption.throwIfRequested()
    await read.catch(() => undefined)
    const { shortMessage, exitCode } = error as ExecaError
    const fatal = problems.filter(
      (line) => !isRefusal(line) && !REMARKS.some((pattern) => pattern.test(line)),
    )
    // Any other end than "some members were left out" is none: tar was killed, for instance.
    if (exitCode === 2 && problems.length > 0 && fatal.length === 0)
      return { refused: refusals(problems), repeated: names.repeated }
    throw SourceError.brokenArchive(toDisplay(archive), fatal[0] ?? shortMessage)
  } finally {
    entered.leave()
  }
}

/** Calls for each line that is not empty, until the stream ends. */
async function eachLine(stream: Readable | null, onLine: (line: string) => void): Promise<void> {
  if (!stream) return
  stream.setEncoding('latin1')
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity }))
    if (line !== '') onLine(line)
}

/** Names of files that an archive holds more than once, as tar shows them. */
class RepeatedNames {
  /** A piece of the checksum of each: an archive may hold millions of names. */
  readonly #seen = new Set<string>()
  readonly #repeated = new Set<string>()

  add(written: string): void {
    const name = written.replace(/(^|\/)(\.?\/)+/g, '$1')
    // A folder comes again with each part of a backup that lies in it.
    if (name.endsWith('/')) return
    const known = createHash('sha1').update(name).digest('base64').slice(0, 12)
    if (this.#seen.has(known)) this.#repeated.add(name)
    this.#seen.add(known)
  }

  get repeated(): string[] {
    return [...this.#repeated]
  }
}

function refusals(lines: readonly string[]): string[] {
  return lines.filter(isRefusal).map((line) => line.replace(/^tar: /, ''))
}

function isRefusal(line: string): boolean {
  return REFUSALS.some((pattern) => pattern.test(line)) && !NO_ROOM.test(line)
}

/** A plain archive that was cut between two members is whole to tar, but for its end. */
function endsInEmptyBlocks(archive: Bytes, size: number): boolean {
  const end = Buffer.alloc(1024, 1)
  const file = openSync(toBuffer(archive), 'r')
  try {
    readSync(file, end, 0, end.length, Math.max(0, size - end.length))
  } finally {
    closeSync(file)
  }
  return end.every((byte) => byte === 0)
}

/** By the bytes at the beginning, not by the name. */
function formatOf(archive: Bytes): Format | undefined {
  const head = Buffer.alloc(265)
  const file = openSync(toBuffer(archive), 'r')
  try {
    readSync(file, head, 0, head.length, 0)
  } finally {
    closeSync(file)
  }
  if (head.readUInt16BE(0) === 0x1f8b) return { decompressor: 'gzip' }
  if (head.toString('latin1', 0, 6) === '\xfd7zXZ\0') return { decompressor: 'xz' }
  if (head.toString('latin1', 0, 3) === 'BZh') return { decompressor: 'bzip2' }
  if (head.toString('latin1', 257, 262) === 'ustar') return {}
  return undefined
}
