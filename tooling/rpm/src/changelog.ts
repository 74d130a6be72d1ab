import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import readChangesets from '@changesets/read'

export interface ChangelogEntry {
  readonly version: string
  /** The day of the release, `2026-11-24`; nothing when it was not released yet. */
  readonly day: string | undefined
  /** One change each, its first line being the headline. */
  readonly changes: readonly string[]
}

/** A heading of a release in CHANGELOG.md, as `npm run release` completes it with the day. */
const HEADING = /^## (\d+\.\d+\.\d+\S*)(?: \((\d{4}-\d{2}-\d{2})\))?$/

/** What the CHANGELOG.md of a package says, newest first. */
export function readChangelog(folder: string): ChangelogEntry[] {
  const file = join(folder, 'CHANGELOG.md')
  return existsSync(file) ? parseChangelog(readFileSync(file, 'utf8')) : []
}

function parseChangelog(text: string): ChangelogEntry[] {
  const entries: (ChangelogEntry & { changes: string[] })[] = []
  for (const line of text.split('\n')) {
    const [, version, day] = HEADING.exec(line) ?? []
    const entry = entries[entries.length - 1]
    if (version !== undefined) entries.push({ version, day, changes: [] })
    else if (entry && line.startsWith('- ')) entry.changes.push(withoutCommit(line.slice(2)))
    else if (entry && line.startsWith('  ')) {
      const change = entry.changes.pop()
      if (change !== undefined) entry.changes.push(`${change}\n${line.slice(2)}`)
    }
  }
  return entries.map((entry) => ({ ...entry, changes: entry.changes.map((text) => text.trim()) }))
}

/** The CHANGELOG.md with the day of the release beside the newest version. */
export function withDay(text: string, version: string, day: string): string {
  return text
    .split('\n')
    .map((line) => (line === `## ${version}` ? `${line} (${day})` : line))
    .join('\n')
}

/** Package → what its waiting changesets say. */
export async function waitingChanges(root: string): Promise<ReadonlyMap<string, string[]>> {
  const changes = new Map<string, string[]>()
  const changesets = await readChangesets(root)
  for (const { summary, releases } of changesets)
    for (const { name } of releases) changes.set(name, [...(changes.get(name) ?? []), summary])
  return changes
}

/** Changesets begins a change with the commit that brought it, where there is one. */
function withoutCommit(text: string): string {
  return text.replace(/^[0-9a-f]{7,40}: /, '')
}
