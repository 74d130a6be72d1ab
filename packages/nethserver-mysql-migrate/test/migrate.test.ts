import { filesHolding, fixtureSource, testbed, type Testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const DUMPS = 'home/e-smith/db/mysql'
const WAITING = 'var/lib/nethserver/migration/mysql'
const EVENT = 'nethserver-mysql-update'
const MYSQLD = 'mysqld=service|LocalNetworkingOnly|yes|TCPPort|1|access|public|status|enabled\n'
const HASH = `*${'0123456789ABCDEF'.repeat(3).slice(0, 40)}`

const dump = (text = 'CREATE TABLE a (n int);') =>
  `-- MySQL dump 10.11\n${text}\n-- Dump completed on 2012-11-18  1:00:05\n`
const SYSTEM = dump(
  `CREATE TABLE user (Host char(60), User char(16), Password char(41));\nINSERT INTO user VALUES ('localhost','horde','${HASH}');`,
)

interface OldServer {
  readonly like?: 6 | 7
  readonly mysqld?: string
  readonly dumps?: Readonly<Record<string, string>>
  /** The content of `root/.my.cnf`; null for none. */
  readonly options?: string | null
  /** Records that replace all in the destination's configuration database. */
  readonly here?: string
}

/** A destination in front of an old server with a database, its accounts and a root password. */
function oldServer({
  like = 7,
  mysqld = MYSQLD,
  dumps = { 'mysql.dump': SYSTEM, 'shop.dump': dump() },
  options = '[client]\nuser = root\npassword = PLANTED\n',
  here,
}: OldServer = {}): Testbed {
  return testbed({
    like,
    source: {
      databases: { configuration: `SystemName=old\nDomainName=example.com\n${mysqld}` },
      files: {
        ...Object.fromEntries(
          Object.entries(dumps).map(([name, text]) => [`${DUMPS}/${name}`, text]),
        ),
        ...(options === null ? {} : { 'root/.my.cnf': options }),
      },
    },
    ...(here === undefined ? {} : { destination: { databases: { configuration: here } } }),
  })
}

/** The command that loads what waits. */
const loads = (storedIn?: string, more = '') =>
  `run: nethserver-migrate load-databases /${WAITING} --source old.example.com${more}${storedIn === undefined ? '' : ` --root-password-to ${storedIn}`}`
const waiting = (t: Testbed) => filesHolding(t.root, '').filter((path) => path.startsWith(WAITING))

describe.each([
  [
    6,
    '/etc/my.pwd',
    'mysqld=service|LocalNetworkingOnly|yes|MaxAllowedPacket|16M|TCPPort|3306|access|private|status|enabled',
  ],
  [
    7,
    '/var/lib/nethserver/secrets/mysql',
    'mysqld=service|LocalNetworkingOnly|yes|MaxAllowedPacket|16M|TCPPort|3306|access|none|status|enabled',
  ],
] as const)('the database server of a NethServer %s', (like, storedIn, record) => {
  it('gets databases and accounts, then the old password of root, then its settings, and applies all', async () => {
    const t = oldServer({ like })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual([])
    expect(waiting(t)).toEqual([`${WAITING}/mysql.dump`, `${WAITING}/shop.dump`])
    expect(t.events()).toEqual([loads(storedIn), EVENT])
    expect(t.record('configuration', 'mysqld')).toBe(record)
    expect(report.changes.map(({ change }) => change.kind)).toEqual([
      ...['folder', 'file', 'file', 'command'],
      ...['record', 'event'],
    ])
  })

  it('changes nothing and signals nothing the second time', async () => {
    const t = oldServer({ like })
    await t.run(plugin)
    const state = () => [t.databaseText('configuration'), t.manifest(WAITING), t.events()]
    const before = state()
    const { report, said } = await t.run(plugin)
    expect([report.status, report.changes, said]).toEqual(['unchanged', [], []])
    expect(state()).toEqual(before)
  })

  it('gets what the plan says', async () => {
    const t = oldServer({ like })
    const before = t.manifest('.')
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(t.manifest('.')).toEqual(before)
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect([plan.report.events, plan.said]).toEqual([report.events, said])
  })

  it('stays as it is when it is disabled: a notice, no error', async () => {
    const here = `${like === 7 ? 'sssd=service|Provider|ldap\n' : ''}mysqld=service|LocalNetworkingOnly|no|status|disabled\n`
    const t = oldServer({ like, here })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['notice server-disabled configuration/mysqld'])
    expect(messages).toEqual([
      'the database server of the destination is disabled: no dump is loaded',
    ])
    expect([waiting(t), t.events()]).toEqual([[], []])
    expect(t.record('configuration', 'mysqld')).toBe(here.split('\n').at(-2))
  })
})

