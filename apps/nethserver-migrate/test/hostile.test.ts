// Backups that somebody has prepared, or that are broken: each piece of the sample backup in turn is
// something else than it should be. Nothing beside the destination changes, no secret is told, every
// byte of the terminal is one that a person can read, and the import comes to its end.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toDisplay, type Report } from '@nethserver-migrate/core/runner'
import {
  manifest,
  tarOf,
  temporaryFolder,
  writeTree,
  type TarMember,
} from '@nethserver-migrate/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { command, expectSuccess, SAMPLE_BACKUP } from './helpers/command.js'
import { booksOf, HOSTILE_NAMES, HostileSource, leaks } from './helpers/hostile-source.js'

const PATIENCE = 60_000

interface Outcome {
  readonly exitCode: number
  readonly harm: readonly string[]
  /** Files of the destination that hold what stands beside it. */
  readonly taken: readonly string[]
  readonly leaks: readonly string[]
  /** Lines of any output with a byte that a terminal would obey. */
  readonly raw: readonly string[]
  /** What is kept of the run, and others than its owner may look at. */
  readonly open: readonly string[]
  /** An error that the program itself did not expect. */
  readonly defects: readonly string[]
}

/** What every import must be like. */
const HARMLESS: Outcome = {
  exitCode: 1,
  harm: [],
  taken: [],
  leaks: [],
  raw: [],
  open: [],
  defects: [],
}

async function importHostile(
  hostile: HostileSource,
  like: 6 | 7,
  given = hostile.source,
): Promise<{ outcome: Outcome; report: Report; root: string; told: string }> {
  const root = join(hostile.folder, 'destination')
  rmSync(root, { recursive: true, force: true })
  expectSuccess(await command('stage', root, '--like', String(like)))
  const run = await command('import', given, '--root', root, '--transfer', 'copy')
  if (run.exitCode === 2) throw new Error(`taken for no backup: ${run.stderr.slice(-2000)}`)
  const books = booksOf(root)
  const shown = { stdout: run.stdout, stderr: run.stderr }
  const report = JSON.parse(decoded(books['report.json'] ?? '{"findings": []}')) as Report
  return {
    outcome: {
      exitCode: run.exitCode,
      harm: hostile.harm(),
      taken: hostile.takenTo(root),
      leaks: leaks({ ...books, ...shown }),
      raw: rawLines({
        ...shown,
        messages: decoded(books['messages']),
        text: decoded(books['report.txt']),
      }),
      open: manifest(join(root, 'var/lib/nethserver/migration')).filter(
        (line) => !/^(d 0700|f 0600) /.test(line) && !/^. \d+ \S+ source-/.test(line),
      ),
      defects: report.findings
        .filter(({ code, message }) => code === 'DEFECT' || /\\n {4}at /.test(message))
        .map(({ action, message }) => `${action}: ${message.slice(0, 300)}`),
    },
    report,
    root,
    told: report.findings.map(({ subject, message }) => `${subject} ${message}`).join('\n'),
  }
}

/** What a file that was read byte by byte shows to a person. */
function decoded(content = ''): string {
  return Buffer.from(content, 'latin1').toString('utf8')
}

/** Lines that a terminal would obey. */
function rawLines(texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts)
    .flatMap(([place, text]) => text.split('\n').map((line) => `${place}: ${line}`))
    .filter((line) => /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(line))
}

