import {
  splitNames,
  toDisplay,
  type Destination,
  type MigrateContext,
} from '@nethserver-migrate/core'
import { contains, parseNetwork, type Network } from './network.js'

/** The option that imports networks without the green one among them. */
export const LOCK_OUT = 'admin-networks'

const RECORD = 'httpd-admin'
const subject = 'configuration/httpd-admin ValidFrom'

/** The networks that may reach the administration pages. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  if (destination.configuration.has('sssd'))
    return log.info('the administration pages of a NethServer 7 stay as they are: nothing to do')
  const old = source.configuration.get(RECORD)
  if (!old)
    return log.info('httpd-admin is not in the source configuration database: nothing to do')
  const names = splitNames(old.props['ValidFrom'] ?? '')
  if (names.length === 0)
    return log.info('ValidFrom of httpd-admin is empty on the old server: what is here stays')

  const validFrom = allowedNetworks(names, context)
  if (!validFrom) return
  const changed = await destination.configuration.merge(
    RECORD,
    { ValidFrom: validFrom.join(',') },
    { typeWhenNew: 'service' },
  )
  await destination.signalEvent('nethserver-httpd-admin-update', [], { onlyFor: [changed] })
}

/** What may be imported; nothing when it would lock the administrator out. */
function allowedNetworks(
  names: readonly string[],
  { destination, log, options }: MigrateContext,
): string[] | undefined {
  const networks = names.filter((name) => parseNetwork(name))
  const malformed = names.filter((name) => !parseNetwork(name))
  if (malformed.length > 0)
    log.warning(`${subject}: left out what is no network: ${malformed.map(toDisplay).join(', ')}`, {
      code: 'valid-from-malformed',
      subject,
      remedy: 'Enter the network by hand, as ADDRESS/MASK',
    })
  if (networks.length > 0 && (options.has(LOCK_OUT) || reach(networks, destination)))
    return networks
  log.warning(
    `${subject} of the old server (${names.map(toDisplay).join(', ')}) does not have the new green network in it: not imported, it would lock you out`,
    {
      code: 'valid-from-locks-out',
      subject,
      remedy: `Add the green network to it by hand, or import again with --${LOCK_OUT}`,
    },
  )
  return undefined
}

/** Whether each green network lies in one of these; not if none is known. */
function reach(texts: readonly string[], destination: Destination): boolean {
  const networks = texts.flatMap((text) => parseNetwork(text) ?? [])
  const green = greenNetworks(destination)
  return (
    green.length > 0 &&
    green.every((inner) => networks.some((outer) => inner && contains(outer, inner)))
  )
}

function greenNetworks(destination: Destination): (Network | undefined)[] {
  return destination
    .database('networks')
    .records()
    .filter(({ props }) => props['role'] === 'green')
    .map(({ props }) => parseNetwork(`${props['ipaddr'] ?? ''}/${props['netmask'] ?? ''}`))
}
