import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  filesHolding,
  type Mariadb,
  programs,
  startMariadb,
  writeTree,
} from '@nethserver-migrate/testkit'
import { changesOf, clientThat, databaseHost, KILLS, saidIn } from './helpers/database-host.js'

let mariadb: Mariadb
beforeAll(async () => {
  mariadb = await startMariadb()
  return () => mariadb.stop()
})
afterEach(async () => {
  // All work is done by other programs, while this one stands still: it has to report in between.
  await new Promise(setImmediate)
  mariadb.sql("SET PASSWORD FOR root@localhost = ''")
  for (const name of databases()) mariadb.sql(`DROP DATABASE \`${name}\``)
  for (const account of accounts()) mariadb.sql(`DROP USER ${quoted(account)}`)
})

const databases = () =>
  mariadb
    .sql('SHOW DATABASES')
    .filter((name) => !/^(?:information_schema|mysql|performance_schema|sys)$/.test(name))
const accounts = () =>
  mariadb
    .sql("SELECT concat(User, '@', Host) FROM mysql.user")
    .filter((name) => !/^(?:root|testkit|mariadb\.sys)@/.test(name))
    .sort()
const quoted = (account: string) =>
  account.replaceAll("'", "''").replace(/^(.*)@(.*)$/, "'$1'@'$2'")
const passwordOf = (user: string) =>
  mariadb.sql(`SELECT Password FROM mysql.user WHERE User = '${user}' AND Host = 'localhost'`)[0]

/** A dump with two tables and a view. */
const dumpOf = (name: string, rows = 1) =>
  [
    '-- MySQL dump 10.11',
    `CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`${name}\` /*!40100 DEFAULT CHARACTER SET latin1 */;`,
    `USE \`${name}\`; CREATE TABLE a (n int);`,
    ...Array.from({ length: rows }, (_, row) => `INSERT INTO a VALUES (${row});`),
    'CREATE TABLE b (n int);',
    '/*!50001 CREATE VIEW `v` AS select n from a */;',
    '-- Dump completed on 2012-11-18  1:00:05',
    '',
  ].join('\n')
const tablesOf = (name: string) => mariadb.sql(`SHOW TABLES FROM ${name}`)
const WHOLE = ['a', 'b', 'v']

