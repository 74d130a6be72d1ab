import { toDisplay, type MigrateContext } from '@nethserver-migrate/core'

/** What Samba has to know of former information bays. Rule: README.md#shared-folders */
export async function migrateIbays({ source, destination, log }: MigrateContext): Promise<void> {
  const { accounts } = destination
  const browseable: Record<string, string> =
    destination.accountsProvider === 'accounts-database' ? {} : { SmbShareBrowseable: 'enabled' }
  const folders = [...accounts.records('ibay'), ...accounts.records('ibay-migrate')]
  for (const { key } of folders) {
    const old = source.accounts.get(key)
    const subject = `accounts/${toDisplay(key)}`
    if (old?.type !== 'ibay') {
      log.warning(
        `shared folder ${toDisplay(key)} is no information bay of the old server: left as it is`,
        {
          code: 'ibay-unknown',
          subject,
        },
      )
      continue
    }
    const recycleBin = old.props['RecycleBin'] || 'disabled'
    const isKnown = ['enabled', 'disabled'].includes(recycleBin)
    if (!isKnown)
      log.warning(
        `shared folder ${toDisplay(key)}: RecycleBin ${toDisplay(recycleBin)} is unknown, disabled`,
        {
          code: 'recycle-bin-unknown',
          subject,
        },
      )
    await accounts.merge(key, {
      SmbStatus: 'enabled',
      SmbProfileType: 'migration',
      SmbRecycleBinStatus: isKnown ? recycleBin : 'disabled',
      ...browseable,
    })
  }
}
