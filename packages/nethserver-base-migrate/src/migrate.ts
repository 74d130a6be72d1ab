import type { MigrateContext } from '@nethserver-migrate/core'
import { migrateCertificates } from './certificates.js'
import { migrateContacts } from './contacts.js'
import { reportCustomTemplates } from './custom-templates.js'
import { migrateNetworks } from './networks.js'
import { migratePasswordPolicy } from './password-policy.js'
import { migrateRootHome } from './root-home.js'

/** Each part stands on its own: one that finds nothing, or fails, does not stop the others. */
export async function migrate(context: MigrateContext): Promise<void> {
  await migratePasswordPolicy(context)
  await migrateContacts(context)
  await migrateCertificates(context)
  await migrateNetworks(context)
  await migrateRootHome(context)
  reportCustomTemplates(context)
}