describe('dumps on a live host', () => {
  it('become databases; a second import changes nothing', (context) => {
    const host = databaseHost(context, mariadb, { fax: dumpOf('fax', 5), shop: dumpOf('shop') })
    expect(changesOf(host.load())).toEqual(['done database fax', 'done database shop'])
    expect(databases()).toEqual(['fax', 'shop'])
    expect([tablesOf('fax'), tablesOf('shop')]).toEqual([WHOLE, WHOLE])
    expect(mariadb.sql('SELECT count(*) FROM fax.a')).toEqual(['5'])
    mariadb.sql('DELETE FROM fax.a')
    expect(host.load()).toMatchObject({ status: 'unchanged', changes: [], findings: [] })
    expect(mariadb.sql('SELECT count(*) FROM fax.a')).toEqual(['0'])
    expect(readdirSync(join(host.source, 'home/e-smith/db/mysql'))).toEqual([
      'fax.dump',
      'shop.dump',
    ])
  })

  it('are all that a plan lists, which changes nothing', (context) => {
    const host = databaseHost(context, mariadb, { fax: dumpOf('fax'), shop: dumpOf('shop') })
    mariadb.sql('CREATE DATABASE shop; CREATE TABLE shop.own (n int)')
    const plan = host.load({}, 'plan')
    expect(databases()).toEqual(['shop'])
    expect(changesOf(plan)).toEqual(['pending database fax', 'skipped database shop'])
    const report = host.load()
    expect(report.changes.map(({ change }) => change)).toEqual(
      plan.changes.map(({ change }) => change),
    )
    expect(report.findings).toEqual(plan.findings)
  })

  it('are not loaded over a database that is there: a warning, and how to force it', (context) => {
    const host = databaseHost(context, mariadb, { fax: dumpOf('fax'), shop: dumpOf('shop') })
    mariadb.sql('CREATE DATABASE fax; CREATE TABLE fax.own (n int)')
    const report = host.load()
    expect(changesOf(report)).toEqual(['skipped database fax', 'done database shop'])
    expect(report.findings).toMatchObject([
      {
        severity: 'warning',
        code: 'database-exists',
        subject: 'fax',
        message:
          'the destination has a database fax already: home/e-smith/db/mysql/fax.dump is not loaded',
        remedy:
          'Run nethserver-migrate with --replace-databases to load it all the same: what is there is written into a file first',
      },
    ])
    expect(tablesOf('fax')).toEqual(['own'])
  })

  it('replace a database when that is asked for; nothing of it is lost', (context) => {
    const host = databaseHost(context, mariadb, { fax: dumpOf('fax') })
    mariadb.sql(
      'CREATE DATABASE fax; CREATE TABLE fax.own (n int); INSERT INTO fax.own VALUES (42)',
    )
    const report = host.load({ replace: true })
    expect(changesOf(report)).toEqual(['done database fax'])
    const saved = '/var/lib/nethserver/migration/replaced-databases/fax.sql'
    expect(report.findings).toMatchObject([
      {
        severity: 'notice',
        code: 'database-replaced',
        message: `the database fax of the destination was replaced: it was written to ${saved} before`,
      },
    ])
    expect(tablesOf('fax')).toEqual(WHOLE)
    const file = join(host.varLib, saved.replace('/var/lib', ''))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    mariadb.sql('DROP DATABASE fax')
    mariadb.sql(readFileSync(file, 'utf8'))
    expect(mariadb.sql('SELECT * FROM fax.own')).toEqual(['42'])
    expect(host.load({ replace: true })).toMatchObject({ status: 'unchanged' })
  })

  it('that fail are errors, and the rest goes on', (context) => {
    const host = databaseHost(context, mariadb, {
      cut: dumpOf('cut').slice(0, 250),
      bad: dumpOf('bad').replace('VALUES (0)', 'VALUES (nonsense)'),
      other: dumpOf('mysql'),
      shop: dumpOf('shop'),
    })
    const report = host.load()
    expect(changesOf(report)).toEqual([
      'failed database cut',
      'failed database bad',
      'failed database other',
      'done database shop',
    ])
    expect(report.findings.map(({ message }) => message)).toEqual([
      'home/e-smith/db/mysql/cut.dump was cut short: its end is missing',
      expect.stringMatching(
        /^home\/e-smith\/db\/mysql\/bad.dump was not loaded: .* at line 4: Unknown column 'nonsense'/,
      ),
      'home/e-smith/db/mysql/other.dump holds the database mysql',
    ])
    expect(databases()).toEqual(['shop'])
    host.dumps({ bad: dumpOf('bad') })
    expect(changesOf(host.load())).toEqual([
      'failed database cut',
      'done database bad',
      'failed database other',
    ])
  })

  it('that are plain text without a head are refused by their end alone', (context) => {
    const host = databaseHost(context, mariadb, {
      shop: 'CREATE TABLE a (n int); INSERT INTO a VALUES (1),(2',
    })
    expect(saidIn(host.load())).toEqual(['error DUMP_TRUNCATED shop'])
    expect(databases()).toEqual([])
  })
})

