import { accessSync, constants, type Stats } from 'node:fs'
import { toBuffer, type Bytes } from './bytes.js'
import type { Change, ChangeResult } from './change.js'
import { DatabaseError } from './errors.js'
import {
  createDatabaseFile,
  readDatabaseFile,
  removeStaleFiles,
  replaceDatabaseFile,
} from './files.js'
import { FileLock } from './lock.js'
import { RecordTable, type RecordTableView } from './record-table.js'
import { trimBlanks } from './record-text.js'
import type { VirtualKeys } from './virtual-keys.js'

export interface OpenOptions {
  /** Refuse every change. A file that may not be written is read-only anyway. */
  readonly readOnly?: boolean
  /** Keys whose values are computed, whatever the file says: see {@link hostVirtualKeys}. */
  readonly virtual?: VirtualKeys
  /** How many seconds a commit waits for the lock: 120 when not given. */
  readonly lockTimeoutSeconds?: number
}

export interface CommitResult {
  /** Whether the file was replaced; when its records would be the same it is left alone. */
  readonly written: boolean
  /** One per change, in order. */
  readonly results: ChangeResult[]
}

/**
 * A database file. Reads come from a snapshot; a commit reads the file again under the lock that
 * the host's own tools use, so it loses none of their changes. Rules: docs/esmith-db.md
 */
export class Database {
  readonly path: Bytes
  readonly readOnly: boolean
  readonly #virtual: ReadonlyMap<Bytes, () => Bytes>
  readonly #lockTimeoutSeconds: number
  /** The file as it was read last: not parsed again while it holds the same text. */
  #asRead: RecordTable | undefined
  #table = RecordTable.parse('')

  private constructor(path: Bytes, options: OpenOptions) {
    this.path = path
    this.#virtual = new Map(Object.entries(options.virtual ?? {}))
    this.#lockTimeoutSeconds = options.lockTimeoutSeconds ?? 120
    this.#load()
    this.readOnly = options.readOnly === true || !isWritable(path)
  }

  /** Reads a database that exists. @throws DatabaseError when it cannot be read */
  static open(path: Bytes, options: OpenOptions = {}): Database {
    return new Database(path, options)
  }

  /** Makes an empty database. @throws DatabaseError when there is one, or it cannot be written */
  static create(path: Bytes): Database {
    createDatabaseFile(path, RecordTable.parse('').serializeInPieces())
    return new Database(path, {})
  }

  /** The last part of the path. */
  get name(): string {
    return this.path.slice(this.path.lastIndexOf('/') + 1)
  }

  /** The records as they were last read or committed. To change the file, use {@link commit}. */
  get table(): RecordTableView {
    return this.#table
  }

  /** Takes a new snapshot: an event that was signalled may have changed the file. */
  reload(): void {
    this.#load()
  }

  /**
   * Makes changes to the file as it is now, all of them in one rewrite, or none when one cannot be
   * written. @throws DatabaseError
   */
  async commit(changes: readonly Change[]): Promise<CommitResult> {
    return this.#underLock((lock) => this.#commitLocked(changes, lock))
  }

  /**
   * Makes records as they once were.
   * @param restored given the records as they are now: what to put in their place (nothing: no such
   *   record), and the text that the whole file had, if it is to be that again.
   * @returns whether the file has that text
   * @throws DatabaseError
   */
  async restore(
    restored: (now: RecordTableView) => ReadonlyMap<Bytes, Bytes | undefined>,
    text?: Bytes,
  ): Promise<boolean> {
    return this.#underLock((lock) => {
      removeStaleFiles(this.path)
      const stats = this.#load()
      const table = this.#table.clone()
      for (const [key, raw] of restored(this.#table)) table.restore(key, raw)
      const isWhole = text !== undefined && RecordTable.parse(text).equals(table)
      if (!table.equals(this.#table) || (isWhole && text !== this.#asRead?.text)) {
        const pieces = isWhole ? [text] : table.serializeInPieces()
        if (!replaceDatabaseFile(this.path, pieces, stats, () => lock.isHeld())) return undefined
        this.#asRead = undefined
      }
      this.#table = table
      return isWhole
    })
  }

  /** @param work gives nothing when the lock was lost on the way: then it is done again. */
  async #underLock<Result>(work: (lock: FileLock) => Result | undefined): Promise<Result> {
    if (this.readOnly) throw DatabaseError.readOnly(this.path)
    for (;;) {
      const lock = await FileLock.acquire(`${this.path}.lock`, this.#lockTimeoutSeconds)
      try {
        const result = work(lock)
        if (result !== undefined) return result
      } finally {
        lock.release()
      }
    }
  }

  /** Nothing when the lock was lost on the way: the host's tools remove its file after unlocking. */
  #commitLocked(changes: readonly Change[], lock: FileLock): CommitResult | undefined {
    removeStaleFiles(this.path)
    const stats = this.#load()
    const table = this.#table.clone()
    const results = changes.map((change) => this.#apply(change, table))
    const written = !table.equals(this.#table)
    if (written) {
      const pieces = table.serializeInPieces()
      const isReplaced = replaceDatabaseFile(this.path, pieces, stats, () => lock.isHeld())
      if (!isReplaced) return undefined
      this.#asRead = undefined
    }
    this.#table = table
    return { written, results }
  }

  #apply(change: Change, table: RecordTable): ChangeResult {
    if (!this.#virtual.has(trimBlanks(change.key))) return table.apply(change)
    const record = table.get(change.key)
    return { outcome: 'unchanged', before: record, after: record }
  }

  #load(): Stats {
    const { text, stats } = readDatabaseFile(this.path, this.#asRead?.text)
    if (text !== this.#asRead?.text) this.#asRead = RecordTable.parse(text, this.path)
    this.#table = this.#withVirtualKeys(this.#asRead)
    return stats
  }

  #withVirtualKeys(asRead: RecordTable): RecordTable {
    if (this.#virtual.size === 0) return asRead
    const table = asRead.clone()
    for (const [key, value] of this.#virtual) {
      table.apply({ kind: 'set', key, type: value(), props: {} })
    }
    return table
  }
}

function isWritable(path: Bytes): boolean {
  try {
    accessSync(toBuffer(path), constants.W_OK)
    return true
  } catch {
    return false
  }
}
