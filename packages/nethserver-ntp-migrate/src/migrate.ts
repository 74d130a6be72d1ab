import { isIP } from 'node:net'
import {
  isHostName,
  toDisplay,
  trimBlanks,
  type Bytes,
  type Destination,
  type MigrateContext,
  type OperationResult,
} from '@nethserver-migrate/core'
import { isTimeZone } from './time-zone.js'

const EVENT = 'nethserver-ntp-update'

/** Whom an old server asked for the time until somebody named another one. */
const OLD_DEFAULT = 'smeserver.pool.ntp.org'

/** Time zone and time server. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  await (hasChrony(context.destination) ? migrateToChrony(context) : migrateToNtpd(context))
}

/** NethServer 7. Its time zone is no record: the host is told, and computes the key. */
async function migrateToChrony(context: MigrateContext): Promise<void> {
  const { destination } = context
  const zone = oldTimeZone(context, 'timedatectl set-timezone ZONE')
  if (zone !== undefined) await destination.run(['timedatectl', 'set-timezone', zone])
  const server = oldTimeServer(context)
  const changed: OperationResult[] = []
  if (server !== undefined)
    changed.push(
      await destination.configuration.merge(
        'chronyd',
        { NTPServer: server },
        { typeWhenNew: 'service' },
      ),
    )
  // A command is no change of a record: with one, the event is due in any case.
  await destination.signalEvent(EVENT, [], zone === undefined ? { onlyFor: changed } : {})
}

/** NethServer 6. */
async function migrateToNtpd(context: MigrateContext): Promise<void> {
  const { destination, log } = context
  const server = oldTimeServer(context)
  if (server !== undefined && server !== destination.configuration.prop('ntpd', 'NTPServer'))
    log.notice(`the old server asked ${server} for the time: ntpd here keeps its own time server`, {
      code: 'time-server-kept',
      subject: 'configuration/ntpd NTPServer',
      remedy: `If it is to be asked here too: config setprop ntpd NTPServer ${server}; signal-event ${EVENT}`,
    })
  const zone = oldTimeZone(context, `config set TimeZone ZONE; signal-event ${EVENT}`)
  if (zone === undefined) return
  const changed = await destination.configuration.set('TimeZone', zone)
  await destination.signalEvent(EVENT, [], { onlyFor: [changed] })
}

/** The time service tells the generation; where its record is missing, the accounts do. */
function hasChrony({ configuration }: Destination): boolean {
  return configuration.has('chronyd') || (!configuration.has('ntpd') && configuration.has('sssd'))
}

/** The old time zone, where it is one of the destination. @param command sets another one. */
function oldTimeZone(
  { source, destination, log }: MigrateContext,
  command: string,
): Bytes | undefined {
  const value = source.configuration.type('TimeZone')
  if (value === undefined) {
    log.info('TimeZone is not in the source configuration database: the time zone here stays')
    return undefined
  }
  const zone = value || 'UTC'
  if (isTimeZone(zone, destination)) return zone
  log.warning(`${toDisplay(zone)} is no time zone of the destination: the time zone here stays`, {
    code: 'time-zone-unknown',
    subject: 'configuration/TimeZone',
    remedy: `Choose one of those in /usr/share/zoneinfo, then: ${command}`,
  })
  return undefined
}

/** The time server that somebody had chosen for the old server. */
function oldTimeServer({ source, log }: MigrateContext): string | undefined {
  const ntpd = source.configuration.get('ntpd')
  if (!ntpd) {
    log.info('ntpd is not in the source configuration database: the time server here stays')
    return undefined
  }
  const server = trimBlanks(ntpd.props['NTPServer'] ?? '')
  if (server === '' || server === OLD_DEFAULT) {
    log.info('the old server had no time server of its own: the one here stays')
    return undefined
  }
  if (isIP(server) || isHostName(server)) return server
  log.warning(
    `the old time server ${toDisplay(server)} is neither a host name nor an address: the one here stays`,
    {
      code: 'time-server-invalid',
      subject: 'configuration/ntpd NTPServer',
      remedy: 'Enter the time server by hand if another one is wanted',
    },
  )
  return undefined
}
