import type { Bytes } from '../files/bytes.js'
import { quoteName, quoteText } from './sql-text.js'
import { readSystemTables, type SystemRow } from './system-tables.js'

/** An account of the old database server. */
export interface OldAccount {
  readonly user: Bytes
  readonly host: Bytes
  /** The hash of its password, where a newer server accepts it; otherwise what there is instead. */
  readonly password: { readonly hash: Bytes } | { readonly instead: 'none' | 'old' | 'unknown' }
  /** What gives it its privileges, one statement a line. */
  readonly grants: readonly Bytes[]
}

export interface OldAccounts {
  readonly accounts: readonly OldAccount[]
  /** Privileges of accounts that the old server did not have any more: `user@host`. */
  readonly orphans: readonly Bytes[]
}

/** Accounts that every server makes itself. */
const OF_THE_SERVER = /^(?:|root|mysql|debian-sys-maint|(?:mysql|mariadb)\..*)$/i

/** Where the name of a privilege is not the name of its column. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['create_tmp_table', 'CREATE TEMPORARY TABLES'],
  ['repl_client', 'REPLICATION CLIENT'],
  ['repl_slave', 'REPLICATION SLAVE'],
  ['show_db', 'SHOW DATABASES'],
])
const LIMITS: ReadonlyMap<string, string> = new Map([
  ['max_questions', 'MAX_QUERIES_PER_HOUR '],
  ['max_updates', 'MAX_UPDATES_PER_HOUR '],
  ['max_connections', 'MAX_CONNECTIONS_PER_HOUR '],
  ['max_user_connections', 'MAX_USER_CONNECTIONS '],
])
const TABLES = ['user', 'db', 'tables_priv', 'columns_priv', 'procs_priv']

/**
 * The accounts in a dump of an old server's own database, without those of the server itself, as
 * statements that every newer server understands.
 * @throws SyntaxError when the dump cannot be read.
 */
export function oldAccounts(dump: Bytes): OldAccounts {
  const tables = readSystemTables(dump, TABLES)
  const rowsOf = (table: string) =>
    (tables.get(table) ?? []).filter((row) => !OF_THE_SERVER.test(text(row, 'user')))
  const users = new Map(rowsOf('user').map((row) => [accountOf(row), row]))
  const grants = new Map<Bytes, Bytes[]>([...users].map(([account, row]) => [account, global(row)]))
  const orphans = new Set<Bytes>()
  const add = (table: string, grant: (row: SystemRow) => Bytes | undefined) => {
    for (const row of rowsOf(table)) {
      const statement = grant(row)
      const account = accountOf(row)
      if (!users.has(account)) orphans.add(nameOf(row))
      else if (statement !== undefined) grants.get(account)?.push(statement)
    }
  }
  add('db', (row) => grantOf(flags(row), `${quoteName(text(row, 'db'))}.*`, row))
  add('tables_priv', (row) => grantOf(members(row, 'table_priv'), tableOf(row), row))
  add('columns_priv', (row) => {
    const column = `(${quoteName(text(row, 'column_name'))})`
    const privileges = members(row, 'column_priv').map((privilege) => `${privilege} ${column}`)
    return grantOf(privileges, tableOf(row), row)
  })
  add('procs_priv', (row) => {
    const kind = /^FUNCTION$/i.test(text(row, 'routine_type')) ? 'FUNCTION' : 'PROCEDURE'
    const routine = `${quoteName(text(row, 'db'))}.${quoteName(text(row, 'routine_name'))}`
    return grantOf(members(row, 'proc_priv'), `${kind} ${routine}`, row)
  })
  return {
    accounts: [...users].map(([account, row]) => ({
      user: text(row, 'user'),
      host: hostOf(row),
      password: password(text(row, 'password')),
      grants: grants.get(account) ?? [],
    })),
    orphans: [...orphans],
  }
}

/** `'user'@'host'`, as statements name an account. */
export function quoteAccount({ user, host }: Pick<OldAccount, 'user' | 'host'>): Bytes {
  return `${quoteText(user)}@${quoteText(host)}`
}

function password(hash: Bytes): OldAccount['password'] {
  if (/^\*[0-9A-F]{40}$/i.test(hash)) return { hash: hash.toUpperCase() }
  if (hash === '') return { instead: 'none' }
  return { instead: /^[0-9a-f]{16}$/i.test(hash) ? 'old' : 'unknown' }
}

/** What an account may everywhere, and under which conditions. */
function global(row: SystemRow): Bytes[] {
  const grant = grantOf(flags(row), '*.*', row)
  const conditions = requirement(row)
  const limits = [...LIMITS].flatMap(([column, words]) => {
    const limit = text(row, column)
    return /^[1-9]\d*$/.test(limit) ? [`${words}${limit}`] : []
  })
  return [
    ...(grant === undefined ? [] : [grant]),
    ...(conditions === '' && limits.length === 0
      ? []
      : [
          `GRANT USAGE ON *.* TO ${accountOf(row)}${conditions}${limits.length > 0 ? ` WITH ${limits.join(' ')}` : ''}`,
        ]),
  ]
}

function requirement(row: SystemRow): Bytes {
  const type = text(row, 'ssl_type').toUpperCase()
  if (type === 'ANY') return ' REQUIRE SSL'
  if (type === 'X509') return ' REQUIRE X509'
  if (type !== 'SPECIFIED') return ''
  const parts = [
    ['CIPHER', text(row, 'ssl_cipher')],
    ['ISSUER', text(row, 'x509_issuer')],
    ['SUBJECT', text(row, 'x509_subject')],
  ].flatMap(([word, value = '']) => (value === '' ? [] : [`${word} ${quoteText(value)}`]))
  return ` REQUIRE ${parts.join(' AND ')}`
}

/** Nothing when there is nothing to grant. The right to grant is itself no privilege here. */
function grantOf(privileges: readonly string[], where: Bytes, row: SystemRow): Bytes | undefined {
  if (privileges.length === 0) return undefined
  const own = privileges.filter((privilege) => !/^GRANT\b/.test(privilege))
  const passOn = own.length < privileges.length ? ' WITH GRANT OPTION' : ''
  return `GRANT ${own.join(', ') || 'USAGE'} ON ${where} TO ${accountOf(row)}${passOn}`
}

/** The privileges whose columns say Y. */
function flags(row: SystemRow): string[] {
  return [...row].flatMap(([column, value]) => {
    const [, name] = /^(.+)_priv$/.exec(column) ?? []
    if (name === undefined || value?.toUpperCase() !== 'Y') return []
    return [NAMES.get(name) ?? name.replace(/_/g, ' ').toUpperCase()]
  })
}

/** The privileges in a column that holds a set of them. */
function members(row: SystemRow, column: string): string[] {
  return text(row, column)
    .split(',')
    .filter((name) => name !== '')
    .map((name) => name.toUpperCase())
}

function tableOf(row: SystemRow): Bytes {
  return `${quoteName(text(row, 'db'))}.${quoteName(text(row, 'table_name'))}`
}

function accountOf(row: SystemRow): Bytes {
  return quoteAccount({ user: text(row, 'user'), host: hostOf(row) })
}

function nameOf(row: SystemRow): Bytes {
  return `${text(row, 'user')}@${hostOf(row)}`
}

/** An empty host is any host. */
function hostOf(row: SystemRow): Bytes {
  return text(row, 'host') || '%'
}

function text(row: SystemRow, column: string): Bytes {
  return row.get(column) ?? ''
}
