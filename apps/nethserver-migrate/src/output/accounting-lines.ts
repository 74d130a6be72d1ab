import {
  shorten,
  type Accounted,
  type Accounting,
  type AccountingEntry,
} from '@nethserver-migrate/core/runner'
import { titleOf, type Titles } from './titles.js'
import { count, formatBytes } from './sizes.js'

/** In the order in which a person wants to know of them. */
export const STATES: readonly Accounted[] = ['unknown', 'not-installed', 'left-out', 'migrated']

export const STATE_WORDS: Readonly<Record<Accounted, string>> = {
  migrated: 'migrated',
  'left-out': 'left out for a reason',
  'not-installed': 'not migrated, the feature is not installed here',
  unknown: 'known to no installed plugin, not migrated',
}

/** Why something is left out, in words. */
export const REASON_WORDS: Readonly<Record<AccountingEntry['reason'], string>> = {
  '': '',
  'never-imported': 'is never imported',
  'set-on-destination': 'is set on the new server itself',
  'old-default': 'is an old default',
  'no-equivalent': 'has no equivalent on NethServer',
  'other-plugin': 'belongs to another plugin, which is not installed',
  obsolete: 'is of no use any more',
  skipped: 'was left out by this run, see what it says',
}

/** The totals, and all that nobody knows: for the end of a run. */
export function accountingSummary({ totals, entries }: Accounting): string[] {
  const { records, values, trees } = totals
  const unknown = entries.filter(({ state }) => state === 'unknown')
  return [
    '',
    'What became of the old server',
    ...[...STATES]
      .reverse()
      .map(
        (state) =>
          `  ${count(records[state], 'record')} (${count(values[state], 'value')}), ${count(trees[state], 'file tree')}: ${STATE_WORDS[state]}`,
      ),
    ...(unknown.length === 0
      ? []
      : ['  Unknown:', ...unknown.map((entry) => `    ${named(entry)}`)]),
  ]
}

/** Every entry, by what became of it. */
export function accountingLines({ entries }: Accounting, titles: Titles): string[] {
  return STATES.flatMap((state) => {
    const own = entries.filter((entry) => entry.state === state)
    if (own.length === 0) return []
    return [
      '',
      `${STATE_WORDS[state]} (${own.length})`,
      ...own.map((entry) => {
        const plugins = entry.plugins.map((plugin) => titleOf(plugin, titles)).join(', ')
        return [
          `  ${named(entry)}`,
          ...[plugins, entry.becomes, REASON_WORDS[entry.reason], entry.manual].filter(Boolean),
        ].join(' · ')
      }),
    ]
  })
}

function named(entry: AccountingEntry): string {
  const { kind, subject, keys, props, values, bytes, state, database } = entry
  if (kind === 'tree')
    return state === 'migrated'
      ? subject
      : `${subject} (${count(values, 'file')}, ${formatBytes(bytes)})`
  const names = props.length === 0 ? '' : ` (${shorten(props)})`
  const records = database === 'configuration' || keys.length === 0 ? '' : `: ${shorten(keys)}`
  return `${subject}${names}${records}`
}
