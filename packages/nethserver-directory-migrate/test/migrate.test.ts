import { filesHolding, fixtureSource, manifest, testbed } from '@nethserver-migrate/testkit'
import { rmSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import {
  accountLine,
  entries,
  group,
  hashOf,
  oldHome,
  oldServer,
  PROVIDERS,
  stateOf,
  user,
} from './helpers/old-server.js'

/** Users, groups, files and admin: what a small office has. */
const office = (like: 6 | 7) =>
  oldServer({
    like,
    accounts:
      'admin=system|PasswordSet|yes\n' +
      user('anna', { Uid: '5001' }) +
      user('bruno', { Uid: '5002', FirstName: 'Bruno', LastName: 'Neri' }) +
      group('sales', { Members: 'anna,bruno,admin' }) +
      group('solo', { Members: 'bruno', Gid: '5021', Uid: '5021' }),
    hashes: { admin: '$6$a$admin', anna: '$6$a$anna', bruno: '!!' },
    files: { ...oldHome('anna'), ...oldHome('bruno'), ...oldHome('admin') },
  })

describe('an office on a NethServer 6', () => {
  it('has its accounts, files and events in order', async () => {
    const t = office(6)
    const { report, said } = await t.run(plugin)
    expect(report.status).toBe('done')
    expect(said).toEqual(['follow-up users-without-password etc/shadow'])
    expect(
      t
        .databaseText('accounts')
        .split('\n')
        .filter((line) => /^(anna|bruno|sales|solo)=/.test(line)),
    ).toEqual([
      'anna=user|City||Company||Department||FirstName|Mario|LastName|Rossi|PhoneNumber||Street||Uid|5001',
      'bruno=user|City||Company||Department||FirstName|Bruno|LastName|Neri|PhoneNumber||Street||Uid|5002',
      'sales=group|Description|Sales|Gid|5020|Members|anna,bruno,admin|Uid|5020',
      'solo=group|Description|Sales|Gid|5021|Members|bruno|Uid|5021',
    ])
    expect(t.events()).toEqual([
      'user-create anna',
      'user-create bruno',
      'password-modify anna /var/lib/nethserver/migration/secrets/password-anna',
      'run: lpasswd -f 0 anna',
      'password-modify admin /var/lib/nethserver/migration/secrets/password-admin',
      'run: lpasswd -f 0 admin',
      'group-create sales',
      'group-create solo',
    ])
    expect(entries(t, 'var/lib/nethserver/home')).toEqual([
      'd 0700 anna',
      'f 0644 anna/notes.txt',
      'd 0700 bruno',
      'f 0644 bruno/notes.txt',
    ])
  })
})

describe('an office on a NethServer 7 with a local LDAP server', () => {
  it('has its accounts, files and events in order', async () => {
    const t = office(7)
    const { report, said } = await t.run(plugin)
    expect(report.status).toBe('done')
    expect(said).toEqual(['follow-up users-without-password etc/shadow'])
    expect(t.databaseText('accounts')).toBe(
      'postmaster@=pseudonym|Access|public|Account|root|Description|RFC-mandatory postmaster alias\n',
    )
    expect(['anna', 'bruno'].map((name) => accountLine(t, 'passwd', name)?.split(':')[2])).toEqual([
      '10001',
      '10002',
    ])
    expect(t.events()).toEqual([
      'user-create anna Mario Rossi',
      'user-create bruno Bruno Neri',
      'run: lpasswd -f 0 anna',
      'run: lpasswd -f 0 admin',
      'group-create sales anna bruno admin',
      'group-create solo bruno',
    ])
  })
})

describe.each([6, 7] as const)('an import into a NethServer %s', (like) => {
  it('changes nothing and signals nothing the second time', async () => {
    const t = office(like)
    await t.run(plugin)
    const before = stateOf(t)
    const { report } = await t.run(plugin)
    expect(report.status).toBe('unchanged')
    expect(report.counts).toMatchObject({ done: 0, skipped: 0, failed: 0, pending: 0 })
    expect(report.events).toEqual([])
    expect(stateOf(t)).toEqual(before)
  })

  it('does what its plan says, and the plan touches nothing', async () => {
    const t = office(like)
    const before = [stateOf(t), manifest(t.source)]
    const plan = await t.run(plugin, { mode: 'plan' })
    expect([stateOf(t), manifest(t.source)]).toEqual(before)
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
    expect(plan.said).toEqual(said)
  })

  it('shows no hash and no password in a log, the journal, the report or an argument', async () => {
    const planted = {
      anna: '$6$salt$PlantedHashOfAnna',
      bruno: '!$6$salt$PlantedHashOfBruno',
      carla: 'PlantedAsPlainText',
      root: '$6$salt$PlantedHashOfRoot',
      'bad name': '$6$salt$PlantedHashOfBad',
      mysql: '$6$salt$PlantedHashOfMysql',
    }
    const t = oldServer({
      like,
      accounts: ['anna', 'bruno', 'carla', 'root', 'bad name', 'mysql']
        .map((name) => user(name))
        .join(''),
      hashes: planted,
      files: { 'etc/passwd': 'anna:PlantedInPasswd:x:1:::\n' },
    })
    const plan = await t.run(plugin, { mode: 'plan' })
    const { report } = await t.run(plugin)
    expect(JSON.stringify([plan.report, report])).not.toContain('Planted')
    expect(filesHolding(t.root, 'Planted')).toEqual([
      'etc/shadow',
      'var/lib/nethserver/migration/secrets/hash-anna',
    ])
    expect(filesHolding(t.root, 'PlantedHashOfAnna')).toHaveLength(2)
    expect(t.file('var/log/messages')).toContain('bruno')
  })
})

describe('an accounts provider', () => {
  it('that was never chosen is an error when there are users: nothing is made', async () => {
    const t = oldServer({
      accounts: user('anna') + group('sales'),
      hashes: { anna: '$6$a$b' },
      files: { ...oldHome('anna'), ...oldHome('admin') },
      destination: { records: { configuration: PROVIDERS.none } },
    })
    const [before, source] = [stateOf(t), manifest(t.source)]
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['error no-accounts-provider configuration/sssd'])
    expect(report.actions[0]?.outcome).toBe('failed')
    expect(stateOf(t)).toEqual(before)
    expect(manifest(t.source)).toEqual(source)
  })

  it('that was never chosen may be decided to be enough: nothing is made, and no error', async () => {
    const t = oldServer({
      accounts: user('anna') + group('sales'),
      files: oldHome('anna'),
      destination: { records: { configuration: PROVIDERS.none } },
    })
    const before = stateOf(t)
    const { said, report } = await t.run(plugin, { answers: { accounts: { provider: 'none' } } })
    expect(said).toEqual(['notice accounts-left-out configuration/sssd'])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(stateOf(t)).toEqual(before)
  })

  it('that was never chosen is no error when there is nobody to migrate', async () => {
    const t = oldServer({ destination: { records: { configuration: PROVIDERS.none } } })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual([])
    expect(report.actions[0]?.outcome).toBe('unchanged')
  })

  it('that is a local Active Directory gets its accounts another way: nothing is made', async () => {
    const t = oldServer({
      accounts: user('anna') + group('sales'),
      hashes: { anna: '$6$a$b' },
      files: oldHome('anna'),
      destination: { records: { configuration: PROVIDERS['local-ad'] } },
    })
    const [before, source] = [stateOf(t), manifest(t.source)]
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['notice accounts-from-active-directory configuration/sssd'])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(stateOf(t)).toEqual(before)
    expect(manifest(t.source)).toEqual(source)
  })

  it.each(['remote-ldap', 'remote-ad'] as const)(
    'elsewhere (%s) makes no account and sets no password, admin’s files come all the same',
    async (provider) => {
      const t = oldServer({
        accounts: 'admin=system|PasswordSet|yes\n' + user('anna') + group('sales'),
        hashes: { anna: '$6$a$b', admin: '$6$a$c' },
        files: oldHome('admin'),
        destination: { records: { configuration: PROVIDERS[provider] } },
      })
      const { accounts } = stateOf(t)
      const { said, messages } = await t.run(plugin)
      expect(said).toEqual(['warning user-unknown anna', 'warning group-unknown sales'])
      expect(messages).toContain(
        'passwords stay as they are: the accounts provider is on another server',
      )
      expect(stateOf(t).accounts).toEqual(accounts)
      expect(t.file('var/lib/nethserver/migration/admin/notes.txt')).toBe('n')
      expect(t.events()).toEqual([])
    },
  )

  it.each([
    ['PDC', 'local-ldap', true],
    ['PDC', 'remote-ad', true],
    ['PDC', 'local-ad', false],
    ['ADS', 'local-ldap', true],
    ['ADS', 'local-ad', true],
    ['ADS', 'remote-ad', false],
    ['WS', 'local-ldap', false],
    ['', 'local-ldap', false],
    ['constructor', 'local-ldap', false],
  ] as const)(
    'that does not suit the Samba role is a warning: %s on %s',
    async (role, provider, warned) => {
      const t = oldServer({
        configuration: `smb=service|ServerRole|${role}\n`,
        destination:
          provider === 'local-ldap' ? {} : { records: { configuration: PROVIDERS[provider] } },
      })
      const { said } = await t.run(plugin)
      const found = said.includes('warning accounts-provider-unsuited configuration/sssd')
      expect(found).toBe(warned)
    },
  )

  it('is no matter on a NethServer 6', async () => {
    const t = oldServer({ like: 6, configuration: 'smb=service|ServerRole|PDC\n' })
    expect((await t.run(plugin)).said).toEqual([])
  })
})

