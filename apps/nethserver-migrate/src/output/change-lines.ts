import type { PropChange, Report, ReportedChange } from '@nethserver-migrate/core/runner'
import { colours } from './colours.js'
import { describeChange, shownValue } from './describe-change.js'
import { groupBy } from './group-by.js'
import { titleOf, type Titles } from './titles.js'
import { count, formatBytes } from './sizes.js'

/**
 * Everything a run would change, or has changed: by plugin, then by action, and the events in their
 * order at the end.
 */
export function changeLines({ actions, changes, events }: Report, titles: Titles): string[] {
  const lines: string[] = []
  const byAction = groupBy(changes, ({ action }) => action)
  for (const [plugin, own] of groupBy(actions, ({ plugin }) => plugin)) {
    const changed = own.flatMap(({ action }) => byAction.get(action) ?? [])
    lines.push('', colours.bold(`${titleOf(plugin, titles)}: ${amounts(changed)}`))
    for (const { action, level, outcome } of own) {
      lines.push(`  ${action} (level ${level}): ${outcome}`)
      for (const change of byAction.get(action) ?? []) lines.push(...changeText(change))
    }
  }
  if (events.length > 0)
    lines.push(
      '',
      colours.bold(`Events, in this order (${events.length})`),
      ...events.map(
        ({ name, args }, index) => `${String(index + 1).padStart(5)}. ${[name, ...args].join(' ')}`,
      ),
    )
  return lines
}

/** What a plugin changes, counted. */
export function amounts(changes: readonly ReportedChange[]): string {
  const trees = changes.flatMap(({ change }) => (change.kind === 'tree' ? [change] : []))
  const files = trees.reduce((total, tree) => total + tree.files, 0)
  const bytes = trees.reduce((total, tree) => total + tree.bytes, 0)
  const of = (...kinds: string[]) =>
    changes.filter(({ change }) => kinds.includes(change.kind)).length
  const parts: [number, string][] = [
    [of('record'), count(of('record'), 'record')],
    [of('user'), count(of('user'), 'user')],
    [of('group'), count(of('group'), 'group')],
    [of('database'), count(of('database'), 'database')],
    [
      trees.length,
      `${count(trees.length, 'tree')} (${count(files, 'file')}, ${formatBytes(bytes)})`,
    ],
    [
      of('file', 'folder', 'link'),
      count(of('file', 'folder', 'link'), 'single file or folder', 'single files and folders'),
    ],
    [of('event'), count(of('event'), 'event')],
    [of('command'), count(of('command'), 'command')],
  ]
  return (
    parts
      .filter(([amount]) => amount > 0)
      .map(([, text]) => text)
      .join(', ') || 'nothing to do'
  )
}

function changeText({ change, outcome }: ReportedChange): string[] {
  const { kind, text, values, notes } = describeChange(change)
  const mark = outcome === 'skipped' || outcome === 'failed' ? ` (${outcome})` : ''
  return [
    `    ${kind.padEnd(9)} ${text}${mark}`,
    ...values.map(([name, pair]) => `              ${name} ${arrow(pair)}`),
    ...notes.map((note) => `              ${note}`),
  ]
}

function arrow([before, after]: PropChange): string {
  return `${colours.red(shownValue(before))} → ${colours.green(shownValue(after))}`
}
