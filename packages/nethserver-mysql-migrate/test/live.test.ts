import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fixtureSource, liveHost, startMariadb, type Mariadb } from '@nethserver-migrate/testkit'
import { beforeEach, expect, it, type TestContext } from 'vitest'

const ROWS = {
  'faxdb.faxweb_association': 2,
  'faxdb.faxweb_fax': 5,
  'horde.horde_prefs': 6,
  'roundcubemail.contacts': 2,
  'roundcubemail.identities': 6,
  'roundcubemail.users': 6,
}
/** What the event does with the password: the server's clients find it there. */
const STORES = `for file in /etc/my.pwd /var/lib/nethserver/secrets/mysql; do
  if test -f $file; then printf '[client]\\npassword=%s\\n' "$(cat $file)" >/root/.my.cnf; fi
done`

let mariadb: Mariadb
beforeEach(async () => {
  mariadb = await startMariadb()
  return () => mariadb.stop()
})

/** A live NethServer with a database server of its own, in front of the sample backup. */
function liveServer(context: TestContext, configuration: string) {
  mariadb.sql("SET PASSWORD FOR root@localhost = PASSWORD('generated')")
  const host = liveHost(context, {
    files: {
      'etc/my.cnf': `[client]\nsocket=${mariadb.socket}\n`,
      'root/.my.cnf': '[client]\nuser=root\npassword=generated\n',
      'var/lib/nethserver/db/configuration': configuration,
    },
    events: ['nethserver-mysql-update'],
    programs: { 'signal-event': STORES },
  })
  const source = fixtureSource()
  return {
    ...host,
    source,
    imports(...options: readonly string[]) {
      const module = new URL('../src/index.ts', import.meta.url)
      const report = host.import('nethserver-mysql-migrate', module, source, ...options)
      const said = report.findings.map(({ severity, code, subject }) => [severity, code, subject])
      return { ...report, said: said.map((words) => words.join(' ')) }
    },
  }
}

const counted = (count: (table: string) => number) =>
  Object.fromEntries(Object.keys(ROWS).map((table) => [table, count(table)]))
const rowsOf = (table: string) => Number(mariadb.sql(`SELECT count(*) FROM ${table}`)[0])

/** How many rows a dump has for a table: each has a line of its own. */
function rowsInDump(source: string, table: string): number {
  const [database = '', name = ''] = table.split('.')
  const text = readFileSync(join(source, `home/e-smith/db/mysql/${database}.dump`), 'latin1')
  const insert = new RegExp(`INSERT INTO \`${name}\` VALUES ([\\s\\S]*?\\));\\n`).exec(text)
  return insert?.[1]?.split('\n').length ?? 0
}

it.for([
  [
    '6',
    'etc/my.pwd',
    'mysqld=service|LocalNetworkingOnly|no|TCPPort|3306|access|private|status|enabled',
    '',
  ],
  [
    '7',
    'var/lib/nethserver/secrets/mysql',
    'mysqld=service|LocalNetworkingOnly|no|TCPPort|3306|access|none|status|enabled',
    'sssd=service|Provider|ldap\n',
  ],
] as const)(
  'a live NethServer %s gets the databases of the sample backup, row by row, once',
  ([, stored, mysqld, more], context) => {
    const server = liveServer(context, `${mysqld}\n${more}`)
    const { said, changes } = server.imports()
    expect(said).toEqual([])
    expect(changes.map(({ outcome, change }) => `${outcome} ${change.kind}`)).toEqual([
      ...['done database', 'done database', 'done database'],
      ...['done database-account', 'done database-account', 'done database-password'],
      ...['done record', 'done event'],
    ])
    expect(counted((table) => rowsInDump(server.source, table))).toEqual(ROWS)
    expect(counted(rowsOf)).toEqual(ROWS)
    expect(
      mariadb.sql("SELECT User FROM mysql.user WHERE Host = 'localhost' ORDER BY User"),
    ).toEqual(['horde', 'mariadb.sys', 'root', 'roundcube'])
    expect(server.file(stored)).toBe('mysql-Root-pw-12')
    expect(server.file('var/lib/nethserver/db/configuration')).toContain(
      mysqld.replace('LocalNetworkingOnly|no', 'LocalNetworkingOnly|yes'),
    )
    expect(server.imports()).toMatchObject({ status: 'unchanged', changes: [], findings: [] })
    expect(server.calls()).toEqual(['signal-event nethserver-mysql-update'])
  },
)

it('a database of the destination stays, unless --replace-databases is given', (context) => {
  const server = liveServer(context, 'mysqld=service|status|enabled\n')
  mariadb.sql('CREATE DATABASE horde; CREATE TABLE horde.own (n int)')
  expect(server.imports().said).toEqual(['warning database-exists horde'])
  expect(mariadb.sql('SHOW TABLES FROM horde')).toEqual(['own'])
  expect(server.imports('replace-databases').said).toEqual(['notice database-replaced horde'])
  expect(mariadb.sql('SHOW TABLES FROM horde')).toEqual(['horde_prefs'])
})
