import type { Accounting, AccountingEntry } from './accounting.js'

/** A part of the source that no installed plugin knows. */
export interface UnknownPart {
  /** `3 records of configuration`, `accounts: records of type ibay`, or a path. */
  readonly subject: string
  /** The records, with their props where it is about those; empty for a path. */
  readonly records: readonly string[]
}

/** What of an account nobody has heard of, in lines for a person. */
export function unknownParts({ entries }: Accounting): UnknownPart[] {
  const unknown = entries.filter(({ state }) => state === 'unknown')
  const isPlain = ({ database }: AccountingEntry) => database === 'configuration'
  // There each record is an entry of its own.
  const plain = unknown.filter(isPlain).map((entry) => withProps(entry.keys.join(', '), entry))
  return [
    ...(plain.length === 0
      ? []
      : [
          {
            subject: `${plain.length} ${plain.length === 1 ? 'record' : 'records'} of configuration`,
            records: plain,
          },
        ]),
    ...unknown
      .filter((entry) => !isPlain(entry))
      .map((entry) => ({ subject: withProps(entry.subject, entry), records: entry.keys })),
  ]
}

function withProps(name: string, { props }: AccountingEntry): string {
  return props.length === 0 ? name : `${name} (${shorten(props)})`
}

/** The first of a list, and how many more there are. */
export function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ')
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown
}
