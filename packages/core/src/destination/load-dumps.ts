import { readFileSync, statSync } from 'node:fs'
import { baseName, toBuffer, toBytes, toDisplay, toText, type Bytes } from '../files/bytes.js'
import { oldAccounts, type OldAccount, type OldAccounts } from '../mysql/old-accounts.js'
import type { DumpFile } from '../mysql/dump-file.js'
import { DumpError } from '../mysql/errors.js'
import type { Log } from '../report/log.js'

/** What of an old database server goes into the new one. docs/databases.md */
export interface LoadDumps {
  /** Files of the source, `NAME.dump` for the database NAME, in the order of loading. */
  readonly databases: readonly Bytes[]
  /** The dump of the old server's own database: its accounts are made anew, after all databases. */
  readonly accounts?: Bytes | undefined
  /** Databases that are there already give way: they are written into files first. */
  readonly replace: boolean
  readonly rootPassword?: RootPassword | undefined
}

/** The password that root gets once a log-in with it has succeeded. */
export interface RootPassword {
  readonly password: Bytes
  /** The file of the destination from which it is read by whoever needs it. */
  readonly storedIn: Bytes
}

/** What {@link LoadDumps} asks for, with the files found. */
export interface DumpsToLoad extends Pick<LoadDumps, 'replace' | 'rootPassword'> {
  readonly databases: readonly DumpFile[]
  readonly accounts: DumpFile | undefined
}

/** A dump by what a person knows it by and where it lies; the name of the file is its database's. */
export function dumpFile(from: Bytes, path: Bytes): DumpFile {
  return {
    // Names are UTF-8 in a server, whatever the file system had.
    database: toBytes(toText(baseName(from).replace(/\.dump$/, ''))),
    from,
    path,
    bytes: statSync(toBuffer(path)).size,
  }
}

/** @throws DumpError when the accounts in a dump cannot be read. */
export function readAccounts({ from, path }: DumpFile): OldAccounts {
  try {
    return oldAccounts(readFileSync(toBuffer(path), 'latin1'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw DumpError.unreadable(toDisplay(from), error.message)
  }
}

/** `user@host`, for people. */
export function displayAccount({ user, host }: Pick<OldAccount, 'user' | 'host'>): string {
  return toDisplay(`${user}@${host}`)
}

const WHY_LOCKED = {
  none: 'had no password on the old server',
  old: 'has a password in the form of MySQL 4.0, which newer servers do not take',
  unknown: 'has a password in a form that is not known',
}

/** Says whose password has to be set by a person. */
export function sayLocked(account: OldAccount, log: Log): void {
  if (!('instead' in account.password)) return
  const name = displayAccount(account)
  const words = (text: Bytes) => toDisplay(text).replace(/['\\]/g, '\\$&')
  log.followUp(
    `the database account ${name} ${WHY_LOCKED[account.password.instead]}: nobody can log in with it until it gets a new one`,
    {
      code: 'database-account-locked',
      subject: name,
      remedy: `Enter in mysql: SET PASSWORD FOR '${words(account.user)}'@'${words(account.host)}' = PASSWORD('the new password'); then give it to the program that uses the account`,
    },
  )
}

export function sayOrphans({ orphans }: OldAccounts, log: Log): void {
  for (const orphan of orphans)
    log.notice(
      `the old database server kept privileges of ${toDisplay(orphan)}, an account that it did not have any more: left out`,
      { code: 'database-account-gone', subject: toDisplay(orphan) },
    )
}
