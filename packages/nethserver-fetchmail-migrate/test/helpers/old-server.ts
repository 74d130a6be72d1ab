import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testbed, type Testbed, type Tree } from '@nethserver-migrate/testkit'

/** The service as a fresh destination has it, whichever its generation. */
export const SERVICE =
  'fetchmail=service|authType|password|externalFreq|5|extraOptions|--fastuidl 1 --sslproto ssl23|status|enabled'

export const EVENT = 'nethserver-fetchmail-update'

export interface OldServer {
  readonly like?: 6 | 7
  /** Records of the old fetchmail database, one a line; without it there is none. */
  readonly accounts?: string
  /** The old record of the service; empty: none. */
  readonly service?: string
  /** Records of the destination’s fetchmail database. */
  readonly here?: string
  readonly files?: Tree
  /** A folder that holds a backup already. */
  readonly folder?: string
}

/** What the destination has, for every test: two people, a group of people, and a service. */
const ACCOUNTS = {
  6: {
    'etc/passwd': `root:x:0:0:root:/root:/bin/bash
apache:x:48:48::/var/www:/sbin/nologin
admin:x:500:500:admin:/var/lib/nethserver/home/admin:/bin/bash
mrossi:x:5001:5001::/var/lib/nethserver/home/mrossi:/bin/false
gverdi:x:5005:5005::/var/lib/nethserver/home/gverdi:/bin/false
`,
    'etc/group': `root:x:0:
adm:x:4:
apache:x:48:
sales:x:5020:mrossi
`,
  },
  7: {
    'etc/passwd': `root:x:0:0:root:/root:/bin/bash
apache:x:48:48::/var/www:/sbin/nologin
admin:x:9999:10000:Administrator:/var/lib/nethserver/home/admin:/bin/bash
mrossi:x:10001:10000::/var/lib/nethserver/home/mrossi:/bin/false
gverdi:x:10002:10000::/var/lib/nethserver/home/gverdi:/bin/false
`,
    'etc/group': `root:x:0:
adm:x:4:
apache:x:48:
sales:x:10003:mrossi
`,
  },
} as const

/**
 * An old server with these external mail accounts, in front of a staged destination that polls
 * with fetchmail: a NethServer 6, or a NethServer 7 with the package of it instead of getmail.
 */
export function oldServer({
  like = 6,
  accounts,
  service = 'fetchmail=service|status|enabled',
  here = '',
  files = {},
  folder,
}: OldServer = {}): Testbed {
  const t = testbed({
    like,
    source: folder
      ? { folder }
      : {
          databases: {
            configuration: `SystemName=old\nDomainName=example.com\n${service}\n`,
            ...(accounts === undefined ? {} : { fetchmail: accounts }),
          },
          files,
        },
    destination: {
      ...(like === 7 ? { records: { configuration: `${SERVICE}\n` } } : {}),
      files: {
        ...ACCOUNTS[like],
        'var/lib/nethserver/db/fetchmail': { content: Buffer.from(here, 'latin1'), mode: 0o640 },
      },
    },
  })
  if (like === 7) removeDatabase(t, 'getmail')
  return t
}

/** An external account, as the old server has it; a prop that is undefined is left away. */
export function account(
  key: string,
  props: Readonly<Record<string, string | undefined>> = {},
): string {
  const all = {
    account: 'mrossi',
    active: 'YES',
    nokeep: 'NO',
    password: 'pw',
    popserver: 'pop.provider.test',
    username: 'mario',
    ...props,
  }
  const fields = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  )
  return `${[`${key}=fetchmail`, ...fields].join('|')}\n`
}

/** The same account at the destination, its props in the order of their names. */
export function polled(
  key: string,
  props: Readonly<Record<string, string | undefined>> = {},
): string {
  const text = account(key, { proto: 'pop3', ...props }).trimEnd()
  const [type = '', ...fields] = text.split('|')
  const pairs = fields.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}|${fields[index + 1] ?? ''}`] : [],
  )
  return [type, ...pairs.sort()].join('|')
}

/** Takes a database away from the destination. */
export function removeDatabase(t: Testbed, name: string): void {
  rmSync(join(t.root, 'var/lib/nethserver/db', name))
}

/** Edits a database of the destination, as an administrator does. */
export function edit(t: Testbed, name: string, what: string | RegExp, by: string): void {
  const file = join(t.root, 'var/lib/nethserver/db', name)
  writeFileSync(file, readFileSync(file, 'latin1').replace(what, by), 'latin1')
}
