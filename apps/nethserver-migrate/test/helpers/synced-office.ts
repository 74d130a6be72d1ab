import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { toBuffer } from '@nethserver-migrate/core/runner'
import { manifest, temporaryFolder, writeTree, type Tree } from '@nethserver-migrate/testkit'
import { COMMAND, command, expectSuccess, node, type Run } from './command.js'
import type { SshOptions, SshServer } from './ssh-server.js'

const VMAIL = 'var/lib/nethserver/vmail'
const STATE = 'var/lib/nethserver/migration'

/** When the mail of the backup had arrived, long before its import. */
const LONG_AGO = new Date('2012-11-18T01:02:03Z')

export interface OfficeOptions {
  readonly like?: 6 | 7
  readonly users?: readonly string[]
  /** Mail of the backup, beside one message each of anna and admin: `anna/cur/1`. */
  readonly mail?: Tree
  /** Options of the command that makes the destination. */
  readonly stage?: readonly string[]
  readonly isImported?: boolean
}

/** An old server, and a destination onto which its backup was imported. */
export interface Office {
  readonly root: string
  sync(flags?: readonly string[], ssh?: SshOptions, node?: string): Promise<Run>
  /** Starts a synchronisation, and leaves the rest to the test. */
  start(flags?: readonly string[], ssh?: SshOptions): ChildProcess
  /** Mail arrives on the old server: `anna/new/2`. */
  arrive(tree: Tree): void
  /** Mail arrives at the destination: `anna/Maildir/new/2`, the mailbox as it is called there. */
  arriveHere(tree: Tree): void
  /** The path, on the old server, of what {@link arrive} calls `anna/new/2`. */
  path(path: string): string
  /** Path and text of each message of the destination. */
  mail(): string[]
  /** What the destination keeps of synchronisations: kind, mode, path. */
  kept(): string[]
  /** A file that the migration keeps at the destination. */
  file(name: string): string
}

/** Makes offices that differ in what a test asks for; those that do not are made once. */
export class Offices {
  readonly #server: SshServer
  readonly #made = new Map<string, string>()
  #runs = 0

  constructor(server: SshServer) {
    this.#server = server
  }

  async open(options: OfficeOptions = {}): Promise<Office> {
    const key = JSON.stringify(options)
    const made = this.#made.get(key) ?? join(this.#server.folder, `office-${this.#made.size}`)
    if (!this.#made.has(key)) await makeOffice(made, options)
    this.#made.set(key, made)
    const home = this.#server.home
    for (const name of ['db', 'files', 'Maildir'])
      rmSync(join(home, name), { recursive: true, force: true })
    execFileSync('cp', ['-a', `${made}/old/home/e-smith/.`, home])
    const root = join(temporaryFolder(), 'destination')
    execFileSync('cp', ['-a', `${made}/new`, root])
    return this.#office(root, home)
  }

  #office(root: string, home: string): Office {
    const argv = (flags: readonly string[]) => [
      ...[COMMAND, 'sync-mail', '--from', 'root@127.0.0.1', '--port', String(this.#server.port)],
      ...['--root', root, ...flags],
    ]
    const environment = (ssh?: SshOptions) =>
      this.#server.environment(`run-${(this.#runs += 1)}`, ssh)
    return {
      root,
      sync: (flags = [], ssh = {}, program = process.execPath) =>
        node(argv(flags), environment(ssh), program),
      start: (flags = [], ssh) =>
        spawn(process.execPath, argv(flags), {
          env: { ...process.env, ...environment(ssh) },
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      arrive: (tree) => writeTree(home, onOldServer(tree)),
      arriveHere: (tree) => writeTree(join(root, VMAIL), tree),
      path: (path) => join(home, oldPath(path)),
      mail: () => textsBelow(join(root, VMAIL)),
      kept: () =>
        existsSync(join(root, STATE, 'sync-mail'))
          ? manifest(join(root, STATE, 'sync-mail')).map((line) =>
              line.replace(/ \d+:\d+ /, ' ').replace(/ = \S+$/, ''),
            )
          : [],
      file: (name) => readFileSync(join(root, STATE, name), 'utf8'),
    }
  }
}

async function makeOffice(folder: string, options: OfficeOptions): Promise<void> {
  const { like = 7, users = ['anna'], mail = {}, stage = [], isImported = true } = options
  const [old, root] = [join(folder, 'old'), join(folder, 'new')]
  const first = users[0] === 'anna' ? { 'anna/cur/1:2,S': 'one' } : {}
  const tree = onOldServer({ ...first, 'admin/cur/1:2,S': 'to admin', ...mail })
  writeTree(join(old, 'home/e-smith'), {
    'db/configuration': 'SystemName=old\nDomainName=example.com\n',
    'db/accounts': `admin=system\n${users.map((user) => `${user}=user\n`).join('')}`,
    ...tree,
  })
  for (const path of Object.keys(tree))
    utimesSync(toBuffer(`${old}/home/e-smith/${path}`), LONG_AGO, LONG_AGO)
  expectSuccess(await command('stage', root, '--like', String(like), ...stage))
  appendFileSync(
    join(root, 'etc/passwd'),
    users.map((name, index) => `${name}:x:${6001 + index}:6001::/:/bin/sh\n`).join(''),
  )
  if (like === 6)
    appendFileSync(
      join(root, 'var/lib/nethserver/db/accounts'),
      users.map((name) => `${name}=user|MailStatus|enabled\n`).join(''),
    )
  if (!isImported) return
  cpSync(old, join(folder, 'backup'), { recursive: true, preserveTimestamps: true })
  const imported = ['import', join(folder, 'backup'), '--root', root]
  expectSuccess(await command(...imported, '--only', 'nethserver-mail-server-migrate'))
}

/** `path: text` of each file, in byte order of the paths. */
export function textsBelow(folder: string): string[] {
  return manifest(folder).flatMap((line) => {
    const [, kind, path = ''] = /^(.) \S+ \S+ (.*?)( = [0-9a-f]+)?$/.exec(line) ?? []
    return kind === 'f' ? [`${path}: ${readFileSync(join(folder, path), 'utf8')}`] : []
  })
}

function onOldServer(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).map(([path, entry]) => [oldPath(path), entry]))
}

function oldPath(path: string): string {
  const [, user = '', below = ''] = /^([^/]+)\/(.*)$/s.exec(path) ?? []
  return user === 'admin' ? `Maildir/${below}` : `files/users/${user}/Maildir/${below}`
}
