import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const SECONDS_TO_START = 60
/** Beside root, whose password a test may change. */
const TESTER = 'testkit'

/** A real database server that nobody else can reach. Root has no password at first. */
export interface Mariadb {
  /** Where clients reach it: `socket=…` in the section `[client]` of an option file. */
  readonly socket: string
  /** Runs SQL with all privileges; gives the rows, columns separated by tabs. */
  sql(text: string): string[]
  /** Ends the server and removes all it had. */
  stop(): Promise<void>
}

/** Starts a database server in a temporary folder; it takes some seconds: once per test file. */
export async function startMariadb(): Promise<Mariadb> {
  const folder = mkdtempSync(join(tmpdir(), 'nethserver-migrate-db-'))
  const data = `--datadir=${join(folder, 'data')}`
  const socket = join(folder, 'socket')
  const environment = {
    ...process.env,
    PATH: [process.env['PATH'], '/usr/sbin'].join(delimiter),
  }
  // Only root may start a server as somebody else, and has to say who.
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  execFileSync(
    'mariadb-install-db',
    ['--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db', data, ...user],
    { env: environment, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const server = spawn(
    // It must not outlive the test, however that ends.
    'setpriv',
    [
      ...[
        '--pdeathsig',
        'KILL',
        'mariadbd',
        '--no-defaults',
        data,
        ...user,
        `--socket=${socket}`,
        '--skip-networking',
      ],
      ...['--innodb-buffer-pool-size=16M', '--innodb-flush-log-at-trx-commit=0'],
    ],
    { env: environment, stdio: 'ignore' },
  )
  const ended = new Promise<void>((resolve) => server.on('close', () => resolve()))
  const sql = (account: string, text: string) =>
    execFileSync(
      'mysql',
      [
        '--no-defaults',
        `--socket=${socket}`,
        `--user=${account}`,
        '--batch',
        '--skip-column-names',
      ],
      // With the client of this machine, whatever a test has put before it.
      { input: text, encoding: 'utf8', env: environment, stdio: ['pipe', 'pipe', 'pipe'] },
    )
      .split('\n')
      .slice(0, -1)
  const stop = async () => {
    server.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  const tester = `CREATE USER ${TESTER}; GRANT ALL ON *.* TO ${TESTER} WITH GRANT OPTION`
  for (let tries = 1; ; tries += 1)
    try {
      sql('root', tester)
      return { socket, sql: (text) => sql(TESTER, text), stop }
    } catch (error) {
      if (server.exitCode !== null || tries > SECONDS_TO_START * 10) {
        await stop()
        throw error
      }
      await sleep(100)
    }
}
