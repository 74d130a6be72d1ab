import type { ServiceContext, ServiceTest } from '@nethserver-migrate/core'
import { DUMPS, SYSTEM } from './find-dumps.js'

/**
 * The databases that were loaded, or that the first boot of a staged destination has loaded. Rule:
 * README.md#check-afterwards
 */
export function serviceTests({ imported, destination }: ServiceContext): ServiceTest[] {
  const names = imported.flatMap((change) => {
    if (change.kind === 'database') return [change.name]
    const from = change.kind === 'file' ? (change.from ?? '') : ''
    const [, name] = from.startsWith(`${DUMPS}/`) ? (/([^/]+)\.dump$/.exec(from) ?? []) : []
    return name === undefined || name === SYSTEM ? [] : [name]
  })
  const unit = destination.configuration.has('sssd') ? 'mariadb' : 'mysqld'
  return names.length === 0
    ? []
    : [{ kind: 'sql', record: 'mysqld', unit, databases: [...new Set(names)] }]
}
