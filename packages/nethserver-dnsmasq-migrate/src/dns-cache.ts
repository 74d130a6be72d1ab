import type { MigrateContext, Props } from '@nethserver-migrate/core'
import type { OldDhcp } from './old-dhcp.js'

/** The props of `dnsmasq` that follow the old DNS cache. Rule: README.md#migrates */
export function cacheProps(old: OldDhcp, { source, destination, log }: MigrateContext): Props {
  const cache = source.configuration.get('dnscache')
  if (!cache)
    log.info('dnscache is not in the source configuration database: it counts as disabled')
  const { status, access } = cache?.props ?? {}
  const servesDhcp =
    old.enabled ||
    destination
      .database('dhcp')
      .records('range')
      .some(({ props }) => props['status'] === 'enabled')
  if (status !== 'enabled' && servesDhcp)
    log.notice(
      'dnscache was not enabled on the old server: dnsmasq is, since it also serves DHCP',
      {
        code: 'dnsmasq-enabled-for-dhcp',
        subject: 'configuration/dnsmasq status',
      },
    )
  return {
    access: access || 'private',
    status: status === 'enabled' || servesDhcp ? 'enabled' : 'disabled',
  }
}
