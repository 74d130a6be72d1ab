import { existsSync } from 'node:fs'
import { describeError, isMigrateError } from '../errors.js'
import { toBuffer, toDisplay } from '../files/bytes.js'
import { MysqlClient } from '../mysql/mysql-client.js'
import { failed, passed, someOf, type Means, type Tried } from './trial.js'

/** Whether root can log in to the database server, and what is there. */
export async function trySql(
  databases: readonly string[],
  { places: { mysqlOptions: options }, statusCommand, signal }: Means,
): Promise<Tried> {
  const client = new MysqlClient(existsSync(toBuffer(options)) ? options : undefined)
  try {
    const rows = await client.run('SHOW DATABASES', { signal })
    const known = new Set(rows.map(([name = '']) => toDisplay(name)))
    const missing = databases.filter((name) => !known.has(name))
    if (missing.length > 0)
      return failed(
        `of ${databases.length} imported databases ${missing.length} are not there: ${someOf(missing)}`,
        'If nobody removed them on purpose, import again with --restart',
      )
  } catch (error) {
    if (!isMigrateError(error)) throw error
    return failed(
      describeError(error).message,
      `Run ${statusCommand}, start the service if it does not run, then see whether mysql -e "SELECT 1" works`,
    )
  }
  return passed(
    databases.length === 0
      ? 'the database server answers'
      : `the database server answers, all ${databases.length} imported databases are there`,
  )
}
