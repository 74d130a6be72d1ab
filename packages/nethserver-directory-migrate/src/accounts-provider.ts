import { OLD_HOMES, type Coverage, type MigrateContext } from '@nethserver-migrate/core'
import { mayBeWithout } from './decisions.js'
import { hasAccounts, suitedProvider } from './suited-provider.js'

const SUBJECT = 'configuration/sssd'

/** What stays behind where accounts have no place to go. */
const LEFT: readonly Coverage[] = [
  { database: 'accounts', type: 'user' },
  { database: 'accounts', type: 'group' },
  { tree: OLD_HOMES },
]

/** Whether accounts can be migrated at all; says so when another provider were better. Rule: README.md#migrates */
export function isReady(context: MigrateContext): boolean {
  const { destination, log } = context
  const { accountsProvider: provider } = destination
  if (provider === 'none') {
    sayWithoutProvider(context)
    return false
  }
  const suited = suitedProvider(context)
  if (suited && !suited.isHere)
    log.warning(
      `the old server had the Samba role ${suited.role}: ${suited.title} suits it better`,
      {
        code: 'accounts-provider-unsuited',
        subject: SUBJECT,
        remedy: 'Change the accounts provider before the import if workstations are to stay joined',
      },
    )
  if (provider === 'local-ad')
    log.notice(
      'a local Active Directory takes its accounts from the old domain: none is made here',
      {
        code: 'accounts-from-active-directory',
        subject: SUBJECT,
        remedy: 'Look in this report for what became of the domain',
      },
    )
  return provider !== 'local-ad'
}

function sayWithoutProvider(context: MigrateContext): void {
  const { answers, log } = context
  if (!hasAccounts(context))
    log.info('the source has no users and no groups: no accounts provider is needed')
  else if (mayBeWithout(answers))
    log.notice('no user and no group is migrated, as was decided: there is no accounts provider', {
      code: 'accounts-left-out',
      subject: SUBJECT,
      remedy: 'Once a provider is there, the same command migrates them',
      leaves: LEFT,
    })
  else
    log.error('sssd has no accounts provider: no user and no group is migrated', {
      code: 'no-accounts-provider',
      subject: SUBJECT,
      remedy: 'Choose and configure an accounts provider, then run the same command again',
      leaves: LEFT,
    })
}
