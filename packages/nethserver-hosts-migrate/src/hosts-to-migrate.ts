import {
  firstOfEachSpelling,
  toDisplay,
  type Bytes,
  type Coverage,
  type Destination,
  type EsmithRecord,
  type Log,
  type MigrateContext,
} from '@nethserver-migrate/core'
import { newHost, type NewHost, type Unusable } from './new-host.js'
import { leavesOutOwnNames } from './own-names.js'

/** What the destination is to get, by name. What stays behind is told. Rule: README.md#migrates */
export function hostsToMigrate(
  records: readonly EsmithRecord[],
  { source, destination, log }: MigrateContext,
): Map<Bytes, NewHost> {
  const newName = fullNameOf(destination)
  const whyLeftOut = leavesOutOwnNames(source, newName)
  const hosts = new Map<Bytes, NewHost>()
  const aliases: Bytes[] = []
  for (const record of firstOfEachSpelling('hosts', records, log)) {
    const name = record.key
    const host = newHost(record)
    const reason = whyLeftOut(name, 'type' in host ? host : undefined)
    if (reason !== undefined)
      log.notice(`host ${toDisplay(name)} is left out: ${reason}`, {
        code: 'own-name',
        subject: `hosts/${toDisplay(name)}`,
        remedy:
          name.toLowerCase() === newName
            ? ''
            : `If it is to lead here: db hosts set ${name} self; signal-event nethserver-hosts-update`,
        leaves: leavesHost(name),
      })
    else if ('type' in host) hosts.set(name, host)
    else if (destination.database('hosts').has(name)) sayExists(name, log)
    else {
      sayUnusable(name, host, log)
      if (host.code === 'host-alias') aliases.push(name)
    }
  }
  if (aliases.length > 0)
    log.followUp(
      `enter by hand those aliases of the old server that are still needed: ${aliases.join(', ')}`,
      {
        code: 'enter-aliases',
        subject: 'hosts',
        remedy: 'db hosts set NAME remote IpAddress ADDRESS; signal-event nethserver-hosts-update',
      },
    )
  return hosts
}

/** A record of the destination is never replaced. */
export function sayExists(name: Bytes, log: Log): void {
  const subject = `hosts/${toDisplay(name)}`
  log.warning(
    `host ${toDisplay(name)} exists at the destination with other values: kept as it is`,
    {
      code: 'host-exists',
      subject,
      remedy: 'Compare it with the one of the old server',
      leaves: leavesHost(name),
    },
  )
}

function sayUnusable(name: Bytes, { code, why }: Unusable, log: Log): void {
  log.warning(`host ${toDisplay(name)} is skipped: ${why}`, {
    code,
    subject: `hosts/${toDisplay(name)}`,
    remedy: 'Enter it by hand at the destination if it is still needed',
    leaves: leavesHost(name),
  })
}

function leavesHost(key: Bytes): Coverage[] {
  return [{ database: 'hosts', type: 'host', key }]
}

/** In small letters. */
function fullNameOf({ configuration }: Destination): Bytes {
  const parts = [configuration.type('SystemName'), configuration.type('DomainName')]
  return parts.join('.').toLowerCase()
}
