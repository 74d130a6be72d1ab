import { getSystemErrorMap } from 'node:util'
import { show, type Bytes } from './bytes.js'

export type DatabaseErrorCode =
  | 'DATABASE_MISSING'
  | 'DATABASE_EXISTS'
  | 'DATABASE_NOT_A_FILE'
  | 'DATABASE_SYMBOLIC_LINK'
  | 'DATABASE_TOO_LARGE'
  | 'DATABASE_UNREADABLE'
  | 'DATABASE_READ_ONLY'
  | 'DATABASE_NOT_WRITTEN'
  | 'DATABASE_UNWRITABLE_CHANGE'
  | 'DATABASE_LOCKED'
  | 'DATABASE_LOCK_FAILED'
  | 'DATABASE_NO_FLOCK'

/** A database that cannot be read or written, in words for the administrator; never with a value. */
export class DatabaseError extends Error {
  /** Stable and searchable. */
  readonly code: DatabaseErrorCode
  /** The database, or its lock file; empty for a table without a file. */
  readonly path: Bytes
  /** What to do now. */
  readonly hint: string

  private constructor(
    code: DatabaseErrorCode,
    path: Bytes,
    message: string,
    hint: string,
    options?: { cause: unknown },
  ) {
    super(message, options)
    this.name = 'DatabaseError'
    this.code = code
    this.path = path
    this.hint = hint
  }

  static missing(path: Bytes) {
    return new DatabaseError(
      'DATABASE_MISSING',
      path,
      `cannot open ${show(path)}: no such file`,
      'look at the path; a database is never made by opening it',
    )
  }

  static exists(path: Bytes) {
    return new DatabaseError(
      'DATABASE_EXISTS',
      path,
      `cannot create ${show(path)}: it exists already`,
      'open it instead, or move it away first',
    )
  }

  static notAFile(path: Bytes) {
    return new DatabaseError(
      'DATABASE_NOT_A_FILE',
      path,
      `cannot open ${show(path)}: it is not a regular file`,
      'look at the path: a database is a plain file',
    )
  }

  static symbolicLink(path: Bytes) {
    return new DatabaseError(
      'DATABASE_SYMBOLIC_LINK',
      path,
      `cannot open ${show(path)}: it is a symbolic link, which is not followed`,
      'replace the link by the file it leads to',
    )
  }

  static tooLarge(path: Bytes, limit: number) {
    return new DatabaseError(
      'DATABASE_TOO_LARGE',
      path,
      `cannot open ${show(path)}: it is larger than ${Math.round(limit / 1024 ** 2)} MiB`,
      'look at the path: no database is that large',
    )
  }

  static unreadable(path: Bytes, cause: unknown) {
    return new DatabaseError(
      'DATABASE_UNREADABLE',
      path,
      `cannot read ${show(path)}: ${reason(cause)}`,
      'repair the cause, then run the same command again',
      { cause },
    )
  }

  static readOnly(path: Bytes) {
    return new DatabaseError(
      'DATABASE_READ_ONLY',
      path,
      `cannot change ${show(path)}: it was opened read-only`,
      'a source is never changed; elsewhere, look at the permissions of the file',
    )
  }

  static notWritten(path: Bytes, cause: unknown) {
    return new DatabaseError(
      'DATABASE_NOT_WRITTEN',
      path,
      `cannot write ${show(path)}: ${reason(cause)}`,
      'repair the cause (a full disk, permissions), then run the same command again',
      { cause },
    )
  }

  static unwritable(path: Bytes, problem: string) {
    return new DatabaseError(
      'DATABASE_UNWRITABLE_CHANGE',
      path,
      `cannot write ${path === '' ? 'the record' : `to ${show(path)}`}: ${problem}`,
      'correct what it names, or enter the record by hand in another form',
    )
  }

  static locked(lockPath: Bytes, seconds: number) {
    return new DatabaseError(
      'DATABASE_LOCKED',
      lockPath,
      `cannot lock ${show(lockPath)}: another program has held it for ${seconds} seconds`,
      `see which one with: fuser ${show(lockPath)}; when it has ended, run the same command again`,
    )
  }

  static lockFailed(lockPath: Bytes, cause: unknown) {
    return new DatabaseError(
      'DATABASE_LOCK_FAILED',
      lockPath,
      `cannot lock ${show(lockPath)}: ${reason(cause)}`,
      'repair the cause, then run the same command again',
      { cause },
    )
  }

  static noFlock(lockPath: Bytes) {
    return new DatabaseError(
      'DATABASE_NO_FLOCK',
      lockPath,
      `cannot lock ${show(lockPath)}: there is no flock program`,
      'install the package util-linux, then run the same command again',
    )
  }
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** The system's words for a failed call, such as “permission denied”. */
function reason(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : NaN
  return (
    getSystemErrorMap().get(errno)?.[1] ?? (error instanceof Error ? error.message : String(error))
  )
}
