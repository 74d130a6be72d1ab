import {
  toDisplay,
  type EsmithRecord,
  type MigrateContext,
  type TransferTree,
} from '@nethserver-migrate/core'

export const USERS = 'home/e-smith/files/users'

/** What lies beside the files of a user and belongs to the mail server. */
const MAIL = ['Maildir', 'sieve', '.dovecot.sieve', '.dovecot.svbin']

/** The files of users. Rule: README.md#home-directories */
export async function migrateHomes(
  context: MigrateContext,
  users: readonly EsmithRecord[],
): Promise<void> {
  const { source, destination, log } = context
  const transfers: TransferTree[] = []
  for (const { key: user } of users) {
    if (source.kind(`${USERS}/${user}`) === 'missing')
      log.warning(
        `user ${user}: ${USERS}/${user} is missing in the source, no files are migrated`,
        {
          code: 'home-missing',
          subject: user,
          remedy: 'Extract the whole backup if the user had files, then run the same command again',
        },
      )
    else transfers.push(...homeTransfers(context, user, destination.homeOf(user), user))
  }
  await destination.transferTrees(transfers)
}

/** One user's folder: `home/` moves up into the new home, dot files of the folder go beside it. */
export function homeTransfers(
  { source }: MigrateContext,
  user: string,
  to: string,
  owner: string,
): TransferTree[] {
  const folder = `${USERS}/${user}`
  const rest = { from: folder, to, owner: { user: owner }, mode: 0o700, exclude: ['home', ...MAIL] }
  return source.kind(folder) === 'directory' && source.kind(`${folder}/home`) !== 'missing'
    ? [{ from: `${folder}/home`, to, owner: { user: owner }, mode: 0o700 }, rest]
    : [rest]
}

/** Folders of people who left: their files stay in the source, and the administrator is told. */
export function reportOrphanedHomes({ source, log }: MigrateContext): void {
  const users = new Set(source.accounts.records('user').map(({ key }) => key))
  for (const folder of source.list(USERS))
    if (folder !== 'admin' && !users.has(folder))
      log.warning(`${USERS}/${toDisplay(folder)} belongs to no user: left in the source`, {
        code: 'home-without-user',
        subject: toDisplay(folder),
        remedy: 'Copy what is still needed by hand before you remove the source',
        leaves: [{ tree: `${USERS}/${folder}` }],
      })
}
