import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  filesHolding,
  fixtureSource,
  liveHost,
  temporaryFolder,
  testbed,
  writeTree,
  type Testbed,
} from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const EVENT = 'nethserver-sogo-update'
const PASSWORD = 'follow-up set-database-password /var/lib/nethserver/secrets/sogo'
const SECRET = 'var/lib/nethserver/secrets/sogo'
/** With what MariaDB makes of the word password. */
const STATEMENT =
  "GRANT ALL ON sogo.* TO sogo@localhost IDENTIFIED BY PASSWORD '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19';\n"
const BOOKS = 'follow-up check-address-books sogo_sources'

interface World {
  readonly like?: 6 | 7
  /** Props of the old sogod record; without them there is no such record. */
  readonly old?: string
  /** Props of the record of the destination, which is then all that it has. */
  readonly here?: string
  /** Records of both address book databases; without them there is none. */
  readonly books?: string | undefined
  readonly booksHere?: string | undefined
}

function oldServer({ like = 7, old, here, books, booksHere }: World = {}): Testbed {
  const variant = like === 7 ? 'sssd=service|Provider|ldap\n' : ''
  return testbed({
    like,
    source: {
      databases: {
        configuration: `SystemName=old\n${old === undefined ? '' : `sogod=service|${old}\n`}`,
        ...(books === undefined ? {} : { sogo_sources: books }),
      },
    },
    destination: {
      databases: {
        ...(here === undefined ? {} : { configuration: `sogod=service|${here}\n${variant}` }),
        ...(booksHere === undefined ? {} : { sogo_sources: booksHere }),
      },
    },
  })
}

/** The props of the destination's record. */
function sogod(t: Testbed): Record<string, string> {
  const fields = (t.record('configuration', 'sogod') ?? '').split('|').slice(1)
  return Object.fromEntries(
    fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [])),
  )
}

const OLD =
  'ACLsSendEMailNotifications|YES|AdminUsers|admin,boss|DbPassword|old pw=1|DraftsFolder|Entwürfe|SharedMailbox|enabled|SievePort|2000|TCPPort|20000|VirtualHosts||WOWorkersCount|2|status|disabled|updates|enabled'

