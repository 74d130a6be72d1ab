import { commandText } from '../host/command-text.js'

/** What became of an action or an operation; the same closed set everywhere. */
export type Outcome = 'done' | 'unchanged' | 'skipped' | 'failed' | 'pending'

/** Old and new value of a prop; null where the prop does not exist. Secrets are masked. */
export type PropChange = readonly [before: string | null, after: string | null]

/** Counts of a file tree: what moves, without the top folder itself. Bytes are apparent sizes. */
export interface TreeCounts {
  readonly files: number
  readonly directories: number
  readonly bytes: number
}

/**
 * One operation as plain data: what the journal, the plan, the report and `--json` show of it.
 * All texts are decoded for people. docs/json.md#changes
 */
export type Change =
  | {
      readonly kind: 'record'
      readonly database: string
      readonly key: string
      /** Old and new type, where it changes. */
      readonly type?: PropChange
      readonly props: Readonly<Record<string, PropChange>>
      readonly deleted?: true
    }
  | ({
      readonly kind: 'tree'
      readonly from: string
      readonly to: string
      readonly owner?: string
      /** Names under which files were put beside different ones of the destination. */
      readonly keptBoth: readonly string[]
      /** Files of the destination that gave way, each with the name under which it stays. */
      readonly replaced?: readonly (readonly [name: string, savedAs: string])[]
      /** Of a mailbox: how many of the files are messages. */
      readonly messages?: number
    } & TreeCounts)
  | { readonly kind: 'file'; readonly from?: string; readonly to: string; readonly mode: string }
  | { readonly kind: 'folder'; readonly to: string; readonly mode: string; readonly owner?: string }
  | { readonly kind: 'acls'; readonly folder: string; readonly files: number }
  | { readonly kind: 'link'; readonly to: string; readonly target: string }
  | { readonly kind: 'user'; readonly name: string; readonly uid?: number }
  | {
      readonly kind: 'group'
      readonly name: string
      readonly gid?: number
      readonly members: readonly string[]
    }
  | { readonly kind: 'password'; readonly user: string }
  | {
      readonly kind: 'database'
      readonly name: string
      readonly from: string
      /** Of the dump. */
      readonly bytes: number
    }
  | { readonly kind: 'database-account'; readonly account: string }
  | { readonly kind: 'database-password'; readonly user: string; readonly storedIn: string }
  | {
      readonly kind: 'event'
      readonly event: string
      readonly args: readonly string[]
      /** A kill left it open whether the event had run: it was signalled again. */
      readonly repeated?: true
    }
  | {
      readonly kind: 'command'
      readonly command: readonly string[]
      /** What it does, or whom it is about, in words. */
      readonly about?: string
      /** As for an event, on the first boot of a staged destination. */
      readonly repeated?: true
    }
  | {
      readonly kind: 'owners'
      /** Whose entries got the ids of this host. */
      readonly accounts: readonly string[]
      readonly entries: number
    }

/** A change, whose it is, and what became of it. */
export interface ReportedChange {
  readonly plugin: string
  readonly action: string
  readonly outcome: Outcome
  readonly change: Change
}

/** What a change is about, in a few words. */
export function subjectOf(change: Change): string {
  switch (change.kind) {
    case 'record':
      return `${change.database}/${change.key}`
    case 'user':
    case 'group':
    case 'database':
      return change.name
    case 'password':
    case 'database-password':
      return change.user
    case 'database-account':
      return change.account
    case 'event':
      return [change.event, ...change.args].join(' ')
    case 'command':
      return change.about ?? commandText(change.command)
    case 'acls':
      return change.folder
    case 'owners':
      return change.accounts.join(', ')
    case 'tree':
    case 'file':
    case 'folder':
    case 'link':
      return change.to
  }
}
