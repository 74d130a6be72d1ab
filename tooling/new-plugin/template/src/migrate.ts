import { importable, type MigrateContext } from '@nethserver-migrate/core'

/** Carries the settings of example over. Rule: README.md#migrates */
export async function migrate({ source, destination, log }: MigrateContext): Promise<void> {
  const old = source.configuration.get('example')
  if (!old) return log.info('example is not in the source configuration database: nothing to do')

  await destination.configuration.merge('example', importable(old.props, destination), {
    typeWhenNew: old.type,
  })
  await destination.signalEvent('nethserver-example-update')
}
