import { createHash } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { stateFolder } from '../host/state-folder.js'
import type { Progress } from '../report/progress.js'
import type { Interruption } from '../run/interruption.js'
import { DumpFilter, filterDump, type DumpPart } from './dump-filter.js'
import { dumpChunks, type DumpFile } from './dump-file.js'
import { DatabaseServerError, DumpError } from './errors.js'
import type { MysqlClient } from './mysql-client.js'
import { quoteName, quoteText } from './sql-text.js'

/** What the server has under the name of a database, and of earlier attempts to load it. */
export interface DatabaseState {
  /** Something that a person or a program may miss. */
  readonly inUse: boolean
  /** Databases of attempts that were cut short. */
  readonly leftovers: readonly Bytes[]
  /** An attempt was cut short while it moved tables: what lies under the name is its own. */
  readonly halfMoved: boolean
}

/** In a database that is being loaded: its tables are moving to their final place. */
const MOVING = 'nethserver_migrate_moving'

/**
 * Loads a dump so that its database appears under its name when all of it is there, and not at
 * all when the server refuses a statement: everything goes into a database of another name first;
 * its tables are then moved, and what cannot be moved (views, triggers, routines, events) is made
 * again from the dump. docs/databases.md
 */
export class DatabaseLoader {
  readonly #client: MysqlClient
  readonly #progress: Progress
  readonly #interruption: Interruption

  constructor(client: MysqlClient, progress: Progress, interruption: Interruption) {
    this.#client = client
    this.#progress = progress
    this.#interruption = interruption
  }

