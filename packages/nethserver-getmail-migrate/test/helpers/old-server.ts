import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testbed, type Testbed } from '@nethserver-migrate/testkit'

export interface OldServer {
  readonly like?: 6 | 7
  /** Records of the old fetchmail database, one a line; without it there is none. */
  readonly accounts?: string
  /** The old record of the service; empty: none. */
  readonly service?: string
  /** Records of the destination’s getmail database. */
  readonly here?: string
  /** Records added to the destination’s configuration: a later line wins. */
  readonly configuration?: string
  /** Packages that count as installed at the destination. */
  readonly packages?: string
}

/** What the destination has, for every test: two people, a group of people, and a service. */
const ACCOUNTS = {
  'etc/passwd': `root:x:0:0:root:/root:/bin/bash
apache:x:48:48::/var/www:/sbin/nologin
mrossi:x:10001:10000::/var/lib/nethserver/home/mrossi:/bin/false
gverdi:x:10002:10000::/var/lib/nethserver/home/gverdi:/bin/false
`,
  'etc/group': `root:x:0:
adm:x:4:
apache:x:48:
sales:x:10003:mrossi
`,
}

/** An old server with these external mail accounts, in front of a staged destination. */
export function oldServer({
  like = 7,
  accounts,
  service = 'fetchmail=service|status|enabled',
  here,
  configuration,
  packages,
}: OldServer = {}): Testbed {
  return testbed({
    like,
    source: {
      databases: {
        configuration: `SystemName=old\nDomainName=example.com\n${service}\n`,
        ...(accounts === undefined ? {} : { fetchmail: accounts }),
      },
    },
    destination: destination({ here, configuration, packages }),
  })
}

/** The same destination in front of the sample backup, or of another folder. */
export function inFrontOf(folder: string): Testbed {
  return testbed({ source: { folder }, destination: destination({}) })
}

function destination({
  here,
  configuration,
  packages,
}: {
  here?: string | undefined
  configuration?: string | undefined
  packages?: string | undefined
}) {
  return {
    ...(here === undefined ? {} : { databases: { getmail: here } }),
    ...(configuration === undefined ? {} : { records: { configuration } }),
    files: {
      ...ACCOUNTS,
      ...(packages === undefined ? {} : { 'var/lib/nethserver/migration/packages': packages }),
    },
  }
}

/** An external account as the old server has it; a prop that is undefined is left away. */
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

/** What getmail has of an account of {@link account}, with these props. */
export function polled(key: string, props: Readonly<Record<string, string>> = {}): string {
  const all = {
    Account: 'mrossi@newserver.test',
    Delete: '-1',
    Password: 'pw',
    Retriever: 'SimplePOP3Retriever',
    Server: 'pop.provider.test',
    SpamCheck: 'enabled',
    Time: '30',
    Username: 'mario',
    VirusCheck: 'enabled',
    status: 'enabled',
    ...props,
  }
  return [`${key}=getmail`, ...Object.entries(all).flat()].join('|')
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

export const EVENT = 'nethserver-getmail-save'
