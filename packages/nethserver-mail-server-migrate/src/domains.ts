import { isHostName, toDisplay, type MigrateContext } from '@nethserver-migrate/core'

/** Mail domains; one that the destination has stays as it is. Rule: README.md#domains */
export async function migrateDomains({ source, destination, log }: MigrateContext): Promise<void> {
  const domains = source.database('domains')
  if (!domains)
    return log.warning('the source has no domains database: no mail domain is migrated', {
      code: 'domains-missing',
      subject: 'home/e-smith/db/domains',
      remedy: 'Extract the whole backup, then run the same command again',
    })

  const made = []
  for (const { key, props } of domains.records('domain')) {
    const shown = toDisplay(key)
    if (!isHostName(key)) {
      log.warning(`domain ${shown} is skipped: this is no name of a domain`, {
        code: 'domain-invalid',
        subject: shown,
      })
      continue
    }
    const result = await destination.database('domains').create(key, 'domain', {
      AlwaysBccStatus: 'disabled',
      Description: props['Description'] ?? '',
      DisclaimerStatus: 'disabled',
      TransportType: 'LocalDelivery',
      UnknownRecipientsActionDeliverMailbox: '',
      UnknownRecipientsActionType: 'bounce',
    })
    if (result.outcome === 'exists')
      log.warning(`domain ${shown} exists at the destination with other settings: kept as it is`, {
        code: 'domain-exists',
        subject: shown,
      })
    else made.push({ key, result })
  }
  // Where accounts are records, each new domain has an event of its own.
  if (destination.accountsProvider === 'accounts-database')
    for (const { key, result } of made)
      await destination.signalEvent('domain-create', [key], { onlyFor: [result] })
}
