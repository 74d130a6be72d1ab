import { constants as limits } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
  type Stats,
} from 'node:fs'
import { toBuffer, type Bytes } from './bytes.js'
import { DatabaseError, errorCode } from './errors.js'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/** What one string of Node can hold, about 512 MiB. */
const LARGEST = limits.MAX_STRING_LENGTH

/** What a temporary file has after the name of its database. */
const TEMPORARY_END = /^\.[0-9a-f]{16}$/

export interface DatabaseFile {
  readonly text: Bytes
  readonly stats: Stats
}

/**
 * Reads a regular file. A link is not followed, and a named pipe does not make it wait.
 * @param known what the file may still hold: it is returned as it is then, and takes no new memory
 */
export function readDatabaseFile(path: Bytes, known?: Bytes): DatabaseFile {
  const file = openForReading(path)
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) throw DatabaseError.notAFile(path)
    if (stats.size > LARGEST) throw DatabaseError.tooLarge(path, LARGEST)
    const isKnown = known !== undefined && known.length === stats.size && hasText(file, known)
    return { text: isKnown ? known : readFileSync(file, 'latin1'), stats }
  } catch (error) {
    throw error instanceof DatabaseError ? error : DatabaseError.unreadable(path, error)
  } finally {
    closeSync(file)
  }
}

/** Whether a file begins with a text. It compares bytes: times and inodes can repeat. */
function hasText(file: number, text: Bytes): boolean {
  const [found, wanted] = [Buffer.alloc(64 * 1024), Buffer.alloc(64 * 1024)]
  for (let at = 0, length: number; at < text.length; at += length) {
    length = readSync(file, found, 0, Math.min(found.length, text.length - at), at)
    wanted.write(text.slice(at, at + length), 'latin1')
    if (length === 0 || found.compare(wanted, 0, length, 0, length) !== 0) return false
  }
  return true
}

function openForReading(path: Bytes): number {
  try {
    return openSync(toBuffer(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (cause) {
    switch (errorCode(cause)) {
      case 'ENOENT':
      case 'ENOTDIR':
        throw DatabaseError.missing(path)
      case 'ELOOP':
        throw DatabaseError.symbolicLink(path)
      case 'ENXIO':
        throw DatabaseError.notAFile(path)
      default:
        throw DatabaseError.unreadable(path, cause)
    }
  }
}

/** Makes a file that must not exist, mode 0640, in the group of the folder where that may be. */
export function createDatabaseFile(path: Bytes, pieces: Iterable<Bytes>): void {
  try {
    const { gid } = statSync(toBuffer(folderOf(path)))
    writeNewFile(path, pieces, (file) => {
      fchmodSync(file, 0o640)
      try {
        fchownSync(file, -1, gid)
      } catch (error) {
        if (errorCode(error) !== 'EPERM') throw error
      }
    })
    syncFolder(path)
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') throw DatabaseError.exists(path)
    throw DatabaseError.notWritten(path, cause)
  }
}

/**
 * Replaces a file in one step, on disk when it returns, with the mode and owner of the old one.
 * Readers see the old content or the new, whatever happens. Rules: docs/esmith-db.md#writing
 * @param mayReplace asked last of all; when it says no, the old file stays
 * @returns whether the file was replaced
 */
export function replaceDatabaseFile(
  path: Bytes,
  pieces: Iterable<Bytes>,
  { mode, uid, gid }: Stats,
  mayReplace: () => boolean,
): boolean {
  const temporary = `${path}.${randomBytes(8).toString('hex')}`
  try {
    writeNewFile(temporary, pieces, (file) => {
      const made = fstatSync(file)
      if (made.uid !== uid || made.gid !== gid) fchownSync(file, uid, gid)
      fchmodSync(file, mode & 0o7777)
    })
    if (!mayReplace()) return false
    renameSync(toBuffer(temporary), toBuffer(path))
    syncFolder(path)
    return true
  } catch (cause) {
    throw DatabaseError.notWritten(path, cause)
  } finally {
    rmSync(toBuffer(temporary), { force: true })
  }
}

/**
 * Removes the temporary files that killed writers of this database left: only for the holder of
 * the lock, to whom all of them are stale. What cannot be removed does no harm, and stays.
 */
export function removeStaleFiles(path: Bytes): void {
  const database = path.slice(path.lastIndexOf('/') + 1)
  try {
    for (const name of readdirSync(toBuffer(folderOf(path)), 'latin1')) {
      const end = name.slice(database.length)
      if (name !== database + end || !TEMPORARY_END.test(end)) continue
      const stale = toBuffer(path + end)
      if (lstatSync(stale).isFile()) unlinkSync(stale)
    }
  } catch {
    // Writing the new file tells what is wrong with the folder, if it matters.
  }
}

/** Writes and syncs a file; one that was begun and not ended is removed. */
function writeNewFile(path: Bytes, pieces: Iterable<Bytes>, claim: (file: number) => void): void {
  const file = openSync(toBuffer(path), 'wx', 0o600)
  try {
    claim(file)
    for (const piece of pieces) writeText(file, piece)
    fsyncSync(file)
  } catch (error) {
    rmSync(toBuffer(path), { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}

/** Writes at the end of what was written so far. */
function writeText(file: number, text: Bytes): void {
  for (let rest = text; rest !== '';) rest = rest.slice(writeSync(file, rest, null, 'latin1'))
}

/** Makes the names in a file's folder survive a crash. */
function syncFolder(path: Bytes): void {
  const folder = openSync(toBuffer(folderOf(path)), O_RDONLY)
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function folderOf(path: Bytes): Bytes {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '.'
}
