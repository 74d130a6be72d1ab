import { toDisplay, type EsmithRecord, type MigrateContext } from '@nethserver-migrate/core'

/** What every migrated mailbox starts with. */
const DEFAULTS = {
  MailQuotaCustom: '15',
  MailQuotaType: 'default',
  MailSpamRetentionStatus: 'disabled',
  MailStatus: 'enabled',
}

interface Forward {
  readonly enabled: boolean
  readonly keepsCopy: boolean
  readonly address: string
}

/** Forwards of users (admin too), and mail props of groups. Rule: README.md#forwards */
export async function migrateForwards(context: MigrateContext): Promise<void> {
  const { source, destination } = context
  const admin = source.accounts.get('admin')
  const users = [...source.accounts.records('user'), ...(admin ? [admin] : [])].filter(
    ({ key }) => destination.findUser(key) !== undefined,
  )
  if (destination.accountsProvider === 'accounts-database') await forwardsOfRecords(users, context)
  else await forwardsOfProvider(users, context)
}

async function forwardsOfRecords(
  users: readonly EsmithRecord[],
  context: MigrateContext,
): Promise<void> {
  const { source, destination } = context
  const changed = []
  for (const user of users) {
    if (destination.accounts.type(user.key) !== 'user') continue
    const { enabled, keepsCopy, address } = forwardOf(user, context)
    changed.push({
      event: 'user-modify',
      name: user.key,
      result: await destination.accounts.merge(user.key, {
        ...DEFAULTS,
        MailForwardAddress: address,
        MailForwardKeepMessageCopy: keepsCopy ? 'yes' : 'no',
        MailForwardStatus: enabled ? 'enabled' : 'disabled',
      }),
    })
  }
  for (const { key } of source.accounts.records('group')) {
    if (destination.accounts.type(key) !== 'group') continue
    const props = { MailDeliveryType: 'copy', MailStatus: 'enabled' }
    changed.push({
      event: 'group-modify',
      name: key,
      result: await destination.accounts.merge(key, props),
    })
  }
  for (const { event, name, result } of changed)
    await destination.signalEvent(event, [name], { onlyFor: [result] })
}

/** Accounts of a provider have a record for their mail only where they forward it. */
async function forwardsOfProvider(
  users: readonly EsmithRecord[],
  context: MigrateContext,
): Promise<void> {
  const { destination } = context
  const domain = destination.configuration.type('DomainName') ?? ''
  for (const user of users) {
    const { enabled, keepsCopy, address } = forwardOf(user, context)
    if (!enabled) continue
    await destination.accounts.merge(
      `${user.key}@${domain}`,
      {
        ...DEFAULTS,
        MailForwardAddress: address,
        MailForwardKeepMessageCopy: keepsCopy ? 'yes' : 'no',
        MailForwardStatus: 'enabled',
      },
      { typeWhenNew: 'user' },
    )
  }
}

function forwardOf({ key, props }: EsmithRecord, { log }: MigrateContext): Forward {
  const { EmailForward: forward = '', ForwardAddress: address = '' } = props
  const subject = key
  if (!['', 'local', 'forward', 'both'].includes(forward))
    log.warning(
      `user ${key}: EmailForward ${toDisplay(forward)} is unknown, mail is delivered locally`,
      {
        code: 'forward-unknown',
        subject,
      },
    )
  const wanted = forward === 'forward' || forward === 'both'
  if (wanted && address.trim() === '')
    log.warning(
      `user ${key}: mail was to be forwarded, but to no address: it is delivered locally`,
      {
        code: 'forward-without-address',
        subject,
        remedy: 'Ask the user where mail should go',
      },
    )
  else if (wanted && !address.split(',').every((one) => /^[^\s@,]+@[^\s@,]+$/.test(one.trim())))
    log.warning(
      `user ${key}: ${toDisplay(address)} is no list of mail addresses, the forward is set all the same`,
      {
        code: 'forward-address-odd',
        subject,
        remedy: 'Correct the address on the page of the user',
      },
    )
  const enabled = wanted && address.trim() !== ''
  return { enabled, keepsCopy: enabled && forward === 'both', address }
}
