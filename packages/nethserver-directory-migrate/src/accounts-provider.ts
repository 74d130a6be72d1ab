import type { AccountsProvider, MigrateContext } from '@nethserver-migrate/core'

/** Old role of Samba → the provider that can take its place. */
const SUITED: ReadonlyMap<string, readonly [AccountsProvider, title: string]> = new Map([
  ['ADS', ['remote-ad', 'the same remote Active Directory']],
  ['PDC', ['local-ad', 'a local Active Directory']],
])

/** Whether accounts can be migrated at all; says so when another provider were better. Rule: README.md#migrates */
export function isReady({ source, destination, log }: MigrateContext): boolean {
  const { accountsProvider: provider } = destination
  if (provider === 'none') {
    const accounts = [...source.accounts.records('user'), ...source.accounts.records('group')]
    if (accounts.length === 0)
      log.info('the source has no users and no groups: no accounts provider is needed')
    else
      log.error('sssd has no accounts provider: no user and no group is migrated', {
        code: 'no-accounts-provider',
        subject: 'configuration/sssd',
        remedy: 'Choose and configure an accounts provider, then run the same command again',
      })
    return false
  }
  const role = source.configuration.prop('smb', 'ServerRole') ?? ''
  const [suited, title] = SUITED.get(role) ?? []
  if (suited && provider !== suited && provider !== 'accounts-database')
    log.warning(`the old server had the Samba role ${role}: ${title} suits it better`, {
      code: 'accounts-provider-unsuited',
      subject: 'configuration/sssd',
      remedy: 'Change the accounts provider before the import if workstations are to stay joined',
    })
  if (provider === 'local-ad')
    log.notice(
      'a local Active Directory takes its accounts from the old domain: none is made here',
      {
        code: 'accounts-from-active-directory',
        subject: 'configuration/sssd',
        remedy: 'Look in this report for what became of the domain',
      },
    )
  return provider !== 'local-ad'
}
