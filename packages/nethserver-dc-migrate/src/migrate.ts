import { importable, type MigrateContext } from '@nethserver-migrate/core'

/** Carries the settings of dc over. Rule: README.md#migrates */
export async function migrate({ source, destination, log }: MigrateContext): Promise<void> {
  const old = source.configuration.get('dc')
  if (!old) return log.info('dc is not in the source configuration database: nothing to do')

  await destination.configuration.merge('dc', importable(old.props, destination), {
    typeWhenNew: old.type,
  })
  await destination.signalEvent('nethserver-dc-update')
}
