import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
} from 'node:fs'
import { joinPath, toBuffer, toDisplay, type Bytes } from './bytes.js'
import {
  claimMany,
  claimTree,
  removeAcls,
  type Claim,
  type Claims,
  type Owner,
} from './claim-entry.js'
import { copyTrees, type CopyJob, type CopyResult } from './copy-trees.js'
import { makeFolder } from './make-folder.js'
import { TransferError } from './transfer-error.js'
import { watchCopies } from './watch-copies.js'
import type { Progress } from '../report/progress.js'
import type { FolderTimes, Replaced, TransferPlan, TransferStep } from './transfer-plan.js'

/** `move` renames within a filesystem; `copy` leaves the source whole in any case. */
export type TransferMode = 'move' | 'copy'

export interface Transfer extends Claim {
  readonly plan: TransferPlan
  /** Those of the plan, and of the killed run that this one goes on with. */
  readonly folders: readonly FolderTimes[]
  /** Whether something in the source may have ACLs; copies may get some in any case. */
  readonly mayHaveAcls: boolean
}

/** Where copies of a transfer across filesystems grow until they are whole. */
export const PARTIAL = '.nethserver-migrate-partial'

/**
 * Carries out transfers: renames within a filesystem, a verified copy across filesystems (the
 * source keeps its files then). Entries get their owner before they appear at the destination.
 * @param partialFolder where copies may grow: used for targets on its own filesystem.
 * @returns for each nothing, or why it failed.
 */
export async function applyTransfers(
  transfers: readonly Transfer[],
  mode: TransferMode,
  partialFolder: Bytes,
  progress: Progress,
): Promise<(Error | undefined)[]> {
  const work = transfers.map((transfer) => new Work(transfer, partialFolder))
  for (const each of work) each.attempt(() => each.look(mode))
  await bring(work, progress)
  // Two mounts of one filesystem look like one until something is renamed.
  const retreating = work.filter((each) => each.retreats())
  if (retreating.length > 0) await bring(retreating, progress)
  return work.map(({ error }) => error)
}

/** Copies what has to be copied, then moves everything into place. */
async function bring(work: readonly Work[], progress: Progress): Promise<void> {
  const groups = byPartialFolder(work)
  for (const [partial, group] of groups) await copyGroup(group, partial, progress)
  const claimed = await claimMany(work.filter(({ error }) => !error).map(({ claims }) => claims))
  await removeAclsOf(work)
  // In the order asked for: one may fill a folder that an earlier one has brought.
  for (const each of work) each.attempt(() => each.move(claimed))
  for (const [partial, group] of groups)
    // Kept for the run that goes on, where not all is in place.
    if (group.every(({ error }) => !error)) removeCopies(partial)
}

/** Also those of an earlier batch that could not be moved into place. */
function removeCopies(path: Bytes): void {
  // Root may empty any folder, its owner only one that is open.
  if (process.getuid?.() !== 0) openFolders(path)
  rmSync(toBuffer(path), { recursive: true, force: true })
}

function openFolders(path: Bytes): void {
  if (!lstatSync(toBuffer(path), { throwIfNoEntry: false })?.isDirectory()) return
  chmodSync(toBuffer(path), 0o700)
  for (const name of readdirSync(toBuffer(path), { encoding: 'latin1' }))
    openFolders(joinPath(path, name))
}

async function copyGroup(
  group: readonly Work[],
  partial: Bytes,
  progress: Progress,
): Promise<void> {
  const far = group.filter(({ entries }) => entries.length > 0)
  if (far.length === 0) return
  const there = lstatSync(toBuffer(partial), { throwIfNoEntry: false })
  // The folder may be a user's own: what was planted under this name is not written through.
  if (there && (!there.isDirectory() || there.uid !== process.getuid?.()))
    return far.forEach((each) => each.fail(TransferError.appeared(toDisplay(partial))))
  mkdirSync(toBuffer(partial), { recursive: true, mode: 0o700 })
  // What is made there would get the ACLs that a folder above may have for new files.
  if (!there) await removeAcls([partial])
  const watched = {
    title: `copying ${far.length === 1 ? toDisplay(far[0]?.from ?? '') : `${far.length} folders`}`,
    bytes: far.reduce((sum, { bytes }) => sum + bytes, 0),
    progress,
  }
  const copied = await watchCopies(partial, watched, () => copyTrees(far, partial))
  for (const each of far) each.copied(copied.get(each))
}

/** Taken off in one go for all; when that fails, it has failed for each. */
async function removeAclsOf(work: readonly Work[]): Promise<void> {
  const closed = work.filter((each) => each.closed && !each.error)
  await removeAcls(closed.flatMap((each) => each.readyWithAcls)).catch((error: unknown) => {
    for (const each of closed) each.fail(error)
  })
}

/** One transfer on its way. */
class Work implements CopyJob {
  readonly #transfer: Transfer
  readonly #ours: Bytes
  #far: ReadonlySet<TransferStep> = new Set()
  /** What is in place already. */
  readonly #moved = new Set<TransferStep>()
  #copies: Bytes = ''
  #areCopiesClaimed = false
  #error: Error | undefined

  constructor(transfer: Transfer, ours: Bytes) {
    this.#transfer = transfer
    this.#ours = ours
  }

  get owner(): Owner | undefined {
    return this.#transfer.owner
  }

  get closed(): boolean {
    return this.#transfer.closed
  }

  get from(): Bytes {
    return this.#transfer.plan.from
  }

  /** What it holds by the plan, a part of which may only have to be renamed. */
  get bytes(): number {
    return this.#transfer.plan.bytes
  }

