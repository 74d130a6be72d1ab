import { LEFT_BEHIND } from '@nethserver-migrate/core'
import type { MigrateContext, OperationResult } from '@nethserver-migrate/core'
import { createRange, rangeProps } from './dhcp-range.js'
import { cacheProps } from './dns-cache.js'
import { oldDhcp } from './old-dhcp.js'

/** DHCP and, on NethServer 6, the DNS cache. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const { destination, log } = context
  const isNethServer6 = !destination.configuration.has('sssd')
  // Before NethServer 6.5 ranges are props of the service.
  const hasRanges = !isNethServer6 || destination.database('dhcp').exists
  const old = oldDhcp(context)
  const changed: OperationResult[] = []
  if (hasRanges) {
    const range = await createRange(old, context)
    if (range) changed.push(range)
  }
  if (isNethServer6) {
    const props = { ...cacheProps(old, context), ...(hasRanges ? {} : rangeProps(old, context)) }
    changed.push(
      await destination.configuration.merge('dnsmasq', props, { typeWhenNew: 'service' }),
    )
  } else
    log.info('the DNS cache needs no settings here', {
      code: LEFT_BEHIND,
      subject: 'configuration/dnsmasq',
      leaves: [{ database: 'configuration', key: 'dnscache', props: ['access', 'status'] }],
    })
  await destination.signalEvent('nethserver-dnsmasq-update', [], { onlyFor: changed })
}