describe('a run that is killed', () => {
  it.for([
    ['before the first step', 'CREATE DATABASE `nethserver_migrate', KILLS.before, []],
    ['half-way through a dump', '--max-allowed-packet', KILLS.half, ['nethserver_migrate']],
    ['when the tables have moved', 'RENAME TABLE', KILLS.after, ['nethserver_migrate', 'shop']],
    ['before the tables move', 'RENAME TABLE', KILLS.before, ['nethserver_migrate']],
  ] as const)('is gone on with: %s', ([, pattern, kill, left], context) => {
    const host = databaseHost(context, mariadb, { shop: dumpOf('shop', 9) })
    programs({ mysql: clientThat(pattern, kill) })
    expect(() => host.load()).toThrow()
    expect(databases().map((name) => name.replace(/(migrate)_.*/, '$1'))).toEqual(left)
    programs({ mysql: '#!/bin/sh\nexec /usr/bin/mysql "$@"\n' })
    expect(changesOf(host.load())).toEqual(['done database shop'])
    expect([databases(), tablesOf('shop')]).toEqual([['shop'], WHOLE])
    expect(mariadb.sql('SELECT count(*) FROM shop.a')).toEqual(['9'])
  })

  it('after the last step of a database has done it: what changed since stays', (context) => {
    const host = databaseHost(context, mariadb, { shop: dumpOf('shop') })
    programs({ mysql: clientThat('^DROP DATABASE IF EXISTS .nethserver_migrate', KILLS.after) })
    expect(() => host.load()).toThrow()
    expect(databases()).toEqual(['shop'])
    mariadb.sql('INSERT INTO shop.a VALUES (1000)')
    programs({ mysql: '#!/bin/sh\nexec /usr/bin/mysql "$@"\n' })
    expect(host.load()).toMatchObject({ status: 'unchanged', changes: [] })
    expect(mariadb.sql('SELECT count(*) FROM shop.a')).toEqual(['2'])
  })

  it('while it loads does not take a database of that name made since for its own', (context) => {
    const host = databaseHost(context, mariadb, { shop: dumpOf('shop') })
    programs({ mysql: clientThat('--max-allowed-packet', KILLS.half) })
    expect(() => host.load()).toThrow()
    mariadb.sql('CREATE DATABASE shop; CREATE TABLE shop.own (n int)')
    programs({ mysql: '#!/bin/sh\nexec /usr/bin/mysql "$@"\n' })
    const report = host.load()
    expect([changesOf(report), saidIn(report)]).toEqual([
      ['failed database shop'],
      ['notice resumed old.example.com', 'error DATABASE_SERVER_CHANGED_MEANWHILE shop'],
    ])
    expect(changesOf(host.load())).toEqual(['skipped database shop'])
    expect([databases(), tablesOf('shop')]).toEqual([['shop'], ['own']])
  })

  it('while it replaces a database loses nothing of it', (context) => {
    const host = databaseHost(context, mariadb, { shop: dumpOf('shop') })
    mariadb.sql('CREATE DATABASE shop; CREATE TABLE shop.own (n int)')
    programs({ mysql: clientThat('RENAME TABLE', KILLS.after) })
    expect(() => host.load({ replace: true })).toThrow()
    programs({ mysql: '#!/bin/sh\nexec /usr/bin/mysql "$@"\n' })
    expect(changesOf(host.load())).toEqual(['done database shop'])
    expect(tablesOf('shop')).toEqual(WHOLE)
    const folder = join(host.varLib, 'nethserver/migration/replaced-databases')
    expect(readFileSync(join(folder, 'shop.sql'), 'utf8')).toContain('CREATE TABLE `own`')
  })
})

it('gives a database back that it was to replace when the new one cannot be put in place', (context) => {
  const host = databaseHost(context, mariadb, { shop: dumpOf('shop') })
  mariadb.sql(
    'CREATE DATABASE shop; CREATE TABLE shop.own (n int); INSERT INTO shop.own VALUES (42)',
  )
  programs({ mysql: clientThat('RENAME TABLE', 'sed -i "s/RENAME/nonsense/" "$input"') })
  expect(changesOf(host.load({ replace: true }))).toEqual(['failed database shop'])
  expect([databases(), mariadb.sql('SELECT * FROM shop.own')]).toEqual([['shop'], ['42']])
})

