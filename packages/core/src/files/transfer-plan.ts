import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { byByteOrder, joinPath, toBuffer, type Bytes } from './bytes.js'
import type { FileView } from './file-view.js'
import { sameEntry } from './same-entry.js'
import type { TreeCounts } from '../destination/changes.js'

export interface TransferRequest {
  /** The folder whose content moves. */
  readonly from: Bytes
  /** The folder it moves into. */
  readonly to: Bytes
  /** Paths below `from` that stay where they are. */
  readonly exclude: readonly Bytes[]
}

export interface TransferStep {
  /** Below {@link TransferRequest.from}. */
  readonly path: Bytes
  readonly from: Bytes
  readonly to: Bytes
  /** Make the folder only: its entries have steps of their own. */
  readonly folderOnly: boolean
}

export interface TransferPlan extends TransferRequest, TreeCounts {
  readonly steps: readonly TransferStep[]
  /** Names given to entries whose own name is taken by a different one. */
  readonly keptBoth: readonly Bytes[]
  /** Device nodes and sockets: they are left in the source. */
  readonly leftOut: readonly Bytes[]
}

/**
 * What moving the content of a folder into another one takes, entry by entry: an entry that is
 * missing there moves whole, folders on both sides are merged, the same entry on both sides needs
 * nothing, and a different one is kept beside the destination's. Changes nothing; never looks
 * behind a symbolic link. docs/files.md#merging
 */
export function planTransfer({ from, to, exclude }: TransferRequest, view: FileView): TransferPlan {
  const steps: TransferStep[] = []
  const keptBoth: Bytes[] = []
  const leftOut: Bytes[] = []
  const total = { files: 0, directories: 0, bytes: 0 }
  const excluded = new Set(exclude)

  const merge = (folder: Bytes, into: Bytes) => {
    for (const name of readdirSync(toBuffer(joinPath(from, folder)), { encoding: 'latin1' }).sort(
      byByteOrder,
    )) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (excluded.has(path)) continue
      const source = `${from}/${path}`
      const stats = lstatSync(toBuffer(source))
      if (isSpecial(stats)) {
        leftOut.push(path)
        continue
      }
      const target = placeFor(source, stats, `${into}/${name}`, view)
      if (target === undefined) continue
      if (view.lstat(target)) {
        merge(path, target)
        continue
      }
      if (target !== `${into}/${name}`) keptBoth.push(target.slice(to.length + 1))
      const scan = scanTree(source, stats)
      if (scan.special || exclude.some((out) => out.startsWith(`${path}/`))) {
        steps.push({ path, from: source, to: target, folderOnly: true })
        total.directories += 1
        merge(path, target)
      } else {
        steps.push({ path, from: source, to: target, folderOnly: false })
        add(total, scan)
      }
    }
  }
  merge('', to)
  return { from, to, exclude, steps, keptBoth, leftOut, ...total }
}

/** What is below a path and the path itself, counted without following links. */
export function scanTree(path: Bytes, stats: Stats): TreeCounts & { readonly special: boolean } {
  if (!stats.isDirectory())
    return {
      files: 1,
      directories: 0,
      bytes: stats.isFile() ? stats.size : 0,
      special: isSpecial(stats),
    }
  const total = { files: 0, directories: 1, bytes: 0, special: false }
  for (const name of readdirSync(toBuffer(path), { encoding: 'latin1' })) {
    const child = `${path}/${name}`
    const below = scanTree(child, lstatSync(toBuffer(child)))
    add(total, below)
    total.special ||= below.special
  }
  return total
}

/**
 * Where an entry goes: to its own name, or to `name.migrated`, `name.migrated-2`, … beside what is
 * different. The place is free, or for a folder one that it is merged into.
 * @returns nothing when the same entry lies at one of these names already.
 */
function placeFor(source: Bytes, stats: Stats, target: Bytes, view: FileView): Bytes | undefined {
  for (let attempt = 0; ; attempt += 1) {
    const name = attempt === 0 ? target : besideName(target, attempt)
    const there = view.lstat(name)
    if (!there || (stats.isDirectory() && there.isDirectory())) return name
    if (!stats.isDirectory() && sameEntry(source, stats, view.real(name), there)) return undefined
  }
}

/** The name under which something is kept beside a different one: from 1 on. */
export function besideName(path: Bytes, attempt: number): Bytes {
  return `${path}.migrated${attempt === 1 ? '' : `-${attempt}`}`
}

function isSpecial(stats: Stats): boolean {
  return stats.isBlockDevice() || stats.isCharacterDevice() || stats.isSocket()
}

function add(total: { files: number; directories: number; bytes: number }, more: TreeCounts): void {
  total.files += more.files
  total.directories += more.directories
  total.bytes += more.bytes
}
