import {
  splitNames,
  toDisplay,
  type Destination,
  type MigrateContext,
} from '@nethserver-migrate/core'
import { filterOf, NO_FILTER, type Filter } from './filter.js'
import { OLD_LISTS, readRules, type NewEntries } from './read-rules.js'

/** White and black lists; then applies them and the spam levels. Rule: README.md#lists */
export async function migrateLists(context: MigrateContext): Promise<void> {
  const { destination, log } = context
  const entries = readRules(context)
  reportUserLists(context)
  const filter = filterOf(destination)
  if (!filter) {
    if (Object.values(entries).flat().length > 0)
      log.error(
        'white and black lists are not migrated: the destination has neither an rspamd nor an amavisd record',
        NO_FILTER,
      )
    return
  }
  // Asked for even when no list grows: it also stands for the spam levels, written just before.
  const changed = await destination.configuration.merge(filter, grown(entries, filter, destination))
  warnOfContradictions(filter, context)
  // The package that came with rspamd has given its update event another name.
  const event = `nethserver-mail-filter-${filter === 'rspamd' ? 'save' : 'update'}`
  await destination.signalEvent(event, [], { onlyFor: [changed] })
}

/** The lists that get longer: what was there stays in front, new entries follow in byte order. */
function grown(
  entries: NewEntries,
  filter: Filter,
  destination: Destination,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([list, added]) => {
      const here = entriesOf(list, filter, destination)
      const all = splitNames([...here, ...[...added].sort()].join(','))
      return all.length > here.length ? [[list, all.join(',')]] : []
    }),
  )
}

function warnOfContradictions(filter: Filter, { destination, log }: MigrateContext): void {
  const white = new Set(
    entriesOf('SenderWhiteList', filter, destination).map((entry) => entry.toLowerCase()),
  )
  const both = entriesOf('SenderBlackList', filter, destination).filter((entry) =>
    white.has(entry.toLowerCase()),
  )
  if (both.length > 0)
    log.warning(
      `${filter}: on SenderWhiteList as well as on SenderBlackList: ${both.map(toDisplay).join(', ')}`,
      {
        code: 'spam-lists-contradict',
        subject: `configuration/${filter}`,
        remedy: 'Take each of them out of one of the two',
      },
    )
}

function entriesOf(list: string, filter: Filter, { configuration }: Destination): string[] {
  return splitNames(configuration.prop(filter, list) ?? '')
}

function reportUserLists({ source, log }: MigrateContext): void {
  const own = (source.database('spamassassin')?.records('wbl') ?? []).filter(
    ({ key }) => !OLD_LISTS.has(key),
  )
  if (own.length > 0)
    log.notice(
      `spamassassin: lists of single users are not migrated: ${own.map(({ key }) => toDisplay(key)).join(', ')}`,
      {
        code: 'user-lists-left',
        subject: 'spamassassin',
        remedy: 'Have users write filters of their own where they still need them',
      },
    )
}
