// Mail that arrived on the old server after its backup: a real rsync, a real sshd on loopback.
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { node16 } from '@nethserver-migrate/node16'
import { manifest } from '@nethserver-migrate/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EXIT_CODES } from '../src/exit-codes.js'
import { command } from './helpers/command.js'
import { noSshServer, SshServer, type SshOptions } from './helpers/ssh-server.js'
import { Offices, textsBelow, type Office } from './helpers/synced-office.js'

const SCHEMA = fileURLToPath(new URL('../../../docs/report.schema.json', import.meta.url))
const LOCK = 'var/lib/nethserver/migration/lock'

/** A run takes some seconds, and some tests have three. */
const PATIENCE = 180_000

const impossible = noSshServer()
let server: SshServer
let offices: Offices

beforeAll(async () => {
  if (impossible) return
  server = await SshServer.start(mkdtempSync(join(tmpdir(), 'sync-mail-')))
  offices = new Offices(server)
}, PATIENCE)

afterAll(() => {
  if (impossible) return
  server.stop()
  rmSync(server.folder, { recursive: true, force: true })
})

beforeEach((context) => {
  if (impossible) context.skip(impossible)
})

/** Of a message that takes a while. */
const SIZE = 300_000
const IMPORTED = [
  'admin@newserver.test/Maildir/cur/1:2,S: to admin',
  'anna@newserver.test/Maildir/cur/1:2,S: one',
]

/** An rsync that reads everything but one folder. */
const UNREADABLE: SshOptions = {
  rsync: `echo 'rsync: [sender] opendir "/home/e-smith/files/users/anna/Maildir/.X" failed: Input/output error (5)' >&2; exit 23`,
}

async function until(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 300 && !isSo(); attempt += 1)
    await new Promise((resolve) => setTimeout(resolve, 200))
  expect(isSo()).toBe(true)
}

/** The line of a message with the beginning of its text. */
function shortened(line: string): string {
  return line.replace(/(: .{3}).{20,}$/, '$1')
}

/** Everything at the destination but the lock, which says when it was taken. */
function all(t: Office): string[] {
  return manifest(t.root).filter((line) => !line.includes(LOCK))
}

function tags(text: string): string[] {
  return text.split('\n').filter((line) => /^\[(ERROR|WARNING|NOTICE)\]/.test(line))
}

/** The rows of the table of mailboxes, blanks as they come. */
function rows(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.trimStart().startsWith('│'))
    .map((line) => line.replace(/[│ ]+/g, ' ').trim())
}

