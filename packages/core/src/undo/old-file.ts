import { existsSync, lstatSync, readFileSync, type Stats } from 'node:fs'
import { joinPath, parentOf, toBuffer, type Bytes } from '../files/bytes.js'
import type { Attributes, OldFile } from './undo-data.js'

export function attributesOf({ mode, uid, gid, atimeMs, mtimeMs }: Stats): Attributes {
  return { mode: mode & 0o7777, uid, gid, atime: atimeMs, mtime: mtimeMs }
}

/** A regular file as it is, or nothing. */
export function oldFile(path: Bytes): OldFile | undefined {
  const stats = lstatSync(toBuffer(path), { throwIfNoEntry: false })
  if (!stats?.isFile()) return undefined
  return { text: readFileSync(toBuffer(path), 'latin1'), ...attributesOf(stats) }
}

/** The folders above a path of the destination that have to be made for it, the highest first. */
export function missingFolders(root: Bytes, path: Bytes): Bytes[] {
  const missing: Bytes[] = []
  for (let folder = parentOf(path); folder !== '/'; folder = parentOf(folder)) {
    if (existsSync(toBuffer(joinPath(root, folder)))) break
    missing.unshift(folder)
  }
  return missing
}
