import type { Bytes, Log, MigrateContext, OperationResult } from '@nethserver-migrate/core'
import { hostsToMigrate, sayExists } from './hosts-to-migrate.js'
import { splitName } from './own-names.js'
import { Reservations } from './reservations.js'

/** The names that an old server gave itself in each of its domains. */
const STANDARD_NAMES: readonly string[] = ['ftp', 'mail', 'proxy', 'wpad', 'www']

/** Host names and DHCP reservations. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  const old = source.database('hosts')
  if (!old) return log.info('the source has no hosts database: nothing to do')
  const database = destination.database('hosts')
  if (!database.exists)
    return log.error('the destination has no hosts database: no host name is migrated', {
      code: 'no-hosts-database',
      subject: 'hosts',
      remedy: 'Install nethserver-hosts, then run the same command again',
    })

  const hosts = hostsToMigrate(old.records('host'), context)
  const reservations = new Reservations(context)
  const results: OperationResult[] = []
  for (const [name, host] of hosts) {
    const result =
      host.type === 'local'
        ? await reservations.create(name, host.props)
        : await database.create(name, host.type, { ...host.props })
    if (result.outcome === 'exists') sayExists(name, log)
    results.push(result)
  }
  sayStandardNames(
    [...hosts.keys()].filter((name) => database.type(name) === 'self'),
    log,
  )
  await destination.signalEvent('nethserver-hosts-update', [], { onlyFor: results })
}

/** Nobody entered these: they are migrated, but not without a word. */
function sayStandardNames(selfNames: readonly Bytes[], log: Log): void {
  const standard = selfNames
    .map(splitName)
    .filter(({ host }) => STANDARD_NAMES.includes(host.toLowerCase()))
  const domains = new Set(standard.map(({ domain }) => domain))
  if (domains.size > 0)
    log.notice(
      `names that every old server gave itself (${STANDARD_NAMES.join(', ')}) lead here now, in ${[...domains].join(', ')}`,
      {
        code: 'standard-names',
        subject: 'hosts',
        remedy: 'Delete those that nobody uses, such as wpad and proxy where there is no web proxy',
      },
    )
}