describe.each([
  [6, ''],
  [7, '@newserver.test'],
] as const)('sync-mail on a NethServer %s', (like, domain) => {
  it(
    'brings each new message once, whatever became of the flags of the others',
    async () => {
      const t = await offices.open({ like, mail: { 'anna/.A\\B/cur/5:2,': 'five' } })
      const imported = t.file('report.json')
      renameSync(t.path('anna/cur/1:2,S'), t.path('anna/cur/1:2,RS'))
      t.arrive({
        'anna/new/2': 'two',
        'anna/.Sent/cur/3:2,S': 'three',
        'anna/.Sent/new': { directory: true },
        'anna/tmp/not-yet-delivered': 'x',
        'admin/new/4': 'four',
      })
      const mail = [
        `admin${domain}/Maildir/cur/1:2,S: to admin`,
        `admin${domain}/Maildir/new/4: four`,
        `anna${domain}/Maildir/.A\\5cB/cur/5:2,: five`,
        `anna${domain}/Maildir/.Sent/cur/3:2,S: three`,
        `anna${domain}/Maildir/cur/1:2,S: one`,
        `anna${domain}/Maildir/new/2: two`,
      ]

      const { exitCode, stdout, stderr } = await t.sync()
      expect({ exitCode, said: tags(stdout), stderr }).toEqual({
        exitCode: 0,
        said: [],
        stderr: 'fetching 3 messages (12 bytes) …',
      })
      expect(rows(stdout)).toEqual([
        'Mailbox New Size',
        `anna${domain} 2 messages 8 bytes`,
        `admin${domain} 1 message 4 bytes`,
        'all 3 messages 12 bytes',
      ])
      expect(t.mail()).toEqual(mail)
      expect(t.kept()).toEqual([`f 0600 ${server.name}.seen`])
      expect(t.file('report.json')).toBe(imported)
      expect(JSON.parse(t.file('sync-mail-report.json'))).toMatchObject({
        status: 'done',
        source: 'root@127.0.0.1',
        findings: [],
      })
      expect(t.file('sync-mail-report.txt')).toMatch(/\nroot@127\.0\.0\.1 → .*: done\n/)

      const again = await t.sync()
      expect({ exitCode: again.exitCode, said: tags(again.stdout), stderr: again.stderr }).toEqual({
        exitCode: 0,
        said: [],
        stderr: '',
      })
      expect(again.stdout).toMatch(
        / nothing to do, everything of this source is in place already\n/,
      )
      expect(t.mail()).toEqual(mail)
    },
    PATIENCE,
  )

  it(
    'brings the mail of a user whose name is a trap for shells',
    async () => {
      const name = 'o$(touch x) `id` "&;'
      const t = await offices.open({ like, users: [name], isImported: false })
      t.arrive({ [`${name}/new/2 \\#012$(touch y)`]: 'two' })
      const { exitCode, stdout } = await t.sync()
      expect(exitCode).toBe(0)
      expect(rows(stdout)).toContain(`${name}${domain} 1 message 3 bytes`)
      expect(t.mail()).toEqual([
        `admin${domain}/Maildir/cur/1:2,S: to admin`,
        `${name}${domain}/Maildir/new/2 \\#012$(touch y): two`,
      ])
    },
    PATIENCE,
  )

  it(
    'says with --dry-run what would come, and changes nothing',
    async () => {
      const t = await offices.open({ like })
      t.arrive({ 'anna/new/2': 'two', 'anna/.New/new/3': 'three' })
      const before = all(t)
      const { exitCode, stdout, stderr } = await t.sync(['--dry-run'])
      expect({ exitCode, stderr, rows: rows(stdout) }).toEqual({
        exitCode: 0,
        stderr: '',
        rows: ['Mailbox New Size', `anna${domain} 2 messages 8 bytes`, 'all 2 messages 8 bytes'],
      })
      expect(stdout).toMatch(/: would perform 1 operation\n/)
      expect(
        all(t).filter((line) => !line.endsWith(' var/lib/nethserver/migration/sync-mail')),
      ).toEqual(before)
      expect(t.kept()).toEqual([])
    },
    PATIENCE,
  )
})

