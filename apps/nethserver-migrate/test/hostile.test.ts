// Backups that somebody has prepared, or that are broken: each piece of the sample backup in turn is
// something else than it should be. Nothing beside the destination changes, no secret is told, every
// byte of the terminal is one that a person can read, and the import comes to its end.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '@nethserver-migrate/core/runner'
import { manifest, temporaryFolder, writeTree } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import { command, expectSuccess, type Run } from './helpers/command.js'
import { booksOf, HOSTILE_NAMES, HostileSource, leaks } from './helpers/hostile-source.js'

const PATIENCE = 60_000

interface Outcome {
  readonly exitCode: number
  readonly harm: readonly string[]
  readonly leaks: readonly string[]
  /** Lines of any output with a byte that a terminal would obey. */
  readonly raw: readonly string[]
  /** What is kept of the run, and others than its owner may look at. */
  readonly open: readonly string[]
  /** An error that the program itself did not expect. */
  readonly defects: readonly string[]
}

/** What every import must be like. */
const HARMLESS: Outcome = { exitCode: 1, harm: [], leaks: [], raw: [], open: [], defects: [] }

async function importHostile(
  hostile: HostileSource,
  like: 6 | 7,
): Promise<{ outcome: Outcome; report: Report; run: Run }> {
  const root = join(hostile.folder, 'destination')
  rmSync(root, { recursive: true, force: true })
  expectSuccess(await command('stage', root, '--like', String(like)))
  const run = await command('import', hostile.source, '--root', root, '--transfer', 'copy')
  const books = booksOf(root)
  const shown = { stdout: run.stdout, stderr: run.stderr }
  const report = JSON.parse(books['report.json'] ?? '{"findings": []}') as Report
  return {
    outcome: {
      exitCode: run.exitCode,
      harm: hostile.harm(),
      leaks: leaks({ ...books, ...shown }),
      raw: Object.entries({
        ...shown,
        messages: books['messages'] ?? '',
        text: books['report.txt'] ?? '',
      })

        .flatMap(([place, text]) =>
          Buffer.from(text, place === 'stdout' || place === 'stderr' ? 'utf8' : 'latin1')
            .toString('utf8')
            .split('\n')
            .map((line) => `${place}: ${line}`),
        )
        .filter((line) => /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(line)),
      open: manifest(join(root, 'var/lib/nethserver/migration')).filter(
        (line) => !/^(d 0700|f 0600) /.test(line),
      ),
      defects: report.findings
        .filter(({ code, message }) => code === 'DEFECT' || /\n\s+at /.test(message))
        .map(({ action, message }) => `${action}: ${message.slice(0, 300)}`),
    },
    report,
    run,
  }
}

describe.each([6, 7] as const)('into a NethServer %i', (like) => {
  it(
    'names that a shell, a path, a terminal or a database would take for something else',
    async () => {
      const hostile = new HostileSource(temporaryFolder())
      const keys = HOSTILE_NAMES.map((name) => name.replaceAll('\n', ' '))
      const records = (type: string, props: string) =>
        keys.map((key) => `${key}${type[0] ?? ''}=${type}|${props}\n`).join('')
      hostile.append(
        'home/e-smith/db/accounts',
        records(
          'user',
          'EmailForward|both|FirstName|$(id)|ForwardAddress|a@b`id`|LastName|\u001b[2J|Uid|6001',
        ) +
          records('group', 'Description|;id|Gid|6501|Members|mrossi,..,$(id),-rf') +
          records(
            'ibay',
            'Group|../..|Name|`id`|PublicAccess|global|UserAccess|wr-group-rd-group',
          ) +
          records('pseudonym', 'Account|mrossi;id'),
      )
      hostile.append(
        'home/e-smith/db/domains',
        records('domain', 'Content|Primary|Description|$(id)'),
      )
      hostile.append('home/e-smith/db/hosts', records('host', 'HostType|Local|InternalIP|10.0.0.9'))
      hostile.append(
        'home/e-smith/db/networks',
        records('network', 'Mask|255.255.255.0|Router|;id'),
      )
      hostile.append(
        'etc/passwd',
        keys
          .map((key, index) => `${key}u:x:${7000 + index}:${7000 + index}:\u001b[1m:/:/bin/sh\n`)
          .join('') + 'too:few\n:::::::\n\u0000\u0000\n',
      )
      hostile.append(
        'etc/shadow',
        `${keys.map((key) => `${key}u:$1$x$y:1:::::\n`).join('')}nofields\n`,
      )
      hostile.append(
        'home/e-smith/db/acls.dump',
        '\n# file: /canary/file\n# owner: root\nuser::rwx\n\n# file: ../../../canary/file\nuser::rwx\ngroup::rwx\nother::rwx\n',
      )
      for (const place of ['files/users/mrossi/home', 'files/ibays/Primary/html', 'Maildir/cur'])
        writeTree(
          hostile.path(`home/e-smith/${place}`),
          Object.fromEntries(
            HOSTILE_NAMES.filter(
              (name) => !name.includes('/') && name !== '..' && name.length < 256,
            ).map((name) => [name, 'text']),
          ),
        )
      const { outcome } = await importHostile(hostile, like)
      expect(outcome).toEqual(HARMLESS)
    },
    PATIENCE,
  )
})

