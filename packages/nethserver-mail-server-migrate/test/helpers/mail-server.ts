import { testbed, type Testbed, type Tree } from '@nethserver-migrate/testkit'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'

export interface MailServer {
  readonly like?: 6 | 7
  /** Records of the old databases, one a line. */
  readonly accounts?: string
  readonly domains?: string
  /** Records of the old configuration database beside the names of the host. */
  readonly configuration?: string
  /** Users and groups that the destination has beside its admin. */
  readonly users?: readonly string[]
  readonly groups?: readonly string[]
  /** Records of the destination beside the default ones and those of its accounts. */
  readonly here?: Readonly<Record<string, string>>
  /** Files of the old server. */
  readonly files?: Tree
  /** A folder that holds a whole backup, instead of records and files. */
  readonly folder?: string
}

/** The actions of the plugin. */
const RECORDS = 'nethserver-mail-server-migrate'
export const MAILBOXES = 'nethserver-mail-server-migrate-mailboxes'

/** The event at the end, as each generation calls it. */
export const APPLIED = { 6: 'nethserver-mail-server-update', 7: 'nethserver-mail-server-save' }

/**
 * An old mail server in front of a staged destination with accounts in it. The action for records
 * is run, unless another one is named.
 */
export function mailServer(server: MailServer = {}): Testbed {
  const { like = 7, accounts = '', domains = '', configuration = '', here = {} } = server
  const { users = [], groups = [], files = {}, folder } = server
  const records =
    like === 6
      ? [...users.map((name) => `${name}=user\n`), ...groups.map((name) => `${name}=group\n`)]
      : []
  const t = testbed({
    like,
    source:
      folder === undefined
        ? {
            databases: {
              configuration: `SystemName=old\nDomainName=example.com\n${configuration}`,
              accounts,
              domains,
            },
            files,
          }
        : { folder },
    destination: { records: { ...here, accounts: records.join('') + (here['accounts'] ?? '') } },
  })
  appendFileSync(
    join(t.root, 'etc/passwd'),
    users.map((name, index) => `${name}:x:${6001 + index}:6001::/home/${name}:/bin/sh\n`).join(''),
  )
  appendFileSync(
    join(t.root, 'etc/group'),
    groups.map((name, index) => `${name}:x:${7001 + index}:\n`).join(''),
  )
  return { ...t, run: (plugin, options) => t.run(plugin, { action: RECORDS, ...options }) }
}

/** `key → Account` of all pseudonyms of the destination but the mail server's own. */
export function pseudonyms(t: Testbed): string[] {
  return t
    .databaseText('accounts')
    .split('\n')
    .filter((line) => /=pseudonym\|/.test(line) && !line.startsWith('postmaster@='))
    .map((line) => `${line.split('=')[0] ?? ''} → ${/\|Account\|([^|]*)/.exec(line)?.[1] ?? ''}`)
}

/** All that an import may change. */
export function stateOf(t: Testbed) {
  return { databases: t.manifest('var/lib/nethserver/db'), events: t.events() }
}
