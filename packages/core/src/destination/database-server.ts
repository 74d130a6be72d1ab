import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { joinPath, parentOf, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { writeDurably } from '../files/durable-write.js'
import { secretPath } from '../host/state-folder.js'
import { DatabaseLoader } from '../mysql/database-loader.js'
import { checkWhole, type DumpFile } from '../mysql/dump-file.js'
import { DatabaseServerError } from '../mysql/errors.js'
import { MysqlClient } from '../mysql/mysql-client.js'
import { quoteAccount, type OldAccount } from '../mysql/old-accounts.js'
import { writeOption } from '../mysql/option-file.js'
import { quoteText } from '../mysql/sql-text.js'
import type { Progress } from '../report/progress.js'
import type { Interruption } from '../run/interruption.js'
import type { Change } from './changes.js'
import {
  displayAccount,
  readAccounts,
  sayLocked,
  sayOrphans,
  type DumpsToLoad,
  type RootPassword,
} from './load-dumps.js'
import type { OperationResult } from './operation.js'
import type { OperationRunner } from './operation-runner.js'

export interface DatabaseServerParts {
  readonly runner: OperationRunner
  readonly progress: Progress
  readonly interruption: Interruption
}

/** Where the host keeps how root logs in to its database server. */
const ROOT_OPTIONS = '/root/.my.cnf'
/** Where a host may keep the password of an account that one of its packages uses. */
const SECRETS = '/var/lib/nethserver/secrets'
/** A server that is just being started may need as long as this. */
const SECONDS_TO_START = 20
/** Nothing hashes to this: who has it cannot log in. */
const NO_PASSWORD = `*${'0'.repeat(40)}`
const ROOT = { user: 'root', host: 'localhost' }
/** Logs in once with the password for root. No longer than the oldest server allows. */
const PROBE = { user: 'nsmigrate-probe', host: 'localhost' }

/** The hashes of the server's accounts by `user@host`. */
type KnownAccounts = ReadonlyMap<Bytes, Bytes>

/** The running database server of a live destination. docs/databases.md */
export class DatabaseServer {
  readonly #runner: OperationRunner
  readonly #progress: Progress
  readonly #interruption: Interruption
  #rootPassword: RootPassword | undefined
  #connection: Promise<MysqlClient> | undefined

  constructor({ runner, progress, interruption }: DatabaseServerParts) {
    this.#runner = runner
    this.#progress = progress
    this.#interruption = interruption
  }

  /** Databases first, then accounts with their privileges, at last the password of root. */
  async load(dumps: DumpsToLoad): Promise<OperationResult[]> {
    const { databases, accounts, replace, rootPassword } = dumps
    this.#rootPassword = rootPassword
    try {
      const results: OperationResult[] = []
      for (const dump of databases) results.push(await this.#loadDatabase(dump, replace))
      if (accounts) results.push(...(await this.#makeAccounts(accounts)))
      if (rootPassword) results.push(await this.#setRootPassword(rootPassword))
      return results
    } finally {
      for (const { user } of [ROOT, PROBE]) rmSync(toBuffer(loginFile(user)), { force: true })
    }
  }

  async #loadDatabase(dump: DumpFile, replace: boolean): Promise<OperationResult> {
    const runner = this.#runner
    const { database } = dump
    const key = `database:${database}`
    const change = changeOf(dump)
    try {
      if (runner.wasDone(key)) return runner.holds(key)
      checkWhole(dump)
      const client = await this.#client()
      const loader = new DatabaseLoader(client, this.#progress, this.#interruption)
      const state = await loader.stateOf(database)
      // A killed run had come to the end of it, and could not say so.
      const finished = runner.leftOpen(key) && state.leftovers.length === 0
      if (state.inUse && finished) return runner.holds(key)
      const applies = runner.mode === 'apply'
      const inTheWay = state.inUse && !replace
      if (inTheWay && !(applies && runner.leftOpen(key))) {
        if (applies) await loader.discard(state.leftovers)
        return this.#leavesAlone(key, change)
      }
      const scratch = applies ? await loader.prepare(database, state) : ''
      let saved: Bytes | undefined
      const [result] = await runner.perform([{ key, change, holds: false }], async () => {
        // A killed run had begun it: that it will not be gone on with must be written down.
        if (inTheWay) throw DatabaseServerError.madeMeanwhile(change.name)
        saved = await loader.load(dump, scratch, replace)
        return [undefined]
      })
      // What remains when the server is gone too is found by the next run.
      if (result?.outcome === 'failed') await loader.discard([scratch]).catch(() => undefined)
      if (saved !== undefined) this.#saySaved(database, saved)
      return result ?? { outcome: 'failed', key }
    } catch (error) {
      return runner.fails(key, change, error)
    }
  }

  #leavesAlone(key: string, change: Extract<Change, { kind: 'database' }>): OperationResult {
    const { name, from } = change
    this.#runner.log.warning(
      `the destination has a database ${name} already: ${from} is not loaded`,
      {
        code: 'database-exists',
        subject: name,
        remedy:
          'Run nethserver-migrate with --replace-databases to load it all the same: what is there is written into a file first',
      },
    )
    return this.#runner.skips(key, change)
  }

  #saySaved(database: Bytes, saved: Bytes): void {
    this.#runner.log.notice(
      `the database ${toDisplay(database)} of the destination was replaced: it was written to ${toDisplay(saved)} before`,
      {
        code: 'database-replaced',
        subject: toDisplay(database),
        remedy: `Remove ${toDisplay(saved)} when nothing of it is needed any more`,
      },
    )
  }

  async #makeAccounts(dump: DumpFile): Promise<OperationResult[]> {
    const runner = this.#runner
    const key = `database-accounts:${dump.from}`
    try {
      checkWhole(dump)
      const old = readAccounts(dump)
      sayOrphans(old, runner.log)
      const missing = old.accounts.some((account) => !runner.wasDone(keyOf(account)))
      const known = await this.#knownAccounts().catch((error: unknown) => {
        if (missing) throw error
        return undefined
      })
      const results: OperationResult[] = []
      for (const account of old.accounts) results.push(await this.#makeAccount(account, known))
      return results
    } catch (error) {
      return [runner.fails(key, changeOf(dump), error)]
    }
  }

  /** @param known nothing when the server does not answer, and need not. */
  async #makeAccount(
    account: OldAccount,
    known: KnownAccounts | undefined,
  ): Promise<OperationResult> {
    const runner = this.#runner
    const key = keyOf(account)
    const name = displayAccount(account)
    const change: Change = { kind: 'database-account', account: name }
    const hash = known?.get(nameOf(account))
    const done = runner.wasDone(key)
    if (hash !== undefined && !done && !runner.leftOpen(key)) {
      runner.log.notice(
        `the destination has a database account ${name} already: it keeps its password and its privileges`,
        {
          code: 'database-account-exists',
          subject: name,
          remedy: 'If something needs its old privileges, grant them by hand',
        },
      )
      return runner.skips(key, change)
    }
    const secret = readSecret(account.user)
    let refusals: string[] = []
    const [result] = await runner.perform([{ key, change, holds: done }], async () => {
      const client = await this.#client()
      const password = secret === undefined ? oldHash(account) : nativeHash(secret)
      if (hash === undefined)
        await client.run(
          `CREATE USER ${quoteAccount(account)} IDENTIFIED BY PASSWORD ${quoteText(password)}`,
        )
      const answers = await client.runEach(account.grants)
      refusals = account.grants.flatMap((grant, index) => {
        const answer = answers[index]
        return answer === undefined ? [] : [`${toDisplay(grant)} (${answer})`]
      })
      return [undefined]
    })
    for (const refusal of refusals)
      runner.log.followUp(`the database server refused a privilege of ${name}: ${refusal}`, {
        code: 'database-privilege-refused',
        subject: name,
        remedy: 'Mend the cause and enter the statement in mysql, if the privilege is still needed',
      })
    if (secret !== undefined)
      runner.log.info(`${name} has the password in ${SECRETS}, not the one of the old server`, {
        code: 'database-password-from-secret',
        subject: name,
      })
    else if (hash === NO_PASSWORD || (hash === undefined && !(done && known)))
      sayLocked(account, runner.log)
    return result ?? { outcome: 'failed', key }
  }

  async #setRootPassword(rootPassword: RootPassword): Promise<OperationResult> {
    const runner = this.#runner
    const key = 'database-password:root'
    const storedIn = toDisplay(rootPassword.storedIn)
    const change: Change = { kind: 'database-password', user: ROOT.user, storedIn }
    const [result] = await runner.perform(
      [{ key, change, holds: runner.wasDone(key) }],
      async () => {
        await this.#changeRootPassword(rootPassword)
        return [undefined]
      },
    )
    return result ?? { outcome: 'failed', key }
  }

  /** Root's password changes after a log-in with it has succeeded, and is stored after another. */
  async #changeRootPassword({ password, storedIn }: RootPassword): Promise<void> {
    const client = await this.#client()
    const hash = quoteText(nativeHash(password))
    const dropProbe = `DROP USER ${quoteAccount(PROBE)}`
    // What a killed run has left.
    if ((await this.#knownAccounts()).has(nameOf(PROBE))) await client.run(dropProbe)
    await client.run(`CREATE USER ${quoteAccount(PROBE)} IDENTIFIED BY PASSWORD ${hash}`)
    const problem = await new MysqlClient(writeLogin(PROBE.user, password)).problem()
    await client.run(dropProbe)
    if (problem) throw DatabaseServerError.passwordUseless(problem.message)
    await client.run(`SET PASSWORD FOR ${quoteAccount(ROOT)} = ${hash}`)
    const afterwards = await new MysqlClient(writeLogin(ROOT.user, password)).problem()
    if (afterwards) throw afterwards
    mkdirSync(toBuffer(parentOf(storedIn)), { recursive: true, mode: 0o700 })
    writeDurably(storedIn, password, { mode: 0o600, force: true })
  }

  async #knownAccounts(): Promise<KnownAccounts> {
    const client = await this.#client()
    const rows = await client.run('SELECT User, Host, Password FROM mysql.user')
    return new Map(
      rows.map(([user = '', host = '', hash = '']) => [nameOf({ user, host }), hash] as const),
    )
  }

  /** One connection, or one failure to connect, for everything. */
  async #client(): Promise<MysqlClient> {
    this.#connection ??= this.#connect()
    return this.#connection
  }

  async #connect(): Promise<MysqlClient> {
    const client = new MysqlClient(existsSync(ROOT_OPTIONS) ? ROOT_OPTIONS : undefined)
    let problem = await client.problem()
    const seconds = this.#runner.mode === 'apply' ? SECONDS_TO_START : 0
    for (let passed = 0; isUnreachable(problem) && passed < seconds; passed += 1) {
      this.#interruption.throwIfRequested()
      await sleep(1000)
      problem = await client.problem()
    }
    if (!problem) return client
    if (this.#rootPassword && this.#runner.mode === 'apply' && !isUnreachable(problem)) {
      // A killed run may have set the new one and stored nothing yet.
      const other = new MysqlClient(writeLogin(ROOT.user, this.#rootPassword.password))
      if (!(await other.problem())) return other
    }
    throw problem
  }
}

