import { execFileSync } from 'node:child_process'
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { testbed, type Testbed, type Tree } from '@nethserver-migrate/testkit'

/** What a destination knows of accounts: records, a provider of its own, or an Active Directory. */
export type World = 'records' | 'ldap' | 'ad'

export const WORLDS: readonly World[] = ['records', 'ldap', 'ad']

export interface FileServer {
  readonly world?: World
  /** A backup; without one, a source with these records in its accounts database. */
  readonly folder?: string
  readonly accounts?: string
  /** Below the folder of the ibays. */
  readonly files?: Tree
  readonly acls?: string
  readonly configuration?: string
  readonly more?: Tree
  readonly here?: { readonly accounts?: string; readonly files?: Tree }
}

const PASSWD: Readonly<Record<World, string>> = {
  records:
    'apache:x:48:48::/var/www:\nadmin:x:500:500:admin:/x:\nmrossi:x:5001:5001::/x:\ndsmith:x:5007:5007::/x:\n',
  ldap: 'apache:x:48:48::/var/www:\nadmin:x:9999:10000::/x:\nmrossi:x:10001:10000::/x:\ndsmith:x:10007:10000::/x:\n',
  ad: 'apache:x:48:48::/var/www:\nadmin@newserver.test:x:20500:10513::/x:\nmrossi@newserver.test:x:20001:10513::/x:\ndsmith@newserver.test:x:20007:10513::/x:\n',
}

const NAMES = ['sales', 'tech', 'admins', 'support', 'ghosts']
const groups = (first: number, suffix = '') =>
  NAMES.map((name, index) => `${name}${suffix}:x:${first + index}:\n`).join('')

const GROUP: Readonly<Record<World, string>> = {
  records: `root:x:0:\nmail:x:12:\napache:x:48:\nadmin:x:500:\nlocals:x:501:\nmrossi:x:5001:\n${groups(5017)}`,
  ldap: `root:x:0:\nmail:x:12:\napache:x:48:\nlocals:x:10000:\n${groups(10017)}`,
  ad: `root:x:0:\nmail:x:12:\napache:x:48:\ndomain users@newserver.test:x:10513:\ndomain admins@newserver.test:x:10512:\n${groups(20017, '@newserver.test')}`,
}

/** An old server with ibays, and a destination with mrossi, dsmith and a few groups. */
export function fileServer(options: FileServer = {}): Testbed {
  const {
    world = 'records',
    folder,
    accounts = '',
    files = {},
    acls,
    more = {},
    here = {},
  } = options
  return testbed({
    like: world === 'records' ? 6 : 7,
    source: {
      ...(folder !== undefined
        ? { folder }
        : {
            databases: {
              configuration: `SystemName=old\nDomainName=example.com\n${options.configuration ?? ''}`,
              accounts,
            },
          }),
      files: {
        ...Object.fromEntries(
          Object.entries(files).map(([path, entry]) => [`home/e-smith/files/ibays/${path}`, entry]),
        ),
        ...(acls === undefined
          ? {}
          : { 'home/e-smith/db/acls.dump': { content: Buffer.from(acls, 'latin1') } }),
        ...more,
      },
    },
    destination: {
      ...(world === 'ad'
        ? {
            databases: {
              configuration:
                'DomainName=newserver.test\nSystemName=ns\nmaxIbayNameLength=30\nnsdc=service|status|enabled\nsmb=service|status|enabled\nsssd=service|Provider|ad|status|enabled\n',
            },
          }
        : {}),
      records: { accounts: here.accounts ?? '' },
      files: {
        'etc/passwd': `root:x:0:0:root:/root:/bin/bash\n${PASSWD[world]}`,
        'etc/group': GROUP[world],
        ...here.files,
      },
    },
  })
}

/** An ibay of the sales people; props given as undefined are not set. */
export function ibay(
  name: string,
  props: Readonly<Record<string, string | undefined>> = {},
): string {
  const all: Readonly<Record<string, string | undefined>> = {
    Group: 'sales',
    Name: 'A folder',
    PublicAccess: 'none',
    UserAccess: 'wr-group-rd-group',
    ...props,
  }
  const text = Object.entries(all).flatMap(([prop, value]) =>
    value === undefined ? [] : `|${prop}|${value}`,
  )
  return `${name}=ibay${text.join('')}\n`
}

const FOLDERS = 'var/lib/nethserver/ibay'

/** `mode uid:gid entries` of a file of a shared folder; ids of accounts only for root. */
export function permissions(t: Testbed, path: string): string {
  const file = join(t.root, FOLDERS, path)
  const { mode, uid, gid } = lstatSync(file)
  const text = execFileSync('getfacl', ['-nEp', '--', file], { encoding: 'latin1' })
  const entries = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return [(mode & 0o7000).toString(8), `${uid}:${gid}`, ...entries].join(' ')
}

/** What lies in the shared folders, without owners. */
export function folders(t: Testbed): string[] {
  return t.manifest(FOLDERS).map((line) => line.replace(/ \d+:\d+ /, ' '))
}