describe.each([
  [
    6,
    'AdminUsers|admin|DraftsFolder|Drafts|VirtualHosts||WOWorkersCount|3|status|enabled',
    'AdminUsers|admin,boss|DraftsFolder|Entwürfe|Notifications|Appointment,EMail,ACLs|VirtualHosts||WOWorkersCount|3|mysqlPassword|old pw=1|status|disabled',
    [] as string[],
  ],
  [
    7,
    'AdminUsers|admin|Dav|disabled|DraftsFolder|Drafts|VirtualHost||WOWorkersCount|10|status|enabled',
    'AdminUsers|admin,boss|Dav|enabled|DraftsFolder|Entwürfe|Notifications|Appointment,EMail,ACLs|VirtualHost||WOWorkersCount|10|status|disabled',
    [PASSWORD],
  ],
] as const)('SOGo on a NethServer %s', (like, here, expected, asked) => {
  const world = { like, here: utf8(here), old: utf8(OLD), books: 'a=ldap|x|1\n', booksHere: '' }

  it('gets the settings of the old server in its own words, and no port', async () => {
    const t = oldServer(world)
    const { said, messages } = await t.run(plugin)
    expect(t.record('configuration', 'sogod')).toBe(utf8(`sogod=service|${expected}`))
    expect(said).toEqual(['notice tuning-kept configuration/sogod', ...asked])
    expect(messages[0]).toBe(
      `SOGo keeps the numbers of this server, the old one had WOWorkersCount=2 (here ${like === 6 ? 3 : 10})`,
    )
    expect(t.events()).toEqual([EVENT])
  })

  it('gets the database password of the old server only where it is a setting, and shows it nowhere', async () => {
    const t = oldServer(world)
    const plan = await t.run(plugin, { mode: 'plan' })
    const { report } = await t.run(plugin)
    expect(filesHolding(t.root, 'old pw=1')).toEqual(
      like === 6 ? ['var/lib/nethserver/db/configuration'] : [],
    )
    expect(JSON.stringify([plan, report])).not.toContain('old pw=1')
  })

  it('is applied even when nothing in it changes: its database may be an old one', async () => {
    const t = oldServer({ ...world, old: 'status|enabled', here: expected })
    await t.run(plugin)
    expect(t.events()).toEqual([EVENT])
  })

  it('stays as it is when the source has none: no event, no error', async () => {
    const t = oldServer({ like, books: 'a=ldap|x|1\n', booksHere: '' })
    const before = t.databaseText('configuration')
    const { messages, said, report } = await t.run(plugin)
    expect(messages).toEqual(['sogod is not in the source configuration database: nothing to do'])
    expect(said).toEqual([])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect([t.databaseText('configuration'), t.databaseText('sogo_sources')]).toEqual([before, ''])
    expect(t.events()).toEqual([])
  })

  it('changes and signals nothing the second time, and says the same', async () => {
    const t = oldServer({ ...world, books: 'a=ldap|hostname|localhost\n' })
    const first = await t.run(plugin)
    const after = [t.databaseText('configuration'), t.databaseText('sogo_sources'), t.events()]
    const { report, said } = await t.run(plugin)
    expect(report.counts.done).toBe(0)
    expect([t.databaseText('configuration'), t.databaseText('sogo_sources'), t.events()]).toEqual(
      after,
    )
    expect(said).toEqual(first.said)
  })

  it('is planned as it is then imported, and planning changes nothing', async () => {
    const t = oldServer(world)
    const before = [t.databaseText('configuration'), t.databaseText('sogo_sources')]
    const plan = await t.run(plugin, { mode: 'plan' })
    expect([t.databaseText('configuration'), t.databaseText('sogo_sources')]).toEqual(before)
    expect(t.events()).toEqual([])
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toMatchObject([{ name: EVENT, args: [] }])
    expect(plan.said).toEqual(said)
  })

  it.each([
    ['YES', 'Appointment,EMail,ACLs'],
    ['yes', 'Appointment,EMail,ACLs'],
    ['Yes', 'Appointment,EMail,ACLs'],
    ['no', 'Appointment,EMail'],
    ['enabled', 'Appointment,EMail'],
    ['', 'Appointment,EMail'],
    [undefined, 'Appointment,EMail'],
  ])('sends mail for access lists when the old server did: %s', async (acls, Notifications) => {
    const t = oldServer({
      like,
      old: `status|enabled${acls === undefined ? '' : `|ACLsSendEMailNotifications|${acls}`}`,
      here: 'Notifications|EMail,ACLs',
    })
    await t.run(plugin)
    expect(sogod(t)).toMatchObject({ Notifications })
  })

  it.each(['a.test,b.test', 'a.test b.test', ' a.test ; b.test, '])(
    'cannot have several virtual hosts: a warning names them: "%s"',
    async (hosts) => {
      const t = oldServer({ like, old: `VirtualHosts|${hosts}`, here: 'status|enabled' })
      const { said, messages } = await t.run(plugin)
      expect(Object.keys(sogod(t))).not.toContain('VirtualHosts')
      expect(Object.keys(sogod(t))).not.toContain('VirtualHost')
      expect(said).toEqual([
        'warning virtual-hosts-not-migrated configuration/sogod VirtualHosts',
        ...asked,
      ])
      expect(messages[0]).toBe(
        'virtual hosts of SOGo are not migrated, the old server had: a.test, b.test',
      )
    },
  )

  it('keeps its numbers, also where it has none, and the old ones are listed', async () => {
    const t = oldServer({
      like,
      old: 'SOGoInternalSyncInterval|10|SOGoMaximumPingInterval|10|SOGoMaximumSyncInterval|30|SOGoMaximumSyncResponseSize|512|SOGoMaximumSyncWindowSize|9|SxVMemLimit|384|WOWatchDogRequestTimeout|10|WOWorkersCount|',
      here: 'SOGoMaximumPingInterval|10|SxVMemLimit|512|status|enabled',
    })
    const { messages } = await t.run(plugin)
    expect(sogod(t)).toMatchObject({ SOGoMaximumPingInterval: '10', SxVMemLimit: '512' })
    expect(Object.keys(sogod(t)).filter((name) => /^(SOGo|WO)/.test(name))).toEqual([
      'SOGoMaximumPingInterval',
    ])
    expect(messages[0]).toBe(
      'SOGo keeps the numbers of this server, the old one had SOGoInternalSyncInterval=10 (here not set), SOGoMaximumSyncInterval=30 (here not set), SOGoMaximumSyncResponseSize=512 (here not set), SOGoMaximumSyncWindowSize=9 (here not set), SxVMemLimit=384 (here 512), WOWatchDogRequestTimeout=10 (here not set)',
    )
  })

  it('goes on looking for users where its accounts are: no old connection, and no credential is shown', async () => {
    const t = oldServer({
      like,
      old: 'AdsCredentials|PLANTED|AdsLdapServer|ldap.test|LdapBase|',
      here: 'AdsCredentials||AdsLdapServer|',
    })
    const { said, messages } = await t.run(plugin)
    expect(sogod(t)).toMatchObject({ AdsCredentials: '', AdsLdapServer: '' })
    expect(said).toEqual(['notice ldap-connection-left configuration/sogod', ...asked])
    expect(messages[0]).toBe(
      'SOGo looks for users where the accounts of this server are: AdsCredentials, AdsLdapServer of the old server are left out',
    )
    expect(filesHolding(t.root, 'PLANTED')).toEqual([])
  })

  it('gets its record where the package is installed without it', async () => {
    const t = testbed({
      source: { databases: { configuration: 'SystemName=old\nsogod=service|status|enabled\n' } },
      destination: {
        databases: { configuration: like === 7 ? 'sssd=service|Provider|ldap\n' : 'x=y\n' },
        files: { 'var/lib/nethserver/migration/packages': 'nethserver-sogo\n' },
      },
    })
    await t.run(plugin)
    expect(t.record('configuration', 'sogod')).toBe(
      like === 7
        ? 'sogod=service|Dav|enabled|Notifications|Appointment,EMail|status|enabled'
        : 'sogod=service|Notifications|Appointment,EMail|mysqlPassword|sogo|status|enabled',
    )
  })

  it('of the sample backup has its settings and its address book', async () => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const before = sogod(t)
    const others = t.databaseText('configuration').replace(/^sogod=.*\n/m, '')
    const { said } = await t.run(plugin)
    expect(sogod(t)).toEqual({
      ...before,
      Dav: 'enabled',
      ...(like === 6 ? { mysqlPassword: 'test-sogo-db' } : {}),
    })
    expect(t.databaseText('configuration').replace(/^sogod=.*\n/m, '')).toBe(others)
    expect(t.databaseText('sogo_sources')).toBe(
      'shared=ldap|CNFieldName|cn|IDFieldName|uid|UIDFieldName|uid|baseDN|"ou=Shared,dc=example,dc=com"|canAuthenticate|NO|displayName|"Shared contacts"|hostname|localhost|id|shared|isAddressBook|YES|port|389|type|ldap\n',
    )
    expect(said).toEqual([BOOKS, ...asked])
    expect(t.events()).toEqual([EVENT])
  })
})

