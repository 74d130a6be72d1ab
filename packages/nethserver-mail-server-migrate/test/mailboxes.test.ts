import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeTree, type Tree } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { mailServer, MAILBOXES, stateOf, type MailServer } from './helpers/mail-server.js'

const USERS = 'home/e-smith/files/users'
const VMAIL = 'var/lib/nethserver/vmail'

/** An old server on which anna and admin have mail. */
function office({ files = {}, ...server }: MailServer = {}) {
  const accounts = 'admin=system\nanna=user\n'
  const t = mailServer({
    accounts,
    users: ['anna'],
    ...server,
    files: { 'home/e-smith/Maildir/cur/1': 'to admin', ...files },
    here: {
      ...(server.like === 6 ? { accounts: 'anna=user|MailStatus|enabled\n' } : {}),
      ...server.here,
    },
  })
  return {
    ...t,
    migrate: (pluginOptions: readonly string[] = []) =>
      t.run(plugin, { action: MAILBOXES, pluginOptions }),
    synchronise: () => t.run(plugin, { action: MAILBOXES, event: 'migration-sync-mail' }),
    /** Paths and texts of the destination's mail, and where links point. */
    mail: () =>
      t.manifest(VMAIL).flatMap((line) => {
        const [, kind, path = ''] = /^(.) \S+ \S+ (.*?)( = [0-9a-f]+)?$/.exec(line) ?? []
        if (kind === 'd') return []
        return [kind === 'l' ? path : `${path}: ${t.file(`${VMAIL}/${path}`)}`]
      }),
  }
}

const anna = (tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).map(([path, entry]) => [`${USERS}/anna/${path}`, entry]))

