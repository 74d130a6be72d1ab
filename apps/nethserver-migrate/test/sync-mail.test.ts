// Mail that arrived on the old server after its backup: a real rsync, a real sshd on loopback.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
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
import { noSshServer, SshServer } from './helpers/ssh-server.js'
import { Offices, type Office } from './helpers/synced-office.js'

const SCHEMA = fileURLToPath(new URL('../../../docs/report.schema.json', import.meta.url))
const LOCK = 'var/lib/nethserver/migration/lock'

/** A run takes some seconds, and some tests have three. */
const PATIENCE = 90_000

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
      expect(t.kept()).toEqual([`f 0600 127.0.0.1:${server.port}.seen`])
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
