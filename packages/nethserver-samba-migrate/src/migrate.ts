import { toDisplay, type Coverage, type MigrateContext } from '@nethserver-migrate/core'
import { domainSid, migrateAccounts, SMB_CONF, takeOverSid } from './domain.js'
import { oldSamba, reportRole, settingsOf } from './old-samba.js'
import { readPasswords } from './passwords.js'
import { migrateUsers } from './users.js'

/** What only a domain controller has. */
const DOMAIN: readonly Coverage[] = [
  { database: 'accounts', type: 'machine' },
  { tree: 'etc/samba/secrets.tdb' },
]

/**
 * Role, workgroup, passwords and, of a domain controller, the domain itself, where accounts are
 * records. Rule: README.md#migrates
 */
export async function migrateSam(context: MigrateContext): Promise<void> {
  const { destination, log } = context
  if (destination.accountsProvider !== 'accounts-database')
    return log.info('the accounts provider has the accounts of Samba here: nothing to do', {
      code: 'samba-accounts-of-provider',
      subject: 'accounts',
      leaves: [...DOMAIN, { tree: 'etc/samba/smbpasswd' }],
    })
  const samba = oldSamba(context)
  if (!samba) return
  const { role, workgroup } = samba
  log.info(`the old server had the Samba role ${toDisplay(role)} in ${workgroup}`, {
    code: 'samba-role',
    subject: 'configuration/smb',
    // Only a domain controller has workstations, and a domain with a SID.
    leaves:
      role === 'PDC'
        ? []
        : [
            ...DOMAIN,
            { database: 'configuration', key: 'smb', props: ['LogonDrive', 'RoamingProfiles'] },
          ],
  })
  // What is missing is known before anything is changed.
  const sid = role === 'PDC' ? domainSid(workgroup, context) : undefined
  const passwords = role === 'PDC' || role === 'WS' ? readPasswords(context) : undefined

  const settings = settingsOf(samba, context)
  await destination.configuration.merge('smb', settings, { typeWhenNew: 'service' })
  reportRole(role, workgroup, context)
  if (role === 'PDC') {
    // With another SID, it were a stranger to its workstations: nothing is applied.
    if (sid === undefined || !(await takeOverSid(context, workgroup, sid))) return
  } else if ((await destination.run(SMB_CONF)).outcome === 'failed') return
  await destination.run(['expand-template', '/etc/hosts'])

  if (!passwords)
    log.info(`the role ${toDisplay(role)} has no accounts of its own: nothing left to do`)
  else if (sid === undefined) await migrateUsers(context, passwords)
  else await migrateAccounts(context, sid, passwords)
  await destination.signalEvent('nethserver-samba-save')
}