describe.each([
  [6, ''],
  [7, '@newserver.test'],
] as const)('a mailbox on a NethServer %s', (like, domain) => {
  it('gets messages and filters of its user, and admin is one', async () => {
    const t = office({
      like,
      files: anna({
        'Maildir/cur/2:2,S': 'to anna',
        'sieve/a.sieve': 'keep;',
        'home/x': 'no mail',
      }),
    })
    const { said, report } = await t.migrate()
    expect({ said, status: report.status, events: t.events() }).toEqual({
      said: [],
      status: 'done',
      events: [],
    })
    expect(t.mail()).toEqual([
      `admin${domain}/Maildir/cur/1: to admin`,
      `anna${domain}/Maildir/cur/2:2,S: to anna`,
      `anna${domain}/sieve/a.sieve: keep;`,
    ])
    expect(readdirSync(join(t.source, USERS, 'anna'))).toEqual(['home'])
  })

  it('is not missed by a second import, which changes nothing', async () => {
    const t = office({
      like,
      files: anna({ 'Maildir/cur/2': 'two', '.dovecot.sieve': { link: 'sieve/a' } }),
    })
    await t.migrate()
    const before = [stateOf(t), t.mail()]
    const { said, report } = await t.migrate()
    expect({ said, status: report.status }).toEqual({ said: [], status: 'unchanged' })
    expect([stateOf(t), t.mail()]).toEqual(before)
  })

  it('gets only the new messages of a later synchronisation', async () => {
    const t = office({ like, files: anna({ 'Maildir/cur/1:2,': 'one' }) })
    await t.migrate()
    writeTree(t.source, anna({ 'Maildir/cur/1:2,S': 'one', 'Maildir/new/2': 'two' }))
    const { said } = await t.migrate()
    expect(said).toEqual([])
    expect(t.mail()).toEqual([
      `admin${domain}/Maildir/cur/1: to admin`,
      `anna${domain}/Maildir/cur/1:2,: one`,
      `anna${domain}/Maildir/new/2: two`,
    ])
  })

  it('has the folders that its user has subscribed to, here and there', async () => {
    const t = office({
      like,
      files: anna({ 'Maildir/subscriptions': 'Sent\nA\\B\nOld\n' }),
    })
    writeTree(t.root, { [`${VMAIL}/anna${domain}/Maildir/subscriptions`]: 'Sent\nNew\n' })
    await t.migrate()
    const subscriptions = () => t.file(`${VMAIL}/anna${domain}/Maildir/subscriptions`)
    expect(subscriptions()).toBe('Sent\nNew\nA\\5cB\nOld\n')
    expect((await t.migrate()).report.status).toBe('unchanged')
  })

  it('is not missed by a synchronisation, which says nothing that an import has said', async () => {
    const t = office({
      like,
      files: anna({ 'Maildir/.Work/dovecot-acl': 'user=bob lr\n' }),
      accounts: 'anna=user\nbob=user\n',
      users: ['anna', 'bob'],
      here:
        like === 6
          ? { accounts: 'anna=user|MailStatus|enabled\nbob=user|MailStatus|enabled\n' }
          : {},
    })
    expect((await t.migrate()).said).toContain('warning mailbox-missing bob')
    writeTree(t.source, { 'home/e-smith/Maildir/new/2': 'two' })
    const { said, report } = await t.synchronise()
    expect({ said, status: report.status }).toEqual({ said: [], status: 'done' })
    expect(t.mail()).toContain(`admin${domain}/Maildir/new/2: two`)
  })

  it('is warned of when the source has none, and no folder is made', async () => {
    const t = office({ like, files: anna({ 'home/x': '' }) })
    expect((await t.migrate()).said).toEqual(['warning mailbox-missing anna'])
    expect(t.mail()).toEqual([`admin${domain}/Maildir/cur/1: to admin`])
  })

  it('is not taken through a link', async () => {
    const t = office({
      like,
      files: { ...anna({ Maildir: { link: '/etc' } }), [`${USERS}/bob`]: { link: '/etc' } },
      accounts: 'anna=user\nbob=user\n',
      users: ['anna', 'bob'],
      here:
        like === 6
          ? { accounts: 'anna=user|MailStatus|enabled\nbob=user|MailStatus|enabled\n' }
          : {},
    })
    expect((await t.migrate()).said).toEqual([
      'warning mailbox-missing anna',
      'warning mailbox-missing bob',
    ])
    expect(t.mail()).toEqual([`admin${domain}/Maildir/cur/1: to admin`])
  })

  it.each([
    ['whom the destination does not know', [], 'ghost', 'ghost'],
    ['who is an account of the system there', [], 'apache', 'apache'],
  ] as const)('of a user %s is an error, and stays', async (_who, users, name, subject) => {
    const t = office({
      like,
      accounts: `${name}=user\n`,
      users,
      files: { [`${USERS}/${name}/Maildir/cur/3`]: 'three' },
    })
    expect((await t.migrate()).said).toEqual([`error mailbox-without-user ${subject}`])
    expect(readFileSync(join(t.source, USERS, name, 'Maildir/cur/3'), 'utf8')).toBe('three')
  })

  it('needs the account vmail', async () => {
    const t = office({ like, files: anna({ 'Maildir/cur/2': 'two' }) })
    writeTree(t.root, { 'etc/passwd': 'admin:x:9999:10000::/:/bin/sh\n' })
    expect((await t.migrate()).said).toEqual(['error vmail-missing /var/lib/nethserver/vmail'])
  })

  it.each([
    ['sieve/my.sieve', 'sieve/my.sieve'],
    ['/home/e-smith/files/users/anna/sieve/my.sieve', 'sieve/my.sieve'],
  ])('has the filter at work that was: %s', async (target, here) => {
    const t = office({
      like,
      files: anna({
        'sieve/my.sieve': 'keep;',
        Maildir: { directory: true },
        '.dovecot.sieve': { link: target },
      }),
    })
    expect((await t.migrate()).said).toEqual([])
    expect(t.mail()).toContain(`anna${domain}/.dovecot.sieve -> ${here}`)
  })

  it.each(['/etc/shadow', '../bob/sieve/x', 'sieve/../../bob/sieve/x'])(
    'has no filter at work that is not among its own: %s',
    async (target) => {
      const t = office({
        like,
        files: anna({ Maildir: { directory: true }, '.dovecot.sieve': { link: target } }),
      })
      expect((await t.migrate()).said).toEqual(['warning active-script-outside anna'])
      expect(t.mail()).toEqual([`admin${domain}/Maildir/cur/1: to admin`])
    },
  )

  it('keeps the filter that is at work already, with a warning', async () => {
    const t = office({
      like,
      files: anna({ Maildir: { directory: true }, '.dovecot.sieve': { link: 'sieve/old' } }),
    })
    writeTree(t.root, { [`${VMAIL}/anna${domain}/.dovecot.sieve`]: { link: 'sieve/new' } })
    expect((await t.migrate()).said).toEqual([
      `warning active-script-exists /${VMAIL}/anna${domain}/.dovecot.sieve`,
    ])
    expect(t.mail()).toContain(`anna${domain}/.dovecot.sieve -> sieve/new`)
  })

  it('leaves a script that is no link, with a warning', async () => {
    const t = office({
      like,
      files: anna({ Maildir: { directory: true }, '.dovecot.sieve': 'keep;' }),
    })
    expect((await t.migrate()).said).toEqual(['warning active-script-no-link anna'])
  })

  it('becomes what the plan says, and the plan touches nothing', async () => {
    const t = office({
      like,
      files: anna({
        'Maildir/.A\\B/cur/1': 'x',
        'sieve/a': 'keep;',
        '.dovecot.sieve': { link: 'sieve/a' },
      }),
    })
    const plan = await t.run(plugin, { action: MAILBOXES, mode: 'plan' })
    const { report, said } = await t.migrate()
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.said).toEqual(said)
  })
})

