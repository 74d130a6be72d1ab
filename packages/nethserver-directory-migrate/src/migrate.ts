import type { MigrateContext } from '@nethserver-migrate/core'
import { reportBadLines } from './account-files.js'
import { isReady } from './accounts-provider.js'
import { migrateAdminFiles } from './admin-files.js'
import { migrateGroups } from './groups.js'
import { migrateHomes, reportOrphanedHomes } from './homes.js'
import { migratePasswords } from './passwords.js'
import { migrateUsers } from './users.js'

/** Users, passwords, homes, groups, admin's files. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  if (!isReady(context)) return
  reportBadLines(context)
  const users = await migrateUsers(context)
  await migratePasswords(context, users)
  await migrateHomes(context, users)
  reportOrphanedHomes(context)
  await migrateGroups(context)
  await migrateAdminFiles(context)
}
