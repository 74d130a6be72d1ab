import { LEFT_BEHIND } from '@nethserver-migrate/core'
import type { MigrateContext } from '@nethserver-migrate/core'
import { logonDrive, reportRole, roleOf } from './old-samba.js'

/** The drive of home directories, where an accounts provider has all the rest. Rule: README.md#migrates */
export async function migrateConf(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  if (destination.accountsProvider === 'accounts-database')
    return log.info('the logon drive comes with the role of the server here: nothing to do yet')
  const old = source.configuration.get('smb')
  if (!old) return log.info('smb is not in the source configuration database: nothing to do')
  const LogonDrive = logonDrive(old.props['LogonDrive'], context)
  await destination.configuration.merge('smb', { LogonDrive }, { typeWhenNew: 'service' })
  log.info('the role of the server and its accounts are those of the accounts provider here', {
    code: LEFT_BEHIND,
    subject: 'configuration/smb',
    leaves: [
      {
        database: 'configuration',
        key: 'smb',
        props: ['RoamingProfiles', 'ServerRole', 'Workgroup'],
      },
    ],
  })
  reportRole(roleOf(old.props), old.props['Workgroup'] ?? '', context)
}
