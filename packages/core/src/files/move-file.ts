import { lstatSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { toBuffer, type Bytes } from './bytes.js'
import { writeDurably } from './durable-write.js'

/**
 * Moves a regular file to a place that is free, with mode, owner and time; across filesystems it is
 * removed only when its copy is on disk.
 */
export function moveFile(from: Bytes, to: Bytes): void {
  try {
    renameSync(toBuffer(from), toBuffer(to))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error
    const { mode, uid, gid, atime, mtime } = lstatSync(toBuffer(from))
    const content = readFileSync(toBuffer(from), 'latin1')
    writeDurably(to, content, { mode: mode & 0o7777, uid, gid })
    utimesSync(toBuffer(to), atime, mtime)
    rmSync(toBuffer(from))
  }
}
