import type { Bytes } from '../files/bytes.js'
import type { ManifestEntry } from './tree-manifest.js'
import { isChanged, knownBy, walk } from './tree-state.js'
import { lookAt } from './undoing.js'

/** Finds files of a tree that got another name since: a message that is read gets flags, and another folder. */
export class Whereabouts {
  readonly #top: Bytes
  #known: { byInode: ReadonlyMap<number, Bytes>; byName: ReadonlyMap<Bytes, Bytes> } | undefined

  /** @param top the tree; it is looked through when something is searched for first. */
  constructor(top: Bytes) {
    this.#top = top
  }

  /**
   * @param path where the file was
   * @param isCopy whether it is another file than the one of the manifest
   */
  find(entry: ManifestEntry, path: Bytes, isCopy: boolean): Bytes | undefined {
    if (entry.kind !== 'file') return undefined
    const { byInode, byName } = (this.#known ??= this.#look())
    const candidates = [
      isCopy ? undefined : byInode.get(entry.inode),
      byName.get(knownBy(path, entry)),
    ]
    return candidates.find((found) => found !== undefined && !isChanged(entry, lookAt(found)))
  }

  #look() {
    const [byInode, byName] = [new Map<number, Bytes>(), new Map<Bytes, Bytes>()]
    for (const [path, stats] of walk(this.#top)) {
      if (!stats.isFile()) continue
      const full = `${this.#top}/${path}`
      byInode.set(stats.ino, full)
      byName.set(knownBy(full, { size: stats.size, mtime: stats.mtimeMs }), full)
    }
    return { byInode, byName }
  }
}
