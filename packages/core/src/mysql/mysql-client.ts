import { toBytes, toDisplay, toText, type Bytes } from '../files/bytes.js'
import { runProgram, type ProgramEnd } from '../host/run-program.js'
import { DatabaseServerError } from './errors.js'

/** What no account on this machine has for a home: only the option files that are named count. */
const NO_HOME = { HOME: '/nonexistent' }
/** Errors of the connection itself, by their numbers. */
const LOGIN_REFUSED = [1045, 1130, 1524, 1698]
const NOT_THERE = [2002, 2003]

/** The host's own client of its database server; all SQL goes in on standard input. */
export class MysqlClient {
  readonly #options: readonly string[]

  /** @param optionFile who logs in and how, beside the host's own settings. */
  constructor(optionFile: Bytes | undefined) {
    // The client wants it before all other options.
    this.#options = optionFile === undefined ? [] : [`--defaults-extra-file=${toText(optionFile)}`]
  }

  /** What keeps it from logging in; nothing when nothing does. */
  async problem(): Promise<DatabaseServerError | undefined> {
    const end = await this.#mysql([], 'SELECT 1;\n')
    return end.failure === undefined ? undefined : serverError(end)
  }

  /**
   * Runs statements, and gives the rows that they have for answers.
   * @param signal kills the client.
   * @throws DatabaseServerError with the server's words for the first that fails.
   */
  async run(sql: Bytes, { signal }: { signal?: AbortSignal } = {}): Promise<Bytes[][]> {
    const end = await this.#mysql([], `${sql};\n`, signal)
    if (end.failure !== undefined) throw serverError(end)
    return end.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t').map(unescape))
  }

  /** Runs each statement, whatever becomes of the others; gives what the server had against it. */
  async runEach(statements: readonly Bytes[]): Promise<(string | undefined)[]> {
    const lines = [
      // No account is made by the way, without a password.
      'SET SESSION sql_mode="NO_AUTO_CREATE_USER"',
      // The server counts lines.
      ...statements.map((statement) => (statement.includes('\n') ? 'DO 0' : statement)),
    ]
    const end = await this.#mysql(['--force'], lines.map((line) => `${line};\n`).join(''))
    const refusals = new Map(
      [...end.output.matchAll(/^ERROR (\d+ .*) at line (\d+): (.*)$/gm)].map(
        ([, error, line, words]) => [Number(line), `ERROR ${error}: ${words}`],
      ),
    )
    if (end.failure !== undefined && refusals.size === 0) throw serverError(end)
    return statements.map((statement, index) =>
      statement.includes('\n') ? 'a name holds a line end' : refusals.get(index + 2),
    )
  }

  /**
   * Streams statements, for a database or with databases of their own; stops at the first that fails.
   * @throws what reading them throws; DatabaseServerError with the server's words.
   */
  async feed(
    statements: AsyncIterable<Buffer>,
    { database, signal }: { database?: Bytes; signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    const options = database === undefined ? [] : [`--database=${toText(database)}`]
    const end = await this.#mysql(['--max-allowed-packet=1G', ...options], statements, signal)
    if (end.failure !== undefined) throw serverError(end)
  }

  /** Writes a database into a file that is there. */
  async dump(database: Bytes, file: Bytes): Promise<void> {
    const end = await runProgram(
      [
        ...['mysqldump', ...this.#options, '--routines', '--events', '--hex-blob'],
        ...[`--result-file=${toText(file)}`, '--databases', '--', toText(database)],
      ],
      { env: NO_HOME },
    )
    if (end.failure !== undefined) throw serverError(end, 'mysqldump')
  }

  #mysql(
    options: readonly string[],
    input: Bytes | AsyncIterable<Buffer>,
    signal?: AbortSignal,
  ): Promise<ProgramEnd> {
    return runProgram(
      [
        ...['mysql', ...this.#options, '--batch', '--skip-column-names'],
        ...['--default-character-set=utf8', ...options],
      ],
      { input, signal, env: NO_HOME },
    )
  }
}

function serverError({ failure = '', output }: ProgramEnd, program = 'mysql'): DatabaseServerError {
  const lines = output.split('\n').filter((line) => line !== '')
  const answer = lines.find((line) => /ERROR|error:/.test(line)) ?? lines.pop() ?? failure
  const shown = toDisplay(toBytes(answer))
  const number = Number(/ERROR (\d+)/.exec(answer)?.[1] ?? /error: (\d+)/.exec(answer)?.[1])
  if (failure === 'no such program' || NOT_THERE.includes(number))
    return DatabaseServerError.unreachable(output === '' ? `${program}: ${failure}` : shown)
  return LOGIN_REFUSED.includes(number)
    ? DatabaseServerError.loginRefused(shown)
    : DatabaseServerError.refused(shown)
}

/** As the client writes values for programs to read. */
function unescape(value: Bytes): Bytes {
  return value.replace(/\\([nt0\\])/g, (_pair, letter: string) =>
    letter === 'n' ? '\n' : letter === 't' ? '\t' : letter === '0' ? '\0' : '\\',
  )
}
