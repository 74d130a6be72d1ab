import { existsSync, readFileSync } from 'node:fs'
import type { Destination } from '../../destination/destination.js'
import type { Host } from '../../host/host.js'
import type { Report } from '../../report/report.js'
import type { CheckNote } from '../check-finding.js'

export interface PortContext {
  readonly host: Host
  readonly destination: Destination
  /** The plan of the import. */
  readonly report: Report
}

/**
 * Ports of services that the import switches on and that something else holds already: another
 * service of the destination, or, on the live system, a program that listens there.
 */
export function portNotes(
  { host, destination, report }: PortContext,
  listening: ReadonlySet<number> = host.kind === 'nethserver' ? listeningPorts() : new Set(),
): CheckNote[] {
  const switchedOn = new Set(
    report.changes.flatMap(({ change }) =>
      change.kind === 'record' &&
      change.database === 'configuration' &&
      change.props['status']?.[1] === 'enabled'
        ? [change.key]
        : [],
    ),
  )
  const holders = new Map<number, string>()
  for (const { key, props } of destination.configuration.records('service'))
    if (props['status'] === 'enabled' && !switchedOn.has(key))
      for (const port of portsOf(props)) holders.set(port, key)
  return [...switchedOn].flatMap((key) =>
    portsOf(destination.configuration.get(key)?.props ?? {}).flatMap((port): CheckNote[] => {
      const holder = holders.get(port)
      if (holder === undefined && !listening.has(port)) return []
      return [
        {
          severity: 'high',
          code: 'port-in-use',
          subject: `configuration/${key}`,
          message: `the import switches ${key} on, whose port ${port} ${holder === undefined ? 'a program listens on already' : `belongs to ${holder} too`}`,
          remedy:
            holder === undefined
              ? `See which program it is (ss -ltnp sport = :${port}) and stop it`
              : `Give one of them another port, or disable it: config setprop ${holder} status disabled`,
        },
      ]
    }),
  )
}

function portsOf(props: Readonly<Record<string, string>>): number[] {
  return [props['TCPPort'], props['TCPPorts']]
    .flatMap((ports) => (ports ?? '').split(','))
    .filter((port) => /^\d+$/.test(port))
    .map(Number)
}

/** The TCP ports that programs of this machine listen on, as the kernel tells. */
export function listeningPorts(): Set<number> {
  const LISTEN = '0A'
  return new Set(
    ['/proc/net/tcp', '/proc/net/tcp6']
      .filter((file) => existsSync(file))
      .flatMap((file) => readFileSync(file, 'latin1').split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTEN)
      .map((fields) => parseInt(fields[1]?.split(':')[1] ?? '', 16)),
  )
}
