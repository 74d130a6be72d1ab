import type { Stats } from 'node:fs'

/** What lies at a path. A symbolic link is one, whatever it points to. */
export type EntryKind = 'missing' | 'file' | 'directory' | 'link' | 'other'

export function kindOf(stats: Stats | undefined): EntryKind {
  if (!stats) return 'missing'
  if (stats.isSymbolicLink()) return 'link'
  return stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : 'other'
}
