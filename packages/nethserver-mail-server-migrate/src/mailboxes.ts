import {
  maildirRules,
  mailboxState,
  oldMailboxes,
  toDisplay,
  type MigrateContext,
  type TransferTree,
} from '@nethserver-migrate/core'
import { linkActiveScripts } from './active-scripts.js'
import { VMAIL, VMAIL_OWNER, type Mailbox } from './mailbox.js'
import { migrateSharedMailboxIndex } from './shared-mailboxes.js'
import { uniteSubscriptions } from './subscriptions.js'

/** The event that merges what `nethserver-migrate sync-mail` has brought. */
const SYNC = 'migration-sync-mail'

/** Messages, filters and subscriptions of everybody, admin too. Rule: README.md#mailboxes */
export async function migrateMailboxes(context: MigrateContext): Promise<void> {
  const { destination, event, log } = context
  if (!destination.findUser(VMAIL_OWNER.user))
    return log.error('the destination has no account vmail: no mailbox is migrated', {
      code: 'vmail-missing',
      subject: VMAIL,
      remedy: 'Install the mail server package, then run the same command again',
    })
  if (
    destination.accountsProvider !== 'accounts-database' &&
    !destination.configuration.type('DomainName')
  )
    return log.error('DomainName is not set at the destination: no mailbox is migrated', {
      code: 'no-domain-name',
      subject: 'configuration/DomainName',
      remedy: 'Give the new server its full host name, then run the same command again',
    })
  const mailboxes = mailboxesOf(context)
  if (mailboxes.length > 0 && destination.kind(VMAIL) === 'missing')
    await destination.makeFolder({ to: VMAIL, mode: 0o700, owner: VMAIL_OWNER })
  await destination.transferTrees(mailboxes.flatMap((mailbox) => transferOf(mailbox, context)))
  await linkActiveScripts(mailboxes, context)
  await uniteSubscriptions(mailboxes, context)
  // What an import has said once, no synchronisation says again.
  if (event !== SYNC) await migrateSharedMailboxIndex(mailboxes, context)
}

function mailboxesOf(context: MigrateContext): Mailbox[] {
  const { source, destination } = context
  return oldMailboxes(source)
    .map((mailbox) => ({ ...mailbox, to: destination.mailboxOf(mailbox.user) }))
    .filter((mailbox) => mayArrive(mailbox, context))
}

/** Nobody hears of a mailbox that is missing and cannot be missed. */
function mayArrive({ user, from, to }: Mailbox, context: MigrateContext): boolean {
  const { source, destination, event, log } = context
  const shown = toDisplay(user)
  const maildir = toDisplay(`${from}/Maildir`)
  const kind = source.kind(`${from}/Maildir`)
  const state = mailboxState(user, destination)
  if (state === 'unknown' || state === 'system') {
    if (kind !== 'missing')
      log.error(
        `user ${shown} ${state === 'system' ? 'is an account of the system' : 'is unknown'} at the destination: the mail in ${maildir} is not migrated`,
        {
          code: 'mailbox-without-user',
          subject: shown,
          remedy: 'Make the account, or copy what is still needed by hand; the mail is still there',
        },
      )
    return false
  }
  if (state === 'disabled') {
    log.warning(`user ${shown} gets no mail at the destination: ${maildir} is not migrated`, {
      code: 'mailbox-disabled',
      subject: shown,
      remedy: `Enable the mailbox (db accounts setprop ${shown} MailStatus enabled), then run the same command again`,
    })
    return false
  }
  if (kind === 'directory') return true
  // What an earlier import has moved is not missing, and not everybody has got mail since.
  const mayBeMissing = event === SYNC || destination.kind(`${to}/Maildir`) !== 'missing'
  if (kind === 'missing' && mayBeMissing) return true
  log.warning(
    kind === 'missing'
      ? `user ${shown}: ${maildir} is missing in the source, no mail is migrated`
      : `user ${shown}: ${maildir} is no folder but a ${kind}, no mail is migrated`,
    {
      code: 'mailbox-missing',
      subject: shown,
      remedy: 'Extract the whole backup if the user had mail, then run the same command again',
    },
  )
  return source.kind(`${from}/sieve`) === 'directory'
}

function transferOf({ from, to }: Mailbox, { source }: MigrateContext): TransferTree[] {
  const only = ['Maildir', 'sieve'].filter((name) => source.kind(`${from}/${name}`) === 'directory')
  return only.length === 0
    ? []
    : [{ from, to, owner: VMAIL_OWNER, only, closed: true, rules: maildirRules }]
}