describe('SOGo on a NethServer 6', () => {
  it.each([
    ['DbPassword|secret', 'secret'],
    ['DbPassword|', 'sogo'],
    ['status|enabled', 'sogo'],
  ])(
    'has the database password of the old server, or the old default: %s',
    async (old, mysqlPassword) => {
      const t = oldServer({ like: 6, old, here: 'status|enabled' })
      await t.run(plugin)
      expect(sogod(t)).toMatchObject({ mysqlPassword })
      expect(Object.keys(sogod(t))).not.toContain('DbPassword')
    },
  )

  it('is disabled with an ERROR and a task when its password cannot be written', async () => {
    const t = oldServer({
      like: 6,
      old: 'DbPassword|PLAN\\|TED|status|enabled',
      here: 'status|enabled',
    })
    const { said } = await t.run(plugin)
    expect(sogod(t)).toMatchObject({ mysqlPassword: '', status: 'disabled' })
    expect(said).toEqual([
      'error secret-not-writable configuration/sogod mysqlPassword',
      'follow-up enter-secret configuration/sogod mysqlPassword',
    ])
  })

  it('has no virtual host of the old server: a warning', async () => {
    const t = oldServer({ like: 6, old: 'VirtualHosts|mail.test', here: 'VirtualHosts|' })
    const { said } = await t.run(plugin)
    expect(sogod(t)).toMatchObject({ VirtualHosts: '' })
    expect(said).toEqual(['warning virtual-hosts-not-migrated configuration/sogod VirtualHosts'])
  })

  it('keeps Dav as the old server had it, and gets none where it had none', async () => {
    const withDav = oldServer({ like: 6, old: 'Dav|disabled', here: '' })
    await withDav.run(plugin)
    expect(sogod(withDav)).toMatchObject({ Dav: 'disabled' })
    const without = oldServer({ like: 6, old: 'status|enabled', here: 'status|enabled' })
    await without.run(plugin)
    expect(Object.keys(sogod(without))).not.toContain('Dav')
  })
})

