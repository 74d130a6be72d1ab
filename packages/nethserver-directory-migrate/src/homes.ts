import {
  homeTransfers,
  OLD_HOMES,
  toDisplay,
  type EsmithRecord,
  type MigrateContext,
  type TransferTree,
} from '@nethserver-migrate/core'

/** The files of users. Rule: README.md#home-directories */
export async function migrateHomes(
  context: MigrateContext,
  users: readonly EsmithRecord[],
): Promise<void> {
  const { source, destination, log } = context
  const transfers: TransferTree[] = []
  for (const { key: user } of users) {
    if (source.kind(`${OLD_HOMES}/${user}`) === 'missing')
      log.warning(
        `user ${user}: ${OLD_HOMES}/${user} is missing in the source, no files are migrated`,
        {
          code: 'home-missing',
          subject: user,
          remedy: 'Extract the whole backup if the user had files, then run the same command again',
        },
      )
    else transfers.push(...homeTransfers(source, user, destination.homeOf(user), { user }))
  }
  await destination.transferTrees(transfers)
}

/** Folders of people who left: their files stay in the source, and the administrator is told. */
export function reportOrphanedHomes({ source, log }: MigrateContext): void {
  const users = new Set(source.accounts.records('user').map(({ key }) => key))
  for (const folder of source.list(OLD_HOMES))
    if (folder !== 'admin' && !users.has(folder))
      log.warning(`${OLD_HOMES}/${toDisplay(folder)} belongs to no user: left in the source`, {
        code: 'home-without-user',
        subject: toDisplay(folder),
        remedy: 'Copy what is still needed by hand before you remove the source',
        leaves: [{ tree: `${OLD_HOMES}/${folder}` }],
      })
}