describe('the source', () => {
  it('without an accounts database fails the action before anything is made', async () => {
    const t = testbed({ source: { databases: { configuration: 'SystemName=old\n' } } })
    rmSync(`${t.source}/home/e-smith/db/accounts`)
    const before = stateOf(t)
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['error SOURCE_DATABASE_MISSING nethserver-directory-migrate'])
    expect(report.actions[0]?.outcome).toBe('failed')
    expect(stateOf(t)).toEqual(before)
  })
})

describe('the sample backup', () => {
  beforeEach((context) =>
    context.skip(process.getuid?.() !== 0, 'it holds a folder that only root can move'),
  )

  it.each([6, 7] as const)('gives a NethServer %s its users, groups and files', async (like) => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const { said, report } = await t.run(plugin)
    expect(report.status).toBe('done')
    expect(said).toEqual([
      ...(like === 6 ? ['warning pipe-stripped accounts/sconti Department'] : []),
      'warning password-weak rlefevre',
      'follow-up users-without-password etc/shadow',
      'warning home-missing nohome',
      'warning home-without-user leaver',
      'warning group-members-unknown ghosts',
    ])
    const names = t
      .file('etc/passwd')
      .split('\n')
      .slice(12)
      .map((line) => line.split(':')[0])
    expect(names).toEqual(
      'akumar averylongnam cricci dsmith fgallo gverdi jmueller lbianchi mrossi nohome nosamba pneri rlefevre sconti tobrien wtanaka'
        .split(' ')
        .concat(''),
    )
    expect(['pneri', 'averylongnam'].map((name) => hashOf(t, name))).toEqual(['!!', '!!'])
    expect(hashOf(t, 'rlefevre')).toMatch(/^\$1\$/)
    expect(hashOf(t, 'jmueller')).toMatch(/^\$5\$/)
    expect(hashOf(t, 'admin')).toMatch(/^\$6\$/)
    expect(accountLine(t, 'group', 'ghosts')?.split(':')[3]).toBe('mrossi,gverdi')
    expect(accountLine(t, 'group', 'admins')?.split(':')[3]).toBe('admin,akumar')
    expect(accountLine(t, 'passwd', 'rlefevre')?.split(':')[4]).toBe('Rene Lefevre')
    expect(t.events().filter((event) => event.startsWith('user-create'))[12]).toBe(
      like === 6 ? 'user-create rlefevre' : 'user-create rlefevre René Lefèvre',
    )
    expect(entries(t, 'var/lib/nethserver/home/dsmith')).toEqual(
      expect.arrayContaining([
        'f 0600 .bash_history',
        'l 0777 passwords.txt -> /etc/shadow',
        'l 0777 sysconfig -> /etc',
      ]),
    )
    expect(entries(t, 'var/lib/nethserver/home').join('\n')).not.toContain('Maildir')

    const before = stateOf(t)
    const again = await t.run(plugin)
    expect(again.report.counts.done).toBe(0)
    expect(again.report.events).toEqual([])
    expect(stateOf(t)).toEqual(before)
  })

  it.each([6, 7] as const)(
    'is planned for a NethServer %s as it is then imported',
    async (like) => {
      const t = testbed({ like, source: { folder: fixtureSource() } })
      const plan = await t.run(plugin, { mode: 'plan' })
      const { report, said } = await t.run(plugin)
      expect(plan.report.changes.map(({ change }) => change)).toEqual(
        report.changes.map(({ change }) => change),
      )
      expect(plan.report.events).toEqual(report.events)
      expect(plan.said).toEqual(said)
    },
  )
})
