import { toDisplay, trimBlanks, type Bytes, type MigrateContext } from '@nethserver-migrate/core'
import { translateRule } from './translate-rule.js'

/** The lists of the new filter, each with the entries that old rules become. */
export type NewEntries = Record<
  'SenderWhiteList' | 'SenderBlackList' | 'RecipientWhiteList',
  Bytes[]
>

type Lists = ReadonlyMap<string, keyof NewEntries>

/** The old records for all users, with the list that a rule goes to by its value. */
export const OLD_LISTS: ReadonlyMap<string, Lists> = new Map([
  ['wbl.global', lists({ white: 'SenderWhiteList', black: 'SenderBlackList' })],
  ['wbl.global_to', lists({ white: 'RecipientWhiteList' })],
])

/** Reads and translates the rules for all users; says which stay behind. Rule: README.md#rules */
export function readRules(context: MigrateContext): NewEntries {
  const { source, log } = context
  const entries: NewEntries = { SenderWhiteList: [], SenderBlackList: [], RecipientWhiteList: [] }
  const database = source.database('spamassassin')
  if (!database) log.info('the source has no spamassassin database: there are no lists to migrate')

  const skipped: Bytes[] = []
  for (const [key, lists] of OLD_LISTS)
    for (const [prop, value] of Object.entries(database?.get(key)?.props ?? {})) {
      const rule = trimBlanks(prop)
      const { list, entry, problem } = newEntry(rule, value, lists)
      if (problem === undefined) entries[list].push(entry)
      else {
        if (!isBlackRecipient(key, value)) skipped.push(rule)
        log.warning(`spamassassin/${key}: the rule ${toDisplay(rule)} ${problem}: skipped`, {
          code: 'spam-rule-skipped',
          subject: `spamassassin/${key} ${toDisplay(rule)}`,
          remedy: 'Enter what it was for by hand where it is still needed',
          leaves: [{ database: 'spamassassin', key, props: [prop] }],
        })
      }
    }
  if (skipped.length > 0)
    log.followUp(
      `see what the old spam rules were for that the new filter cannot have: ${skipped.map(toDisplay).join(', ')}`,
      {
        code: 'spam-rules-skipped',
        subject: 'spamassassin',
        remedy: 'Enter addresses or whole domains in their place on the page of the mail filter',
      },
    )
  reportBlackRecipients(context)
  return entries
}

type NewEntry =
  | { readonly list: keyof NewEntries; readonly entry: Bytes; readonly problem?: never }
  | { readonly list?: never; readonly entry?: never; readonly problem: string }

function newEntry(rule: Bytes, value: Bytes, lists: Lists): NewEntry {
  const colour = colourOf(value)
  const list = lists.get(colour)
  if (list === undefined)
    return colour === 'black'
      ? { problem: 'black-lists a recipient, which the new filter cannot do' }
      : { problem: `has the value "${toDisplay(value)}", neither White nor Black` }
  const { entry, problem } = translateRule(rule)
  return problem === undefined ? { list, entry } : { problem }
}

function reportBlackRecipients({ source, log }: MigrateContext): void {
  const rules = Object.entries(source.database('spamassassin')?.get('wbl.global_to')?.props ?? {})
  const black = rules.filter(([, value]) => colourOf(value) === 'black').map(([rule]) => rule)
  if (black.length > 0)
    log.followUp(
      `keep mail from recipients that the old server black-listed: ${black.map(toDisplay).join(', ')}`,
      {
        code: 'recipient-black-list',
        subject: 'spamassassin/wbl.global_to',
        remedy: 'Delete these addresses, or make them internal ones',
      },
    )
}

/** These have a task of their own. */
function isBlackRecipient(key: string, value: Bytes): boolean {
  return key === 'wbl.global_to' && colourOf(value) === 'black'
}

function colourOf(value: Bytes): string {
  return trimBlanks(value).toLowerCase()
}

function lists(byColour: Readonly<Record<string, keyof NewEntries>>): Lists {
  return new Map(Object.entries(byColour))
}
