import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs'
import { byByteOrder, joinPath, parentOf, toBuffer, toPath, type Bytes } from './bytes.js'
import type { FileView } from './file-view.js'
import { sameEntry } from './same-entry.js'
import { besideName, savedName } from './names-beside.js'
import type { TransferRules } from './transfer-rules.js'
import type { TreeCounts } from '../destination/changes.js'
import type { ManifestWriter } from '../undo/tree-manifest.js'

/** What becomes of a file whose name is taken by a different one. docs/files.md#merging */
export const CONFLICT_POLICIES = ['skip', 'keep-both', 'replace'] as const

export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number]

/** What holds where nobody has chosen: nothing is lost, and nothing of the destination changes its name. */
export const DEFAULT_CONFLICT_POLICY: ConflictPolicy = 'keep-both'

export interface TransferRequest {
  /** The folder whose content moves. */
  readonly from: Bytes
  /** The folder it moves into. */
  readonly to: Bytes
  /** The only entries of `from` that move; without it all of them. */
  readonly only?: readonly Bytes[] | undefined
  /** Paths below `from` that stay where they are. */
  readonly exclude?: readonly Bytes[] | undefined
  readonly rules?: TransferRules | undefined
  /** The default is {@link DEFAULT_CONFLICT_POLICY}. */
  readonly onConflict?: ConflictPolicy | undefined
  /** Whether an earlier import has brought these files: then size and time tell them from others. */
  readonly wasDone: boolean
}

/** An entry of the destination, no folder, that gives way to one of the source. */
export interface Replaced {
  readonly path: Bytes
  readonly inode: number
  /** Where it stays. */
  readonly saved: Bytes
  /** Whether the same lies there already. */
  readonly isSaved: boolean
}

export interface TransferStep {
  /** Below {@link TransferRequest.from}. */
  readonly path: Bytes
  readonly from: Bytes
  readonly to: Bytes
  /** Make the folder only: its entries have steps of their own. */
  readonly folderOnly: boolean
  readonly replaces?: Replaced
}

/** The times of a folder that is made and then filled: filling changes them, on both sides. */
export interface FolderTimes {
  readonly to: Bytes
  /** In milliseconds. */
  readonly atime: number
  readonly mtime: number
}

export interface TransferPlan extends TreeCounts {
  readonly from: Bytes
  readonly to: Bytes
  /** How many of the files are messages, by the rules of mailboxes. */
  readonly messages: number
  /** Whether others than its owner may have rights on any of it. */
  readonly isOpen: boolean
  readonly steps: readonly TransferStep[]
  readonly folders: readonly FolderTimes[]
  /** Names given to entries whose own name is taken by a different one. */
  readonly keptBoth: readonly Bytes[]
  /** Entries of the destination that give way, each with the name under which it stays. */
  readonly replaced: readonly (readonly [name: Bytes, savedAs: Bytes])[]
  /** Entries that stay in the source because their name is taken. */
  readonly skipped: readonly Bytes[]
  /** Folders that get another name, each as it was and as it will be. */
  readonly renamed: readonly (readonly [from: Bytes, to: Bytes])[]
  /** Device nodes and sockets: they are left in the source. */
  readonly leftOut: readonly Bytes[]
  /** Links that would lead out of the tree: they are left in the source. */
  readonly leadingOut: readonly Bytes[]
  /** Files that stay in the source because the destination keeps its own. */
  readonly ownKept: readonly Bytes[]
}

/**
 * What moving the content of a folder into another one takes, entry by entry: an entry that is
 * missing there moves whole, folders on both sides are merged, the same entry on both sides needs
 * nothing, and a different one is kept beside the destination's. Changes nothing; never looks
 * behind a symbolic link. docs/files.md#merging
 * @param manifest takes down what will be moved
 */
export function planTransfer(
  request: TransferRequest,
  view: FileView,
  manifest?: ManifestWriter,
): TransferPlan {
  return new TransferPlanning(request, view, manifest).plan()
}