it('needs the name of the domain on a NethServer 7', async () => {
  const t = office({ here: { configuration: 'DomainName=\n' } })
  expect((await t.migrate()).said).toEqual(['error no-domain-name configuration/DomainName'])
})

it('is migrated on a NethServer 6 only to a user who gets mail there', async () => {
  const t = office({
    like: 6,
    files: anna({ 'Maildir/cur/2': 'two' }),
    here: { accounts: 'anna=user|MailStatus|disabled\n' },
  })
  expect((await t.migrate()).said).toEqual(['warning mailbox-disabled anna'])
})

describe('the index of shared mailboxes', () => {
  const INDEX = 'shared/shared-boxes/user/anna/bob\n1\nshared/shared-boxes/anyone/bob\n1\n'
  const OLD = 'etc/dovecot/sharedmailbox/dict.db'
  const EMPTY = anna({ Maildir: { directory: true } })

  it('is not migrated: users share again', async () => {
    const t = office({ like: 6, files: anna({ 'Maildir/.Work/dovecot-acl': 'user=bob lr\n' }) })
    const { said, messages } = await t.migrate()
    expect(said).toEqual([`follow-up shared-mailbox-index ${OLD}`])
    expect(messages).toEqual([
      'have users share their folders again, the index of shared mailboxes is not migrated: anna/Work',
    ])
  })

  it('is copied when it is asked for, and dovecot told', async () => {
    const t = office({ like: 6, files: { ...EMPTY, [OLD]: INDEX } })
    const { said } = await t.migrate(['with-shared-mailbox-index'])
    expect(said).toEqual([])
    expect(t.file(`${VMAIL}/shared-mailboxes.db`)).toBe(INDEX)
    expect(t.events()).toEqual(['run: service dovecot restart'])
    expect((await t.migrate(['with-shared-mailbox-index'])).report.status).toBe('unchanged')
  })

  it('names accounts with their domain on a NethServer 7', async () => {
    const t = office({ files: { ...EMPTY, [OLD]: INDEX } })
    await t.migrate(['with-shared-mailbox-index'])
    expect(t.file(`${VMAIL}/shared-mailboxes.db`)).toBe(
      'shared/shared-boxes/user/anna@newserver.test/bob@newserver.test\n1\nshared/shared-boxes/anyone/bob@newserver.test\n1\n',
    )
    expect(t.events()).toEqual(['run: systemctl restart dovecot'])
  })

  it.each([
    'SQLite format 3',
    'shared/shared-boxes/user/anna/bob\n',
    'shared/shared-boxes/user/anna\n1\n',
    'shared/shared-boxes/anyone/anna/bob\n1\n',
    'shared/shared-boxes/robot/anna/bob\n1\n',
    'shared/shared-boxes/user/anna/bob\n1',
  ])('is an error when it is no index, and nothing is written: %j', async (index) => {
    const t = office({ files: { ...EMPTY, [OLD]: index } })
    const { said } = await t.migrate(['with-shared-mailbox-index'])
    expect(said).toEqual([`error shared-mailbox-index-odd ${OLD}`])
    expect(t.mail()).toEqual(['admin@newserver.test/Maildir/cur/1: to admin'])
  })

  it('is copied by another run where the backup has it, or once it was brought: the task says so', async () => {
    const remedyOf = async (files: Tree) => {
      const { report } = await office({ like: 6, files }).migrate()
      return report.findings.find(({ code }) => code === 'shared-mailbox-index')?.remedy
    }
    const shared = anna({ 'Maildir/.Work/dovecot-acl': 'user=bob lr\n' })
    expect(await remedyOf({ ...shared, [OLD]: INDEX })).toBe(
      'Or run the same command again with --with-shared-mailbox-index',
    )
    expect(await remedyOf(shared)).toBe(
      `Or copy /${OLD} of the old server below the source, and run the same command again with --with-shared-mailbox-index`,
    )
  })

  it('keeps names that have a domain already, on a NethServer 7', async () => {
    const index = 'shared/shared-boxes/group/sales/bob@other.test\n1\n'
    const t = office({ files: { ...EMPTY, [OLD]: index } })
    await t.migrate(['with-shared-mailbox-index'])
    expect(t.file(`${VMAIL}/shared-mailboxes.db`)).toBe(
      'shared/shared-boxes/group/sales@newserver.test/bob@other.test\n1\n',
    )
  })

  it('apart, folders whose lists name users without a domain are told on a NethServer 7', async () => {
    const t = office({ files: anna({ 'Maildir/.Work/dovecot-acl': 'user=bob lr\n' }) })
    const expected = [
      `follow-up shared-mailbox-index ${OLD}`,
      'follow-up shared-folder-names anna/Work',
    ]
    expect((await t.migrate()).said).toEqual(expected)
    rmSync(join(t.source, USERS, 'anna'), { recursive: true })
    expect((await t.migrate()).said).toEqual(expected)
  })
})
