import type { Props } from '@nethserver-migrate/esmith-db'
import type { Destination } from '../destination/destination.js'

const PORTS = new Set(['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts'])

/** The zones that stand for an old access value. docs/process.md#access */
const ZONES: ReadonlyMap<string, string> = new Map([
  ['private', 'green'],
  ['public', 'green,red'],
  ['localhost', ''],
  ['none', ''],
])

/**
 * The props of an old service as they may be imported: without network ports, which are reset to
 * the new defaults, and with `access` in the words of the destination. docs/process.md#never-imported
 */
export function importable(props: Props, destination: Destination): Record<string, string> {
  const kept = Object.entries(props).filter(([name]) => !PORTS.has(name))
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name,
      name === 'access' ? accessValue(value, destination) : value,
    ]),
  )
}

function accessValue(value: string, { accessValues }: Destination): string {
  return accessValues === 'zones' ? (ZONES.get(value) ?? value) : value
}