describe('SOGo on a NethServer 7', () => {
  it.each([
    ['disabled', 'disabled'],
    ['enabled', 'enabled'],
    ['', 'enabled'],
    [undefined, 'enabled'],
  ])('has Dav as the old server, and enabled without: %s', async (old, Dav) => {
    const t = oldServer({
      old: `status|enabled${old === undefined ? '' : `|Dav|${old}`}`,
      here: 'Dav|other',
    })
    await t.run(plugin)
    expect(sogod(t)).toMatchObject({ Dav })
  })

  it.each([
    ['mail.test', 'mail.test'],
    [' mail.test, ', 'mail.test'],
    ['', 'own.test'],
  ])('has the one virtual host of the old server: "%s"', async (old, VirtualHost) => {
    const t = oldServer({ old: `VirtualHosts|${old}`, here: 'VirtualHost|own.test' })
    const { said } = await t.run(plugin)
    expect(sogod(t)).toMatchObject({ VirtualHost })
    expect(Object.keys(sogod(t))).not.toContain('VirtualHosts')
    expect(said).toEqual([PASSWORD])
  })

  it.each(['*.mail.test', 'mail.test/x', '$(reboot)'])(
    'has no virtual host that is no name of a host: a warning: "%s"',
    async (old) => {
      const t = oldServer({ old: `VirtualHosts|${old}`, here: 'VirtualHost|own.test' })
      const { said } = await t.run(plugin)
      expect(sogod(t)).toMatchObject({ VirtualHost: 'own.test' })
      expect(said).toEqual([
        'warning virtual-hosts-not-migrated configuration/sogod VirtualHosts',
        PASSWORD,
      ])
    },
  )

  it('has the password of its database user set to its own secret, before it is applied', async () => {
    const t = testbed({
      source: { databases: { configuration: 'SystemName=old\nsogod=service|DbPassword|x\n' } },
      destination: { files: { [SECRET]: 'password\n' } },
    })
    const plan = await t.run(plugin, { mode: 'plan' })
    const { said, report } = await t.run(plugin)
    expect(t.events()).toEqual(['run: mysql --defaults-file=/root/.my.cnf', EVENT])
    expect(t.file('var/lib/nethserver/migration/secrets/sogo-database-password')).toBe(STATEMENT)
    expect(said).toEqual([])
    expect(filesHolding(t.root, 'password\n')).toEqual([SECRET])
    expect(JSON.stringify([plan, report])).not.toContain('2470C0C0')

    expect((await t.run(plugin)).report.counts.done).toBe(0)
    expect(t.events()).toHaveLength(2)
  })

  it('has it set on a live host over standard input; where that fails it is a task', (context) => {
    const host = liveHost(context, {
      files: {
        [SECRET]: 'password\n',
        'var/lib/nethserver/db/configuration':
          'SystemName=ns\nsogod=service|status|enabled\nsssd=service|Provider|ldap\n',
      },
      programs: { mysql: 'cat >/var/lib/statements; exit 1' },
      events: [EVENT],
    })
    const { source } = oldServer({ old: 'DbPassword|x' })
    const report = host.import(plugin.name, new URL('../src/index.ts', import.meta.url), source)
    expect(host.file('var/lib/statements')).toBe(STATEMENT)
    expect(host.calls()).toEqual(['mysql --defaults-file=/root/.my.cnf', `signal-event ${EVENT}`])
    expect(report.findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'info message',
      'error COMMAND_FAILED',
      'follow-up set-database-password',
    ])
  })

  it('without its secret yet tells how to set the password, by commands that have it as no argument', async () => {
    const t = oldServer({ old: 'DbPassword|x', here: '' })
    const { report } = await t.run(plugin)
    const { remedy = '' } =
      report.findings.find(({ code }) => code === 'set-database-password') ?? {}

    const folder = temporaryFolder()
    const program = (text: string) => ({ content: `#!/bin/sh\n${text}\n`, mode: 0o755 })
    writeTree(folder, {
      secret: 'PLANTED-_1\n',
      'bin/mysql': program(`cat >"${folder}/statements"; echo "mysql $*" >>"${folder}/calls"`),
      'bin/systemctl': program(`echo "systemctl $*" >>"${folder}/calls"`),
    })
    const command = remedy.replace('/var/lib/nethserver/secrets/sogo', `${folder}/secret`)
    execFileSync('bash', ['-ec', command], {
      env: { ...process.env, PATH: `${folder}/bin:${process.env['PATH']}` },
    })
    expect(readFileSync(join(folder, 'statements'), 'utf8')).toBe(
      "GRANT ALL ON sogo.* TO sogo@localhost IDENTIFIED BY 'PLANTED-_1';\n",
    )
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toBe('mysql \nsystemctl restart sogod\n')
  })
})

