import type { Destination } from '../destination/destination.js'
import type { Bytes } from '../files/bytes.js'
import type { Source } from '../source/source.js'

/** Somebody who may have mail on the old server. */
export interface OldMailbox {
  readonly user: Bytes
  /** The folder of the source in which `Maildir` and `sieve` lie. */
  readonly from: Bytes
}

/** All users of the old server, and admin, whose mail lies in a place of its own. */
export function oldMailboxes(source: Source): OldMailbox[] {
  const users = source.accounts.records('user').map(({ key }) => key)
  return [
    ...users
      .filter((user) => user !== 'admin')
      .map((user) => ({ user, from: `home/e-smith/files/users/${user}` })),
    { user: 'admin', from: 'home/e-smith' },
  ]
}

/**
 * Whether somebody can get mail at the destination: not without an account, not as an account of
 * the system, and not where the record of the account says otherwise.
 */
export function mailboxState(
  user: Bytes,
  destination: Destination,
): 'open' | 'unknown' | 'system' | 'disabled' {
  const account = destination.findUser(user)
  if (!account) return 'unknown'
  if (user === 'admin') return 'open'
  if (!destination.isPersonalId(account.uid)) return 'system'
  return destination.accountsProvider === 'accounts-database' &&
    destination.accounts.prop(user, 'MailStatus') !== 'enabled'
    ? 'disabled'
    : 'open'
}