describe('sync-mail', () => {
  it(
    'shows its options, examples and every exit code with --help',
    async () => {
      const { exitCode, stdout } = await command('sync-mail', '--help')
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(
        /^ {2}nethserver-migrate sync-mail --from root@192\.168\.1\.1 --dry-run {2,}see what would come$/m,
      )
      for (const [code, meaning] of Object.entries(EXIT_CODES))
        expect(stdout).toContain(`${code.padStart(5)}  ${meaning}`)
    },
    PATIENCE,
  )

  it(
    'prints a report with --json, of a dry run as well',
    async () => {
      const t = await offices.open()
      t.arrive({ 'anna/new/2': 'two' })
      const isReport = new Ajv().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object)
      const change = {
        plugin: 'nethserver-mail-server-migrate',
        action: 'nethserver-mail-server-migrate-mailboxes',
      }
      for (const [flags, outcome] of [
        [['--json', '--dry-run'], 'pending'],
        [['--json'], 'done'],
      ] as const) {
        const { exitCode, stdout } = await t.sync(flags)
        const report: unknown = JSON.parse(stdout)
        expect([exitCode, isReport(report), isReport.errors]).toEqual([0, true, null])
        expect(report).toMatchObject({
          status: outcome,
          source: 'root@127.0.0.1',
          actions: [{ ...change, outcome }],
          changes: [{ ...change, outcome, change: { kind: 'tree', files: 1, bytes: 3 } }],
        })
      }
      const refused = await t.sync(['--json'], { knownHosts: 'no_hosts' })
      const report: unknown = JSON.parse(refused.stdout)
      expect([refused.exitCode, isReport(report), isReport.errors]).toEqual([3, true, null])
      expect(report).toMatchObject({
        status: 'failed',
        findings: [{ code: 'SSH_HOST_KEY_UNKNOWN' }],
      })
    },
    PATIENCE,
  )

  it(
    'runs on the Node of a NethServer, 16.20',
    async () => {
      const t = await offices.open()
      t.arrive({ 'anna/new/2': 'two' })
      const { exitCode } = await t.sync([], {}, node16)
      expect(exitCode).toBe(0)
      expect(t.mail()).toContain('anna@newserver.test/Maildir/new/2: two')
    },
    PATIENCE,
  )

  it(
    'goes on where a killed run stopped: fetches what is missing, and nothing twice',
    async () => {
      const t = await offices.open()
      const messages = { 2: 'a', 3: 'b', 4: 'c' }
      for (const [name, letter] of Object.entries(messages))
        t.arrive({ [`anna/new/${name}`]: letter.repeat(SIZE) })
      const run = t.start([], { hangsAfter: 2.5 * SIZE })
      await until(() => t.kept().some((line) => line.endsWith('/Maildir/new/3')))
      run.kill('SIGKILL')
      await new Promise((resolve) => run.once('close', resolve))
      expect(t.mail().map(shortened)).toEqual(IMPORTED)

      renameSync(t.path('anna/new/2'), t.path('anna/cur/2:2,S'))
      // Enough for two messages, not for three.
      const { exitCode, stdout } = await t.sync([], { hangsAfter: 2.5 * SIZE })
      expect({ exitCode, said: tags(stdout) }).toEqual({ exitCode: 0, said: [] })
      expect(t.mail().map(shortened)).toEqual([
        ...IMPORTED,
        'anna@newserver.test/Maildir/cur/2:2,S: aaa',
        'anna@newserver.test/Maildir/new/3: bbb',
        'anna@newserver.test/Maildir/new/4: ccc',
      ])
      expect(t.kept()).toEqual([`f 0600 ${server.name}.seen`])
    },
    PATIENCE,
  )

  it(
    'ends with 130 on Ctrl-C, merges nothing that is not whole, and goes on',
    async () => {
      const t = await offices.open()
      t.arrive({ 'anna/new/2': 'a'.repeat(SIZE), 'anna/new/3': 'b'.repeat(SIZE) })
      const run = t.start([], { hangsAfter: 0.5 * SIZE })
      await until(() => t.kept().some((line) => line.includes('/.growing/2.')))
      run.kill('SIGINT')
      const code = await new Promise((resolve) => run.once('close', resolve))
      expect(code).toBe(130)
      expect(t.mail().map(shortened)).toEqual(IMPORTED)
      expect((await t.sync()).exitCode).toBe(0)
      expect(t.mail()).toHaveLength(4)
    },
    PATIENCE,
  )

  it.each<{ what: string; said: RegExp; ssh?: SshOptions; flags?: string[] }>([
    {
      what: 'whose host key is unknown',
      ssh: { knownHosts: 'no_hosts' },
      said: /^\[ERROR\] SSH_HOST_KEY_UNKNOWN: root@127\.0\.0\.1: Host key verification failed\.\. log in once by hand and compare the fingerprint: ssh -p \d+ root@127\.0\.0\.1 true; then/,
    },
    {
      what: 'whose host key is another one',
      ssh: { knownHosts: 'wrong_hosts' },
      said: /^\[ERROR\] SSH_HOST_KEY_CHANGED: .* log in once by hand: ssh -p \d+ root@127\.0\.0\.1 true$/,
    },
    {
      what: 'that does not know the key of this root user',
      ssh: { identity: 'stranger' },
      said: /^\[ERROR\] SSH_PERMISSION_DENIED: root@127\.0\.0\.1: .*Permission denied \(publickey\)\.\. give it the key of this root user: ssh-copy-id -p \d+ root@127\.0\.0\.1; then/,
    },
    {
      what: 'that takes no connections',
      flags: ['--port', '1'],
      said: /^\[ERROR\] SSH_NO_CONNECTION: .*port 1: Connection refused\. check address and port: ssh -p 1 root@127\.0\.0\.1 true; then/,
    },
    {
      what: 'without rsync',
      ssh: { before: 'echo "bash: rsync: command not found" >&2; exit 127' },
      said: /^\[ERROR\] REMOTE_RSYNC_MISSING: root@127\.0\.0\.1: bash: rsync: command not found\. install rsync on the old server: ssh -p \d+ root@127\.0\.0\.1 yum -y install rsync$/,
    },
    {
      what: 'that closes the connection',
      ssh: { before: 'exit 1' },
      said: /^\[ERROR\] SYNC_FETCH_FAILED: root@127\.0\.0\.1: rsync: .*connection unexpectedly closed.*\. see whether ssh -p \d+ root@127\.0\.0\.1 true works, then/,
    },
  ])(
    'refuses a server $what, and says what to do',
    async ({ said, ssh, flags }) => {
      const t = await offices.open()
      const before = all(t)
      const { exitCode, stdout, stderr } = await t.sync(flags, ssh)
      expect({ exitCode, stdout, stderr }).toEqual({
        exitCode: 3,
        stdout: 'looking at the mailboxes of root@127.0.0.1 …',
        stderr: expect.stringMatching(said) as unknown,
      })
      expect(all(t).filter((line) => !line.endsWith('/sync-mail'))).toEqual(before)
      expect(t.kept()).toEqual([])
    },
    PATIENCE,
  )

  it.each([
    ['-oProxyCommand=x', [], 'SYNC_BAD_ADDRESS'],
    ['root@host; id', [], 'SYNC_BAD_ADDRESS'],
    ['root@host', ['--port', '22 -v'], 'SYNC_BAD_PORT'],
    ['root@host', ['--port', '70000'], 'SYNC_BAD_PORT'],
  ])('exits 2 for the address %s %j', async (address, flags, code) => {
    const { exitCode, stderr } = await command('sync-mail', '--from', address, ...flags)
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringMatching(new RegExp(`^\\[ERROR\\] ${code}: `)) as unknown,
    })
  })

  it(
    'exits 2 when the server is no SME Server',
    async () => {
      const t = await offices.open()
      rmSync(join(server.home, 'db/accounts'))
      const { exitCode, stderr } = await t.sync()
      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr:
          '[ERROR] SYNC_NO_SME_SERVER: root@127.0.0.1: cannot read /home/e-smith/db/accounts: rsync: [sender] link_stat "/home/e-smith/db/accounts" failed: No such file or directory (2). name an SME Server, and log in there as root',
      })
      expect(t.kept()).toEqual([])
    },
    PATIENCE,
  )

  it(
    'exits 4 while another run holds the lock, before it asks the old server anything',
    async () => {
      const t = await offices.open()
      const holder = spawn('flock', [
        '--exclusive',
        join(t.root, LOCK),
        'sh',
        '-c',
        'echo held; cat',
      ])
      await new Promise((resolve) => holder.stdout.once('data', resolve))
      const { exitCode, stderr } = await t.sync([], { before: 'exit 1' })
      holder.stdin.end()
      expect({ exitCode, stderr }).toEqual({
        exitCode: 4,
        stderr: expect.stringMatching(/^\[ERROR\] ANOTHER_RUN: /) as unknown,
      })
    },
    PATIENCE,
  )

  it.each([
    {
      why: 'that has no mail server',
      stage: ['--packages', 'nethserver-base'],
      said: '[ERROR] SYNC_CANNOT_MERGE: mail cannot be merged here: Mail server is not installed at the destination: skipped. install what is missing here, then run the same command again',
    },
    {
      why: 'that has no account for mailboxes',
      without: 'vmail',
      said: '[ERROR] SYNC_CANNOT_MERGE: mail cannot be merged here: the destination has no account vmail: no mailbox is migrated. Install the mail server package, then run the same command again',
    },
  ])(
    'fetches nothing for a destination $why',
    async ({ stage = [], without, said }) => {
      const t = await offices.open({ stage, isImported: false })
      const passwd = join(t.root, 'etc/passwd')
      if (without)
        writeFileSync(
          passwd,
          readFileSync(passwd, 'utf8').replace(new RegExp(`^${without}:.*\n`, 'm'), ''),
        )
      const { exitCode, stderr } = await t.sync()
      expect({ exitCode, stderr }).toEqual({
        exitCode: 3,
        stderr: expect.stringContaining(said) as unknown,
      })
      expect(t.kept()).toEqual([])
    },
    PATIENCE,
  )

  it(
    'warns when the backup was never imported, and names users without an account',
    async () => {
      const t = await offices.open({ isImported: false })
      writeFileSync(
        join(server.home, 'db/accounts'),
        'admin=system\nanna=user\nbob=user\napache=user\ncarl=user\n',
      )
      t.arrive({ 'bob/new/2': 'to bob', 'apache/new/2': 'to apache' })
      const { exitCode, stdout } = await t.sync()
      expect({ exitCode, said: tags(stdout) }).toEqual({
        exitCode: 0,
        said: [
          '[WARNING] no import of old.example.com is known here. Import its backup first: users without an account here get none of their mail',
          '[NOTICE] 3 users of the old server without an account here, whose mail stays there: apache, bob, carl',
        ],
      })
      expect(t.mail()).toEqual(IMPORTED)
      expect(readFileSync(join(t.root, 'var/log/messages'), 'utf8')).toMatch(
        /^\[WARNING\] \S+ no import of old\.example\.com is known here/m,
      )
      expect(t.file('sync-mail-report.txt')).toContain('\n[WARNING] no import of old.example.com')
    },
    PATIENCE,
  )

  it(
    'takes a user without a Maildir for one who has no mail, and follows no link',
    async () => {
      const t = await offices.open({ users: ['anna', 'bob', 'carl'] })
      t.arrive({ 'anna/new/2': 'two', 'anna/.secret': { link: '/etc' } })
      mkdirSync(t.path('carl/x/..'), { recursive: true })
      rmSync(t.path('carl/'), { recursive: true })
      symlinkSync(t.path('anna/').replace(/\/$/, ''), t.path('carl/').replace(/\/$/, ''))
      const { exitCode, stdout } = await t.sync()
      expect({ exitCode, said: tags(stdout) }).toEqual({
        exitCode: 0,
        said: [
          '[WARNING] nethserver-mail-server-migrate-mailboxes: home/e-smith/files/users/anna/Maildir/.secret is a link that leads out of the folder: left in the source. Look where it points; copy what is still needed by hand',
        ],
      })
      expect(t.mail()).toEqual([...IMPORTED, 'anna@newserver.test/Maildir/new/2: two'])
    },
    PATIENCE,
  )

  it(
    'brings nothing to a user of a NethServer 6 who gets no mail there',
    async () => {
      const t = await offices.open({ like: 6, isImported: false })
      const accounts = join(t.root, 'var/lib/nethserver/db/accounts')
      writeFileSync(
        accounts,
        readFileSync(accounts, 'latin1').replace(
          'anna=user|MailStatus|enabled',
          'anna=user|MailStatus|disabled',
        ),
      )
      const { exitCode, stdout } = await t.sync()
      expect(exitCode).toBe(0)
      expect(tags(stdout).slice(1)).toEqual([
        '[WARNING] nethserver-mail-server-migrate-mailboxes: user anna gets no mail at the destination: home/e-smith/files/users/anna/Maildir is not migrated. Enable the mailbox (db accounts setprop anna MailStatus enabled), then run the same command again',
      ])
      expect(t.mail()).toEqual(['admin/Maildir/cur/1:2,S: to admin'])
    },
    PATIENCE,
  )

  it(
    'adds the folders that a user has subscribed to since',
    async () => {
      const t = await offices.open({ mail: { 'anna/subscriptions': 'Sent\n' } })
      t.arriveHere({ 'anna@newserver.test/Maildir/subscriptions': 'Sent\nHere\n' })
      t.arrive({ 'anna/subscriptions': 'Sent\nThere\n' })
      expect((await t.sync()).exitCode).toBe(0)
      expect(t.mail()).toContain('anna@newserver.test/Maildir/subscriptions: Sent\nHere\nThere\n')
      expect((await t.sync()).stdout).toMatch(/ nothing to do, /)
    },
    PATIENCE,
  )

  it(
    'keeps both of two messages that have one name',
    async () => {
      const t = await offices.open()
      t.arrive({ 'anna/cur/1:2,S': 'another one' })
      const { exitCode, stdout } = await t.sync()
      expect(exitCode).toBe(0)
      expect(tags(stdout)).toEqual([
        '[NOTICE] nethserver-mail-server-migrate-mailboxes: the destination has another /var/lib/nethserver/vmail/anna@newserver.test/Maildir/cur/1:2,S: both are kept. Compare it with /var/lib/nethserver/vmail/anna@newserver.test/Maildir/cur/1.migrated:2,S',
      ])
      expect(t.mail()).toEqual([
        IMPORTED[0],
        'anna@newserver.test/Maildir/cur/1.migrated:2,S: another one',
        IMPORTED[1],
      ])
    },
    PATIENCE,
  )

  it(
    'says when a message was moved on the old server before its turn came',
    async () => {
      const t = await offices.open()
      t.arrive({ 'anna/new/2': 'two', 'anna/new/3': 'three' })
      const move = `[ "$RUN" = 3 ] && mv '${t.path('anna/new/2')}' '${t.path('anna/cur/2:2,S')}'`
      const { exitCode, stdout } = await t.sync([], { before: move })
      expect({ exitCode, said: tags(stdout), rows: rows(stdout).at(-1) }).toEqual({
        exitCode: 0,
        said: [
          '[NOTICE] 1 file moved or deleted on the old server before being fetched. Run the same command again to bring what was moved',
        ],
        rows: 'all 1 message 5 bytes',
      })
      expect((await t.sync()).exitCode).toBe(0)
      expect(t.mail()).toEqual([
        ...IMPORTED,
        'anna@newserver.test/Maildir/cur/2:2,S: two',
        'anna@newserver.test/Maildir/new/3: three',
      ])
    },
    PATIENCE,
  )

  it(
    'merges what could be read, and ends with 1 when something could not',
    async () => {
      const t = await offices.open()
      t.arrive({ 'anna/new/2': 'two' })
      const { exitCode, stdout } = await t.sync([], UNREADABLE)
      expect({ exitCode, said: tags(stdout) }).toEqual({
        exitCode: 1,
        said: [
          expect.stringMatching(
            /^\[ERROR\] the old server could not read all of its mail: rsync: .*opendir .*Input\/output error \(5\)/,
          ),
        ],
      })
      expect(t.mail()).toContain('anna@newserver.test/Maildir/new/2: two')
    },
    PATIENCE,
  )
})

