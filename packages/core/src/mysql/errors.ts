import { MigrateError } from '../errors.js'

const SAME_COMMAND = 'then run the same command again'

/** The database server of the host does not do what is asked of it. */
export class DatabaseServerError extends MigrateError {
  override readonly name = 'DatabaseServerError'

  static unreachable(answer: string) {
    return new DatabaseServerError(
      'DATABASE_SERVER_UNREACHABLE',
      `the database server cannot be reached: ${answer}`,
      `start it, ${SAME_COMMAND}`,
    )
  }

  static loginRefused(answer: string) {
    return new DatabaseServerError(
      'DATABASE_SERVER_LOGIN_REFUSED',
      `the database server does not let root in: ${answer}`,
      `correct the password in /root/.my.cnf, ${SAME_COMMAND}`,
    )
  }

  static refused(answer: string) {
    return new DatabaseServerError(
      'DATABASE_SERVER_REFUSED',
      `the database server refused: ${answer}`,
      `mend the cause, ${SAME_COMMAND}`,
    )
  }

  static madeMeanwhile(database: string) {
    return new DatabaseServerError(
      'DATABASE_SERVER_CHANGED_MEANWHILE',
      `a database ${database} was made by another program during the import: left as it is`,
      `look at it, ${SAME_COMMAND}`,
    )
  }

  static passwordUseless(answer: string) {
    return new DatabaseServerError(
      'DATABASE_SERVER_PASSWORD_USELESS',
      `nobody can log in to the database server with the old root password (${answer}): root keeps the password it has`,
      `look at /root/.my.cnf, ${SAME_COMMAND}`,
    )
  }
}

/** A dump that cannot be loaded as it is. */
export class DumpError extends MigrateError {
  override readonly name = 'DumpError'

  static truncated(file: string) {
    return new DumpError(
      'DUMP_TRUNCATED',
      `${file} was cut short: its end is missing`,
      `take it from the old server or its backup again, ${SAME_COMMAND}`,
    )
  }

  static otherDatabase(file: string, name: string) {
    return new DumpError(
      'DUMP_OTHER_DATABASE',
      `${file} holds the database ${name}`,
      `give it the name ${name}.dump, in a file of its own, ${SAME_COMMAND}`,
    )
  }

  static strangeStatement(file: string, line: number, beginning: string) {
    return new DumpError(
      'DUMP_STRANGE_STATEMENT',
      `${file} line ${line}: ${beginning} does not belong in the dump of a database`,
      `look at the dump, take the statement out or load it by hand, ${SAME_COMMAND}`,
    )
  }

  static unreadable(file: string, problem: string) {
    return new DumpError(
      'DUMP_UNREADABLE',
      `the accounts in ${file} cannot be read: ${problem}`,
      'make the accounts that are still needed by hand',
    )
  }

  static notLoaded(file: string, answer: string) {
    return new DumpError(
      'DUMP_NOT_LOADED',
      `${file} was not loaded: ${answer}`,
      `mend what the server says, ${SAME_COMMAND}`,
    )
  }
}
