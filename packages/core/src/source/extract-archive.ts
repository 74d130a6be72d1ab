import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { Transform } from 'node:stream'
import { execa, type ExecaError } from 'execa'
import { SourceError } from '../errors.js'
import { baseName, joinPath, toBuffer, toDisplay, toText, type Bytes } from '../files/bytes.js'
import type { Progress } from '../report/progress.js'
import type { Interruption } from '../run/interruption.js'

export interface ExtractedArchive {
  readonly directory: Bytes
  /** False when an earlier run had extracted the same archive already. */
  readonly extracted: boolean
  /** What tar refused to extract, one line each: absolute or outward names and the like. */
  readonly refused: readonly string[]
}

interface Format {
  readonly tarOption?: string
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
const SUMMARIES = [
  /Skipping to next header$/,
  /Exiting with failure status due to previous errors$/,
]

/**
 * Extracts a backup archive in a folder of its own below `workFolder`, with the system's tar: it
 * keeps owners, modes, times, sparse files and odd bytes in names, strips leading slashes, refuses
 * `..` and never writes through a link of the archive. The folder appears under its final name
 * only when all of it is there, and is found again by the next run.
 * @throws SourceError for an unknown format, a damaged archive or a full disk; nothing remains then.
 */
export async function extractArchive(
  archive: Bytes,
  workFolder: Bytes,
  { progress, interruption }: { progress: Progress; interruption: Interruption },
): Promise<ExtractedArchive> {
  const format = formatOf(archive)
  if (!format) throw SourceError.unknownArchive(toDisplay(archive))
  const { size, mtimeMs } = statSync(toBuffer(archive))
  const identity = createHash('sha256').update(`${baseName(archive)} ${size} ${mtimeMs}`)
  const name = identity.digest('hex').slice(0, 16)
  const directory = joinPath(workFolder, `source-${name}`)
  if (existsSync(toBuffer(directory))) return { directory, extracted: false, refused: [] }

  if (!format.tarOption && !endsInEmptyBlocks(archive, size))
    throw SourceError.brokenArchive(toDisplay(archive), 'unexpected end of the archive')
  mkdirSync(toBuffer(workFolder), { recursive: true, mode: 0o700 })
  const partial = joinPath(workFolder, `partial-${name}`)
  // What a killed run has left of it.
  rmSync(toBuffer(partial), { recursive: true, force: true })
  mkdirSync(toBuffer(partial), { mode: 0o700 })
  try {
    const refused = await runTar(archive, size, partial, format, progress, interruption)
    renameSync(toBuffer(partial), toBuffer(directory))
    return { directory, extracted: true, refused }
  } finally {
    rmSync(toBuffer(partial), { recursive: true, force: true })
  }
}

async function runTar(
  archive: Bytes,
  size: number,
  directory: Bytes,
  { tarOption }: Format,
  progress: Progress,
  interruption: Interruption,
): Promise<string[]> {
  const task = progress.start(`extracting ${toDisplay(baseName(archive))}`, size)
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      task.advance(chunk.length)
      done(null, chunk)
    },
  })
  const input = createReadStream(toBuffer(archive))
  input.on('error', (error) => counted.destroy(error))
  // tar tells of an end that came too early; nobody else reads from here.
  counted.on('error', () => undefined)
  try {
    const { stderr } = await execa(
      'tar',
      [
        '--extract',
        '--file=-',
        ...(tarOption ? [tarOption] : []),
        '--numeric-owner',
        '--same-permissions',
        '--delay-directory-restore',
      ],
      {
        cwd: toText(directory),
        input: input.pipe(counted),
        env: { LC_ALL: 'C' },
        signal: interruption.signal,
        // A Ctrl-C reaches the run alone, which then stops tar.
        detached: true,
      },
    )
    return refusals(stderr)
  } catch (error) {
    interruption.throwIfRequested()
    const { stderr, shortMessage, exitCode } = error as ExecaError
    const lines = (stderr ?? '').split('\n').filter((line) => line !== '')
    const fatal = lines.filter(
      (line) => !isRefusal(line) && !SUMMARIES.some((pattern) => pattern.test(line)),
    )
    // Any other end than "some members were left out" is none: tar was killed, for instance.
    if (exitCode === 2 && lines.length > 0 && fatal.length === 0) return refusals(lines.join('\n'))
    throw SourceError.brokenArchive(toDisplay(archive), fatal[0] ?? shortMessage)
  } finally {
    input.destroy()
    task.stop()
  }
}

function refusals(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter(isRefusal)
    .map((line) => line.replace(/^tar: /, ''))
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
  if (head.readUInt16BE(0) === 0x1f8b) return { tarOption: '--gzip' }
  if (head.toString('latin1', 0, 6) === '\xfd7zXZ\0') return { tarOption: '--xz' }
  if (head.toString('latin1', 0, 3) === 'BZh') return { tarOption: '--bzip2' }
  if (head.toString('latin1', 257, 262) === 'ustar') return {}
  return undefined
}
