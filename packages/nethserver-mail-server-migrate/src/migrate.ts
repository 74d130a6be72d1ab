import type { MigrateContext } from '@nethserver-migrate/core'
import { migrateDomains } from './domains.js'
import { migrateForwards } from './forwards.js'
import { migratePseudonyms } from './pseudonyms.js'
import { migrateSettings } from './settings.js'

/** All that is records; applied once, at the end. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  await migrateDomains(context)
  await migratePseudonyms(context)
  await migrateForwards(context)
  await migrateSettings(context)
  reportMailClients(context)
  const { destination } = context
  const verb = destination.configuration.has('rspamd') ? 'save' : 'update'
  await destination.signalEvent(`nethserver-mail-server-${verb}`)
}

/** What mail programs have to be told, only their users know. */
function reportMailClients({ source, log }: MigrateContext): void {
  const offered = ['imap', 'imaps', 'pop3', 'pop3s'].filter(
    (key) => source.configuration.prop(key, 'status') === 'enabled',
  )
  if (offered.length > 0)
    log.followUp(
      `check server name, ports, log-in and TLS in the mail programs of the users: the old server offered ${offered.join(', ')}`,
      {
        code: 'check-mail-clients',
        subject: 'configuration/dovecot',
        remedy:
          'See what is offered here on the page Email; bring what arrives on the old server meanwhile with nethserver-migrate sync-mail',
      },
    )
}