class TransferPlanning {
  readonly #request: TransferRequest
  readonly #view: FileView
  readonly #manifest: ManifestWriter | undefined
  readonly #rules: TransferRules
  readonly #excluded: ReadonlySet<Bytes>
  readonly #steps: TransferStep[] = []
  readonly #folders: FolderTimes[] = []
  readonly #keptBoth: Bytes[] = []
  readonly #renamed: [Bytes, Bytes][] = []
  readonly #leftOut: Bytes[] = []
  readonly #leadingOut: Bytes[] = []
  readonly #ownKept: Bytes[] = []
  readonly #replaced: [Bytes, Bytes][] = []
  readonly #skipped: Bytes[] = []
  /** Places of the destination that this plan takes, where an entry gives way. */
  readonly #reserved = new Set<Bytes>()
  readonly #total = { files: 0, directories: 0, bytes: 0 }
  #messages = 0
  #isOpen = false
  /** By folder of the destination: its files by what the rules know them by. */
  readonly #known = new Map<Bytes, Map<Bytes, Bytes>>()

  constructor(request: TransferRequest, view: FileView, manifest: ManifestWriter | undefined) {
    const { rules = {}, exclude } = request
    this.#request = request
    this.#view = view
    this.#manifest = manifest
    this.#rules = rules
    this.#excluded = new Set(exclude)
  }

  plan(): TransferPlan {
    const { from, to, only } = this.#request
    this.#merge('', to, only)
    return {
      from,
      to,
      steps: this.#steps,
      folders: this.#folders,
      keptBoth: this.#keptBoth,
      renamed: this.#renamed,
      leftOut: this.#leftOut,
      leadingOut: this.#leadingOut,
      ownKept: this.#ownKept,
      replaced: this.#replaced,
      skipped: this.#skipped,
      messages: this.#messages,
      isOpen: this.#isOpen,
      ...this.#total,
    }
  }

