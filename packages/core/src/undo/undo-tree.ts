import { copyFileSync, mkdirSync, readlinkSync, renameSync, rmSync, type Stats } from 'node:fs'
import { joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { kindOf } from '../files/entry-kind.js'
import { PARTIAL } from '../files/transfer-apply.js'
import { isChanged, walk } from './tree-state.js'
import type { ManifestEntry, ManifestStep, TreeManifest } from './tree-manifest.js'
import type { UndoTree } from './undo-data.js'
import {
  giveBack,
  lookAt,
  removeEmpty,
  removeMade,
  removeScrap,
  setTimes,
  type Undoing,
} from './undoing.js'
import { Whereabouts } from './whereabouts.js'

/**
 * Brings a tree back to the source, entry by entry where something has changed since: what was moved
 * goes back, copies are removed, what is new at the destination stays there. docs/rollback.md
 */
export function undoTree(undoing: Undoing, data: UndoTree, manifest: TreeManifest): void {
  new TreeUndo(undoing, data, manifest).undo()
}

/** Entries of the same kind of trouble: told as one. */
type Trouble = 'new' | 'changed' | 'gone' | 'taken'

class TreeUndo {
  readonly #undoing: Undoing
  readonly #from: Bytes
  readonly #to: Bytes
  readonly #data: UndoTree
  readonly #manifest: TreeManifest
  readonly #troubles = new Map<Trouble, Bytes[]>()
  readonly #whereabouts: Whereabouts

  constructor(undoing: Undoing, data: UndoTree, manifest: TreeManifest) {
    this.#undoing = undoing
    this.#from = data.from
    this.#to = joinPath(undoing.root, data.to)
    this.#data = data
    this.#manifest = manifest
    this.#whereabouts = new Whereabouts(this.#to)
  }

  undo(): void {
    const { steps, emptied } = this.#manifest
    if (!lookAt(this.#from)) {
      if (steps.length > 0 && lookAt(this.#to)) this.#saySourceGone()
      return
    }
    for (const step of [...steps].reverse()) {
      if (this.#applies) removeScrap(joinPath(this.#to, step.to))
      if (step.folderOnly) this.#removeFolder(step)
      else this.#bringBack(step)
      if (step.replaces) this.#putBack(step.replaces)
    }
    this.#sayTroubles()
    if (!this.#applies) return
    removePartial(joinPath(this.#to, PARTIAL))
    removeMade(this.#undoing, this.#data.made)
    for (const { path, ...times } of [...emptied].reverse()) {
      const folder = joinPath(this.#from, path)
      if (lookAt(folder)?.isDirectory()) setTimes(folder, times)
    }
  }

  get #applies(): boolean {
    return this.#undoing.mode === 'apply'
  }

  #removeFolder({ to }: ManifestStep): void {
    if (this.#applies) removeEmpty(joinPath(this.#to, to))
  }

  #bringBack(step: ManifestStep): void {
    const from = joinPath(this.#from, step.from)
    const to = joinPath(this.#to, step.to)
    const there = walk(to)
    const isWhole =
      there.size === step.entries.length &&
      !lookAt(from) &&
      step.entries.every(({ path, inode, kind }) => {
        const stats = there.get(path)
        return stats?.ino === inode && kindOf(stats) === kind
      })
    if (isWhole) {
      for (const entry of step.entries)
        if (isChanged(entry, there.get(entry.path))) this.#note('changed', to + below(entry))
      if (!this.#applies) return
      renameSync(toBuffer(to), toBuffer(from))
    } else this.#bringBackEach(step, there)
    if (!this.#applies) return
    for (const entry of step.entries) {
      const place = from + below(entry)
      const stats = lookAt(place)
      if (stats && kindOf(stats) === entry.kind) giveBack(place, entry)
    }
    // Filled again; the deepest first.
    for (const entry of [...step.entries].reverse())
      if (entry.kind === 'directory' && lookAt(from + below(entry))?.isDirectory())
        setTimes(from + below(entry), entry)
  }

  #bringBackEach(step: ManifestStep, there: Map<Bytes, Stats>): void {
    const from = joinPath(this.#from, step.from)
    const to = joinPath(this.#to, step.to)
    const left = new Set(
      [...there].filter(([, stats]) => !stats.isDirectory()).map(([path]) => path),
    )
    for (const entry of step.entries) {
      const home = from + below(entry)
      const stats = lookAt(home)
      if (entry.kind === 'directory') {
        if (stats && !stats.isDirectory()) this.#note('taken', home)
        else if (!stats && this.#applies) mkdirSync(toBuffer(home), { mode: 0o700 })
        continue
      }
      const isHome = stats !== undefined && (stats.ino === entry.inode || !isChanged(entry, stats))
      const found = this.#find(entry, to, there, isHome)
      if (found?.startsWith(to)) left.delete(found.slice(to.length + 1))
      if (isHome) {
        if (found !== undefined) this.#removeCopy(entry, found)
      } else if (found === undefined) this.#note('gone', to + below(entry))
      else if (stats) this.#note('taken', home)
      else {
        if (isChanged(entry, lookAt(found))) this.#note('changed', found)
        if (this.#applies) renameSync(toBuffer(found), toBuffer(home))
      }
    }
    for (const path of left) this.#note('new', path === '' ? to : `${to}/${path}`)
    if (!this.#applies) return
    for (const [path, stats] of [...there].reverse())
      if (stats.isDirectory()) removeEmpty(path === '' ? to : `${to}/${path}`)
  }

  /** Where an entry, or the copy of it, is at the destination by now. */
  #find(
    entry: ManifestEntry,
    to: Bytes,
    there: ReadonlyMap<Bytes, Stats>,
    isHome: boolean,
  ): Bytes | undefined {
    const stats = there.get(entry.path)
    // In its place: itself, its copy, or what somebody has put there instead.
    if (stats && (stats.ino === entry.inode || (isHome && kindOf(stats) === entry.kind)))
      return to + below(entry)
    return this.#whereabouts.find(entry, to + below(entry), isHome)
  }

  #removeCopy(entry: ManifestEntry, copy: Bytes): void {
    const stats = lookAt(copy)
    if (!stats) return
    const isOther =
      entry.kind === 'link'
        ? readlinkSync(toBuffer(copy), 'latin1') !== entry.target
        : isChanged(entry, stats)
    if (isOther) this.#note('changed', copy)
    else if (this.#applies) rmSync(toBuffer(copy))
  }

  /** What has given way takes its place again. */
  #putBack({ path, saved, isSaved }: NonNullable<ManifestStep['replaces']>): void {
    const [place, keeping] = [path, saved].map((name) => joinPath(this.#to, name)) as [Bytes, Bytes]
    if (!lookAt(keeping) || !this.#applies) return
    if (lookAt(place)) {
      if (!isSaved) this.#note('taken', place)
    } else if (!isSaved) renameSync(toBuffer(keeping), toBuffer(place))
    else copyFileSync(toBuffer(keeping), toBuffer(place))
  }

  #note(trouble: Trouble, path: Bytes): void {
    const paths = this.#troubles.get(trouble)
    if (paths) paths.push(path)
    else this.#troubles.set(trouble, [path])
  }

  #sayTroubles(): void {
    const { log, keeps, root } = this.#undoing
    const say = (trouble: Trouble, code: string, message: string, remedy: string) => {
      const paths = this.#troubles.get(trouble)
      if (!paths) return
      keeps()
      const names = paths
        .slice(0, 8)
        .map((path) => toDisplay(path.startsWith(`${root}/`) ? path.slice(root.length) : path))
      const more = paths.length > names.length ? ` and ${paths.length - names.length} more` : ''
      log.warning(`${message}: ${names.join(', ')}${more}`, {
        code,
        subject: toDisplay(this.#data.to),
        remedy,
      })
    }
    say(
      'new',
      'new-since',
      `${count(this.#troubles.get('new'))} came to the destination after the import, and stay there`,
      'Move them by hand to where they are needed',
    )
    say(
      'changed',
      'changed-since',
      `${count(this.#troubles.get('changed'))} changed after the import: what was moved went back as it is now, what was copied stays`,
      'Look at them',
    )
    say(
      'gone',
      'gone-since',
      `${count(this.#troubles.get('gone'))} of the import are no longer there: they were removed or replaced, and are missing in the source`,
      'Take them from the backup if they are needed',
    )
    say(
      'taken',
      'changed-since',
      `${count(this.#troubles.get('taken'))} cannot go back: something else has the name`,
      'Compare them, and move by hand what is needed',
    )
  }

  #saySourceGone(): void {
    this.#undoing.keeps()
    const [from, to] = [this.#from, this.#data.to].map(toDisplay)
    this.#undoing.log.warning(
      `${from}, where files came from, is no longer there: they stay in ${to}`,
      {
        code: 'source-gone',
        subject: to ?? '',
        remedy: `Move them by hand from ${to} if they do not belong there`,
      },
    )
  }
}

function below({ path }: ManifestEntry): Bytes {
  return path === '' ? '' : `/${path}`
}

function count(paths: readonly Bytes[] | undefined): string {
  return paths?.length === 1 ? '1 file' : `${paths?.length ?? 0} files`
}

/** Copies that a killed import was at. */
export function removePartial(path: Bytes): void {
  if (lookAt(path)) rmSync(toBuffer(path), { recursive: true, force: true })
}