  async stateOf(database: Bytes): Promise<DatabaseState> {
    const databases = (await this.#client.run('SHOW DATABASES')).map(([name = '']) => name)
    const prefix = scratchPrefix(database)
    const leftovers = databases.filter(
      (name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)),
    )
    const moving = await Promise.all(
      leftovers.map(async (name) => (await this.#tables(name)).some(([table]) => table === MOVING)),
    )
    const halfMoved = moving.includes(true)
    const inUse = !halfMoved && databases.includes(database) && !(await this.#isEmpty(database))
    return { inUse, leftovers, halfMoved }
  }

  /**
   * Makes the database for the load, then removes what earlier attempts have left: as long as
   * there is one of them, no attempt has come to its end.
   */
  async prepare(database: Bytes, { leftovers, halfMoved }: DatabaseState): Promise<Bytes> {
    const prefix = scratchPrefix(database)
    const last = Math.max(0, ...leftovers.map((name) => Number(name.slice(prefix.length))))
    const scratch = `${prefix}${last + 1}`
    await this.#client.run(
      [
        `CREATE DATABASE ${quoteName(scratch)}`,
        ...(halfMoved ? [dropDatabase(database)] : []),
        ...leftovers.map(dropDatabase),
      ].join(';\n'),
    )
    return scratch
  }

  /**
   * @param replace whether a database that is there gives way.
   * @returns where that one has been written to, if there was one.
   */
  async load(dump: DumpFile, scratch: Bytes, replace: boolean): Promise<Bytes | undefined> {
    const hasObjects = await this.#feed(dump, 'everything', scratch)
    this.#interruption.throwIfRequested()
    const { inUse } = await this.stateOf(dump.database)
    if (inUse && !replace) throw DatabaseServerError.madeMeanwhile(toDisplay(dump.database))
    const saved = inUse ? await this.#save(dump.database) : undefined
    try {
      await this.#move(dump, scratch, hasObjects)
    } catch (error) {
      await this.#client.run(dropDatabase(dump.database))
      if (saved !== undefined) await this.#client.feed(dumpChunks(saved, () => undefined))
      throw error
    }
    await this.#client.run(dropDatabase(scratch))
    return saved
  }

  /** Takes away databases of attempts that will not be gone on with. */
  async discard(databases: readonly Bytes[]): Promise<void> {
    if (databases.length > 0) await this.#client.run(databases.map(dropDatabase).join(';\n'))
  }

  async #move({ database, ...dump }: DumpFile, scratch: Bytes, hasObjects: boolean): Promise<void> {
    const [[characterSet = '', collation = ''] = []] = await this.#client.run(
      'SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA' +
        ` WHERE SCHEMA_NAME = ${quoteText(scratch)}`,
    )
    const tables = (await this.#tables(scratch)).flatMap(([name = '', type]) =>
      type === 'VIEW' ? [] : [name],
    )
    const triggers = await this.#client.run(`SHOW TRIGGERS FROM ${quoteName(scratch)}`)
    const within = (place: Bytes, name: Bytes) => `${quoteName(place)}.${quoteName(name)}`
    const renames = tables.map((name) => `${within(scratch, name)} TO ${within(database, name)}`)
    await this.#client.run(
      [
        `CREATE TABLE ${within(scratch, MOVING)} (nothing int)`,
        dropDatabase(database),
        `CREATE DATABASE ${quoteName(database)} CHARACTER SET ${characterSet} COLLATE ${collation}`,
        'SET SESSION foreign_key_checks = 0',
        // A table cannot leave its triggers behind.
        ...triggers.map(([name = '']) => `DROP TRIGGER ${within(scratch, name)}`),
        ...(renames.length > 0 ? [`RENAME TABLE ${renames.join(', ')}`] : []),
      ].join(';\n'),
    )
    if (hasObjects) await this.#feed({ database, ...dump }, 'objects', database)
  }

  /** @returns whether there is more than tables in the dump. */
  async #feed({ database, from, path, bytes }: DumpFile, part: DumpPart, into: Bytes) {
    const file = toDisplay(from)
    const filter = new DumpFilter(file, database, part)
    const task = this.#progress.start(`loading ${toDisplay(database)}`, bytes)
    try {
      const chunks = dumpChunks(path, (count) => task.advance(count))
      const { signal } = this.#interruption
      // What is being moved comes to its end.
      const stop = part === 'everything' ? signal : undefined
      await this.#client.feed(filterDump(chunks, filter), { database: into, signal: stop })
      return filter.hasObjects
    } catch (error) {
      if (part === 'everything') this.#interruption.throwIfRequested()
      if (error instanceof DatabaseServerError && error.code === 'DATABASE_SERVER_REFUSED')
        throw DumpError.notLoaded(file, error.message)
      throw error
    } finally {
      task.stop()
    }
  }

  async #save(database: Bytes): Promise<Bytes> {
    const folder = joinPath(stateFolder(''), 'replaced-databases')
    mkdirSync(toBuffer(folder), { recursive: true, mode: 0o700 })
    const name = database.replace(/\//g, '_')
    let file = joinPath(folder, `${name}.sql`)
    for (let next = 2; existsSync(toBuffer(file)); next += 1)
      file = joinPath(folder, `${name}-${next}.sql`)
    closeSync(openSync(toBuffer(file), 'wx', 0o600))
    await this.#client.dump(database, file)
    const written = openSync(toBuffer(file), 'r')
    fsyncSync(written)
    closeSync(written)
    return file
  }

  /** Names and kinds: views are listed too. */
  async #tables(database: Bytes): Promise<Bytes[][]> {
    return this.#client.run(`SHOW FULL TABLES FROM ${quoteName(database)}`)
  }

  async #isEmpty(database: Bytes): Promise<boolean> {
    const routines = await this.#client.run(
      `SELECT 1 FROM information_schema.ROUTINES WHERE BINARY ROUTINE_SCHEMA = ${quoteText(database)}`,
    )
    return routines.length === 0 && (await this.#tables(database)).length === 0
  }
}

function scratchPrefix(database: Bytes): Bytes {
  const name = createHash('sha256').update(toBuffer(database)).digest('hex').slice(0, 12)
  return `nethserver_migrate_${name}_`
}

function dropDatabase(name: Bytes): Bytes {
  return `DROP DATABASE IF EXISTS ${quoteName(name)}`
}
