import { commandText, type Change, type PropChange } from '@nethserver-migrate/core/runner'
import { count, formatBytes } from './sizes.js'

/** A change in words, for a screen and for a page. */
export interface DescribedChange {
  readonly kind: string
  readonly text: string
  /** Old and new values of a record. */
  readonly values: readonly (readonly [name: string, values: PropChange])[]
  readonly notes: readonly string[]
}

export function describeChange(change: Change): DescribedChange {
  const { kind, text, values = [], notes = [] } = words(change)
  return { kind, text, values, notes }
}

/** A mailbox is counted in messages. */
export function treeItems({ files, messages }: { files: number; messages?: number }): string {
  return messages === undefined
    ? count(files, 'file')
    : `${count(messages, 'message')}, ${count(files - messages, 'other file')}`
}

function words(change: Change): Pick<DescribedChange, 'kind' | 'text'> & Partial<DescribedChange> {
  switch (change.kind) {
    case 'record':
      return {
        kind: 'record',
        text: `${change.database}/${change.key}${change.deleted ? ': deleted' : ''}`,
        values: [
          ...(change.type ? [['(type)', change.type] as const] : []),
          ...Object.entries(change.props),
        ],
      }
    case 'tree':
      return {
        kind: 'tree',
        text: `${change.from} → ${change.to}: ${treeItems(change)}, ${count(change.directories, 'directory', 'directories')}, ${formatBytes(change.bytes)}`,
        notes: [
          ...change.keptBoth.map((name) => `kept beside the destination's: ${name}`),
          ...(change.replaced ?? []).map(
            ([name, saved]) => `replaces the destination's: ${name} (saved as ${saved})`,
          ),
        ],
      }
    case 'file':
      return {
        kind: 'file',
        text: `${change.from ?? '(merged)'} → ${change.to}, mode ${change.mode}`,
      }
    case 'folder':
      return {
        kind: 'folder',
        text: `${change.to}, mode ${change.mode}${change.owner ? `, owner ${change.owner}` : ''}`,
      }
    case 'acls':
      return { kind: 'ACLs', text: `${change.folder}: of ${count(change.files, 'file')}` }
    case 'link':
      return { kind: 'link', text: `${change.to} → ${change.target}` }
    case 'user':
      return {
        kind: 'user',
        text: `${change.name}${change.uid === undefined ? '' : `, uid ${change.uid}`}`,
      }
    case 'group':
      return {
        kind: 'group',
        text: `${change.name}: ${change.members.join(', ') || 'no members'}`,
      }
    case 'password':
      return { kind: 'password', text: `of ${change.user}` }
    case 'database':
      return {
        kind: 'database',
        text: `${change.name}, from ${change.from} (${formatBytes(change.bytes)})`,
      }
    case 'database-account':
      return { kind: 'account', text: `${change.account} of the database server` }
    case 'database-password':
      return {
        kind: 'password',
        text: `of ${change.user} in the database server, stored in ${change.storedIn}`,
      }
    case 'event':
      return {
        kind: 'event',
        text: `${[change.event, ...change.args].join(' ')}${change.repeated ? ' (again)' : ''}`,
      }
    case 'command':
      return {
        kind: 'command',
        text: `${change.about ? `${change.about}: ` : ''}${commandText(change.command)}${change.repeated ? ' (again)' : ''}`,
      }
    case 'owners':
      return {
        kind: 'owners',
        text: `of ${count(change.entries, 'entry', 'entries')}: ${change.accounts.join(', ')}`,
      }
  }
}

/** A value of a prop, also where there is none. */
export function shownValue(value: string | null): string {
  return value === null ? '(none)' : value === '' ? '(empty)' : value
}
