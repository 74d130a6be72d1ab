import {
  Database,
  hostVirtualKeys,
  isSecretProp,
  namesOf,
  RecordTable,
  type Change as RecordChange,
  type EsmithRecord,
} from '@nethserver-migrate/esmith-db'
import { DestinationError } from '../errors.js'
import { joinPath, toDisplay, type Bytes } from '../files/bytes.js'
import { maskedLine } from '../undo/masked-line.js'
import type { UndoLines } from '../undo/undo-data.js'
import { oldFile } from '../undo/old-file.js'
import { cleanValues } from './clean-values.js'
import type { Change, PropChange } from './changes.js'
import type { Log } from '../report/log.js'
import type { Operation, OperationResult } from './operation.js'

/** A change of a record that waits for the next commit. */
export interface PendingRecord extends Operation {
  readonly recordChange: RecordChange
}

/** What a database needs of the destination around it. */
export interface DatabaseOwner {
  readonly log: Log
  /** Whether an earlier run with the same source has done, or begun, the operation with this key. */
  isOurs(key: string): boolean
  /** Takes note of a request: it is journalled and committed with the next batch. */
  request(database: DestinationDatabase, pending: PendingRecord): Promise<OperationResult>
  /** Takes note of a request that held already. */
  holds(key: string): OperationResult
  /** Takes note of a request that something else stands in the way of. */
  skips(key: string, change: Change): OperationResult
  /** Takes note of a request that cannot be carried out. */
  fails(key: string, change: Change, error: unknown): OperationResult
}

/**
 * A database of the destination. Reads see what this run has asked for, also in a plan. Changes
 * are committed together, before the next event and at the end of the action. One that is missing
 * reads as empty, and is made with its first record.
 */
export class DestinationDatabase {
  readonly name: string
  readonly #path: Bytes
  /** The path below the root of the destination. */
  readonly #below: Bytes
  readonly #owner: DatabaseOwner
  /** Whether the undo of this run has the whole file. */
  #isSaved = false
  #database: Database | undefined
  #overlay: RecordTable | undefined

  constructor(name: string, root: Bytes, owner: DatabaseOwner) {
    this.name = name
    this.#below = joinPath('/var/lib/nethserver/db', name)
    this.#path = joinPath(root, this.#below)
    this.#owner = owner
    this.reload()
  }

  /** Whether the destination has such a database at all. */
  get exists(): boolean {
    return this.#database !== undefined
  }

  /** The number of records. */
  get size(): number {
    return this.#overlay?.size ?? 0
  }

  get(key: Bytes): EsmithRecord | undefined {
    return this.#overlay?.get(key)
  }

  has(key: Bytes): boolean {
    return this.#overlay?.has(key) ?? false
  }

  /** The type of a record; of a type-only record its value. */
  type(key: Bytes): Bytes | undefined {
    return this.#overlay?.type(key)
  }

  prop(key: Bytes, name: Bytes): Bytes | undefined {
    return this.#overlay?.prop(key, name)
  }

  /** All records, or those of a type, in byte order of their keys. */
  records(type?: string): readonly EsmithRecord[] {
    return this.#overlay?.records(type) ?? []
  }

  /** A new record. `exists` when another one has the key and is not of an earlier import. */
  async create(
    key: Bytes,
    type: Bytes,
    props: Readonly<Record<string, Bytes>>,
  ): Promise<OperationResult> {
    const there = this.get(key)
    if (there) {
      const operation = this.#operationKey(key)
      // What cannot be written is said in every run: a killed one had no report.
      const wanted = this.#clean({ kind: 'create', key, type, props: { ...props } })
      if (!wanted) return { outcome: 'failed', key: operation }
      return this.#owner.isOurs(operation) || sameRecord(there, wanted)
        ? this.#owner.holds(operation)
        : this.#owner.skips(operation, this.#describe(key, there, wanted))
    }
    return this.#request({ kind: 'create', key, type, props: { ...props } })
  }

  /**
   * Union of props, new values win, the type of an existing record stays. A missing record is
   * made with `typeWhenNew`, and is a failure without it.
   */
  async merge(
    key: Bytes,
    props: Readonly<Record<string, Bytes>>,
    options: { typeWhenNew?: Bytes } = {},
  ): Promise<OperationResult> {
    return this.#request({ kind: 'merge', key, props: { ...props }, ...options })
  }

  /** Replaces a whole record; with no props it is a plain value. */
  async set(
    key: Bytes,
    type: Bytes,
    props: Readonly<Record<string, Bytes>> = {},
  ): Promise<OperationResult> {
    return this.#request({ kind: 'set', key, type, props: { ...props } })
  }

  async setType(key: Bytes, type: Bytes): Promise<OperationResult> {
    return this.#request({ kind: 'setType', key, type })
  }

  async deleteProps(key: Bytes, props: readonly Bytes[]): Promise<OperationResult> {
    return this.#request({ kind: 'deleteProps', key, props })
  }

