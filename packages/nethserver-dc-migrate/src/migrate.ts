import { toDisplay, trimBlanks, type MigrateContext } from '@nethserver-migrate/core'
import { migrateHomes } from './homes.js'
import { readOldDomain } from './old-domain.js'
import { expectAccounts, finishAccounts, upgrade } from './upgrade.js'

/** The old domain becomes that of the local Active Directory. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  if (destination.accountsProvider !== 'local-ad')
    return log.info('the accounts provider is no local Active Directory: nothing to do')
  const role = trimBlanks(source.configuration.prop('smb', 'ServerRole') ?? '')
  if (role !== 'PDC' && role !== 'WS')
    return log.warning(
      `the Samba role ${toDisplay(role) || '(unset)'} of the old server cannot be upgraded: no account is migrated`,
      {
        code: 'role-not-upgraded',
        subject: 'configuration/smb',
        remedy:
          role === 'ADS'
            ? 'Make the Active Directory that it was a member of the accounts provider, then run the same command again'
            : 'Make the accounts by hand',
      },
    )
  const domain = readOldDomain(role, context)
  if (!domain) return
  log.notice(
    `the old server had the Samba role ${role}: its accounts become those of the domain ${domain.realm}`,
    {
      code: 'domain-upgraded',
      subject: domain.realm,
    },
  )
  if (!(await upgrade(domain, context))) return
  await finishAccounts(domain, context)
  const users = await expectAccounts(domain, context)
  await migrateHomes(users, context)
}