describe('links', () => {
  const PLACES = [
    ...['domains', 'fetchmail', 'hosts', 'networks', 'spamassassin', 'acls.dump', 'mysql'].map(
      (name) => `home/e-smith/db/${name}`,
    ),
    ...['passwd', 'shadow', 'group', 'cups'].map((name) => `etc/${name}`),
    ...['Maildir', 'sieve', 'hylafax', 'ssl.key', 'ssl.crt', 'files/samba'].map(
      (name) => `home/e-smith/${name}`,
    ),
    ...['mrossi', 'lbianchi/home', 'jmueller/Maildir', 'gverdi/Maildir/cur', 'akumar/sieve'].map(
      (name) => `home/e-smith/files/users/${name}`,
    ),
    'home/e-smith/files/ibays/Primary',
    'root/.my.cnf',
  ]
  const TARGETS = {
    absolute: (hostile: HostileSource) => () => join(hostile.canary, 'folder'),
    'to a file': (hostile: HostileSource) => () => join(hostile.canary, 'file'),
    upwards: () => (place: string) =>
      `${'../'.repeat(place.split('/').length)}${place.split('/').slice(1, 4).join('/')}/canary/folder`,
    'round in circles': () => (place: string) => place,
  }

  it.each(Object.keys(TARGETS) as (keyof typeof TARGETS)[])(
    'in the place of files and folders, %s',
    async (target) => {
      const hostile = new HostileSource(temporaryFolder())
      for (const path of PLACES) hostile.replaceByLink(path, TARGETS[target](hostile))
      const { outcome, report } = await importHostile(hostile, 7)
      expect(outcome).toEqual(HARMLESS)
      const told = JSON.stringify(report.findings)
      expect(PLACES.filter((path) => !told.includes(path))).toEqual([])
    },
    PATIENCE,
  )

  it(
    'in the place of a folder that all others lie in',
    async () => {
      const hostile = new HostileSource(temporaryFolder())
      hostile.replaceByLink('home/e-smith/files', TARGETS.absolute(hostile))
      const { outcome, report } = await importHostile(hostile, 7)
      expect(outcome).toEqual(HARMLESS)
      expect(JSON.stringify(report.findings)).toContain('home/e-smith/files')
    },
    PATIENCE,
  )
})

describe('a database that is none', () => {
  const BROKEN: Readonly<Record<string, (file: string) => void>> = {
    'a folder': (file) => {
      rmSync(file)
      mkdirSync(file)
    },
    'a named pipe': (file) => {
      rmSync(file)
      execFileSync('mkfifo', [file])
    },
    'a device': (file) => {
      rmSync(file)
      execFileSync('mknod', [file, 'c', '1', '5'])
    },
    'bytes of all kinds': (file) => {
      writeFileSync(
        file,
        Buffer.from(Array.from({ length: 65536 }, (_byte, index) => (index * 7919) % 256)),
      )
    },
    'a file of one gigabyte': (file) => truncateSync(file, 2 ** 30),
  }

  const DATABASES = ['accounts', 'domains', 'hosts', 'networks', 'spamassassin']
  const KINDS = Object.keys(BROKEN)

  // Each database is each kind once.
  it.each(
    DATABASES.map((_name, turn) =>
      DATABASES.map((name, index) => [name, KINDS[(index + turn) % KINDS.length] ?? ''] as const),
    ),
  )(
    '%s, %s, %s, %s, %s',
    async (...broken) => {
      const hostile = new HostileSource(temporaryFolder())
      for (const [name, kind] of broken) BROKEN[kind]?.(hostile.path(`home/e-smith/db/${name}`))
      const { outcome, report } = await importHostile(hostile, 7)
      expect(outcome).toEqual(HARMLESS)
      const told = JSON.stringify(report.findings)
      // Of one that can be read its records are told.
      const path = (name: string, kind: string) =>
        kind === 'bytes of all kinds' ? name : `home/e-smith/db/${name}`
      expect(broken.filter(([name, kind]) => !told.includes(path(name, kind)))).toEqual([])
    },
    PATIENCE,
  )
})
