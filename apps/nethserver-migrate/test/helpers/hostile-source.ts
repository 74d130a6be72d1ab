import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { filesHolding, manifest } from '@nethserver-migrate/testkit'
import { SAMPLE_BACKUP } from './command.js'

/** Names that a shell, a terminal, a path or a database may take for something else. */
export const HOSTILE_NAMES = [
  'a;touch canary',
  '$(touch canary)',
  '`touch canary`',
  `'"`,
  '..',
  '../../../../canary',
  '/canary',
  '-rf',
  '--help',
  'two\nlines',
  'x'.repeat(300),
  'bell\u0007',
  'nul\u0000byte',
  '<script>alert(1)</script>',
  '\u001b[31mred\u001b]0;title\u0007',
  'null',
  '__proto__',
  'caf\u00e9',
]

/** What stands in files that no migration may read. */
const SONG = 'a canary sings in its cage'

/** What no output may hold: the secrets of the sample backup. */
const SECRETS = {
  'hash of mrossi': 'SAf5miifFCG.AMTKjS6OKf61PigpMu83L3WKUUPIsK6s9JHGtDnH',
  'Samba hash of mrossi': '0FE87E604BD1A9211D7F1352663670CB',
  'password of a remote mailbox': 'pop pw=1',
  'password of the smart host': 'Relay pw with blank',
  'password of the backup share': 'test-backup-cifs',
  'password of a database': 'test-horde-db',
  'password of MySQL root': 'mysql-Root-pw-12',
  'hash of a MySQL account': '7C848D781E46A764D8432EAA9B35E58FD03A864B',
} as const

/** The sample backup, extracted beside a tree that nobody may touch. */
export class HostileSource {
  readonly folder: string
  readonly source: string
  /** What links and names lead to. */
  readonly canary: string
  readonly #before: string[]

  constructor(folder: string) {
    this.folder = folder
    this.source = join(folder, 'backup')
    this.canary = join(folder, 'canary')
    mkdirSync(this.source)
    mkdirSync(join(this.canary, 'folder/cur'), { recursive: true })
    writeFileSync(join(this.canary, 'file'), `${SONG}\n`)
    writeFileSync(join(this.canary, 'folder/configuration'), `SystemName=${SONG}\n`)
    writeFileSync(join(this.canary, 'folder/cur/1:2,S'), `${SONG}\n`)
    execFileSync('tar', ['-xzpf', SAMPLE_BACKUP, '--numeric-owner', '-C', this.source])
    this.#before = this.around()
  }

  path(path: string): string {
    return join(this.source, path)
  }

  /** Everything beside source and destination. */
  around(): string[] {
    return [
      ...readdirSync(this.folder).filter((name) => !['backup', 'destination'].includes(name)),
      ...manifest(this.canary),
    ]
  }

  /** What happened to the canary; nothing when it is as it was. */
  harm(): string[] {
    const now = this.around()
    return [
      ...now.filter((line) => !this.#before.includes(line)),
      ...this.#before.filter((line) => !now.includes(line)).map((line) => `gone: ${line}`),
    ]
  }

  /** Files of a folder that hold what was read in the canary's. */
  takenTo(root: string): string[] {
    return filesHolding(root, SONG)
  }

  append(path: string, text: string): void {
    appendFileSync(this.path(path), Buffer.from(text, 'latin1'))
  }

  /** Puts a link in the place of something. */
  replaceByLink(path: string, target: (place: string) => string): void {
    rmSync(this.path(path), { recursive: true, force: true })
    mkdirSync(dirname(this.path(path)), { recursive: true })
    symlinkSync(target(this.path(path)), this.path(path))
  }
}

/** Which secret stands in which text, as it is or in base64. */
export function leaks(places: Readonly<Record<string, string>>): string[] {
  return Object.entries(places).flatMap(([place, text]) =>
    Object.entries(SECRETS)
      .filter(([, secret]) =>
        [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -2)].some(
          (form) => text.includes(form),
        ),
      )
      .map(([name]) => `${name} in ${place}`),
  )
}

/** The books of a migration: what is shown, sent and kept of a run, and what an undo would need. */
export function booksOf(root: string): Record<string, string> {
  const state = join(root, 'var/lib/nethserver/migration')
  const files = [
    join(root, 'var/log/messages'),
    ...[state, join(state, 'undo')]
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
      .filter((file) => lstatSync(file).isFile()),
  ]
  return Object.fromEntries(
    files
      .filter((file) => existsSync(file))
      .map((file) => [basename(file), readFileSync(file, 'latin1')]),
  )
}
