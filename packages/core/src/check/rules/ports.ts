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

const PROTOCOLS = ['TCP', 'UDP'] as const
/** As a message names it. */
export type Port = `${(typeof PROTOCOLS)[number]} port ${number}`

/**
 * Ports of services that the import switches on and that something else holds already: another
 * service of the destination, or, on the live system, a program that listens there.
 */
export function portNotes(
  { host, destination, report }: PortContext,
  listening: ReadonlySet<Port> = host.kind === 'nethserver' ? listeningPorts() : new Set(),
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
  const holders = new Map<Port, string>()
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
          message: `the import switches ${key} on, whose ${port} ${holder === undefined ? 'a program listens on already' : `belongs to ${holder} too`}`,
          remedy:
            holder === undefined
              ? `See which program it is (${commandThatShows(port)}) and stop it`
              : `Give one of them another port, or disable it: config setprop ${holder} status disabled`,
        },
      ]
    }),
  )
}

function portsOf(props: Readonly<Record<string, string>>): Port[] {
  return PROTOCOLS.flatMap((protocol) =>
    [props[`${protocol}Port`], props[`${protocol}Ports`]]
      .flatMap((ports) => (ports ?? '').split(','))
      .filter((port) => /^\d+$/.test(port))
      .map((port): Port => `${protocol} port ${Number(port)}`),
  )
}

function commandThatShows(port: Port): string {
  const [protocol, , number = ''] = port.split(' ')
  return `ss -l${protocol === 'UDP' ? 'u' : 't'}np sport = :${number}`
}

/** The state of a socket that waits for whoever comes, in the tables of the kernel. */
const WAITING = { TCP: '0A', UDP: '07' } as const

/** The ports that programs of this machine listen on, as the kernel tells. */
export function listeningPorts(): Set<Port> {
  return new Set(
    PROTOCOLS.flatMap((protocol) =>
      ['', '6']
        .map((family) => `/proc/net/${protocol.toLowerCase()}${family}`)
        .filter((file) => existsSync(file))
        .flatMap((file) => readFileSync(file, 'latin1').split('\n').slice(1))
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => fields[3] === WAITING[protocol])
        .map((fields): Port => `${protocol} port ${parseInt(fields[1]?.split(':')[1] ?? '', 16)}`),
    ),
  )
}