function changeOf({ database, from, bytes }: DumpFile): Extract<Change, { kind: 'database' }> {
  return { kind: 'database', name: toDisplay(database), from: toDisplay(from), bytes }
}

function isUnreachable(problem: DatabaseServerError | undefined): boolean {
  return problem?.code === 'DATABASE_SERVER_UNREACHABLE'
}

function keyOf(account: OldAccount): string {
  return `database-account:${nameOf(account)}`
}

/** Hosts are the same in any case of letters. */
function nameOf({ user, host }: Pick<OldAccount, 'user' | 'host'>): Bytes {
  return `${user}@${host.toLowerCase()}`
}

function oldHash({ password }: OldAccount): Bytes {
  return 'hash' in password ? password.hash : NO_PASSWORD
}

/** What the server keeps of a password. */
function nativeHash(password: Bytes): Bytes {
  const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest()
  return `*${sha1(sha1(toBuffer(password)))
    .toString('hex')
    .toUpperCase()}`
}

/** The password that a package of the destination uses for the account of this name. */
function readSecret(user: Bytes): Bytes | undefined {
  if (!/^[\w-][\w.-]*$/.test(user)) return undefined
  const file = toBuffer(joinPath(SECRETS, user))
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return undefined
  return readFileSync(file, 'latin1').replace(/\n$/, '') || undefined
}

/** An option file for one more log-in; removed at the end. */
function writeLogin(user: Bytes, password: Bytes): Bytes {
  const file = loginFile(user)
  mkdirSync(toBuffer(parentOf(file)), { recursive: true, mode: 0o700 })
  const options = writeOption('user', user) + writeOption('password', password)
  writeDurably(file, `[client]\n${options}`, { mode: 0o600, force: true })
  return file
}

function loginFile(user: Bytes): Bytes {
  return secretPath(`database-login-${user}`)
}
