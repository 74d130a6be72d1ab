import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  filesHolding,
  startMariadb,
  testbed,
  writeTree,
  type Mariadb,
  type Testbed,
} from '@nethserver-migrate/testkit'
import type { LoadDumps } from '../src/destination/load-dumps.js'
import { databaseHost } from './helpers/database-host.js'
import { forgetAfter, queueOf } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'

const DUMPS = 'home/e-smith/db/mysql'
const WAITING = 'var/lib/nethserver/migration/mysql'
const PASSWORD = 'PLANTED \xe9'
const ROOT = { password: PASSWORD, storedIn: '/etc/my.pwd' }
const COMMAND = `run: nethserver-migrate load-databases /${WAITING} --source old.example.com`
const HASH = `*${'0123456789ABCDEF'.repeat(3).slice(0, 40)}`

const SHOP = '-- MySQL dump 10.11\nCREATE TABLE a (n int);\n-- Dump completed\n'
const SYSTEM = `-- MySQL dump 10.11
CREATE TABLE \`user\` (Host char(60), User char(16), Password char(41));
INSERT INTO user VALUES ('localhost','old','0123456789abcdef'),('localhost','horde','${HASH}');
-- Dump completed
`

/** A staged destination in front of a source with these dumps. */
function stagedWith(texts: Readonly<Record<string, string>>): Testbed {
  const dumps = Object.entries(texts).map(([name, text]) => [`${DUMPS}/${name}.dump`, text])
  return testbed({ source: { files: Object.fromEntries(dumps) as Record<string, string> } })
}

/** Loads all dumps of the source. */
function loading(names: readonly string[], more: Partial<LoadDumps> = {}) {
  const path = (name: string) => `${DUMPS}/${name}.dump`
  return pluginOf(async ({ destination }) => {
    await destination.loadDumps({
      databases: names.filter((name) => name !== 'mysql').map(path),
      accounts: names.includes('mysql') ? path('mysql') : undefined,
      replace: false,
      ...more,
    })
  })
}

describe('dumps in a staged destination', () => {
  it('wait for the first boot, with the command that loads them', async () => {
    const bed = stagedWith({ fax: SHOP, shop: SHOP, mysql: SYSTEM })
    const plugin = loading(['fax', 'shop', 'mysql'], { rootPassword: ROOT })
    const before = bed.manifest('.')
    const plan = await bed.run(plugin, { mode: 'plan' })
    expect(bed.manifest('.')).toEqual(before)
    const { report, said } = await bed.run(plugin)
    expect(report.changes.map(({ change }) => change)).toEqual(
      plan.report.changes.map(({ change }) => change),
    )
    expect(
      bed.manifest(WAITING).map((line) =>
        line
          .split(' ')
          .filter((_w, at) => at !== 2)
          .slice(0, 3)
          .join(' '),
      ),
    ).toEqual(['f 0600 fax.dump', 'f 0600 mysql.dump', 'f 0600 shop.dump'])
    expect(bed.manifest('var/lib/nethserver/migration')).toContainEqual(
      expect.stringMatching(/^d 0700 \S+ mysql$/),
    )
    expect(bed.file(`${WAITING}/mysql.dump`)).toBe(SYSTEM)
    expect(bed.events()).toEqual([`${COMMAND} --root-password-to /etc/my.pwd`])
    expect(JSON.parse(readFileSync(queueOf(bed), 'utf8'))).toMatchObject({
      input: '/var/lib/nethserver/migration/secrets/database-root',
    })
    expect(said).toEqual(['follow-up database-account-locked old@localhost'])
    expect(JSON.stringify([plan, report])).not.toContain('PLANTED')
    expect(filesHolding(bed.root, 'PLANTED')).toEqual([
      'var/lib/nethserver/migration/secrets/database-root',
    ])
    expect(filesHolding(bed.source, 'CREATE TABLE')).toHaveLength(3)
  })

  it('are staged once, also after the first boot has taken them away', async () => {
    const bed = stagedWith({ shop: SHOP })
    await bed.run(loading(['shop']))
    rmSync(join(bed.root, WAITING, 'shop.dump'))
    const { report } = await bed.run(loading(['shop']))
    expect(report).toMatchObject({ status: 'unchanged', changes: [] })
    expect(bed.events()).toEqual([COMMAND])
  })

  it('are staged again, and the command is queued once, after a kill', async () => {
    const bed = stagedWith({ fax: SHOP, shop: SHOP })
    await bed.run(loading(['fax', 'shop']))
    forgetAfter(bed, 'fax.dump')
    rmSync(join(bed.root, WAITING, 'shop.dump'))
    writeFileSync(join(bed.root, WAITING, '.shop.dump.nethserver-migrate'), 'half')
    writeFileSync(queueOf(bed), '')
    await bed.run(loading(['fax', 'shop']))
    expect(bed.file(`${WAITING}/shop.dump`)).toBe(SHOP)
    expect(bed.manifest(WAITING)).toHaveLength(2)
    expect(bed.events()).toEqual([COMMAND])
  })

  it('that were cut short are errors, and the rest goes on', async () => {
    const bed = stagedWith({ cut: SHOP.slice(0, 40), shop: SHOP })
    const { said } = await bed.run(loading(['cut', 'shop']))
    expect(said).toEqual([`error DUMP_TRUNCATED /${WAITING}/cut.dump`])
    expect(bed.manifest(WAITING)).toHaveLength(1)
    writeTree(bed.source, { [`${DUMPS}/cut.dump`]: SHOP })
    expect((await bed.run(loading(['cut', 'shop']))).said).toEqual([])
    expect(bed.manifest(WAITING)).toHaveLength(2)
    expect(bed.events()).toEqual([COMMAND, COMMAND])
  })

  it('with accounts that cannot be read are an error, and the rest goes on', async () => {
    const odd = "-- MySQL dump 10.11\nINSERT INTO user VALUES ('x');\n-- Dump completed\n"
    const bed = stagedWith({ shop: SHOP, mysql: odd })
    const { said } = await bed.run(loading(['shop', 'mysql']))
    expect(said).toEqual([`error DUMP_UNREADABLE /${WAITING}/mysql.dump`])
    expect(bed.events()).toEqual([COMMAND])
  })

  it('are loaded over others there when that is asked for', async () => {
    const bed = stagedWith({ shop: SHOP })
    await bed.run(loading(['shop'], { replace: true }))
    expect(bed.events()).toEqual([`${COMMAND} --replace-databases`])
  })

  it('that are none queue nothing, but for the password of root', async () => {
    const bed = stagedWith({})
    await bed.run(loading([]))
    expect(bed.events()).toEqual([])
    await bed.run(loading([], { rootPassword: ROOT }))
    expect(bed.events()).toEqual([`${COMMAND} --root-password-to /etc/my.pwd`])
    expect(bed.manifest(WAITING)).toEqual([])
  })

  it('are no links: the action fails', async () => {
    const bed = testbed({ source: { files: { [`${DUMPS}/shop.dump`]: { link: '/etc/passwd' } } } })
    expect((await bed.run(loading(['shop']))).said).toEqual([
      'error SOURCE_SYMBOLIC_LINK nethserver-test-migrate',
    ])
    expect(bed.events()).toEqual([])
  })

  it('never lie outside of the tree, wherever a link there leads', async () => {
    const bed = stagedWith({ shop: SHOP })
    writeTree(bed.root, { [WAITING]: { link: bed.source } })
    const { said } = await bed.run(loading(['shop']))
    expect(said).toEqual([`error DESTINATION_OUTSIDE_ROOT /${WAITING}`])
    expect(bed.events()).toEqual([])
  })
})

