import { toDisplay, type Bytes, type MigrateContext } from '@nethserver-migrate/core'
import { Addresses, type Recipient } from './addresses.js'
import { isPseudonymAddress } from './pseudonym-address.js'

/** Addresses that the destination makes itself. */
const SYSTEM = new Set(['postmaster@', 'everyone@'])

/** Addresses of users, groups and pseudonyms. Rule: README.md#pseudonyms */
export async function migratePseudonyms(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  const addresses = new Addresses(context)
  const domain = destination.configuration.type('DomainName') ?? ''
  const records = destination.accountsProvider === 'accounts-database'
  const toPostmaster: string[] = []
  const seen = new Map<string, string>()
  const there = new Map(
    destination.accounts.records('pseudonym').map(({ key }) => [key.toLowerCase(), key]),
  )

  const make = async (
    key: string,
    recipient: Recipient,
    access: 'public' | 'private',
    /** Its record; the addresses of accounts have none. */
    old?: Bytes,
  ) => {
    const leaves =
      old === undefined ? {} : { leaves: [{ database: 'accounts', type: 'pseudonym', key: old }] }
    const shown = toDisplay(key)
    if (SYSTEM.has(key.replace(`@${domain}`, '@').toLowerCase()))
      return log.info(`pseudonym ${shown} is not migrated: the mail server defines its own`, {
        code: 'pseudonym-of-system',
        subject: shown,
        ...leaves,
      })
    if (!isPseudonymAddress(key))
      return log.warning(`pseudonym ${shown} is skipped: this is no address for mail`, {
        code: 'pseudonym-invalid',
        subject: shown,
        remedy: 'Enter it by hand as it was meant, on the page Email addresses',
        ...leaves,
      })
    const twin = seen.get(key.toLowerCase())
    if (twin !== undefined)
      return log.warning(
        `pseudonym ${shown} is skipped: it differs from ${toDisplay(twin)} only by case`,
        {
          code: 'pseudonym-differs-by-case',
          subject: shown,
          ...leaves,
        },
      )
    seen.set(key.toLowerCase(), key)
    const other = there.get(key.toLowerCase())
    if (other !== undefined && other !== key)
      return log.warning(
        `pseudonym ${shown} is skipped: the destination has ${toDisplay(other)}, which differs only by case`,
        {
          code: 'pseudonym-differs-by-case',
          subject: shown,
          remedy: 'Change the one that is there by hand if the old one was right',
          ...leaves,
        },
      )
    const account = accountOf(recipient, domain, records)
    const result = await destination.accounts.create(key, 'pseudonym', {
      Access: access,
      Account: account,
      Description: '',
    })
    if (result.outcome === 'exists') {
      const there = destination.accounts.prop(key, 'Account') ?? ''
      log.warning(
        `pseudonym ${shown} exists at the destination for ${named(there)}, the old server had ${named(account)}: kept as it is`,
        {
          code: 'pseudonym-exists',
          subject: shown,
          remedy: 'Change it by hand if the old one was right',
          ...leaves,
        },
      )
    } else if (recipient.kind === 'postmaster') {
      toPostmaster.push(shown)
      log.warning(`pseudonym ${shown} goes to postmaster: ${recipient.why}`, {
        code: 'pseudonym-to-postmaster',
        subject: shown,
      })
    }
    return undefined
  }

  for (const { key } of source.accounts.records('user'))
    await make(`${key}@`, addresses.recipientOf(key), 'public')
  for (const { key } of source.accounts.records('group'))
    await make(records ? `${key}@` : `${key}@${domain}`, addresses.recipientOf(key), 'public')
  for (const { key, props } of source.accounts.records('pseudonym')) {
    const recipient = addresses.recipientOf(key)
    const before = toPostmaster.length
    await make(
      key.includes('@') ? key : `${key}@`,
      recipient,
      props['Visible'] === 'internal' ? 'private' : 'public',
      key,
    )
    // Only of one that was made: the others have been spoken of.
    if (toPostmaster.length > before) sayOutside(key, props['Account'] ?? '', recipient, context)
  }
  if (toPostmaster.length > 0)
    log.followUp(
      `check the ${toPostmaster.length} pseudonyms that go to postmaster: ${toPostmaster.join(', ')}`,
      {
        code: 'check-pseudonyms',
        subject: toPostmaster.join(', '),
        remedy: 'Give each its account, or delete it, on the page Email addresses',
      },
    )
}

/** Where an alias to nobody is refused, postmaster has to be named. */
function accountOf(recipient: Recipient, domain: string, records: boolean): string {
  switch (recipient.kind) {
    case 'user':
      return records ? recipient.name : `${recipient.name}@${domain}`
    case 'group':
      return records
        ? recipient.name
        : recipient.members.map((member) => `${member}@${domain}`).join(',')
    case 'postmaster':
      return records ? '' : `postmaster@${domain}`
  }
}

function sayOutside(
  key: string,
  account: string,
  recipient: Recipient,
  { log }: MigrateContext,
): void {
  if (recipient.kind === 'postmaster' && recipient.outside)
    log.followUp(
      `pseudonym ${toDisplay(key)} was sent to ${toDisplay(account)} on the old server: decide who gets its mail now`,
      {
        code: 'pseudonym-outside',
        subject: toDisplay(key),
      },
    )
}

function named(account: string): string {
  return account === '' ? 'postmaster' : toDisplay(account)
}
