import type { MigrateContext } from '@nethserver-migrate/core'
import { migrateDomains } from './domains.js'
import { migrateForwards } from './forwards.js'
import { migratePseudonyms } from './pseudonyms.js'
import { migrateSettings } from './settings.js'

/** All that is records; applied once, at the end. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  await migrateDomains(context)
  await migratePseudonyms(context)
  await migrateForwards(context)
  await migrateSettings(context)
  const { destination } = context
  const verb = destination.configuration.has('rspamd') ? 'save' : 'update'
  await destination.signalEvent(`nethserver-mail-server-${verb}`)
}
