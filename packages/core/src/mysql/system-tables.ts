import type { Bytes } from '../files/bytes.js'
import { unquoteName, unquoteText } from './sql-text.js'

/** A row by the names of its columns, in small letters; null for SQL's NULL. */
export type SystemRow = ReadonlyMap<string, Bytes | null>

interface Token {
  readonly kind: 'text' | 'name' | 'word' | 'sign'
  /** A quoted one with its quotes. */
  readonly source: Bytes
}

const TOKEN = new RegExp(
  [
    // Blanks, comments, and what frames a statement for newer servers only.
    String.raw`(?<skipped>[ \t\r\n\f\v]+|(?:--(?=[ \t\r\n]|$)|#)[^\n]*|/\*(?!M?!)[\s\S]*?\*/|/\*M?!\d*|\*/)`,
    String.raw`(?<text>'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'|"[^"\\]*(?:(?:\\[\s\S]|"")[^"\\]*)*")`,
    '(?<name>`(?:[^`]|``)*`)',
    String.raw`(?<word>[\w$@.\x80-\xff]+)`,
    String.raw`(?<sign>[\s\S])`,
  ].join('|'),
  'y',
)
const NO_COLUMN = /^(?:PRIMARY|UNIQUE|KEY|INDEX|FULLTEXT|SPATIAL|CONSTRAINT|FOREIGN|CHECK)$/i

/**
 * The rows of some tables in a dump of the server's own database, whatever columns its release
 * had, in whatever order.
 * @throws SyntaxError that says what cannot be read.
 */
export function readSystemTables(
  dump: Bytes,
  tables: readonly string[],
): ReadonlyMap<string, readonly SystemRow[]> {
  const columns = new Map<string, readonly string[]>()
  const rows = new Map<string, SystemRow[]>(tables.map((table) => [table, []]))
  for (const statement of statements(dump)) {
    const words = new Cursor(statement)
    if (words.takes('CREATE', 'TABLE')) {
      words.takes('IF', 'NOT', 'EXISTS')
      columns.set(words.name(), columnNames(words))
    } else if (words.takes('INSERT') || words.takes('REPLACE')) {
      while (words.takes('IGNORE') || words.takes('DELAYED') || words.takes('INTO'));
      const table = words.name()
      rows.get(table)?.push(...insertedRows(words, table, columns.get(table)))
    }
  }
  return rows
}

/** The tokens of each statement, without the semicolon. */
function* statements(dump: Bytes): Generator<readonly Token[]> {
  let statement: Token[] = []
  for (const token of tokens(dump))
    if (token.source !== ';') statement.push(token)
    else {
      yield statement
      statement = []
    }
}

function* tokens(dump: Bytes): Generator<Token> {
  const pattern = new RegExp(TOKEN)
  while (pattern.lastIndex < dump.length) {
    const { text, name, word, sign } = pattern.exec(dump)?.groups ?? {}
    if (text !== undefined) yield { kind: 'text', source: text }
    else if (name !== undefined) yield { kind: 'name', source: name }
    else if (word !== undefined) yield { kind: 'word', source: word }
    else if (sign !== undefined) yield { kind: 'sign', source: sign }
  }
}

function columnNames(words: Cursor): string[] {
  const names: string[] = []
  let depth = 0
  let begins = false
  for (let token = words.next(); token; token = words.next()) {
    const { kind, source } = token
    const named = kind === 'name' || (kind === 'word' && !NO_COLUMN.test(source))
    if (depth === 1 && begins && named) names.push(unquoteName(source).toLowerCase())
    if (kind === 'sign' && source === '(') depth += 1
    if (kind === 'sign' && source === ')') depth -= 1
    begins = kind === 'sign' && depth === 1 && (source === '(' || source === ',')
    if (depth === 0) return names
  }
  return names
}

function insertedRows(
  words: Cursor,
  table: string,
  created: readonly string[] | undefined,
): SystemRow[] {
  const columns = words.takes('(') ? listed(words) : created
  if (!columns) throw new SyntaxError(`the columns of table ${table} are unknown`)
  if (!words.takes('VALUES')) throw new SyntaxError(`a row of table ${table} has no values`)
  const rows: SystemRow[] = []
  do {
    words.expect('(')
    const values: (Bytes | null)[] = []
    do values.push(words.value())
    while (words.takes(','))
    words.expect(')')
    if (values.length !== columns.length)
      throw new SyntaxError(
        `a row of table ${table} has ${values.length} values for ${columns.length} columns`,
      )
    rows.push(new Map(columns.map((column, index) => [column, values[index] ?? null])))
  } while (words.takes(','))
  return rows
}

function listed(words: Cursor): string[] {
  const names: string[] = []
  do names.push(words.name().toLowerCase())
  while (words.takes(','))
  words.expect(')')
  return names
}

/** Reads one statement from left to right. */
class Cursor {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(statement: readonly Token[]) {
    this.#tokens = statement
  }

  next(): Token | undefined {
    const token = this.#tokens[this.#at]
    this.#at += 1
    return token
  }

  /** Steps over these words or signs if they come next. */
  takes(...words: readonly string[]): boolean {
    const come = words.every((word, index) => {
      const token = this.#tokens[this.#at + index]
      return (
        token !== undefined &&
        (token.kind === 'word' || token.kind === 'sign') &&
        token.source.toUpperCase() === word
      )
    })
    if (come) this.#at += words.length
    return come
  }

  expect(sign: string): void {
    if (!this.takes(sign)) throw new SyntaxError(`${sign} is missing`)
  }

  name(): Bytes {
    const token = this.next()
    if (token?.kind !== 'name' && token?.kind !== 'word') throw new SyntaxError('a name is missing')
    return unquoteName(token.source)
  }

  /** A literal: text, number, hexadecimal number or NULL, with or without a character set. */
  value(): Bytes | null {
    const token = this.next()
    if (token?.kind === 'text') return unquoteText(token.source)
    if (token?.source === '-') return `-${this.value() ?? ''}`
    if (token?.kind !== 'word') throw new SyntaxError('a value is missing')
    if (/^NULL$/i.test(token.source)) return null
    if (/^_\w+$/.test(token.source)) return this.value()
    const [, digits] = /^0x((?:[0-9a-f]{2})*)$/i.exec(token.source) ?? []
    if (digits !== undefined) return Buffer.from(digits, 'hex').toString('latin1')
    if (/^[\d.]+(?:e\d+)?$/i.test(token.source)) return token.source
    throw new SyntaxError(`${token.source} is no value`)
  }
}
