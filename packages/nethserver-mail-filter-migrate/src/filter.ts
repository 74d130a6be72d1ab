import type { Destination } from '@nethserver-migrate/core'

export type Filter = 'amavisd' | 'rspamd'

/** The mail filter of the destination: the record that it has; rspamd came to replace amavisd. */
export function filterOf({ configuration }: Destination): Filter | undefined {
  return (['rspamd', 'amavisd'] as const).find((filter) => configuration.has(filter))
}

/** What there is to say where no filter is to be found: it cannot even be told which one to make. */
export const NO_FILTER = {
  code: 'mail-filter-missing',
  subject: 'configuration/rspamd',
  remedy: 'Signal the update event of nethserver-mail-filter, then run the same command again',
}
