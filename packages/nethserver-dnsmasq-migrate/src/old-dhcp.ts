import { toDisplay, trimBlanks, type Bytes, type MigrateContext } from '@nethserver-migrate/core'

/** What the old server served by DHCP. */
export interface OldDhcp {
  readonly enabled: boolean
  readonly start: Bytes
  readonly end: Bytes
}

export function oldDhcp({ source, log }: MigrateContext): OldDhcp {
  const dhcpd = source.configuration.get('dhcpd')
  const { status, start = '', end = '' } = dhcpd?.props ?? {}
  const old = { enabled: status === 'enabled', start: trimBlanks(start), end: trimBlanks(end) }
  if (!dhcpd) log.info('dhcpd is not in the source configuration database: it counts as disabled')
  else if (!old.enabled)
    log.info(`dhcpd was not enabled on the old server, its range was ${rangeText(old)}`)
  return old
}

export function rangeText({ start, end }: OldDhcp): string {
  return `${toDisplay(start) || '(nothing)'} to ${toDisplay(end) || '(nothing)'}`
}
