import type { MigrateContext } from '@nethserver-migrate/core'
import { migrateAccounts } from './accounts.js'

/** The service, and the accounts on other servers that it polls. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  if (destination.database('getmail').exists)
    return log.info('getmail of the destination takes the external mail accounts: nothing to do')
  const old = source.configuration.get('fetchmail')
  if (!old) return sayNoService(context)

  const service = await destination.configuration.merge(
    'fetchmail',
    { externalFreq: '15', status: old.props['status'] || 'disabled' },
    { typeWhenNew: 'service' },
  )
  const accounts = await migrateAccounts(context)
  await destination.signalEvent('nethserver-fetchmail-update', [], {
    onlyFor: [service, ...accounts],
  })
}

/** Without the service nothing was polled: its accounts are left, but not without a word. */
function sayNoService({ source, log }: MigrateContext): void {
  const accounts = source.database('fetchmail')?.records().length ?? 0
  if (accounts === 0)
    return log.info('fetchmail is not in the source configuration database: nothing to do')
  log.notice(
    `fetchmail is not in the source configuration database: its external mail accounts (${accounts}) are not migrated`,
    {
      code: 'accounts-without-service',
      subject: 'configuration/fetchmail',
      remedy: 'Enter by hand the accounts that are still needed',
    },
  )
}
