import type { Destination } from '@nethserver-migrate/core'

/** Whether shared folders can be shown on the web: no longer since accounts come from a provider. */
export function foldersHaveWebAccess({ configuration }: Destination): boolean {
  return !configuration.has('sssd')
}