it('streams a dump of 50 MB: memory does not grow with it', { timeout: 120_000 }, (context) => {
  const host = databaseHost(context, mariadb, { small: dumpOf('small') })
  const small = host.measure()
  const row = `(1,'${String.raw`it\'s; -- x`.repeat(20)}'),`
  const insert = `INSERT INTO big VALUES ${row.repeat(4000)}(2,'');\n`
  host.dumps({
    big: `CREATE TABLE big (n int, t text) ENGINE=MyISAM;\n${insert.repeat(Math.ceil(50_000_000 / insert.length))}`,
  })
  expect(statSync(join(host.source, 'home/e-smith/db/mysql/big.dump')).size).toBeGreaterThan(5e7)
  const big = host.measure()
  expect(changesOf(big.report)).toEqual(['done database big'])
  expect(big.memory - small.memory).toBeLessThan(45_000)
})

describe('a database server', () => {
  it('that does not let root in: every database is an error, accounts are one', (context) => {
    mariadb.sql("SET PASSWORD FOR root@localhost = PASSWORD('right')")
    const host = databaseHost(context, mariadb, {
      fax: dumpOf('fax'),
      shop: dumpOf('shop'),
      mysql: systemDump(['localhost', 'horde', HASH]),
    })
    writeFileSync(join(host.rootHome, '.my.cnf'), '[client]\npassword=PLANTED\n')
    const report = host.load()
    expect(changesOf(report)).toEqual([
      'failed database fax',
      'failed database shop',
      'failed database mysql',
    ])
    expect(report.findings[0]).toMatchObject({
      code: 'DATABASE_SERVER_LOGIN_REFUSED',
      message:
        "the database server does not let root in: ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)",
      remedy: 'correct the password in /root/.my.cnf, then run the same command again',
    })
    expect([databases(), accounts()]).toEqual([[], []])
    writeFileSync(join(host.rootHome, '.my.cnf'), '[client]\npassword=right\n')
    expect(changesOf(host.load())).toEqual([
      'done database fax',
      'done database shop',
      'done account horde@localhost',
    ])
  })

  it('that does not run is an error, in a plan at once', (context) => {
    const host = databaseHost(context, mariadb, { shop: dumpOf('shop') })
    writeFileSync(join(host.etc, 'my.cnf'), '[client]\nsocket=/nowhere\n')
    expect(host.load({}, 'plan').findings).toMatchObject([
      {
        code: 'DATABASE_SERVER_UNREACHABLE',
        message: expect.stringContaining("Can't connect to local") as string,
        remedy: 'start it, then run the same command again',
      },
    ])
  })

  it('that is just being started is waited for', (context) => {
    const host = databaseHost(context, mariadb, { shop: dumpOf('shop') })
    const up = join(host.rootHome, 'up')
    programs({
      mysql: `#!/bin/sh
test -e /root/up && exec /usr/bin/mysql "$@"
touch /root/up; echo "ERROR 2002 (HY000): Can't connect to local server" >&2; exit 1
`,
    })
    expect(changesOf(host.load())).toEqual(['done database shop'])
    expect(existsSync(up)).toBe(true)
  })
})

const HASH = `*${'0123456789ABCDEF'.repeat(3).slice(0, 40)}`

/** The dump of an old server's own database with these users, and with privileges on databases. */
function systemDump(...users: readonly (readonly string[])[]): string {
  const rows = (values: readonly (readonly string[])[]) =>
    values.map((row) => `(${row.map((value) => `'${value}'`).join(',')})`).join(',')
  const grants = users.map(([host = '', user = '']) => [host, user, user, 'Y', 'Y'])
  return [
    '-- MySQL dump 10.11',
    'CREATE DATABASE `mysql`;',
    'USE `mysql`;',
    'CREATE TABLE `user` (`Host` char(60), `User` char(16), `Password` char(41));',
    `INSERT INTO user VALUES ${rows([['localhost', 'root', HASH], ['localhost', '', ''], ...users])};`,
    'CREATE TABLE `db` (Host char(60), Db char(64), User char(16), Select_priv char(1), Insert_priv char(1));',
    `INSERT INTO db VALUES ${rows(grants)};`,
    '-- Dump completed',
    '',
  ].join('\n')
}

describe('the accounts of the old server', () => {
  it('are made anew with their hashes and privileges, after the databases', (context) => {
    const host = databaseHost(context, mariadb, {
      horde: dumpOf('horde'),
      mysql: systemDump(['localhost', 'horde', HASH], ['%', "o\\'neil", HASH.toLowerCase()]),
    })
    const plan = host.load({}, 'plan')
    expect(accounts()).toEqual([])
    const report = host.load()
    expect(changesOf(report)).toEqual([
      'done database horde',
      'done account horde@localhost',
      "done account o'neil@%",
    ])
    expect(plan.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(report.findings).toEqual([])
    expect(accounts()).toEqual(['horde@localhost', "o'neil@%"])
    expect(mariadb.sql('SHOW GRANTS FOR horde@localhost')).toEqual([
      `GRANT USAGE ON *.* TO \`horde\`@\`localhost\` IDENTIFIED BY PASSWORD '${HASH}'`,
      'GRANT SELECT, INSERT ON `horde`.* TO `horde`@`localhost`',
    ])
    expect(host.load()).toMatchObject({ status: 'unchanged', findings: [] })
  })

  it('do not touch those of the destination, nor root', (context) => {
    mariadb.sql("CREATE USER horde@localhost IDENTIFIED BY 'own'")
    const [horde, root] = [passwordOf('horde'), passwordOf('root')]
    const host = databaseHost(context, mariadb, { mysql: systemDump(['LOCALHOST', 'horde', HASH]) })
    const report = host.load()
    expect([changesOf(report), saidIn(report)]).toEqual([
      ['skipped account horde@LOCALHOST'],
      ['notice database-account-exists horde@LOCALHOST'],
    ])
    expect([passwordOf('horde'), passwordOf('root')]).toEqual([horde, root])
    expect(mariadb.sql('SHOW GRANTS FOR horde@localhost')).toHaveLength(1)
  })

  it('whose passwords no newer server takes wait for one, and are named until they have it', (context) => {
    const host = databaseHost(context, mariadb, {
      mysql: systemDump(['localhost', 'old', '0123456789abcdef'], ['localhost', 'none', '']),
    })
    const report = host.load()
    expect(changesOf(report)).toEqual(['done account old@localhost', 'done account none@localhost'])
    const [first, second] = report.findings
    expect([first, second]).toMatchObject([
      {
        severity: 'follow-up',
        code: 'database-account-locked',
        subject: 'old@localhost',
        message:
          'the database account old@localhost has a password in the form of MySQL 4.0, which newer servers do not take: nobody can log in with it until it gets a new one',
        remedy:
          "Enter in mysql: SET PASSWORD FOR 'old'@'localhost' = PASSWORD('the new password'); then give it to the program that uses the account",
      },
      {
        message:
          'the database account none@localhost had no password on the old server: nobody can log in with it until it gets a new one',
      },
    ])
    expect([passwordOf('old'), passwordOf('none')]).toEqual([
      `*${'0'.repeat(40)}`,
      `*${'0'.repeat(40)}`,
    ])
    mariadb.sql("SET PASSWORD FOR 'old'@'localhost' = PASSWORD('the new password')")
    const again = host.load()
    expect([again.changes, saidIn(again)]).toEqual([
      [],
      ['follow-up database-account-locked none@localhost'],
    ])
  })

  it('get the password that a package of the destination has for them', (context) => {
    const host = databaseHost(context, mariadb, { mysql: systemDump(['localhost', 'sogo', HASH]) })
    writeTree(host.varLib, { 'nethserver/secrets/sogo': 'PLANTED\n' })
    expect(saidIn(host.load())).toEqual(['info database-password-from-secret sogo@localhost'])
    expect(passwordOf('sogo')).toBe(mariadb.sql("SELECT PASSWORD('PLANTED')")[0])
    expect(filesHolding(host.varLib, 'PLANTED')).toEqual(['nethserver/secrets/sogo'])
  })

  it('whose privileges the server refuses keep the others, and a task says which', (context) => {
    const more = [
      'CREATE TABLE tables_priv (Host char(60), Db char(64), User char(16), Table_name char(64), Table_priv char(9));',
      "INSERT INTO tables_priv VALUES ('localhost','horde','horde','missing','Select'),('localhost','horde','gone','x','Select');",
      '-- Dump completed',
      '',
    ].join('\n')
    const host = databaseHost(context, mariadb, {
      mysql: systemDump(['localhost', 'horde', HASH]) + more,
    })
    const report = host.load()
    expect(changesOf(report)).toEqual(['done account horde@localhost'])
    expect(report.findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'database-account-gone',
        'the old database server kept privileges of gone@localhost, an account that it did not have any more: left out',
      ],
      [
        'database-privilege-refused',
        "the database server refused a privilege of horde@localhost: GRANT SELECT ON `horde`.`missing` TO 'horde'@'localhost' (ERROR 1146 (42S02): Table 'horde.missing' doesn't exist)",
      ],
    ])
    expect(mariadb.sql('SHOW GRANTS FOR horde@localhost')).toHaveLength(2)
    expect(accounts()).toEqual(['horde@localhost'])
  })

  it('are gone on with after a kill between account and privileges', (context) => {
    const host = databaseHost(context, mariadb, { mysql: systemDump(['localhost', 'horde', HASH]) })
    programs({ mysql: clientThat('CREATE USER', KILLS.after) })
    expect(() => host.load()).toThrow()
    expect(mariadb.sql('SHOW GRANTS FOR horde@localhost')).toHaveLength(1)
    programs({ mysql: '#!/bin/sh\nexec /usr/bin/mysql "$@"\n' })
    expect(changesOf(host.load())).toEqual(['done account horde@localhost'])
    expect(mariadb.sql('SHOW GRANTS FOR horde@localhost')).toHaveLength(2)
  })

  it('in a dump that cannot be read are an error', (context) => {
    const host = databaseHost(context, mariadb, {
      mysql: "-- MySQL dump 10.11\nINSERT INTO user VALUES ('x');\n-- Dump completed\n",
    })
    expect(host.load().findings).toMatchObject([
      {
        code: 'DUMP_UNREADABLE',
        message:
          'the accounts in home/e-smith/db/mysql/mysql.dump cannot be read: the columns of table user are unknown',
      },
    ])
  })
})