  /** What has to be copied. */
  get entries(): readonly Bytes[] {
    return [...this.#far].map(({ from }) => from)
  }

  /** What has to be renamed now, and has its new owner yet to get. */
  get #unclaimed(): readonly Bytes[] {
    return this.#transfer.plan.steps
      .filter((step) => !step.folderOnly && !this.#moved.has(step) && !this.#isClaimed(step))
      .map((step) => this.#readyOf(step))
  }

  get claims(): Claims {
    const { plan, owner, closed } = this.#transfer
    return {
      owner,
      closed,
      paths: this.#unclaimed,
      entries: plan.files + plan.directories,
      areOpen: plan.isOpen,
    }
  }

  get readyWithAcls(): readonly Bytes[] {
    return this.#transfer.mayHaveAcls || this.#far.size > 0 ? this.#unclaimed : []
  }

  get error(): Error | undefined {
    return this.#error
  }

  /** Finds out what can be renamed, and what is on another filesystem. */
  look(mode: TransferMode): void {
    const { plan } = this.#transfer
    const device = lstatSync(toBuffer(plan.to)).dev
    const far = new Set<TransferStep>()
    for (const step of plan.steps) {
      if (step.folderOnly) continue
      const { dev } = lstatSync(toBuffer(step.from))
      if (mode === 'copy' || dev !== device) far.add(step)
    }
    this.#far = far
  }

  attempt(part: () => void): void {
    if (this.#error) return
    try {
      part()
    } catch (error) {
      this.fail(error)
    }
  }

  fail(error: unknown): void {
    this.#error = error instanceof Error ? error : new Error(String(error))
  }

  /**
   * In the order of the plan: a folder comes before what goes into it.
   * @param claimed what has its new owner already
   */
  move(claimed: ReadonlySet<Bytes>): void {
    for (const step of this.#transfer.plan.steps) {
      if (this.#moved.has(step)) continue
      if (step.folderOnly) {
        if (step.replaces) giveWay(step.replaces)
        this.#makeFolder(step)
      } else {
        const from = this.#readyOf(step)
        if (!claimed.has(from) && !this.#isClaimed(step)) claimTree(from, this.#transfer)
        moveInto(from, step)
      }
      this.#moved.add(step)
    }
    // Filling a folder has changed its time.
    for (const { to, atime, mtime } of this.#transfer.folders)
      if (lstatSync(toBuffer(to), { throwIfNoEntry: false })?.isDirectory())
        utimesSync(toBuffer(to), atime / 1000, mtime / 1000)
  }

  /** Whether a rename has failed that a copy can do: all that is not in place is copied then. */
  retreats(): boolean {
    if (!this.#error || !('code' in this.#error) || this.#error.code !== 'EXDEV') return false
    this.#error = undefined
    this.#far = new Set(
      this.#transfer.plan.steps.filter((step) => !step.folderOnly && !this.#moved.has(step)),
    )
    return true
  }

  /** On the filesystem of the target: a folder of ours where that is one, otherwise in the target. */
  get partialFolder(): Bytes {
    const { to } = this.#transfer.plan
    const isNear = lstatSync(toBuffer(this.#ours)).dev === lstatSync(toBuffer(to)).dev
    return joinPath(isNear ? this.#ours : to, PARTIAL)
  }

  copied(result: CopyResult | undefined): void {
    if (!result || 'error' in result) return this.fail(result?.error)
    this.#copies = result.copies
    this.#areCopiesClaimed = result.areClaimed
  }

  #isClaimed(step: TransferStep): boolean {
    return this.#areCopiesClaimed && this.#far.has(step)
  }

  /** An entry of the source, or a copy of it. */
  #readyOf(step: TransferStep): Bytes {
    return this.#far.has(step) ? this.#copies + step.from : step.from
  }

  /** A folder like the one of the source, for entries that follow one by one. */
  #makeFolder({ from, to }: TransferStep): void {
    const { mode, uid, gid } = lstatSync(toBuffer(from))
    const { owner = { uid, gid }, closed } = this.#transfer
    makeFolder(to, { mode: closed ? mode & 0o700 : mode, owner })
  }
}

/** Renames; an entry that has appeared there meanwhile is never overwritten. */
function moveInto(from: Bytes, { to, replaces }: TransferStep): void {
  if (replaces) giveWay(replaces)
  if (lstatSync(toBuffer(to), { throwIfNoEntry: false }))
    throw TransferError.appeared(toDisplay(to))
  renameSync(toBuffer(from), toBuffer(to))
}

/** Makes room; what another program has put there since is no part of the plan, and stays. */
function giveWay({ path, inode, saved, isSaved }: Replaced): void {
  const there = lstatSync(toBuffer(path), { throwIfNoEntry: false })
  // An attempt before has come so far.
  if (!there) return
  if (there.ino !== inode) throw TransferError.appeared(toDisplay(path))
  if (isSaved) rmSync(toBuffer(path))
  else if (lstatSync(toBuffer(saved), { throwIfNoEntry: false }))
    throw TransferError.appeared(toDisplay(saved))
  else renameSync(toBuffer(path), toBuffer(saved))
}

/** Where the copies of each grow, also of one that has nothing to copy: a killed run may have. */
function byPartialFolder(work: readonly Work[]): Map<Bytes, Work[]> {
  const groups = new Map<Bytes, Work[]>()
  for (const each of work)
    each.attempt(() => {
      const group = groups.get(each.partialFolder)
      if (group) group.push(each)
      else groups.set(each.partialFolder, [each])
    })
  return groups
}
