import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { testbed, type Testbed, type Tree } from '@nethserver-migrate/testkit'

export interface FaxServer {
  readonly like?: 6 | 7
  /** Props of the old record, as a database has them. */
  readonly hylafax?: string
  /** What lies below `home/e-smith` of the old server. */
  readonly files?: Tree
  /** Records of the destination's configuration database instead of the default ones. */
  readonly here?: string
  /** Records of the destination's accounts database beside the default ones. */
  readonly accounts?: string
  readonly filesHere?: Tree
}

/** An old fax server in front of a staged destination. */
export function faxServer(server: FaxServer = {}): Testbed {
  const { like = 7, hylafax = 'status|enabled', files = {}, here, accounts = '' } = server
  return testbed({
    like,
    source: {
      databases: { configuration: `SystemName=old\nhylafax=configuration|${hylafax}\n` },
      files: Object.fromEntries(
        Object.entries(files).map(([path, entry]) => [`home/e-smith/${path}`, entry]),
      ),
    },
    destination: {
      ...(here === undefined ? {} : { databases: { configuration: here } }),
      records: { accounts },
      files: server.filesHere ?? {},
    },
  })
}

const STATE = ['etc', 'var/lib/nethserver/db', 'var/lib/nethserver/fax', 'var/spool']

/** All that an import may change. */
export function stateOf(t: Testbed) {
  const folders = STATE.filter((folder) => existsSync(join(t.root, folder)))
  return { files: folders.map((folder) => t.manifest(folder)), events: t.events() }
}

/** What lies in a folder of the destination: `kind mode path`, without owners and checksums. */
export function filesIn(t: Testbed, folder: string): string[] {
  return t.manifest(folder).map((line) => line.replace(/^(\S \S+) \S+ (.*?)( = .*)?$/, '$1 $2'))
}
