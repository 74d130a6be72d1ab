import type { MigrateContext } from '@nethserver-migrate/core'
import { migrateHostKeys } from './host-keys.js'
import { migrateSettings } from './settings.js'

/** Carries the ssh server over, without changing who may log in. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const settings = await migrateSettings(context)
  const keys = await migrateHostKeys(context)
  await context.destination.signalEvent('nethserver-openssh-update', [], {
    onlyFor: [...settings, ...keys],
  })
}
