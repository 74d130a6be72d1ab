import {
  firstOfEachSpelling,
  toDisplay,
  type EsmithRecord,
  type Log,
  type MigrateContext,
} from '@nethserver-migrate/core'

/** External address books, each under its key. Rule: README.md#migrates */
export async function migrateAddressBooks({
  source,
  destination,
  log,
}: MigrateContext): Promise<void> {
  const old = source.database('sogo_sources')?.records() ?? []
  if (old.length === 0)
    return log.info('the source has no external address books: nothing of them to migrate', {
      subject: 'home/e-smith/db/sogo_sources',
    })
  const migrated: EsmithRecord[] = []
  for (const record of firstOfEachSpelling('sogo_sources', old, log)) {
    const { outcome } = await destination
      .database('sogo_sources')
      .create(record.key, record.type, record.props)
    if (outcome === 'exists') sayExists(record, log)
    else if (outcome !== 'failed') migrated.push(record)
  }
  sayServers(migrated, log)
}

function sayExists({ key }: EsmithRecord, log: Log): void {
  const subject = `sogo_sources/${toDisplay(key)}`
  log.warning(`${subject} exists at the destination with other values: kept as it is`, {
    code: 'address-book-exists',
    subject,
    remedy: 'Compare it with the address book of the old server',
  })
}

/** An address book that was on the old server itself would ask the new one. */
function sayServers(migrated: readonly EsmithRecord[], log: Log): void {
  const remote = migrated.filter(({ props }) => props['hostname'])
  if (remote.length > 0)
    log.followUp(
      `look at the LDAP servers that address books of SOGo name: ${remote.map(({ key }) => toDisplay(key)).join(', ')}`,
      {
        code: 'check-address-books',
        subject: 'sogo_sources',
        remedy:
          'Where a server has moved: db sogo_sources setprop KEY hostname NAME; signal-event nethserver-sogo-update',
      },
    )
}
