import { count } from '../output/sizes.js'
import { goneThere } from './compare-maildirs.js'
import type { LocalMessage } from './local-maildir.js'
import type { SyncedMailbox } from './mailboxes.js'
import type { Listing } from './old-server.js'
import type { SeenMessages } from './seen-messages.js'
import { SyncError } from './sync-error.js'

type Candidates = ReadonlyMap<SyncedMailbox, ReadonlyMap<string, LocalMessage>>

/**
 * The messages here that are gone on the old server, as paths below their Maildirs.
 * @throws SyncError when some never were there, or nobody can tell.
 */
export async function goneMessages(
  mailboxes: readonly SyncedMailbox[],
  listing: Listing,
  { listAgain, seen }: { listAgain: () => Promise<Listing>; seen: SeenMessages },
): Promise<ReadonlyMap<SyncedMailbox, readonly string[]>> {
  const first = candidates(mailboxes, listing)
  if (first.size === 0) return new Map()
  // One that gets another name while it is listed can be missed, but not twice.
  const second = candidates(mailboxes, await listAgain())
  const gone = new Map<SyncedMailbox, string[]>()
  const arrived: string[] = []
  for (const [mailbox, messages] of first) {
    const both = [...messages].filter(([key]) => second.get(mailbox)?.has(key))
    const own = both.filter(
      ([key, { seconds }]) => seen.matters(seconds) && !seen.has(mailbox.maildir, key),
    )
    if (own.length > 0) arrived.push(`${mailbox.name} (${count(own.length, 'message')})`)
    gone.set(
      mailbox,
      both.map(([, { path }]) => path),
    )
  }
  if (arrived.length > 0) throw SyncError.newMailHere(arrived)
  return gone
}

/** Where a Maildir is missing on the old server, nothing is gone. */
function candidates(
  mailboxes: readonly SyncedMailbox[],
  { entries, unreadable }: Listing,
): Candidates {
  const [complaint] = unreadable
  if (complaint !== undefined) throw SyncError.incompleteList(complaint)
  return new Map(
    mailboxes.flatMap((mailbox) => {
      const there = entries.get(mailbox.maildir)
      const messages = there && goneThere(there, mailbox.here)
      return messages && messages.size > 0 ? [[mailbox, messages] as const] : []
    }),
  )
}
