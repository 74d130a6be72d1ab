import { testbed, type Testbed, type TestbedOptions, type Tree } from '@nethserver-migrate/testkit'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface OldServer {
  readonly like?: 6 | 7
  /** Records of the old accounts database, one a line. */
  readonly accounts?: string
  /** User → second field of etc/shadow. */
  readonly hashes?: Readonly<Record<string, string>>
  /** Records of the old configuration database beside the names of the host. */
  readonly configuration?: string
  readonly files?: Tree
  readonly destination?: TestbedOptions['destination']
}

/** An old server with these accounts, in front of a staged destination. */
export function oldServer(server: OldServer = {}): Testbed {
  const { like = 7, accounts = '', hashes = {}, configuration = '', files, destination } = server
  const lines = Object.entries(hashes).map(([name, hash]) => `${name}:${hash}:15000:0:99999:7:::\n`)
  return testbed({
    like,
    source: {
      databases: {
        configuration: `SystemName=old\nDomainName=example.com\n${configuration}`,
        accounts,
      },
      files: { 'etc/shadow': { content: Buffer.from(lines.join(''), 'latin1') }, ...files },
    },
    ...(destination ? { destination } : {}),
  })
}

/** A user as the old server's accounts database has it. */
export function user(name: string, props: Readonly<Record<string, string>> = {}): string {
  const all = { FirstName: 'Mario', LastName: 'Rossi', PasswordSet: 'yes', Uid: '5001', ...props }
  return `${[`${name}=user`, ...Object.entries(all).flat()].join('|')}\n`
}

export function group(name: string, props: Readonly<Record<string, string>> = {}): string {
  const all = { Description: 'Sales', Gid: '5020', Members: '', Uid: '5020', ...props }
  return `${[`${name}=group`, ...Object.entries(all).flat()].join('|')}\n`
}

/** A file in the home directory of an old user. */
export function oldHome(name: string, files: Tree = { 'notes.txt': 'n' }): Tree {
  return Object.fromEntries(
    Object.entries(files).map(([path, entry]) => [
      `home/e-smith/files/users/${name}/home/${path}`,
      entry,
    ]),
  )
}

/** Records that make a NethServer 7 one with another accounts provider: a later line wins. */
export const PROVIDERS = {
  'remote-ldap': 'sssd=service|LdapURI|ldaps://ldap.example.net|Provider|ldap|status|enabled\n',
  'local-ad': 'sssd=service|Provider|ad|status|enabled\nnsdc=service|status|enabled\n',
  'remote-ad': 'sssd=service|Provider|ad|Realm|AD.EXAMPLE.NET|status|enabled\n',
  none: 'sssd=service|Provider|none|status|disabled\n',
} as const

/** Adds a line to an account file of the destination: an account that was there before. */
export function addAccount(t: Testbed, file: 'passwd' | 'group' | 'shadow', line: string): void {
  appendFileSync(join(t.root, 'etc', file), `${line}\n`)
}

/** The line of an account in a file of the destination. */
export function accountLine(t: Testbed, file: 'passwd' | 'group' | 'shadow', name: string) {
  return readFileSync(join(t.root, 'etc', file), 'latin1')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
}

/** The hash that the destination has for a user. */
export function hashOf(t: Testbed, name: string): string | undefined {
  return accountLine(t, 'shadow', name)?.split(':')[1]
}

/** `kind mode path` of all that lies in a folder of the destination. */
export function entries(t: Testbed, folder: string): string[] {
  return t.manifest(folder).map((line) => line.replace(/^(\S \S+) \S+ (.*?)( = .*)?$/, '$1 $2'))
}

/** All that an import may change, without what it keeps for itself. */
export function stateOf(t: Testbed) {
  return {
    accounts: ['passwd', 'group', 'shadow'].map((file) => t.file(`etc/${file}`)),
    databases: t.manifest('var/lib/nethserver/db'),
    homes: t.manifest('var/lib/nethserver/home'),
    root: t.manifest('root'),
    admin: t.manifest('var/lib/nethserver').filter((line) => line.includes('migration/admin')),
    events: t.events(),
  }
}
