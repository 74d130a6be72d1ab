import {
  firstOfEachSpelling,
  toDisplay,
  type EsmithRecord,
  type Log,
  type MigrateContext,
  type OperationResult,
} from '@nethserver-migrate/core'
import { getmailAccount, UNUSED } from './getmail-account.js'

/** Accounts on other servers that fetchmail polled. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  const old = source.database('fetchmail')?.records() ?? []
  if (old.length === 0)
    return log.info('the source has no external mail accounts: nothing to do', {
      subject: 'home/e-smith/db/fetchmail',
    })
  if (!destination.database('getmail').exists && destination.configuration.has('fetchmail'))
    return log.info(
      'the destination has no getmail database: external mail accounts are fetchmail’s',
    )
  if (!destination.configuration.type('DomainName'))
    return log.error(
      'DomainName is not set at the destination: no external mail account is migrated',
      {
        code: 'no-domain-name',
        subject: 'configuration/DomainName',
        remedy: 'Give the new server its full host name, then run the same command again',
      },
    )

  const wasPolled = isPolled(context)
  const results: OperationResult[] = []
  for (const record of firstOfEachSpelling('fetchmail', old, log)) {
    const result = await migrateAccount(record, wasPolled, context)
    if (result) results.push(result)
  }
  await destination.signalEvent('nethserver-getmail-save', [], { onlyFor: results })
}

/** A service that was off left all mail where it was: its accounts wait for a person. */
function isPolled({ source, log }: MigrateContext): boolean {
  const service = source.configuration.get('fetchmail')
  if (!service || service.props['status'] === 'enabled') return true
  log.notice('fetchmail was not enabled on the old server: all its accounts arrive disabled', {
    code: 'service-was-off',
    subject: 'configuration/fetchmail',
    remedy: 'Enable the accounts that getmail is to poll',
  })
  return false
}

async function migrateAccount(
  record: EsmithRecord,
  wasPolled: boolean,
  { destination, log }: MigrateContext,
): Promise<OperationResult | undefined> {
  const old = `fetchmail/${toDisplay(record.key)}`
  if (!['account', 'popserver', 'username'].some((name) => record.props[name])) {
    log.warning(`${old} has neither account nor popserver nor username: skipped`, {
      code: 'account-empty',
      subject: old,
      remedy: 'Enter the account by hand if it is still needed',
      leaves: [{ database: 'fetchmail', key: record.key }],
    })
    return undefined
  }
  const subject = `getmail/${toDisplay(record.key)}`
  const { props, problems } = getmailAccount(record, destination)
  const result = await destination
    .database('getmail')
    .create(record.key, 'getmail', wasPolled ? props : { ...props, status: 'disabled' })
  if (result.outcome === 'exists')
    log.warning(`${subject} exists at the destination with other values: kept as it is`, {
      code: 'account-exists',
      subject,
      remedy: 'Compare it with the account of the old server',
    })
  else if (result.outcome !== 'failed') sayWhatIsMissing(subject, record, problems, log)
  return result
}

function sayWhatIsMissing(
  subject: string,
  { props }: EsmithRecord,
  problems: readonly string[],
  log: Log,
): void {
  if (problems.length > 0)
    log.warning(`${subject} arrives disabled: ${problems.join('; ')}`, {
      code: 'account-disabled',
      subject,
      remedy: 'Complete the account by hand, then enable it',
    })
  const unused = UNUSED.filter((name) => name in props)
  if (unused.length > 0)
    log.info(`${subject}: getmail has no place for ${unused.join(', ')}, left out`, {
      code: 'unused-props',
      subject,
    })
}
