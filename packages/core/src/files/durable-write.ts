import {
  closeSync,
  fchmodSync,
  fchownSync,
  fdatasyncSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { parentOf, toBuffer, type Bytes } from './bytes.js'
import { temporaryName } from './names-beside.js'

export interface FileAttributes {
  /** Permission bits for a new file; one that is there keeps its own unless `force` is set. */
  readonly mode: number
  readonly force?: boolean
  readonly uid?: number
  readonly gid?: number
}

/**
 * Replaces a file in one step: temporary sibling, synced, renamed, folder synced. A file that is
 * there keeps its owner and mode unless others are asked for.
 * @param content one text, or the pieces of one that is too large to be in memory as a whole
 */
export function writeDurably(
  path: Bytes,
  content: Bytes | Iterable<Buffer>,
  attributes: FileAttributes,
): void {
  const there = lstatSync(toBuffer(path), { throwIfNoEntry: false })
  // A link is replaced itself: its mode is not that of a file.
  const old = there?.isSymbolicLink() ? undefined : there
  const temporary = temporaryName(path)
  // What a killed run has left; a link planted there is removed, not followed.
  rmSync(toBuffer(temporary), { force: true })
  const mode = old && !attributes.force ? old.mode & 0o7777 : attributes.mode
  const file = openSync(toBuffer(temporary), 'wx', 0o600)
  try {
    try {
      for (const piece of typeof content === 'string' ? [toBuffer(content)] : content)
        writeAll(file, piece)
      const uid = attributes.uid ?? old?.uid
      const gid = attributes.gid ?? old?.gid
      if (process.getuid?.() === 0 && uid !== undefined && gid !== undefined)
        fchownSync(file, uid, gid)
      fchmodSync(file, mode)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(toBuffer(temporary), toBuffer(path))
  } catch (error) {
    rmSync(toBuffer(temporary), { force: true })
    throw error
  }
  syncFolder(parentOf(path))
}

/** Appends text and waits until it is on disk. */
export function appendDurably(path: Bytes, text: string, mode: number): void {
  if (text === '') return
  const file = openSync(toBuffer(path), 'a', mode)
  try {
    writeAll(file, Buffer.from(text, 'utf8'))
    fdatasyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Makes the names in a folder survive a crash. */
export function syncFolder(path: Bytes): void {
  const folder = openSync(toBuffer(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function writeAll(file: number, content: Buffer): void {
  let written = 0
  while (written < content.length) written += writeSync(file, content, written)
}