describe('the password of root', () => {
  const PASSWORD = 'PLANTED "it\'s" \\ # é\xe9'
  const rootPassword = { password: PASSWORD, storedIn: '/var/lib/nethserver/secrets/mysql' }
  const stored = (varLib: string) => join(varLib, 'nethserver/secrets/mysql')
  const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest()
  const hashed = () =>
    `*${sha1(sha1(Buffer.from(PASSWORD, 'latin1')))
      .toString('hex')
      .toUpperCase()}`

  it('changes last, is stored for root only, and stands nowhere else', (context) => {
    const host = databaseHost(context, mariadb, { shop: dumpOf('shop') })
    const plan = host.load({ rootPassword }, 'plan')
    expect(passwordOf('root')).toBe('')
    const report = host.load({ rootPassword })
    expect(report.changes.map(({ change }) => change)).toEqual(
      plan.changes.map(({ change }) => change),
    )
    expect([...report.changes][1]).toMatchObject({
      outcome: 'done',
      change: { kind: 'database-password', user: 'root', storedIn: rootPassword.storedIn },
    })
    expect(passwordOf('root')).toBe(hashed())
    expect(readFileSync(stored(host.varLib), 'latin1')).toBe(PASSWORD)
    expect(statSync(stored(host.varLib)).mode & 0o7777).toBe(0o600)
    expect(accounts()).toEqual([])
    expect(JSON.stringify([plan, report])).not.toContain('PLANTED')
    expect(filesHolding(host.varLib, 'PLANTED')).toEqual(['nethserver/secrets/mysql'])
  })

  it('is not set a second time', (context) => {
    const host = databaseHost(context, mariadb, {})
    host.load({ rootPassword })
    mariadb.sql("SET PASSWORD FOR root@localhost = PASSWORD('newer')")
    expect(host.load({ rootPassword })).toMatchObject({ status: 'unchanged', findings: [] })
    expect(passwordOf('root')).toBe(mariadb.sql("SELECT PASSWORD('newer')")[0])
  })

  it('gets a stricter mode where its file was there already', (context) => {
    const host = databaseHost(context, mariadb, {})
    writeTree(host.varLib, { 'nethserver/secrets/mysql': { content: 'generated', mode: 0o644 } })
    host.load({ rootPassword })
    expect(readFileSync(stored(host.varLib), 'latin1')).toBe(PASSWORD)
    expect(statSync(stored(host.varLib)).mode & 0o7777).toBe(0o600)
  })

  it('stays when nobody can log in with the old one', (context) => {
    const host = databaseHost(context, mariadb, {})
    programs({
      mysql: clientThat(
        'login-nsmigrate-probe',
        'echo "ERROR 1045 (28000): Access denied" >&2; exit 1',
      ),
    })
    expect(host.load({ rootPassword }).findings).toMatchObject([
      {
        code: 'DATABASE_SERVER_PASSWORD_USELESS',
        message:
          'nobody can log in to the database server with the old root password (the database server does not let root in: ERROR 1045 (28000): Access denied): root keeps the password it has',
      },
    ])
    expect([passwordOf('root'), accounts()]).toEqual(['', []])
    expect(existsSync(stored(host.varLib))).toBe(false)
  })

  it.for([
    ['the probe was made', 'CREATE USER'],
    ['root has it, and no file has', 'SET PASSWORD'],
  ] as const)('is gone on with after a kill when %s', ([, pattern], context) => {
    const host = databaseHost(context, mariadb, {})
    programs({ mysql: clientThat(pattern, KILLS.after) })
    expect(() => host.load({ rootPassword })).toThrow()
    expect(existsSync(stored(host.varLib))).toBe(false)
    programs({ mysql: '#!/bin/sh\nexec /usr/bin/mysql "$@"\n' })
    expect(changesOf(host.load({ rootPassword }))).toEqual(['done database-password'])
    expect(passwordOf('root')).toBe(hashed())
    expect(readFileSync(stored(host.varLib), 'latin1')).toBe(PASSWORD)
    expect([accounts(), filesHolding(host.varLib, 'PLANTED')]).toEqual([
      [],
      ['nethserver/secrets/mysql'],
    ])
  })
})
