import { lchownSync, lstatSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { joinPath, parentOf, toBuffer, toDisplay, type Bytes } from './bytes.js'
import { temporaryName } from './names-beside.js'
import type { Owner } from './claim-entry.js'
import { TransferError } from './transfer-error.js'

export interface NewLink {
  readonly path: Bytes
  readonly target: Bytes
  readonly owner: Owner | undefined
  /** What it is about, the same in every run, where its own name holds the time. */
  readonly name: Bytes
}

/** Makes a link that appears at once with its owner: a kill leaves all of it or nothing. */
export function makeLink({ path, target, owner, name }: NewLink): void {
  if (lstatSync(toBuffer(path), { throwIfNoEntry: false }))
    throw TransferError.appeared(toDisplay(path))
  const temporary = toBuffer(temporaryName(joinPath(parentOf(path), name)))
  // What a killed run has left.
  rmSync(temporary, { force: true })
  symlinkSync(toBuffer(target), temporary)
  if (owner) lchownSync(temporary, owner.uid, owner.gid)
  renameSync(temporary, toBuffer(path))
}
