import type { MigrateContext } from '@nethserver-migrate/core'
import { migrateAddressBooks } from './address-books.js'
import { setDatabasePassword } from './database-password.js'
import { migrateSettings } from './settings.js'
import { isNethServer7 } from './variant.js'

/** Carries the settings of SOGo over; its data comes with the databases. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  const old = source.configuration.get('sogod')
  if (!old) return log.info('sogod is not in the source configuration database: nothing to do')

  await migrateSettings(old, context)
  await migrateAddressBooks(context)
  if (isNethServer7(destination)) await setDatabasePassword(context)
  // Always once: it also brings a database that was restored up to date.
  await destination.signalEvent('nethserver-sogo-update')
}
