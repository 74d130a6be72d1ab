import { closeSync, openSync, readSync, readlinkSync, type Stats } from 'node:fs'
import { toBuffer, type Bytes } from './bytes.js'

const CHUNK = 1 << 16

/**
 * Whether two entries that are no directories hold the same: same kind, same bytes or target.
 * @param byTime files of the same size and time are taken for the same without reading them: only
 *   where one is known to be a copy of the other. Times of an archive are whole seconds.
 */
export function sameEntry(
  a: Bytes,
  aStats: Stats,
  b: Bytes,
  bStats: Stats,
  byTime = false,
): boolean {
  if ((aStats.mode & 0o170000) !== (bStats.mode & 0o170000)) return false
  if (aStats.dev === bStats.dev && aStats.ino === bStats.ino) return true
  if (aStats.isSymbolicLink()) return linkTarget(a) === linkTarget(b)
  if (!aStats.isFile()) return true
  if (aStats.size !== bStats.size) return false
  return (byTime && aStats.mtimeMs === bStats.mtimeMs) || sameContent(a, b)
}

/** Whether two regular files hold the same bytes. */
export function sameContent(a: Bytes, b: Bytes): boolean {
  const first = openSync(toBuffer(a), 'r')
  try {
    const second = openSync(toBuffer(b), 'r')
    try {
      const left = Buffer.alloc(CHUNK)
      const right = Buffer.alloc(CHUNK)
      for (;;) {
        const read = readSync(first, left, 0, CHUNK, null)
        if (readSync(second, right, 0, CHUNK, null) !== read) return false
        if (read === 0) return true
        if (!left.subarray(0, read).equals(right.subarray(0, read))) return false
      }
    } finally {
      closeSync(second)
    }
  } finally {
    closeSync(first)
  }
}

function linkTarget(path: Bytes): Bytes {
  return readlinkSync(toBuffer(path), 'latin1')
}
