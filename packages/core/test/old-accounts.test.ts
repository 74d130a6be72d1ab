import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oldAccounts } from '../src/mysql/old-accounts.js'
import { quoteName, quoteText } from '../src/mysql/sql-text.js'
import { readSystemTables } from '../src/mysql/system-tables.js'
import { anyBytes } from './helpers/any-bytes.js'

const HASH = `*${'0123456789ABCDEF'.repeat(3).slice(0, 40)}`

/** A table of the old server's own database, with the rows given. */
function table(
  name: string,
  columns: readonly string[],
  ...rows: readonly (string | number | null)[][]
) {
  const values = rows.map((row) => `(${row.map(literal).join(',')})`)
  return [
    `DROP TABLE IF EXISTS ${quoteName(name)};`,
    `CREATE TABLE ${quoteName(name)} (`,
    columns
      .map((column) => `  ${quoteName(column)} enum('N','Y') NOT NULL default 'N',`)
      .join('\n'),
    '  PRIMARY KEY  (`Host`,`User`),',
    '  KEY `User` (`User`)',
    ") ENGINE=MyISAM DEFAULT CHARSET=utf8 COMMENT='rights; of (all)'",
    ';',
    ...(values.length > 0 ? [`INSERT INTO ${quoteName(name)} VALUES ${values.join(',\n')};`] : []),
    '',
  ].join('\n')
}

function literal(value: string | number | null): string {
  if (value === null) return 'NULL'
  return typeof value === 'number' ? String(value) : quoteText(value)
}

const USER = ['Host', 'User', 'Password']

describe('the rows of a system table', () => {
  it('are read as they were written, whatever columns the table has and whatever they hold', () => {
    const column = fc.string({ minLength: 1 }).filter((name) => !/[^ -~]/.test(name))
    const value = fc.option(fc.oneof(anyBytes(), fc.integer()))
    const data = fc
      .uniqueArray(column, { minLength: 1, selector: (name) => name.toLowerCase() })
      .chain((columns) =>
        fc.record({
          columns: fc.constant(columns),
          rows: fc.array(fc.array(value, { minLength: columns.length, maxLength: columns.length })),
        }),
      )
    fc.assert(
      fc.property(data, ({ columns, rows }) => {
        const dump = table('other', ['Host']) + table('user', columns, ...rows)
        const read = readSystemTables(dump, ['user', 'db'])
        expect(read.get('db')).toEqual([])
        expect(read.get('user')).toEqual(
          rows.map(
            (row) =>
              new Map(
                columns.map((name, index) => {
                  const cell = row[index] ?? null
                  return [name.toLowerCase(), cell === null ? null : String(cell)]
                }),
              ),
          ),
        )
      }),
    )
  })

  it.each([
    ['with named columns', "INSERT INTO user (`User`,Host) VALUES ('rossi','localhost');"],
    ['replaced', "REPLACE INTO `user` VALUES ('localhost','rossi');"],
    ['ignored', "insert ignore into user values ('localhost','rossi');"],
    ['in hexadecimal', 'INSERT INTO user VALUES (0x6c6f63616c686f7374,0x726F737369);'],
    ['with a character set', "INSERT INTO user VALUES (_utf8'localhost', _binary 'rossi');"],
    [
      'among comments',
      "/*!40000 INSERT INTO user -- ;\n VALUES # ;\n (/* ; */'localhost','rossi') */;",
    ],
  ])('may be written in other ways: %s', (_way, insert) => {
    const dump = 'CREATE TABLE IF NOT EXISTS user (Host char(60), `User` char(16), KEY x (Host));\n'
    const [row] = readSystemTables(dump + insert, ['user']).get('user') ?? []
    expect([row?.get('host'), row?.get('user')]).toEqual(['localhost', 'rossi'])
  })

  it.each([
    ["INSERT INTO user VALUES ('x');", 'the columns of table user are unknown'],
    [
      `${table('user', USER)}INSERT INTO user VALUES ('x');`,
      'a row of table user has 1 values for 3 columns',
    ],
    [`${table('user', USER)}INSERT INTO user VALUES (now());`, 'now is no value'],
    [`${table('user', USER)}INSERT INTO user VALUES ('a','b','c';`, ') is missing'],
    [`${table('user', USER)}INSERT INTO user SELECT 1;`, 'a row of table user has no values'],
    [`${table('user', USER)}INSERT INTO user VALUES (,);`, 'a value is missing'],
    [`INSERT INTO 'user' VALUES (1);`, 'a name is missing'],
  ])('that cannot be read are an error: %s', (dump, message) => {
    expect(() => readSystemTables(dump, ['user'])).toThrow(new SyntaxError(message))
  })
})

