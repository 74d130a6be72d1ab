import { chmodSync, chownSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { toBuffer, type Bytes } from './bytes.js'
import { temporaryName } from './names-beside.js'

export interface FolderAttributes {
  readonly mode: number
  /** Only root can give a folder away; for others it stays theirs. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
}

/** Makes a folder that appears at once with its mode and owner: a kill leaves all of it or nothing. */
export function makeFolder(path: Bytes, { mode, owner }: FolderAttributes): void {
  const temporary = toBuffer(temporaryName(path))
  // What a killed run has left.
  if (lstatSync(temporary, { throwIfNoEntry: false })) rmSync(temporary, { recursive: true })
  mkdirSync(temporary, { mode: 0o700 })
  if (owner && process.getuid?.() === 0) chownSync(temporary, owner.uid, owner.gid)
  chmodSync(temporary, mode & 0o7777)
  renameSync(temporary, toBuffer(path))
}
