import type { Destination } from '@nethserver-migrate/core'

/** Where SOGo has one virtual host, and its database password lies in a file of its own. */
export function isNethServer7({ configuration }: Destination): boolean {
  return configuration.has('sssd')
}
