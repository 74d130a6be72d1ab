import type { Bytes, Destination } from '@nethserver-migrate/core'

const ZONES = '/usr/share/zoneinfo'

/** Whether the destination can be set to a time zone of this name. Rule: README.md#migrates */
export function isTimeZone(name: Bytes, destination: Destination): boolean {
  // Nothing that could lead out of the folder of zones, or mean something to a shell.
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name)) return false
  if (destination.readFile(`${ZONES}/zone.tab`) === undefined) return isKnownToNode(name)
  return destination.readFile(`${ZONES}/${name}`)?.startsWith('TZif') ?? false
}

/** For a staged destination without a time zone database: nearly the same one comes with Node. */
function isKnownToNode(name: string): boolean {
  try {
    const { timeZone } = Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions()
    // It finds a zone in any case of letters, the host only as it is spelled.
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase()
  } catch {
    return false
  }
}
