import { homeTransfers, OLD_HOMES, type MigrateContext } from '@nethserver-migrate/core'

const FOLDER = '/var/lib/nethserver/migration/admin'

/** Admin's old files never mix with the new admin's: a folder of their own. Rule: README.md#admin */
export async function migrateAdminFiles(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  if (source.kind(`${OLD_HOMES}/admin`) === 'missing')
    return log.info('admin has no files in the source: nothing to do', {
      code: 'admin-files-missing',
    })

  const results = await destination.transferTrees(
    homeTransfers(source, 'admin', FOLDER, { user: 'root' }),
  )
  if (results.every(({ outcome }) => outcome !== 'failed'))
    await destination.makeLink({
      to: '/root/admin-migration-<TIMESTAMP>',
      target: '../var/lib/nethserver/migration/admin',
    })
}