describe('the first boot', () => {
  let mariadb: Mariadb
  beforeAll(async () => {
    mariadb = await startMariadb()
    return () => mariadb.stop()
  })

  it('loads what waits, takes away what it has loaded, and a later import finds it done', (context) => {
    const host = databaseHost(context, mariadb, { fax: SHOP, shop: SHOP, mysql: SYSTEM })
    writeTree(host.varLib, {
      'nethserver/migration/mysql/fax.dump': SHOP,
      'nethserver/migration/mysql/mysql.dump': SYSTEM,
      'nethserver/migration/mysql/shop.dump': SHOP.replace('int', 'nonsense'),
      'nethserver/migration/mysql/.x.dump.nethserver-migrate': 'half',
    })
    const request = {
      folder: '/var/lib/nethserver/migration/mysql',
      sourceHost: 'old.example.com',
      replace: false,
      rootPassword: ROOT,
    }
    const boot = () => host.run('load-databases', JSON.stringify(request))
    expect(boot()).toEqual({
      good: false,
      said: [
        'error DUMP_NOT_LOADED shop',
        'follow-up database-account-locked old@localhost',
        'info database-done fax',
        'info database-done old@localhost',
        'info database-done horde@localhost',
        'info database-done root',
      ],
    })
    const waiting = () => filesHolding(join(host.varLib, 'nethserver/migration/mysql'), '')
    expect(waiting()).toEqual(['.x.dump.nethserver-migrate', 'shop.dump'])
    expect(readFileSync(join(host.etc, 'my.pwd'), 'latin1')).toBe(PASSWORD)

    writeTree(host.varLib, { 'nethserver/migration/mysql/shop.dump': SHOP })
    const login = Buffer.from(`[client]\npassword="${PASSWORD}"\n`, 'latin1')
    writeTree(host.rootHome, { '.my.cnf': { content: login } })
    expect(boot()).toEqual({ good: true, said: ['info database-done shop'] })
    expect(waiting()).toEqual(['.x.dump.nethserver-migrate'])
    expect(mariadb.sql('SHOW TABLES FROM fax; SHOW TABLES FROM shop')).toEqual(['a', 'a'])
    expect(host.load({ rootPassword: ROOT })).toMatchObject({ status: 'unchanged', changes: [] })
  })

  it('is told when the folder is not there', (context) => {
    const host = databaseHost(context, mariadb, {})
    expect(() =>
      host.run('load-databases', '{"folder":"/nowhere","sourceHost":"x","replace":false}'),
    ).toThrow(/SOURCE_MISSING/)
  })
})