  async delete(key: Bytes): Promise<OperationResult> {
    return this.#request({ kind: 'delete', key })
  }

  /** What an undo of these changes needs; the first one of a run has the whole file. */
  undoOf(pending: readonly PendingRecord[]): UndoLines {
    const file = this.#isSaved ? undefined : (oldFile(this.#path) ?? 'missing')
    this.#isSaved = true
    return {
      kind: 'lines',
      path: this.#below,
      format: 'database',
      ...(file === undefined ? {} : { file }),
      lines: pending.map(({ recordChange: { key } }) => [
        key,
        this.#database?.table.raw(key) ?? null,
        maskedLine('database', key, this.#overlay?.raw(key) ?? null),
      ]),
    }
  }

  /** Commits pending changes in one rewrite of the file. Gives how each ended. */
  async commit(pending: readonly PendingRecord[]): Promise<(Error | undefined)[]> {
    try {
      this.#database ??= Database.create(this.#path)
      const { results } = await this.#database.commit(
        pending.map(({ recordChange }) => recordChange),
      )
      return results.map(({ outcome }, index) =>
        outcome === 'exists' || outcome === 'missing'
          ? DestinationError.changedMeanwhile(
              `${this.name}/${toDisplay(pending[index]?.recordChange.key ?? '')}`,
            )
          : undefined,
      )
    } catch (error) {
      return pending.map(() => (error instanceof Error ? error : new Error(String(error))))
    } finally {
      this.reload()
    }
  }

  /** Reads the file again: an event may have changed it. */
  reload(): void {
    this.#database = openIfThere(this.#path)
    this.#overlay = this.#database?.table.clone()
  }

  async #request(change: RecordChange): Promise<OperationResult> {
    const key = this.#operationKey(change.key)
    if (makesRecord(change)) this.#overlay ??= RecordTable.parse('')
    if (!this.#overlay)
      return this.#owner.fails(
        key,
        this.#describe(change.key, undefined, undefined),
        DestinationError.missingDatabase(toDisplay(this.#path)),
      )
    const clean = this.#clean(change)
    if (!clean) return { outcome: 'failed', key }
    const { outcome, before, after } = this.#overlay.apply(clean)
    if (outcome === 'unchanged' || (outcome === 'missing' && change.kind === 'delete'))
      return this.#owner.holds(key)
    const description = this.#describe(change.key, before, after)
    if (outcome === 'missing')
      return this.#owner.fails(
        key,
        description,
        DestinationError.missingRecord(`${this.name}/${toDisplay(change.key)}`),
      )
    if (outcome === 'exists') return this.#owner.skips(key, description)
    return this.#owner.request(this, {
      key,
      change: description,
      holds: false,
      recordChange: clean,
    })
  }

  #clean<C extends RecordChange>(change: C): C | undefined {
    return cleanValues(this.name, change, this.get(change.key), this.#owner.log)
  }

  #operationKey(key: Bytes): string {
    return `record:${this.name}/${key}`
  }

  #describe(key: Bytes, before: EsmithRecord | undefined, after: EsmithRecord | undefined): Change {
    const props: Record<string, PropChange> = {}
    for (const name of namesOfBoth(before, after)) {
      const old = before?.props[name]
      const now = after?.props[name]
      if (old !== now) props[toDisplay(name)] = [shown(name, old), shown(name, now)]
    }
    return {
      kind: 'record',
      database: this.name,
      key: toDisplay(key),
      ...(before?.type === after?.type
        ? {}
        : { type: [shown(key, before?.type), shown(key, after?.type)] as const }),
      props,
      ...(before && !after ? { deleted: true as const } : {}),
    }
  }
}

const LIVE_CONFIGURATION = '/var/lib/nethserver/db/configuration'

function openIfThere(path: Bytes): Database | undefined {
  try {
    const database = Database.open(path)
    // A live NethServer 7 computes some keys of this file, whatever stands in it; a 6 has no sssd.
    return path === LIVE_CONFIGURATION && database.table.has('sssd')
      ? Database.open(path, { virtual: hostVirtualKeys() })
      : database
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'DATABASE_MISSING')
      return undefined
    throw error
  }
}

function makesRecord(change: RecordChange): boolean {
  return (
    change.kind === 'create' ||
    change.kind === 'set' ||
    (change.kind === 'merge' && change.typeWhenNew !== undefined)
  )
}

/** In byte order. */
function namesOfBoth(
  before: EsmithRecord | undefined,
  after: EsmithRecord | undefined,
): readonly Bytes[] {
  if (!before || !after) return namesOf((before ?? after)?.props ?? {})
  return namesOf({ ...before.props, ...after.props })
}

function sameRecord(a: EsmithRecord, b: EsmithRecord): boolean {
  const names = Object.keys({ ...a.props, ...b.props })
  return a.type === b.type && names.every((name) => a.props[name] === b.props[name])
}

function shown(name: string, value: Bytes | undefined): string | null {
  if (value === undefined) return null
  return isSecretProp(name) && value !== '' ? '***' : toDisplay(value)
}