  #merge(folder: Bytes, into: Bytes, only?: readonly Bytes[]): void {
    const { from } = this.#request
    this.#manifest?.emptied(folder, lstatSync(toBuffer(joinPath(from, folder))))
    for (const name of only ?? namesIn(joinPath(from, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (this.#excluded.has(path)) continue
      const stats = lstatSync(toBuffer(`${from}/${path}`), { throwIfNoEntry: false })
      if (!stats) continue
      if (isSpecial(stats)) this.#leftOut.push(path)
      else if (this.#leadsOut(path, stats)) this.#leadingOut.push(path)
      else this.#mergeEntry(path, stats, into, name)
    }
  }

  #mergeEntry(path: Bytes, stats: Stats, into: Bytes, name: Bytes): void {
    const { from, to } = this.#request
    const source = `${from}/${path}`
    const newName = stats.isDirectory() ? this.#folderName(name) : name
    const place = this.#placeFor(source, stats, into, newName)
    if (place === 'there') return
    if (place === 'skipped') {
      this.#skipped.push(path)
      return
    }
    const { target, replaces } = place
    const below = (full: Bytes) => full.slice(to.length + 1)
    if (newName !== name) this.#renamed.push([path, below(target)])
    if (replaces) {
      this.#replaced.push([below(replaces.path), below(replaces.saved)])
      this.#reserved.add(replaces.saved)
    } else if (this.#view.lstat(target)) {
      if (stats.isDirectory()) this.#merge(path, target)
      else this.#ownKept.push(path)
      return
    }
    if (target !== `${into}/${newName}`) this.#keptBoth.push(below(target))
    const start = this.#manifest?.position ?? 0
    const writeStep = (folderOnly: boolean) => {
      this.#manifest?.step(path, below(target), folderOnly, source)
      if (replaces)
        this.#manifest?.replaces(below(replaces.path), below(replaces.saved), replaces.isSaved)
    }
    writeStep(false)
    let messages = 0
    const scan = scanTree(source, stats, {
      divides: (child, entry) => this.#needsOwnStep(path + child.slice(source.length), entry),
      seen: (entry, entryStats) => {
        this.#manifest?.entry(entry, entryStats)
        if (this.#isMessage(entry, entryStats)) messages += 1
        if ((entryStats.mode & 0o7077) !== 0 && !entryStats.isSymbolicLink()) this.#isOpen = true
      },
    })
    const folderOnly = stats.isDirectory() && (scan.divided || this.#hasKin(target))
    this.#steps.push({
      path,
      from: source,
      to: target,
      folderOnly,
      ...(replaces ? { replaces } : {}),
    })
    if (folderOnly) {
      this.#manifest?.rewind(start)
      writeStep(true)
      this.#manifest?.entry(source, stats)
      this.#folders.push({ to: target, atime: stats.atimeMs, mtime: stats.mtimeMs })
      this.#total.directories += 1
      this.#merge(path, target)
    } else {
      add(this.#total, scan)
      this.#messages += messages
    }
  }

  /** Whether an entry below a folder keeps that folder from being moved whole. */
  #needsOwnStep(path: Bytes, stats: Stats): boolean {
    return (
      this.#excluded.has(path) ||
      isSpecial(stats) ||
      this.#leadsOut(path, stats) ||
      (stats.isDirectory() && this.#folderName(nameOf(path)) !== nameOf(path))
    )
  }

  #isMessage(path: Bytes, stats: Stats): boolean {
    const rules = this.#rules
    return stats.isFile() && rules.identityOf?.(nameOf(parentOf(path)), nameOf(path)) !== undefined
  }

  /** Whether files of this folder may be in another one of the destination already. */
  #hasKin(target: Bytes): boolean {
    const { foldersOfOneKind: kin = [] } = this.#rules
    return (
      kin.includes(nameOf(target)) &&
      kin.some((name) => this.#view.lstat(joinPath(parentOf(target), name)))
    )
  }

  #folderName(name: Bytes): Bytes {
    return this.#rules.folderName?.(name) ?? name
  }

  #leadsOut(path: Bytes, stats: Stats): boolean {
    if (!this.#rules.keepsLinksInside || !stats.isSymbolicLink()) return false
    const target = readlinkSync(toBuffer(`${this.#request.from}/${path}`), 'latin1')
    let depth = path.split('/').length - 1
    return (
      target.startsWith('/') ||
      target.split('/').some((part) => {
        depth += part === '..' ? -1 : part === '' || part === '.' ? 0 : 1
        return depth < 0
      })
    )
  }

  /**
   * Where an entry goes: to its own name, or to `name.migrated`, `name.migrated-2`, … beside what
   * is different. The place is free, or for a folder one that it is merged into, or for a file one
   * that the destination keeps, or one whose entry gives way.
   * @returns `there` when the same entry lies at one of these names already.
   */
  #placeFor(
    source: Bytes,
    stats: Stats,
    into: Bytes,
    name: Bytes,
  ): { readonly target: Bytes; readonly replaces?: Replaced } | 'there' | 'skipped' {
    const { onConflict, wasDone } = this.#request
    for (let attempt = 0; ; attempt += 1) {
      const target = `${into}/${attempt === 0 ? name : this.#besideName(into, name, attempt)}`
      if (this.#reserved.has(target)) continue
      const taken = stats.isDirectory() ? target : this.#alikeOf(into, nameOf(target))
      const there = this.#view.lstat(taken)
      if (!there || (stats.isDirectory() && there.isDirectory())) return { target }
      if (!stats.isDirectory()) {
        if (sameEntry(source, stats, this.#view.real(taken), there, wasDone)) return 'there'
        if (this.#rules.destinationKeeps?.(name)) return { target }
      }
      if (onConflict === 'skip') return 'skipped'
      // A folder never gives way: what is in it is no part of the conflict.
      if (onConflict === 'replace' && attempt === 0 && !there.isDirectory())
        return { target, replaces: this.#giveWay(taken, there) }
    }
  }

  #giveWay(path: Bytes, stats: Stats): Replaced {
    const [folder, name] = [parentOf(path), nameOf(path)]
    for (let attempt = 1; ; attempt += 1) {
      const saved = `${folder}/${this.#besideName(folder, name, attempt, savedName)}`
      const there = this.#reserved.has(saved) ? undefined : this.#view.lstat(saved)
      const isSaved =
        there !== undefined &&
        sameEntry(this.#view.real(path), stats, this.#view.real(saved), there)
      if (isSaved || (!there && !this.#reserved.has(saved)))
        return { path, inode: stats.ino, saved, isSaved }
    }
  }

  /** The file of the destination that a new one would be mistaken for: mostly that of its name. */
  #alikeOf(into: Bytes, name: Bytes): Bytes {
    const identity = this.#rules.identityOf?.(nameOf(into), name)
    const alike = identity === undefined ? undefined : this.#knownIn(into).get(identity)
    return alike ?? `${into}/${name}`
  }

  #besideName(into: Bytes, name: Bytes, attempt: number, beside = besideName): Bytes {
    const identity = this.#rules.identityOf?.(nameOf(into), name)
    return identity === undefined
      ? beside(name, attempt)
      : beside(identity, attempt) + name.slice(identity.length)
  }

  #knownIn(into: Bytes): Map<Bytes, Bytes> {
    const folders = (this.#rules.foldersOfOneKind ?? [nameOf(into)]).map((name) =>
      joinPath(parentOf(into), name),
    )
    const key = folders.join('\0')
    const known = this.#known.get(key) ?? new Map<Bytes, Bytes>()
    if (!this.#known.has(key))
      for (const folder of folders)
        if (this.#view.lstat(folder)?.isDirectory())
          for (const name of this.#view.list(folder))
            known.set(this.#rules.identityOf?.(nameOf(folder), name) ?? name, `${folder}/${name}`)
    this.#known.set(key, known)
    return known
  }
}

/** What a scan of a tree is asked for beside the counts. */
interface Scan {
  /** Whether an entry keeps the folders above it from being moved whole. */
  divides?(path: Bytes, stats: Stats): boolean
  /** Called for each entry, for a folder before what it holds. */
  seen?(path: Bytes, stats: Stats): void
}

/** What is below a path and the path itself, counted without following links. */
export function scanTree(
  path: Bytes,
  stats: Stats,
  scan: Scan = {},
): TreeCounts & { readonly divided: boolean } {
  const total = { files: 0, directories: 0, bytes: 0, divided: false }
  scanInto(total, path, stats, scan)
  return total
}

function scanInto(
  total: { files: number; directories: number; bytes: number; divided: boolean },
  path: Bytes,
  stats: Stats,
  scan: Scan,
): void {
  scan.seen?.(path, stats)
  if (!stats.isDirectory()) {
    total.files += 1
    if (stats.isFile()) total.bytes += stats.size
    return
  }
  total.directories += 1
  for (const name of readdirSync(toPath(path), { encoding: 'latin1' })) {
    const child = `${path}/${name}`
    const childStats = lstatSync(toPath(child))
    scanInto(total, child, childStats, scan)
    total.divided ||= scan.divides?.(child, childStats) ?? false
  }
}

function namesIn(folder: Bytes): Bytes[] {
  return readdirSync(toBuffer(folder), { encoding: 'latin1' }).sort(byByteOrder)
}

function nameOf(path: Bytes): Bytes {
  return path.slice(path.lastIndexOf('/') + 1)
}

function isSpecial(stats: Stats): boolean {
  return stats.isBlockDevice() || stats.isCharacterDevice() || stats.isSocket()
}

function add(total: { files: number; directories: number; bytes: number }, more: TreeCounts): void {
  total.files += more.files
  total.directories += more.directories
  total.bytes += more.bytes
}