describe('sync-mail --delete', () => {
  const DELETED = 'var/lib/nethserver/migration/sync-mail/deleted'

  it(
    'moves away what the old server has no longer, and unlinks nothing',
    async () => {
      const t = await offices.open({
        mail: { 'anna/.Old/cur/7:2,S': 'seven', 'anna/.A\\B/cur/5': 'five' },
      })
      rmSync(t.path('anna/cur/1:2,S'))
      rmSync(t.path('anna/.Old'), { recursive: true })
      t.arrive({ 'anna/new/2': 'two' })

      const plain = await t.sync(['--dry-run'])
      expect(rows(plain.stdout)).not.toContain('Taken away')
      const dryRun = await t.sync(['--delete', '--dry-run'])
      const expected = [
        'Mailbox New Size Taken away',
        'anna@newserver.test 1 message 3 bytes 2 messages',
        'all 1 message 3 bytes 2 messages',
      ]
      expect([dryRun.exitCode, rows(dryRun.stdout)]).toEqual([0, expected])
      expect(existsSync(join(t.root, DELETED))).toBe(false)

      const { exitCode, stdout } = await t.sync(['--delete'])
      expect([exitCode, rows(stdout)]).toEqual([0, expected])
      const [folder = ''] = readdirSync(join(t.root, DELETED))
      expect(folder).toMatch(/^\d{14}$/)
      expect(tags(stdout)).toEqual([
        `[NOTICE] nethserver-migrate-sync-mail: anna@newserver.test: moved 2 messages that the old server has no longer to /${DELETED}/${folder}/anna@newserver.test. Move back what is still wanted, remove the folder when nothing is`,
      ])
      expect(t.mail()).toEqual([
        IMPORTED[0],
        'anna@newserver.test/Maildir/.A\\5cB/cur/5: five',
        'anna@newserver.test/Maildir/new/2: two',
      ])
      expect(textsBelow(join(t.root, DELETED, folder))).toEqual([
        'anna@newserver.test/Maildir/.Old/cur/7:2,S: seven',
        'anna@newserver.test/Maildir/cur/1:2,S: one',
      ])
      expect((await t.sync(['--delete'])).stdout).toMatch(/ nothing to do, /)
    },
    PATIENCE,
  )

  it(
    'takes away what an earlier synchronisation brought, and the old server has no longer',
    async () => {
      const t = await offices.open()
      t.arrive({ 'anna/new/2': 'two' })
      await t.sync()
      rmSync(t.path('anna/new/2'))
      const { exitCode } = await t.sync(['--delete'])
      expect([exitCode, t.mail()]).toEqual([0, IMPORTED])
    },
    PATIENCE,
  )

  it(
    'is refused as a whole when mail has arrived here, and names the mailboxes',
    async () => {
      const t = await offices.open()
      rmSync(t.path('anna/cur/1:2,S'))
      t.arrive({ 'anna/new/2': 'two' })
      t.arriveHere({
        'anna@newserver.test/Maildir/new/9': 'nine',
        'admin@newserver.test/Maildir/new/8': 'eight',
        'admin@newserver.test/Maildir/new/9': 'nine',
      })
      const before = all(t)
      for (const flags of [['--delete'], ['--delete', '--dry-run']]) {
        const { exitCode, stderr } = await t.sync(flags)
        expect({ exitCode, stderr }).toEqual({
          exitCode: 3,
          stderr:
            '[ERROR] SYNC_NEW_MAIL_HERE: mail that never was on the old server has arrived here, and --delete would take it away: anna@newserver.test (1 message), admin@newserver.test (2 messages). run it without --delete: the new server is in use already',
        })
        expect(all(t).filter((line) => !line.endsWith('/sync-mail'))).toEqual(before)
      }
      expect((await t.sync()).exitCode).toBe(0)
      expect(t.mail()).toHaveLength(6)
    },
    PATIENCE,
  )

  it(
    'is refused when nobody can tell what arrived here, for want of an import',
    async () => {
      const t = await offices.open({ isImported: false })
      t.arriveHere({ 'anna@newserver.test/Maildir/new/9': 'nine' })
      const { exitCode, stderr } = await t.sync(['--delete'])
      expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/SYNC_NEW_MAIL_HERE/)])
    },
    PATIENCE,
  )

  it(
    'is refused when the old server does not list all of its messages',
    async () => {
      const t = await offices.open()
      const { exitCode, stderr } = await t.sync(['--delete'], UNREADABLE)
      expect([exitCode, stderr]).toEqual([
        3,
        expect.stringMatching(/^\[ERROR\] SYNC_LIST_INCOMPLETE: .*Input\/output error/),
      ])
      expect(t.mail()).toEqual(IMPORTED)
    },
    PATIENCE,
  )

  it(
    'takes nothing from somebody who has no Maildir on the old server',
    async () => {
      const t = await offices.open()
      rmSync(t.path('anna/'), { recursive: true })
      const { exitCode, stdout } = await t.sync(['--delete'])
      expect({ exitCode, said: tags(stdout), mail: t.mail() }).toEqual({
        exitCode: 0,
        said: [],
        mail: IMPORTED,
      })
    },
    PATIENCE,
  )

  it(
    'does not take away a message that was only missed while it got another name',
    async () => {
      const t = await offices.open()
      const [hidden, name] = [t.path('anna/hidden'), t.path('anna/cur/1:2,S')]
      const move = `[ "$RUN" = 2 ] && mv '${name}' '${hidden}'; [ "$RUN" = 3 ] && mv '${hidden}' '${name}'`
      const { exitCode } = await t.sync(['--delete'], { before: move })
      expect([exitCode, t.mail()]).toEqual([0, expect.arrayContaining(IMPORTED)])
    },
    PATIENCE,
  )
})
