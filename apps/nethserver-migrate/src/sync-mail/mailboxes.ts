import {
  joinPath,
  mailboxState,
  oldMailboxes,
  toDisplay,
  type DestinationView,
  type Source,
} from '@nethserver-migrate/core/runner'
import { LocalMaildir } from './local-maildir.js'

/** A mailbox on both servers. */
export interface SyncedMailbox {
  /** As the new server calls it. */
  readonly name: string
  /** Its Maildir on the old server, below `home/e-smith`. */
  readonly maildir: string
  /** Its folder at the destination. */
  readonly folder: string
  readonly here: LocalMaildir
}

/** The mailboxes that mail can be brought for, and the users for whom it cannot. */
export function syncedMailboxes(
  source: Source,
  destination: DestinationView['destination'],
  root: string,
): { mailboxes: SyncedMailbox[]; unknown: string[] } {
  const mailboxes: SyncedMailbox[] = []
  const unknown: string[] = []
  for (const { user, from } of oldMailboxes(source)) {
    const state = mailboxState(user, destination)
    if (state === 'unknown' || state === 'system') unknown.push(toDisplay(user))
    if (state !== 'open') continue
    const folder = destination.mailboxOf(user)
    mailboxes.push({
      name: toDisplay(folder.slice(folder.lastIndexOf('/') + 1)),
      maildir: `${from}/Maildir`.replace('home/e-smith/', ''),
      folder,
      here: new LocalMaildir(joinPath(root, folder, 'Maildir')),
    })
  }
  return { mailboxes, unknown }
}
