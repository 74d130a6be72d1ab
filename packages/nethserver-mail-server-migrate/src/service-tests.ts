import type { ServiceContext, ServiceTest } from '@nethserver-migrate/core'
import { VMAIL } from './mailbox.js'

/** The log-in of somebody whose mail has come. Rule: README.md#check-afterwards */
export function serviceTests({ imported }: ServiceContext): ServiceTest[] {
  const names = imported.flatMap((change) =>
    change.kind === 'tree' && change.to.startsWith(`${VMAIL}/`)
      ? [change.to.slice(VMAIL.length + 1)]
      : [],
  )
  const users = [...new Set(names)].filter((name) => !name.includes('/'))
  return users.length === 0 ? [] : [{ kind: 'imap', record: 'dovecot', users }]
}
