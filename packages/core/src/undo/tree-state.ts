import { readdirSync, type Stats } from 'node:fs'
import { baseName, parentOf, toBuffer, type Bytes } from '../files/bytes.js'
import { kindOf } from '../files/entry-kind.js'
import type { ManifestEntry } from './tree-manifest.js'
import { lookAt } from './undoing.js'

/** All entries of a tree by their path below it, folders before what they hold; itself is ''. */
export function walk(top: Bytes): Map<Bytes, Stats> {
  const found = new Map<Bytes, Stats>()
  const look = (path: Bytes, full: Bytes) => {
    const stats = lookAt(full)
    if (!stats) return
    found.set(path, stats)
    if (stats.isDirectory())
      for (const name of readdirSync(toBuffer(full), { encoding: 'latin1' }))
        look(path === '' ? name : `${path}/${name}`, `${full}/${name}`)
  }
  look('', top)
  return found
}

/** Whether a file is not the one that it was: times to the millisecond, as copies have them. */
export function isChanged({ kind, size, mtime }: ManifestEntry, stats: Stats | undefined): boolean {
  if (!stats || kindOf(stats) !== kind) return true
  return kind === 'file' && (stats.size !== size || Math.abs(stats.mtimeMs - mtime) >= 1)
}

/** What stays of a message whatever its flags, in `new` or `cur` of its folder, and tells it from others. */
export function knownBy(path: Bytes, { size, mtime }: { size: number; mtime: number }): Bytes {
  const [name = ''] = baseName(path).split(':2,', 1)
  return `${parentOf(parentOf(path))}/${name} ${size} ${Math.floor(mtime / 1000)}`
}