describe('external address books', () => {
  const world = { old: 'status|enabled', here: 'status|enabled' }
  const imported = async (books: string | undefined, booksHere: string | undefined) => {
    const t = oldServer({ ...world, books, booksHere })
    const { said, messages } = await t.run(plugin)
    return { t, messages, said: said.filter((text) => text !== PASSWORD) }
  }

  it('are added to those of the destination, with a prop named like the type too', async () => {
    const { t, said } = await imported(
      'a=ldap|baseDN|"ou=x"|type|ldap\nb=sql|url|x\n',
      'own=ldap|hostname|h\n',
    )
    expect(t.databaseText('sogo_sources')).toBe(
      'a=ldap|baseDN|"ou=x"|type|ldap\nb=sql|url|x\nown=ldap|hostname|h\n',
    )
    expect(said).toEqual([])
  })

  it('that name a server are a task, without its name', async () => {
    const { said, messages } = await imported(
      'a=ldap|hostname|ldap://me:PLANTED@h\nb=ldap|hostname|\nc\xe9=ldap|hostname|h\n',
      '',
    )
    expect(said).toEqual([BOOKS])
    expect(messages).toContain('look at the LDAP servers that address books of SOGo name: a, cé')
    expect(messages.join()).not.toContain('PLANTED')
  })

  it('that the destination has with other values are kept, with a warning', async () => {
    const { t, said } = await imported('a=ldap|hostname|old\nb=ldap|x|1\n', 'a=ldap|hostname|own\n')
    expect(t.databaseText('sogo_sources')).toBe('a=ldap|hostname|own\nb=ldap|x|1\n')
    expect(said).toEqual(['warning address-book-exists sogo_sources/a'])
  })

  it('whose keys differ by case only: the first is migrated, with a warning', async () => {
    const { t, said } = await imported('Shared=ldap|x|1\nshared=ldap|x|2\n', '')
    expect(t.databaseText('sogo_sources')).toBe('Shared=ldap|x|1\n')
    expect(said).toEqual(['warning key-differs-by-case sogo_sources/shared'])
  })

  it('keep their password, which is shown nowhere', async () => {
    const t = oldServer({ ...world, books: 'a=ldap|bindPassword|PLANTED pw=1\n', booksHere: '' })
    const plan = await t.run(plugin, { mode: 'plan' })
    const { report } = await t.run(plugin)
    expect(t.databaseText('sogo_sources')).toBe('a=ldap|bindPassword|PLANTED pw=1\n')
    expect(JSON.stringify([plan, report])).not.toContain('PLANTED')
    expect(filesHolding(t.root, 'PLANTED')).toEqual(['var/lib/nethserver/db/sogo_sources'])
  })

  it('whose password cannot be written arrive without it: an ERROR and a task', async () => {
    const { t, said } = await imported('a=ldap|bindPassword|PLAN\\|TED|x|1\nb=ldap|x|1\n', '')
    expect(t.databaseText('sogo_sources')).toBe('a=ldap|bindPassword||x|1\nb=ldap|x|1\n')
    expect(said).toEqual([
      'error secret-not-writable sogo_sources/a bindPassword',
      'follow-up enter-secret sogo_sources/a bindPassword',
    ])
  })

  it.each([[undefined], ['']])(
    'that the old server has none of are no error: %j',
    async (books) => {
      const { t, said, messages } = await imported(books, 'own=ldap|x|1\n')
      expect(t.databaseText('sogo_sources')).toBe('own=ldap|x|1\n')
      expect(said).toEqual([])
      expect(messages[0]).toBe(
        'the source has no external address books: nothing of them to migrate',
      )
      expect(t.events()).toEqual([EVENT])
    },
  )

  it('get a database where the destination has none, closed to others', async () => {
    const { t, said } = await imported('a=ldap|bindPassword|x\n', undefined)
    expect(t.databaseText('sogo_sources')).toBe('a=ldap|bindPassword|x\n')
    expect(
      t.manifest('var/lib/nethserver/db').filter((line) => line.includes('sogo_sources')),
    ).toEqual([expect.stringMatching(/^f 0640 /)])
    expect(said).toEqual([])
  })
})

it('SOGo is skipped, with a notice, where it is not installed', async () => {
  const t = testbed({
    source: { databases: { configuration: 'SystemName=old\nsogod=service|status|enabled\n' } },
    destination: { databases: { configuration: 'sssd=service|Provider|ldap\n' } },
  })
  const { said } = await t.run(plugin)
  expect(said).toEqual(['notice feature-not-installed nethserver-sogo-migrate'])
})

/** The bytes of a text, one character each. */
function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
