import type { Bytes, Source } from '@nethserver-migrate/core'
import type { NewHost } from './new-host.js'

/** Tells why a name stays behind although its record is in order; nothing when it does not. */
export type WhyLeftOut = (name: Bytes, host: NewHost | undefined) => string | undefined

/**
 * What the servers themselves are called, and what only led to the old one. Rule: README.md#leaves-out
 * @param newName the full name of the destination, in small letters.
 */
export function leavesOutOwnNames(source: Source, newName: Bytes): WhyLeftOut {
  const ownAddresses = addressesOf(source)
  const domains = domainsOf(source)
  return (name, host) => {
    const lower = name.toLowerCase()
    if (lower === newName) return 'it is the name of this server, which needs no record'
    if (lower === source.hostName.toLowerCase()) return 'it is the name of the old server itself'
    if (host?.type === 'self')
      return domains && !domains.has(lower) && !domains.has(splitName(lower).domain)
        ? 'it leads to the old server, which did not serve its domain'
        : undefined
    return host && ownAddresses.includes(host.props.IpAddress)
      ? 'it leads to the address of the old server itself'
      : undefined
  }
}

/** What stands before and behind the first dot of a name. */
export function splitName(name: Bytes): { host: Bytes; domain: Bytes } {
  const [host = '', ...domain] = name.split('.')
  return { host, domain: domain.join('.') }
}

function addressesOf({ configuration }: Source): (string | undefined)[] {
  return [
    configuration.type('LocalIP'),
    configuration.type('ExternalIP'),
    configuration.prop('InternalInterface', 'IPAddress'),
    configuration.prop('ExternalInterface', 'IPAddress'),
  ]
}

/** The domains that the old server served; nothing where the backup does not tell. */
function domainsOf(source: Source): ReadonlySet<string> | undefined {
  const domains = source.database('domains')?.records('domain')
  return (
    domains &&
    new Set([source.domainName, ...domains.map(({ key }) => key)].map((name) => name.toLowerCase()))
  )
}
