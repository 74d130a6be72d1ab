import { toDisplay, type MigrateContext, type TransferTree } from '@nethserver-migrate/core'
import { reportLogonScripts } from './logon-scripts.js'
import { SAMBA_FILES } from './old-samba.js'

/** Folder of the source → what lies there. */
const CONTENT = {
  netlogon: 'logon scripts',
  printers: 'printer drivers',
  profiles: 'roaming profiles',
} as const

type Folder = keyof typeof CONTENT

/** Profiles, printer drivers and logon scripts. Rule: README.md#files */
export async function migrateData(context: MigrateContext): Promise<void> {
  const { destination } = context
  const here = (['netlogon', 'printers', 'profiles'] as const).filter((name) =>
    isThere(name, context),
  )
  if (destination.accountsProvider !== 'accounts-database') return reportLeft(here, context)

  if (here.includes('netlogon')) reportLogonScripts(context)
  const group = destination.findGroup('domadmins') ? { group: 'domadmins' } : {}
  const shared = { owner: { user: 'admin', ...group }, mode: 0o755 }
  await destination.transferTrees(
    here.flatMap((name) => {
      const from = `${SAMBA_FILES}/${name}`
      if (name === 'profiles') return profiles(context)
      const to = name === 'netlogon' ? 'netlogon' : 'print_driver'
      return [{ from, to: `/var/lib/nethserver/${to}`, ...shared }]
    }),
  )
}

function isThere(name: Folder, { source, log }: MigrateContext): boolean {
  const folder = `${SAMBA_FILES}/${name}`
  const kind = source.kind(folder)
  if (kind === 'missing') log.info(`the old server has no ${CONTENT[name]}: nothing to do`)
  else if (kind !== 'directory')
    log.error(`${folder} is a link, or no folder: the ${CONTENT[name]} are not migrated`, {
      code: 'samba-files-no-folder',
      subject: folder,
      remedy: 'Look where it points, and put the real folder there if it is yours',
    })
  return kind === 'directory'
}

/** Those for which there is a folder here: without one there is no place where Samba looks. */
function profiles({ source, destination, log }: MigrateContext): TransferTree[] {
  const folder = '/var/lib/nethserver/profile'
  const there = destination.list(folder)
  return source.list(`${SAMBA_FILES}/profiles`).flatMap((name): TransferTree[] => {
    const from = `${SAMBA_FILES}/profiles/${name}`
    // Windows keeps the profiles of its later versions beside the first: anna.V2.
    const user = name.replace(/\.V\d+$/i, '')
    if (there.includes(name) && destination.findUser(user))
      return [{ from, to: `${folder}/${name}`, owner: { user } }]
    const missing = there.includes(name) ? `user ${user}` : `${folder}/${name}`
    log.warning(
      `profile ${toDisplay(name)} stays in the source: there is no ${toDisplay(missing)}`,
      {
        code: 'profile-left',
        subject: toDisplay(from),
        remedy:
          'Have the user log on once, or make the folder by hand; then run the same command again',
        leaves: [{ tree: from }],
      },
    )
    return []
  })
}

function reportLeft(here: readonly Folder[], { source, log }: MigrateContext): void {
  for (const name of here) {
    const folder = `${SAMBA_FILES}/${name}`
    if (source.list(folder).length > 0)
      log.notice(`${folder}: the ${CONTENT[name]} of the old server stay in the source`, {
        code: 'samba-files-left',
        subject: folder,
        remedy: 'Copy what is still needed before you remove the source',
        leaves: [{ tree: folder }],
      })
  }
}
