import { isIPv4 } from 'node:net'
import { addressNumber, type MigrateContext } from '@nethserver-migrate/core'

export interface DhcpRange {
  readonly start: string
  readonly end: string
}

/** The ranges that the destination serves, and the one of the old server: it follows later. */
export function servedRanges({ source, destination }: MigrateContext): DhcpRange[] {
  const { status, start, end } = source.configuration.get('dhcpd')?.props ?? {}
  return [
    { status, start, end },
    ...destination
      .database('dhcp')
      .records('range')
      .map(({ props }) => ({
        status: props['status'],
        start: props['DhcpRangeStart'],
        end: props['DhcpRangeEnd'],
      })),
  ].flatMap((range) =>
    range.status === 'enabled' && isAddress(range.start) && isAddress(range.end)
      ? { start: range.start, end: range.end }
      : [],
  )
}

export function isInRange(address: string, { start, end }: DhcpRange): boolean {
  const number = addressNumber(address)
  return addressNumber(start) <= number && number <= addressNumber(end)
}

function isAddress(text: string | undefined): text is string {
  return text !== undefined && isIPv4(text)
}
