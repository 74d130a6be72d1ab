import { colours } from './colours.js'
import {
  commandText,
  type Change,
  type PropChange,
  type Report,
} from '@nethserver-migrate/core/runner'
import { count, formatBytes } from './sizes.js'

/** Everything a run would change, or has changed, grouped by action; one or more lines a change. */
export function changeLines({ actions, changes }: Report): string[] {
  const lines: string[] = []
  for (const { action, level, outcome } of actions) {
    lines.push('', colours.bold(`${action} (level ${level}): ${outcome}`))
    const own = changes.filter((change) => change.action === action)
    if (own.length === 0) lines.push('  nothing to do')
    for (const { change, outcome: ended } of own)
      lines.push(
        ...describe(change, ended === 'skipped' || ended === 'failed' ? ` (${ended})` : ''),
      )
  }
  return lines
}

function describe(change: Change, mark: string): string[] {
  switch (change.kind) {
    case 'record':
      return [
        `  record     ${change.database}/${change.key}${change.deleted ? ': deleted' : ''}${mark}`,
        ...(change.type ? [`               (type) ${arrow(change.type)}`] : []),
        ...Object.entries(change.props).map(
          ([name, values]) => `               ${name} ${arrow(values)}`,
        ),
      ]
    case 'tree':
      return [
        `  tree       ${change.from} → ${change.to}: ${count(change.files, 'file')}, ${count(change.directories, 'directory', 'directories')}, ${formatBytes(change.bytes)}${mark}`,
        ...change.keptBoth.map((name) => `               kept beside the destination's: ${name}`),
        ...(change.replaced ?? []).map(
          ([name, saved]) =>
            `               replaces the destination's: ${name} (saved as ${saved})`,
        ),
      ]
    case 'file':
      return [
        `  file       ${change.from ?? '(merged)'} → ${change.to}, mode ${change.mode}${mark}`,
      ]
    case 'folder':
      return [
        `  folder     ${change.to}, mode ${change.mode}${change.owner ? `, owner ${change.owner}` : ''}${mark}`,
      ]
    case 'acls':
      return [`  ACLs       ${change.folder}: of ${count(change.files, 'file')}${mark}`]
    case 'link':
      return [`  link       ${change.to} → ${change.target}${mark}`]
    case 'user':
      return [
        `  user       ${change.name}${change.uid === undefined ? '' : `, uid ${change.uid}`}${mark}`,
      ]
    case 'group':
      return [`  group      ${change.name}: ${change.members.join(', ') || 'no members'}${mark}`]
    case 'password':
      return [`  password   of ${change.user}${mark}`]
    case 'database':
      return [
        `  database   ${change.name}, from ${change.from} (${formatBytes(change.bytes)})${mark}`,
      ]
    case 'database-account':
      return [`  account    ${change.account} of the database server${mark}`]
    case 'database-password':
      return [
        `  password   of ${change.user} in the database server, stored in ${change.storedIn}${mark}`,
      ]
    case 'event':
      return [
        `  event      ${[change.event, ...change.args].join(' ')}${change.repeated ? ' (again)' : ''}${mark}`,
      ]
    case 'command':
      return [
        `  command    ${change.about ? `${change.about}: ` : ''}${commandText(change.command)}${mark}`,
      ]
  }
}

function arrow([before, after]: PropChange): string {
  const show = (value: string | null) =>
    value === null ? '(none)' : value === '' ? '(empty)' : value
  return `${colours.red(show(before))} → ${colours.green(show(after))}`
}
