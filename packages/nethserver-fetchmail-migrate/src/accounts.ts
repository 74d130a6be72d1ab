import {
  firstOfEachSpelling,
  toDisplay,
  type EsmithRecord,
  type Log,
  type MigrateContext,
  type OperationResult,
} from '@nethserver-migrate/core'
import { fetchmailAccount, type FetchmailAccount } from './fetchmail-account.js'

const DATABASE = 'home/e-smith/db/fetchmail'

/** The accounts that the destination does not have. Rule: README.md#accounts */
export async function migrateAccounts(context: MigrateContext): Promise<OperationResult[]> {
  const results: OperationResult[] = []
  for (const record of firstOfEachSpelling('fetchmail', oldAccounts(context), context.log)) {
    const result = await migrateAccount(record, context)
    if (result) results.push(result)
  }
  return results
}

/** A database that cannot be read does not keep the service from being migrated. */
function oldAccounts({ source, log }: MigrateContext): readonly EsmithRecord[] {
  const kind = source.kind(DATABASE)
  if (kind === 'file') return source.database('fetchmail')?.records() ?? []
  if (kind === 'missing')
    log.info(`${DATABASE} is not in the source: there are no external mail accounts`)
  else
    log.error(`${DATABASE} is no regular file: no external mail account is migrated`, {
      code: 'accounts-unreadable',
      subject: DATABASE,
      remedy: 'Put the real file there, then run the same command again',
    })
  return []
}

async function migrateAccount(
  record: EsmithRecord,
  { destination, log }: MigrateContext,
): Promise<OperationResult | undefined> {
  const { key, type, props: old } = record
  const subject = `fetchmail/${toDisplay(key)}`
  if (!['account', 'popserver', 'username'].some((name) => old[name])) {
    log.warning(`${subject} has neither account nor popserver nor username: skipped`, {
      code: 'account-empty',
      subject,
      remedy: 'Enter the account by hand if it is still needed',
      leaves: [{ database: 'fetchmail', key: key }],
    })
    return undefined
  }
  const account = fetchmailAccount(record, destination)
  const result = await destination
    .database('fetchmail')
    .create(key, type || 'fetchmail', account.props)
  if (result.outcome === 'exists')
    log.warning(`${subject} exists at the destination with other values: kept as it is`, {
      code: 'account-exists',
      subject,
      remedy: 'Compare it with the account of the old server',
    })
  else if (result.outcome !== 'failed') sayWhatDiffers(subject, record, account, log)
  // The missing password itself is told once, when the record is made: so is what comes after it.
  const isNew = result.outcome === 'done' || result.outcome === 'pending'
  if (isNew && old['active'] === 'YES' && !account.hasWritablePassword)
    log.followUp(`set active of ${subject} to YES when its password was entered`, {
      code: 'activate-account',
      subject,
      remedy: `db fetchmail setprop ${toDisplay(key)} active YES`,
    })
  return result
}

function sayWhatDiffers(
  subject: string,
  { props: { active, nokeep } }: EsmithRecord,
  { problems }: FetchmailAccount,
  log: Log,
): void {
  if (problems.length > 0)
    log.warning(`${subject} arrives inactive: ${problems.join('; ')}`, {
      code: 'account-inactive',
      subject,
      remedy: 'Complete the account by hand, then set active to YES',
    })
  else if (!isYesOrNo(active))
    log.notice(`${subject}: active ${asItWas(active)}, the account arrives inactive`, {
      code: 'active-unclear',
      subject,
      remedy: 'Set active to YES if the account is to be polled',
    })
  if (!isYesOrNo(nokeep))
    log.notice(`${subject}: nokeep ${asItWas(nokeep)}, mail is kept on the remote server`, {
      code: 'nokeep-unclear',
      subject,
      remedy: 'Set nokeep to YES if mail is to be deleted there once it was fetched',
    })
}

function isYesOrNo(value: string | undefined): boolean {
  return value === 'YES' || value === 'NO'
}

function asItWas(value = ''): string {
  return value === '' ? 'was not set' : `was neither YES nor NO (${toDisplay(value)})`
}
