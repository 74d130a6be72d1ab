import { isIPv4 } from 'node:net'
import {
  addressNumber,
  greenNetworks,
  toDisplay,
  type Destination,
  type GreenNetwork,
  type Log,
  type MigrateContext,
  type OperationResult,
  type Props,
} from '@nethserver-migrate/core'
import { rangeText, type OldDhcp } from './old-dhcp.js'

/** The range as a record of a green interface. Rule: README.md#migrates */
export async function createRange(
  old: OldDhcp,
  { destination, log }: MigrateContext,
): Promise<OperationResult | undefined> {
  if (!old.enabled) return undefined
  const green = greenNetworkFor(old, destination)
  if (!green) {
    log.warning(
      `the destination has no green interface: DHCP for ${rangeText(old)} is not migrated`,
      {
        code: 'no-green-interface',
        subject: 'networks',
        remedy: 'Give an interface the role green, then run the same command again',
      },
    )
    return undefined
  }
  const ranges = destination.database('dhcp')
  const subject = `dhcp/${toDisplay(green.key)}`
  const problem = problemOf(old, green)
  const status = problem === undefined ? 'enabled' : 'disabled'
  const result = await ranges.create(green.key, 'range', {
    DhcpGatewayIP: '',
    DhcpLeaseTime: '',
    DhcpRangeEnd: old.end,
    DhcpRangeStart: old.start,
    DhcpStatus: status,
    status,
  })
  if (result.outcome === 'exists')
    log.warning(
      `${subject} exists at the destination with other values: kept as it is; the old server served ${rangeText(old)}`,
      { code: 'dhcp-exists', subject, remedy: 'Compare it with the range of the old server' },
    )
  // Since an earlier import a person may have mended the record.
  else if (ranges.prop(green.key, 'status') === 'enabled') askToSwitchOff(subject, log)
  else if (problem !== undefined && result.outcome !== 'failed')
    sayDisabled(old, problem, log, {
      subject,
      remedy: `Enter another range: db dhcp setprop ${toDisplay(green.key)} DhcpRangeStart START DhcpRangeEnd END DhcpStatus enabled status enabled; signal-event nethserver-dnsmasq-update`,
    })
  return result
}

/** The range as props of `dnsmasq`, where there is no `dhcp` database. Rule: README.md#migrates */
export function rangeProps(old: OldDhcp, { destination, log }: MigrateContext): Props {
  const green = greenNetworkFor(old, destination)
  const problem = green ? problemOf(old, green) : 'the destination has no green interface'
  const isServed = old.enabled && problem === undefined
  const subject = 'configuration/dnsmasq'
  if (isServed) askToSwitchOff(subject, log)
  else if (old.enabled && problem !== undefined)
    sayDisabled(old, problem, log, {
      subject,
      remedy:
        'Enter another range: config setprop dnsmasq DhcpRangeStart START DhcpRangeEnd END DhcpStatus enabled; signal-event nethserver-dnsmasq-update',
    })
  return {
    DhcpRangeEnd: old.end,
    DhcpRangeStart: old.start,
    DhcpStatus: isServed ? 'enabled' : 'disabled',
  }
}

/** The green network that has the range, otherwise the first one. */
function greenNetworkFor(
  { start, end }: OldDhcp,
  destination: Destination,
): GreenNetwork | undefined {
  const networks = greenNetworks(destination)
  return networks.find((network) => network.has(start) && network.has(end)) ?? networks[0]
}

/** Why the range cannot be served in a green network, or nothing. */
function problemOf({ start, end }: OldDhcp, green: GreenNetwork): string | undefined {
  if (!isIPv4(start) || !isIPv4(end)) return 'these are not two addresses'
  if (addressNumber(start) > addressNumber(end)) return 'it ends before it begins'
  return green.has(start) && green.has(end)
    ? undefined
    : `it is not inside the green network of ${toDisplay(green.key)}`
}

function sayDisabled(
  old: OldDhcp,
  problem: string,
  log: Log,
  details: { subject: string; remedy: string },
): void {
  log.warning(`the DHCP range ${rangeText(old)} arrives disabled: ${problem}`, {
    code: 'dhcp-range-disabled',
    ...details,
  })
}

function askToSwitchOff(subject: string, log: Log): void {
  log.followUp('switch DHCP off on the old server: two servers must not answer in one network', {
    code: 'switch-off-old-dhcp',
    subject,
    remedy: 'Disable it in the console of the old server, or shut the old server down',
  })
}
