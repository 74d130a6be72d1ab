import { importable, type MigrateContext } from '@nethserver-migrate/core'

/** Carries the settings of sssd over. Rule: README.md#migrates */
export async function migrate({ source, destination, log }: MigrateContext): Promise<void> {
  const old = source.configuration.get('sssd')
  if (!old) return log.info('sssd is not in the source configuration database: nothing to do')

  await destination.configuration.merge('sssd', importable(old.props, destination), {
    typeWhenNew: old.type,
  })
  await destination.signalEvent('nethserver-sssd-update')
}
