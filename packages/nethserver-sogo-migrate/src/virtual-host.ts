import { splitNames, toDisplay, type Bytes, type MigrateContext } from '@nethserver-migrate/core'
import { isNethServer7 } from './variant.js'

/** The one virtual host that the destination can have, if the old server had just that. Rule: README.md#settings */
export function virtualHost(value: Bytes, { destination, log }: MigrateContext): Bytes | undefined {
  const hosts = splitNames(value.replace(/[ \t;]+/g, ','))
  const [host, another] = hosts
  if (host === undefined) return undefined
  const seven = isNethServer7(destination)
  if (seven && another === undefined && /^\w[\w-]*(\.\w[\w-]*)*$/.test(host)) return host
  log.warning(
    `virtual hosts of SOGo are not migrated, the old server had: ${hosts.map(toDisplay).join(', ')}`,
    {
      code: 'virtual-hosts-not-migrated',
      subject: 'configuration/sogod VirtualHosts',
      remedy: `To set them here: config setprop sogod ${seven ? 'VirtualHost NAME' : 'VirtualHosts NAMES'}; signal-event nethserver-sogo-update`,
    },
  )
  return undefined
}