describe('the accounts of an old server', () => {
  it('keep their hashes; those that a newer server refuses are known', () => {
    const dump = table(
      'user',
      USER,
      ['localhost', 'new', HASH.toLowerCase()],
      ['%', 'old', '0123456789abcdef'],
      ['10.0.0.1', 'none', ''],
      ['', 'odd', 'x'],
      ['localhost', "o'neil", HASH],
    )
    expect(oldAccounts(dump)).toEqual({
      accounts: [
        { user: 'new', host: 'localhost', password: { hash: HASH }, grants: [] },
        { user: 'old', host: '%', password: { instead: 'old' }, grants: [] },
        { user: 'none', host: '10.0.0.1', password: { instead: 'none' }, grants: [] },
        { user: 'odd', host: '%', password: { instead: 'unknown' }, grants: [] },
        { user: "o'neil", host: 'localhost', password: { hash: HASH }, grants: [] },
      ],
      orphans: [],
    })
  })

  it('are never those that every server makes itself', () => {
    const names = ['root', '', 'mysql', 'debian-sys-maint', 'mysql.sys', 'mariadb.sys']
    const dump =
      table('user', USER, ...names.map((name) => ['localhost', name, HASH])) +
      table(
        'db',
        ['Host', 'Db', 'User', 'Select_priv'],
        ...names.map((name) => ['%', 'test', name, 'Y']),
      )
    expect(oldAccounts(dump)).toEqual({ accounts: [], orphans: [] })
  })

  it('get their privileges on everything, on databases, tables, columns and routines', () => {
    const dump = [
      table(
        'user',
        [
          ...[...USER, 'Select_priv', 'Show_db_priv', 'Create_tmp_table_priv', 'Repl_slave_priv'],
          ...['Repl_client_priv', 'Lock_tables_priv', 'Super_priv', 'Grant_priv'],
        ],
        ['localhost', 'rossi', HASH, 'Y', 'Y', 'Y', 'Y', 'Y', 'Y', 'N', 'Y'],
      ),
      table(
        'db',
        ['Host', 'Db', 'User', 'Select_priv', 'Create_view_priv', 'Grant_priv'],
        ['localhost', 'my\\_db', 'rossi', 'Y', 'Y', 'N'],
        ['localhost', 'a`b', 'rossi', 'N', 'N', 'Y'],
        ['localhost', 'nothing', 'rossi', 'N', 'N', 'N'],
      ),
      table(
        'tables_priv',
        ['Host', 'Db', 'User', 'Table_name', 'Grantor', 'Timestamp', 'Table_priv', 'Column_priv'],
        [
          'localhost',
          'shop',
          'rossi',
          'items',
          'root@localhost',
          '2012-01-01',
          'Select,Show view,Grant',
          '',
        ],
        ['localhost', 'shop', 'rossi', 'prices', 'root@localhost', '2012-01-01', '', 'Select'],
      ),
      table(
        'columns_priv',
        ['Host', 'Db', 'User', 'Table_name', 'Column_name', 'Timestamp', 'Column_priv'],
        ['localhost', 'shop', 'rossi', 'prices', 'net', '2012-01-01', 'Select,Update'],
      ),
      table(
        'procs_priv',
        ['Host', 'Db', 'User', 'Routine_name', 'Routine_type', 'Grantor', 'Proc_priv', 'Timestamp'],
        ['localhost', 'shop', 'rossi', 'sum_up', 'PROCEDURE', '', 'Execute,Alter Routine', ''],
        ['localhost', 'shop', 'rossi', 'tax', 'FUNCTION', '', 'Execute,Grant', ''],
      ),
    ].join('\n')
    expect(oldAccounts(dump).accounts[0]?.grants).toEqual([
      "GRANT SELECT, SHOW DATABASES, CREATE TEMPORARY TABLES, REPLICATION SLAVE, REPLICATION CLIENT, LOCK TABLES ON *.* TO 'rossi'@'localhost' WITH GRANT OPTION",
      "GRANT SELECT, CREATE VIEW ON `my\\_db`.* TO 'rossi'@'localhost'",
      "GRANT USAGE ON `a``b`.* TO 'rossi'@'localhost' WITH GRANT OPTION",
      "GRANT SELECT, SHOW VIEW ON `shop`.`items` TO 'rossi'@'localhost' WITH GRANT OPTION",
      "GRANT SELECT (`net`), UPDATE (`net`) ON `shop`.`prices` TO 'rossi'@'localhost'",
      "GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE `shop`.`sum_up` TO 'rossi'@'localhost'",
      "GRANT EXECUTE ON FUNCTION `shop`.`tax` TO 'rossi'@'localhost' WITH GRANT OPTION",
    ])
  })

  it('keep their limits, and what a connection has to be like', () => {
    const columns = [
      ...[...USER, 'ssl_type', 'ssl_cipher', 'x509_issuer', 'x509_subject'],
      ...['max_questions', 'max_updates', 'max_connections', 'max_user_connections'],
    ]
    const dump = table(
      'user',
      columns,
      ['a', 'a', HASH, 'ANY', '', '', '', 0, 0, 0, 0],
      ['b', 'b', HASH, 'X509', '', '', '', 1, 2, 3, 4],
      ['c', 'c', HASH, 'SPECIFIED', 'AES', "/C='x'", '', 0, 0, 0, 0],
      ['d', 'd', HASH, '', '', '', '', 0, 0, 0, 9],
    )
    expect(oldAccounts(dump).accounts.flatMap(({ grants }) => grants)).toEqual([
      "GRANT USAGE ON *.* TO 'a'@'a' REQUIRE SSL",
      "GRANT USAGE ON *.* TO 'b'@'b' REQUIRE X509 WITH MAX_QUERIES_PER_HOUR 1 MAX_UPDATES_PER_HOUR 2 MAX_CONNECTIONS_PER_HOUR 3 MAX_USER_CONNECTIONS 4",
      "GRANT USAGE ON *.* TO 'c'@'c' REQUIRE CIPHER 'AES' AND ISSUER '/C=\\'x\\''",
      "GRANT USAGE ON *.* TO 'd'@'d' WITH MAX_USER_CONNECTIONS 9",
    ])
  })

  it('that have left privileges behind are named', () => {
    const dump =
      table('user', USER, ['localhost', 'rossi', HASH]) +
      table(
        'db',
        ['Host', 'Db', 'User', 'Select_priv'],
        ['%', 'shop', 'rossi', 'Y'],
        ['%', 'x', 'rossi', 'Y'],
      )
    expect(oldAccounts(dump)).toEqual({
      accounts: [{ user: 'rossi', host: 'localhost', password: { hash: HASH }, grants: [] }],
      orphans: ['rossi@%'],
    })
  })
})