describe('the dumps', () => {
  const databases = (...names: string[]) => ({
    dumps: Object.fromEntries(names.map((name) => [name, dump()])),
    options: null,
  })

  it('wait in the order in which they will be loaded, the accounts last', async () => {
    const t = oldServer(databases('z.dump', 'mysql.dump', 'a b.dump', 'Ab.dump'))
    const { report } = await t.run(plugin)
    expect(
      report.changes.flatMap(({ change }) => (change.kind === 'file' ? [change.to] : [])),
    ).toEqual(['Ab', 'a b', 'z', 'mysql'].map((name) => `/${WAITING}/${name}.dump`))
  })

  it('stay in the source', async () => {
    const t = oldServer()
    const before = filesHolding(t.source, '')
    await t.run(plugin)
    expect(filesHolding(t.source, '')).toEqual(before)
  })

  it('of what the old server computed about itself are not loaded', async () => {
    const t = oldServer(
      databases('information_schema.dump', 'PERFORMANCE_SCHEMA.dump', 'shop.dump'),
    )
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([])
    expect(messages.slice(0, 2)).toEqual([
      `${DUMPS}/PERFORMANCE_SCHEMA.dump is what the old server computed about itself: not loaded`,
      `${DUMPS}/information_schema.dump is what the old server computed about itself: not loaded`,
    ])
    expect(waiting(t)).toEqual([`${WAITING}/shop.dump`])
  })

  it('are regular files named for a database: anything else is a warning', async () => {
    const t = testbed({
      source: {
        files: {
          [`${DUMPS}/shop.dump`]: dump(),
          [`${DUMPS}/notes.txt`]: 'x',
          [`${DUMPS}/.dump`]: 'x',
          [`${DUMPS}/link.dump`]: { link: '/etc/passwd' },
          [`${DUMPS}/folder.dump/x`]: 'x',
        },
      },
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(
      ['.dump', 'folder.dump', 'link.dump', 'notes.txt'].map(
        (name) => `warning no-dump ${DUMPS}/${name}`,
      ),
    )
    expect(messages[0]).toBe(`${DUMPS}/.dump is no dump, or a link: left in the source`)
    expect(waiting(t)).toEqual([`${WAITING}/shop.dump`])
  })

  it('behind a link are not touched: a warning', async () => {
    const t = testbed({
      source: { files: { [DUMPS]: { link: '/etc' }, 'root/.my.cnf': '[client]\npassword=x\n' } },
    })
    expect((await t.run(plugin)).said).toEqual([
      `warning no-dump ${DUMPS}`,
      `warning no-dumps ${DUMPS}`,
    ])
    expect(waiting(t)).toEqual([])
  })

  it('are missing where the old server had a root password: a warning, and the rest goes on', async () => {
    const t = oldServer({ dumps: {} })
    const { said } = await t.run(plugin)
    expect(said).toEqual([`warning no-dumps ${DUMPS}`])
    expect(t.events()).toEqual([loads('/var/lib/nethserver/secrets/mysql'), EVENT])
  })

  it('are missing on a server that never used databases: nothing is done', async () => {
    const t = oldServer({ dumps: {}, options: null })
    const before = t.databaseText('configuration')
    const { messages, report } = await t.run(plugin)
    expect(messages).toEqual([
      'the old server has neither databases nor a root password: nothing to do',
    ])
    expect(report.status).toBe('unchanged')
    expect([t.databaseText('configuration'), t.events()]).toEqual([before, []])
  })

  it('replace databases of the destination when --replace-databases is given', async () => {
    const t = oldServer()
    await t.run(plugin, { pluginOptions: ['replace-databases'] })
    expect(t.events()).toEqual([
      loads('/var/lib/nethserver/secrets/mysql', ' --replace-databases'),
      EVENT,
    ])
  })

  it('that fail are errors; the rest goes on', async () => {
    const t = oldServer({ dumps: { 'cut.dump': dump().slice(0, 30), 'shop.dump': dump() } })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual([`error DUMP_TRUNCATED /${WAITING}/cut.dump`])
    expect(report.status).toBe('failed')
    expect(waiting(t)).toEqual([`${WAITING}/shop.dump`])
    expect(t.events()).toEqual([loads('/var/lib/nethserver/secrets/mysql'), EVENT])
    expect(t.record('configuration', 'mysqld')).toContain('|LocalNetworkingOnly|yes|')
  })
})

describe('the password of root', () => {
  const kept = async (options: string | null) => {
    const t = oldServer({ options })
    const { said, messages } = await t.run(plugin)
    expect(t.events()).toEqual([loads(), EVENT])
    return { said, messages }
  }

  it('waits in a private file, and stands nowhere else', async () => {
    const t = oldServer()
    const plan = await t.run(plugin, { mode: 'plan' })
    const first = await t.run(plugin)
    const second = await t.run(plugin)
    expect(JSON.stringify([plan, first, second])).not.toContain('PLANTED')
    expect(filesHolding(t.root, 'PLANTED')).toEqual([
      'var/lib/nethserver/migration/secrets/database-root',
    ])
    expect(t.file('var/lib/nethserver/migration/secrets/database-root')).toBe('PLANTED')
  })

  it.each([
    ['a comment', '# password = no\n[client]\npassword = PLANTED # its password\n'],
    ['quotes', '[client]\npassword="PLANTED"\n'],
    ['other sections', '[mysqld]\npassword=x\n[client]\npassword=PLANTED\n[mysql]\npassword=y\n'],
    ['a word like it', '[client]\npassword=PLANTED\nskip-password-check\nold_password=x\n'],
  ])('is read by the rules of option files: %s', async (_what, options) => {
    const t = oldServer({ options })
    await t.run(plugin)
    expect(t.file('var/lib/nethserver/migration/secrets/database-root')).toBe('PLANTED')
  })

  it('stays where the old server has none in its file', async () => {
    expect(await kept(null)).toEqual({
      said: [],
      messages: [
        'root/.my.cnf is not in the source: root of the database server keeps its password',
      ],
    })
  })

  it.each([
    ['has no password in its section [client]', '[mysqld]\npassword=PLANTED\n'],
    ['has no password in its section [client]', '[client]\npassword=\n'],
    ['is for another account', '[client]\nuser=rossi\npassword=PLANTED\n'],
  ])('stays, with a warning, where the old file %s', async (why, options) => {
    expect(await kept(options)).toEqual({
      said: ['warning root-password-unknown root/.my.cnf'],
      messages: [
        `root/.my.cnf of the source ${why}: root of the database server keeps its password`,
      ],
    })
  })

  it('stays, with a warning, where the old file is a link', async () => {
    const t = testbed({
      source: {
        files: { [`${DUMPS}/shop.dump`]: dump(), 'root/.my.cnf': { link: '/etc/passwd' } },
      },
    })
    expect((await t.run(plugin)).said).toEqual(['warning root-password-unknown root/.my.cnf'])
  })
})

describe('the accounts of the old server', () => {
  it('that cannot log in any more are tasks for a person', async () => {
    const users =
      "('%','old','0123456789abcdef'),('localhost','none',''),('localhost','root','0123456789abcdef')"
    const system = dump(
      `CREATE TABLE user (Host char(60), User char(16), Password char(41));\nINSERT INTO user VALUES ${users};`,
    )
    const t = oldServer({ dumps: { 'mysql.dump': system } })
    const expected = [
      'follow-up database-account-locked old@%',
      'follow-up database-account-locked none@localhost',
    ]
    expect((await t.run(plugin)).said).toEqual(expected)
    expect((await t.run(plugin)).said).toEqual(expected)
  })
})

describe('the settings', () => {
  const settings = async (mysqld: string, here?: string) => {
    const t = oldServer({ mysqld, ...(here === undefined ? {} : { here }) })
    await t.run(plugin)
    return t.record('configuration', 'mysqld')
  }
  const HERE =
    'mysqld=service|LocalNetworkingOnly|no|MaxAllowedPacket|16M|TCPPort|3306|access|green|status|enabled'

  it('never import a port, nor who may reach the server', async () => {
    const old =
      'mysqld=service|InitscriptOrder|90|TCPPort|1|TCPPorts|2|UDPPort|3|UDPPorts|4|access|public\n'
    expect(await settings(old, `${HERE}\n`)).toBe(HERE)
  })

  it('that the old server does not have stay as they are', async () => {
    expect(await settings('mysqld=service|status|enabled\n', `${HERE}\n`)).toBe(HERE)
    expect(await settings('', `${HERE}\n`)).toBe(HERE)
  })

  it('disable the server last where the old one was disabled', async () => {
    const t = oldServer({ mysqld: 'mysqld=service|status|disabled\n' })
    const { report } = await t.run(plugin)
    expect(report.changes.map(({ change }) => change.kind)).toEqual([
      ...['folder', 'file', 'file', 'command'],
      ...['record', 'event'],
    ])
    expect(t.record('configuration', 'mysqld')).toMatch(/\|status\|disabled$/)
    const again = await t.run(plugin)
    expect([again.report.changes, again.said]).toEqual([
      [],
      ['notice server-disabled configuration/mysqld'],
    ])
  })

  it('apply what a killed run has disabled', async () => {
    const t = oldServer({
      mysqld: 'mysqld=service|status|disabled\n',
      here: 'sssd=service|Provider|ldap\nmysqld=service|status|disabled\n',
    })
    await t.run(plugin)
    expect([waiting(t), t.events()]).toEqual([[], [EVENT]])
  })

  it('leave the server on as long as something has failed to load', async () => {
    const t = oldServer({
      mysqld: 'mysqld=service|status|disabled\n',
      dumps: { 'cut.dump': dump().slice(0, 30) },
    })
    expect((await t.run(plugin)).said).toEqual([
      `error DUMP_TRUNCATED /${WAITING}/cut.dump`,
      'warning server-stays-on configuration/mysqld status',
    ])
    expect(t.record('configuration', 'mysqld')).toMatch(/\|status\|enabled$/)
  })

  it('make the record where the package is installed without it', async () => {
    const t = testbed({
      source: {
        databases: { configuration: `SystemName=old\n${MYSQLD}` },
        files: { [`${DUMPS}/shop.dump`]: dump() },
      },
      destination: {
        databases: { configuration: 'sssd=service|Provider|ldap\n' },
        files: { 'var/lib/nethserver/migration/packages': 'nethserver-mysql\n' },
      },
    })
    await t.run(plugin)
    expect(t.record('configuration', 'mysqld')).toBe(
      'mysqld=service|LocalNetworkingOnly|yes|status|enabled',
    )
  })

  it('are skipped, with a notice, where the database server is not installed', async () => {
    const t = oldServer({ here: 'sssd=service|Provider|ldap\n' })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-mysql-migrate'])
    expect(report.findings[0]?.remedy).toContain('install nethserver-mysql')
    expect(t.events()).toEqual([])
  })
})

describe('the sample backup', () => {
  it.each([
    [6, '/etc/my.pwd'],
    [7, '/var/lib/nethserver/secrets/mysql'],
  ] as const)('gives a NethServer %s its four dumps', async (like, storedIn) => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const { said } = await t.run(plugin)
    expect(said).toEqual([])
    expect(waiting(t)).toEqual(
      ['faxdb', 'horde', 'mysql', 'roundcubemail'].map((name) => `${WAITING}/${name}.dump`),
    )
    expect(t.events()).toEqual([
      `run: nethserver-migrate load-databases /${WAITING} --source acme.example.com --root-password-to ${storedIn}`,
      EVENT,
    ])
    expect(t.record('configuration', 'mysqld')).toMatch(/\|LocalNetworkingOnly\|yes\|/)
  })
})
