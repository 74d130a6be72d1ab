import type { OwnerNames } from '@nethserver-migrate/core'

/** Where all mailboxes of the destination lie, and whose they are. */
export const VMAIL = '/var/lib/nethserver/vmail'
export const VMAIL_OWNER: OwnerNames = { user: 'vmail', group: 'vmail' }

/** Somebody with a mailbox on the old server, and a place for it on the new one. */
export interface Mailbox {
  readonly user: string
  /** Folder of the source in which `Maildir` and `sieve` lie. */
  readonly from: string
  /** Folder of the destination. */
  readonly to: string
}
