import { isIPv4 } from 'node:net'
import {
  LEFT_BEHIND,
  toDisplay,
  type Bytes,
  type Coverage,
  type EsmithRecord,
  type MigrateContext,
  type OperationResult,
} from '@nethserver-migrate/core'

/** Trusted networks, and the routes to them. Rule: README.md#networks */
export async function migrateNetworks(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  const networks = source.database('networks')
  if (!networks)
    return log.warning('the source has no networks database: trusted networks are not migrated', {
      code: 'networks-missing',
      subject: 'home/e-smith/db/networks',
      remedy: 'Enter trusted networks and static routes by hand, or extract the whole backup',
    })

  const added: OperationResult[] = []
  const routed: OperationResult[] = []
  for (const network of networks.records('network')) {
    // The green network is the destination's own affair.
    if (network.props['SystemLocalNetwork'] === 'yes') {
      log.info(`network ${toDisplay(network.key)} was the green one of the old server: left out`, {
        code: LEFT_BEHIND,
        subject: `networks/${toDisplay(network.key)}`,
        leaves: leavesNetwork(network.key),
      })
      continue
    }
    if (!isValid(network, context)) continue
    added.push(await addNetwork(network, context))
    const route = await addRoute(network, context)
    if (route) routed.push(route)
  }
  await destination.signalEvent('static-routes-save', [], { onlyFor: routed })
  // Where trusted networks have an event of their own, interfaces need not be touched.
  const event = destination.configuration.has('sssd')
    ? 'trusted-networks-modify'
    : 'interface-update'
  await destination.signalEvent(event, [], { onlyFor: added })
}

async function addNetwork(
  { key, props }: EsmithRecord,
  { destination, log }: MigrateContext,
): Promise<OperationResult> {
  const result = await destination
    .database('networks')
    .create(key, 'network', { Mask: props['Mask'] ?? '' })
  if (result.outcome === 'exists')
    log.warning(`network ${key} exists at the destination with other values: kept as it is`, {
      code: 'network-exists',
      subject: `networks/${key}`,
      leaves: leavesNetwork(key),
    })
  return result
}

async function addRoute(
  { key, props: { Mask: mask = '', Router: router = '' } }: EsmithRecord,
  { destination, log }: MigrateContext,
): Promise<OperationResult | undefined> {
  if (router === '') return undefined
  if (!isIPv4(router)) {
    log.warning(
      `network ${key} has the router ${toDisplay(router)}, which is no address: no route is made`,
      {
        code: 'router-no-address',
        subject: `networks/${key}`,
      },
    )
    return undefined
  }
  const result = await destination.database('routes').create(key, 'static', {
    Description: `Migrated from local network ${key}`,
    Mask: mask,
    Router: router,
  })
  if (result.outcome === 'exists')
    log.warning(`a route to ${key} exists at the destination with other values: kept as it is`, {
      code: 'route-exists',
      subject: `routes/${key}`,
    })
  return result
}

function isValid({ key, props }: EsmithRecord, { log }: MigrateContext): boolean {
  const problem = isIPv4(key)
    ? isMask(props['Mask'])
      ? undefined
      : 'no valid Mask'
    : 'no address as its key'
  if (problem)
    log.warning(`network ${toDisplay(key)} has ${problem}: skipped`, {
      code: 'network-invalid',
      subject: `networks/${toDisplay(key)}`,
      remedy: 'Enter it by hand at the destination if it is still needed',
      leaves: leavesNetwork(key),
    })
  return problem === undefined
}

function leavesNetwork(key: Bytes): Coverage[] {
  return [{ database: 'networks', type: 'network', key }]
}

/** Ones, then zeros. */
function isMask(mask: string | undefined): boolean {
  if (mask === undefined || !isIPv4(mask)) return false
  const bits = mask
    .split('.')
    .map((byte) => Number(byte).toString(2).padStart(8, '0'))
    .join('')
  return /^1+0*$/.test(bits)
}
