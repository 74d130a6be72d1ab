import {
  closeSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
} from 'node:fs'
import { MigrateError } from '../errors.js'
import { runProgram } from '../host/run-program.js'
import { joinPath, parentOf, toBuffer, toDisplay, type Bytes } from './bytes.js'
import { makeFolder } from './make-folder.js'
import { scanTree, type TransferPlan, type TransferStep } from './transfer-plan.js'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** `move` renames within a filesystem; `copy` leaves the source whole in any case. */
export type TransferMode = 'move' | 'copy'

/** Where copies of a transfer across filesystems grow until they are whole. */
const PARTIAL = '.nethserver-migrate-partial'

export class TransferError extends MigrateError {
  override readonly name = 'TransferError'

  static copyFailed(path: string, reason: string) {
    return new TransferError(
      'COPY_FAILED',
      `${path} could not be copied: ${reason}`,
      'mend the cause, then run the same command again: it goes on from here; nothing was taken from the source',
    )
  }

  static copyDiffers(path: string) {
    return new TransferError(
      'COPY_DIFFERS',
      `${path} changed while it was copied, or the copy is not whole`,
      'run the same command again: nothing was taken from the source',
    )
  }

  static appeared(path: string) {
    return new TransferError(
      'TARGET_APPEARED',
      `${path} was made by another program during the import: not overwritten`,
      'run the same command again',
    )
  }
}

/**
 * Carries out a transfer: renames within a filesystem, a verified copy across filesystems (the
 * source keeps its files then). Entries get their owner before they appear at the destination.
 */
export async function applyTransfer(
  plan: TransferPlan,
  owner: Owner | undefined,
  mode: TransferMode,
): Promise<void> {
  const device = lstatSync(toBuffer(plan.to)).dev
  const near: TransferStep[] = []
  const far: TransferStep[] = []
  for (const step of plan.steps)
    (mode === 'move' && lstatSync(toBuffer(step.from)).dev === device ? near : far).push(step)
  const folders = plan.steps
    .filter(({ folderOnly }) => folderOnly)
    .map(({ from, to }) => ({ to, stats: lstatSync(toBuffer(from)) }))
  for (const step of near) {
    if (step.folderOnly) makeFolderLike(step, owner)
    else {
      if (owner) changeOwner(step.from, owner)
      moveInto(step.from, step.to)
    }
  }
  if (far.length > 0) await copyAcross(plan, far, owner)
  const partial = toBuffer(joinPath(plan.to, PARTIAL))
  if (lstatSync(partial, { throwIfNoEntry: false })) rmSync(partial, { recursive: true })
  // Filling a folder has changed its time.
  for (const { to, stats } of folders.reverse()) utimesSync(toBuffer(to), stats.atime, stats.mtime)
}

/** Renames; an entry that has appeared there meanwhile is never overwritten. */
function moveInto(from: Bytes, to: Bytes): void {
  if (lstatSync(toBuffer(to), { throwIfNoEntry: false }))
    throw TransferError.appeared(toDisplay(to))
  renameSync(toBuffer(from), toBuffer(to))
}

/** A folder like the one of the source, for entries that follow one by one. */
function makeFolderLike({ from, to }: TransferStep, owner: Owner | undefined): void {
  const { mode, uid, gid } = lstatSync(toBuffer(from))
  makeFolder(to, { mode, owner: owner ?? { uid, gid } })
}

/** Copies with rsync into a folder beside the target, compares, then renames into place. */
async function copyAcross(
  { from, to }: TransferPlan,
  steps: readonly TransferStep[],
  owner: Owner | undefined,
): Promise<void> {
  const partial = joinPath(to, PARTIAL)
  // The folder may be a user's own: what was planted under this name is not written through.
  const there = lstatSync(toBuffer(partial), { throwIfNoEntry: false })
  if (there && !there.isDirectory()) rmSync(toBuffer(partial))
  mkdirSync(toBuffer(partial), { recursive: true, mode: 0o700 })
  const copied = steps.filter(({ folderOnly }) => !folderOnly)
  await runRsync(from, partial, copied)
  for (const step of steps) {
    if (step.folderOnly) {
      makeFolderLike(step, owner)
      continue
    }
    const copy = joinPath(partial, step.path)
    if (!sameCounts(step.from, copy)) throw TransferError.copyDiffers(toDisplay(step.from))
    if (owner) changeOwner(copy, owner)
    moveInto(copy, step.to)
  }
}

async function runRsync(from: Bytes, to: Bytes, steps: readonly TransferStep[]): Promise<void> {
  // An argument cannot hold every byte that a name can: rsync gets the folders by number.
  const folders = [from, to].map((path) => openSync(toBuffer(path), 'r'))
  try {
    const { failure, output } = await runProgram(
      [
        'rsync',
        '--archive',
        '--recursive',
        '--hard-links',
        '--acls',
        '--xattrs',
        '--sparse',
        '--numeric-ids',
        '--from0',
        '--files-from=-',
        '--',
        '/proc/self/fd/3/',
        '/proc/self/fd/4/',
      ],
      {
        input: steps.map(({ path }) => `${path}\0`).join(''),
        files: folders,
        env: { LC_ALL: 'C' },
      },
    )
    if (failure === undefined) return
    const words = output.split('\n').find((line) => line !== '')
    throw TransferError.copyFailed(toDisplay(from), words ?? `rsync: ${failure}`)
  } finally {
    folders.forEach(closeSync)
  }
}

function sameCounts(a: Bytes, b: Bytes): boolean {
  if (!existsSync(toBuffer(parentOf(b)))) return false
  const copy = lstatSync(toBuffer(b), { throwIfNoEntry: false })
  if (!copy) return false
  const one = scanTree(a, lstatSync(toBuffer(a)))
  const other = scanTree(b, copy)
  return (
    one.files === other.files && one.directories === other.directories && one.bytes === other.bytes
  )
}

/** Gives a tree to its new owner, entry by entry, never through a link. */
function changeOwner(path: Bytes, { uid, gid }: Owner): void {
  const stats = lstatSync(toBuffer(path))
  if (stats.uid !== uid || stats.gid !== gid) lchownSync(toBuffer(path), uid, gid)
  if (stats.isDirectory())
    for (const name of readdirSync(toBuffer(path), { encoding: 'latin1' }))
      changeOwner(`${path}/${name}`, { uid, gid })
}