/** The accounts and records that the destination has. */
function madeIn(root: string): Set<string> {
  const lines = ['etc/passwd', 'etc/group']
    .map((file) => readFileSync(join(root, file), 'latin1').replaceAll(/:.*/g, ''))
    .concat(
      ['accounts', 'domains', 'hosts', 'networks'].map((name) =>
        readFileSync(join(root, 'var/lib/nethserver/db', name), 'latin1').replaceAll(/=.*/g, ''),
      ),
    )
  return new Set(
    lines
      .flatMap((text) => text.split('\n'))
      .filter((line) => line !== '' && !line.startsWith('#')),
  )
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
              (name) => !/[/\0]/.test(name) && name !== '..' && name.length < 256,
            ).map((name) => [name, 'text']),
          ),
        )
      const { outcome, root, told } = await importHostile(hostile, like)
      expect(outcome).toEqual(HARMLESS)
      const made = madeIn(root)
      const untold = [...'ugidhn']
        .flatMap((end) => keys.map((key) => `${key}${end}`))
        .filter((key) => !made.has(key) && !told.includes(toDisplay(key)))
      expect(untold).toEqual([])
      expect([...made].filter((key) => /["(),/;<>\u0000-\u0020]|^-|\.\./.test(key))).toEqual([])

      // What other commands show of the same.
      const place = ['--root', root]
      for (const [expected, ...args] of [
        [0, 'inspect', hostile.source],
        [1, 'check', hostile.source],
        [1, 'plan', hostile.source],
        [0, 'verify', hostile.source],
        [0, 'runs'],
        [0, 'report', '--text'],
      ] as const) {
        const { exitCode, stdout, stderr } = await command(...args, ...place)
        expect([
          args[0],
          exitCode,
          rawLines({ stdout, stderr }),
          leaks({ stdout, stderr }),
        ]).toEqual([args[0], expected, [], []])
      }
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
      const { outcome, told } = await importHostile(hostile, 7)
      expect(outcome).toEqual(HARMLESS)
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

describe('links in a mailbox', () => {
  it(
    'that lead out of it stay in the source, each is told',
    async () => {
      const hostile = new HostileSource(temporaryFolder())
      const user = 'home/e-smith/files/users/mrossi'
      const links = [
        `${user}/Maildir/cur/2:2,S`,
        `${user}/Maildir/.Secret`,
        `${user}/Maildir/new`,
        `${user}/sieve/active`,
        `${user}/sieve/vacation.sieve`,
      ]
      const target = (path: string) => (path.includes('cur/') ? 'file' : 'folder')
      for (const path of links)
        hostile.replaceByLink(path, () => join(hostile.canary, target(path)))
      const { outcome, told } = await importHostile(hostile, 7)
      expect(outcome).toEqual(HARMLESS)
      expect(links.filter((path) => !told.includes(path))).toEqual([])
    },
    PATIENCE,
  )
})

describe('an archive', () => {
  /** The sample backup, with more members behind it. */
  function archiveWith(hostile: HostileSource, members: readonly TarMember[]): string {
    const tar = execFileSync('gzip', ['-dc', SAMPLE_BACKUP], { maxBuffer: 1 << 28 })
    let end = tar.length
    while (tar.subarray(end - 512, end).every((byte) => byte === 0)) end -= 512
    const archive = join(hostile.folder, 'backup/smeserver.tar')
    writeFileSync(archive, Buffer.concat([tar.subarray(0, end), tarOf(members)]))
    return archive
  }

  it(
    'whose members would lie elsewhere, or be no files',
    async (context) => {
      if (process.getuid?.() !== 0) context.skip('only root can make device nodes')
      const hostile = new HostileSource(temporaryFolder())
      const home = 'home/e-smith/files/users/mrossi/home'
      const archive = archiveWith(hostile, [
        { file: `${hostile.canary}/file`, content: 'dead' },
        { file: `../../../../../canary/file`, content: 'dead' },
        { symbolicLink: `${home}/way`, target: `${hostile.canary}/folder` },
        { file: `${home}/way/configuration`, content: 'dead' },
        { hardLink: `${home}/hard`, target: `${hostile.canary}/folder/configuration` },
        { device: `${home}/disk`, kind: 'block' },
        { device: `${home}/terminal`, kind: 'character' },
        { namedPipe: `${home}/pipe` },
        { file: `${home}/\u001b[2Jred`, content: 'x', mode: 0o6777 },
        { file: 'etc/group', content: 'root:x:0:\n' },
      ])
      const { outcome, told, root } = await importHostile(hostile, 7, archive)
      expect(outcome).toEqual(HARMLESS)
      for (const said of [
        /Removing leading `\/' from member names/,
        /canary\/file: Member name contains '\.\.'/,
        /home\/way\/configuration: Cannot open: Not a directory/,
        /Removing leading `\/' from hard link targets/,
        /home\/hard: Cannot hard link to /,
        /home\/disk is a device or socket: left in the source/,
        /home\/terminal is a device or socket: left in the source/,
        /more than one entry of some names, the last one counts: .*etc\/group/,
      ])
        expect(told).toMatch(said)
      const special = manifest(join(root, 'var/lib/nethserver/home')).filter((line) =>
        /^[bcs] /.test(line),
      )
      expect(special).toEqual([])
    },
    PATIENCE,
  )

  it('that would fill the disk: refused before anything is written', async (context) => {
    const hostile = new HostileSource(temporaryFolder())
    const small = join(hostile.folder, 'destination')
    mkdirSync(small)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'none', small], { stdio: 'ignore' })
    } catch {
      context.skip('no filesystem can be mounted here')
    }
    onTestFinished(() => void execFileSync('umount', [small]))
    const root = join(small, 'root')
    expectSuccess(await command('stage', root))
    const bomb = join(hostile.folder, 'backup/bomb.tgz')
    writeFileSync(
      bomb,
      execFileSync('gzip', ['-9'], {
        input: tarOf([{ file: 'home/zeros', content: '\0'.repeat(64 << 20) }]),
      }),
    )
    const before = manifest(root)
    const { exitCode, stderr } = await command('import', bomb, '--root', root)
    expect([exitCode, stderr.split('\n').find((line) => line.startsWith('[ERROR]'))]).toEqual([
      3,
      expect.stringMatching(
        /^\[ERROR\] ARCHIVE_NO_ROOM: .*bomb\.tgz expands to more than the \d+ MB that the filesystem .* has room for: not extracted\. make room there/i,
      ),
    ])
    expect(manifest(root).filter((line) => !line.includes('migration'))).toEqual(
      before.filter((line) => !line.includes('migration')),
    )
    expect(hostile.harm()).toEqual([])
  })
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
      const { outcome, told, root } = await importHostile(hostile, 7)
      expect(outcome).toEqual(HARMLESS)
      // Of one that can be read its records are told.
      const path = (name: string, kind: string) =>
        kind === 'bytes of all kinds' ? name : `home/e-smith/db/${name}`
      expect(broken.filter(([name, kind]) => !told.includes(path(name, kind)))).toEqual([])

      // A check says so before an import.
      const { exitCode, stdout, stderr } = await command(
        ...['check', hostile.source, '--root', root, '--json'],
      )
      const checked = JSON.parse(stdout) as { findings: { code: string; subject: string }[] }
      const unreadable = checked.findings
        .filter(({ code }) => code === 'database-unreadable')
        .map(({ subject }) => subject)
      expect([exitCode === 1 || exitCode === 3, stderr, unreadable]).toEqual([
        true,
        '',
        broken.filter(([, kind]) => kind !== 'bytes of all kinds').map(([name]) => name),
      ])
    },
    PATIENCE,
  )
})
