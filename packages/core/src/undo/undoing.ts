import {
  chmodSync,
  lchownSync,
  lstatSync,
  rmdirSync,
  rmSync,
  utimesSync,
  type Stats,
} from 'node:fs'
import { baseName, joinPath, parentOf, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { temporaryName } from '../files/names-beside.js'
import type { Log } from '../report/log.js'
import type { Attributes } from './undo-data.js'

/** What undoing needs around it. */
export interface Undoing {
  readonly root: Bytes
  /** `plan`: nothing is touched. */
  readonly mode: 'plan' | 'apply'
  readonly log: Log
  /** Takes note that something could not be undone. */
  readonly keeps: () => void
}

/** Says that something is not as the import left it, and stays. */
export function sayChanged({ log, keeps }: Undoing, subject: string, what: string, remedy: string) {
  keeps()
  log.warning(`${subject} ${what}`, { code: 'changed-since', subject, remedy })
}

export function lookAt(path: Bytes): Stats | undefined {
  try {
    return lstatSync(toBuffer(path), { throwIfNoEntry: false })
  } catch (error) {
    // A folder above has become a file; or the place of a scrap has too long a name for one.
    const isNone = ['ENOTDIR', 'ENAMETOOLONG'].some((code) => hasCode(error, code))
    if (isNone) return undefined
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** Removes folders that were made and are empty again, the deepest first. */
export function removeMade(undoing: Undoing, made: readonly Bytes[]): void {
  if (undoing.mode === 'plan') return
  for (const path of [...made].reverse()) {
    const folder = joinPath(undoing.root, path)
    removeScrap(folder)
    removeEmpty(folder)
  }
}

/** @returns whether there is no such folder any more. */
export function removeEmpty(folder: Bytes): boolean {
  if (!lookAt(folder)?.isDirectory()) return true
  try {
    rmdirSync(toBuffer(folder))
    return true
  } catch (error) {
    if (hasCode(error, 'ENOTEMPTY')) return false
    throw error
  }
}

/** What a killed import was about to put in a place. */
export function removeScrap(path: Bytes, name = baseName(path)): void {
  const scrap = temporaryName(joinPath(parentOf(path), name))
  if (lookAt(scrap)) rmSync(toBuffer(scrap), { recursive: true, force: true })
}

/** Gives an entry its owner and mode back; never through a link. */
export function giveBack(
  path: Bytes,
  { mode, uid, gid }: Pick<Attributes, 'mode' | 'uid' | 'gid'>,
): void {
  const stats = lookAt(path)
  if (!stats) return
  const isOther = stats.uid !== uid || stats.gid !== gid
  if (isOther && process.getuid?.() === 0) lchownSync(toBuffer(path), uid, gid)
  if (stats.isSymbolicLink()) return
  if (isOther || (stats.mode & 0o7777) !== mode) chmodSync(toBuffer(path), mode)
}

export function setTimes(path: Bytes, { atime, mtime }: Pick<Attributes, 'atime' | 'mtime'>): void {
  utimesSync(toBuffer(path), atime / 1000, mtime / 1000)
}

/** A path of the destination, for people. */
export function shown(path: Bytes): string {
  return toDisplay(path)
}
