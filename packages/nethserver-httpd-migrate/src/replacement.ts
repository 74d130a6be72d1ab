import { toDisplay, type MigrateContext } from '@nethserver-migrate/core'
import { inTurn } from './shell.js'
import { rootOf, virtualHostCommands, type VirtualHost } from './virtual-host.js'
import type { WebIbay } from './web-ibay.js'

const DOCUMENT_ROOT = '/var/www/html'

interface Replacement {
  /** What to make of the pages, in a few words. */
  readonly what: string
  readonly remedy: string
}

/** Shared folders of a NethServer 7 are not on the web: says what to make of one that was. */
export function suggestReplacement(ibay: WebIbay, context: MigrateContext): void {
  const { key } = ibay.record
  const { what, remedy } = replacementFor(ibay, context)
  context.log.followUp(
    `ibay ${key} was on the web ${describeAccess(ibay)}; shared folders are not, it could become ${what}`,
    { code: 'ibay-web-access', subject: `accounts/${key}`, remedy },
  )
}

/** How an ibay was on the web, in words. */
export function describeAccess({ record, access, sites }: WebIbay): string {
  return [
    access.isLocal ? 'for the local network' : 'for everybody',
    access.trustsLocal
      ? 'with a password from outside'
      : access.hasPassword
        ? 'with a password'
        : 'without a password',
    sites.length > 0 ? `as ${sites.map(toDisplay).join(', ')}` : `as /${record.key}`,
    ...(record.props['SSL'] === 'enabled' ? ['with encryption only'] : []),
    ...(record.props['CgiBin'] === 'enabled' ? ['with programs in cgi-bin'] : []),
  ].join(', ')
}

/** Of the ways that there are, the one that opens the pages to nobody new. Rule: README.md#nethserver-7 */
function replacementFor(ibay: WebIbay, { source, destination }: MigrateContext): Replacement {
  const { record, access, sites, ownHosts } = ibay
  const { key, props } = record
  const { hasPassword, isLocal } = access
  // Where hosts were chosen, it is a virtual host that has them.
  const mayBeSeenByAll = !hasPassword && !isLocal && ownHosts === undefined
  if (mayBeSeenByAll && sites.includes(source.domainName))
    return { what: 'the document root of the web server', remedy: copyPages(key, DOCUMENT_ROOT) }
  if (mayBeSeenByAll && sites.length === 0)
    return {
      what: 'a folder below the document root',
      remedy: copyPages(key, `${DOCUMENT_ROOT}/${key}`),
    }

  const domain = destination.configuration.type('DomainName') ?? ''
  const host: VirtualHost = {
    name: key,
    hosts: ownHosts ?? (sites.length > 0 ? sites : [`${key.toLowerCase()}.${domain}`]),
    description: props['Name'] || key,
    isLocal,
    hasPassword,
    onlyEncrypted: hasPassword || props['SSL'] === 'enabled',
  }
  const before = destination.database('vhosts').exists
    ? ''
    : 'Install nethserver-httpd-virtualhosts, then: '
  const after = hasPassword ? '; then give it a password on the page Virtual hosts' : ''
  return {
    what: hasPassword ? 'a virtual host with a password' : 'a virtual host',
    remedy: `${before}${inTurn([
      ...virtualHostCommands(host),
      copyOf(key, rootOf(host), 'ftp:apache', 'D750,F640'),
    ])}${after}`,
  }
}

/** Pages below the document root are for everybody. */
function copyPages(ibay: string, to: string): string {
  return copyOf(ibay, to, 'root:root', 'D755,F644')
}

/** Links that lead out of the pages stay behind; what differs there is saved with a `~`. */
function copyOf(ibay: string, to: string, owner: string, modes: string): string {
  return `rsync -a --backup --safe-links --chown=${owner} --chmod=${modes} /var/lib/nethserver/ibay/${ibay}/html/ ${to}/`
}
