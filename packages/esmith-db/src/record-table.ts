import type { Bytes } from './bytes.js'
import { outcomeOf, problemsOf, recordAfter, type Change, type ChangeResult } from './change.js'
import { DatabaseError } from './errors.js'
import { findOddities, type RecordFinding } from './findings.js'
import {
  parseRecord,
  recordLines,
  rewriteRecord,
  trimBlanks,
  type EsmithRecord,
} from './record-text.js'

/** How many bytes make a piece of a text, roughly. */
const PIECE = 64 * 1024

/**
 * The records of a database in memory, without any file. Keys are looked up without the blanks at
 * their ends, as the host's own tools do; a key that has such blanks in the file is listed by
 * `keys` and written back, and no look-up finds it. Rules: docs/esmith-db.md
 */
export class RecordTable {
  readonly #text: Bytes
  readonly #path: Bytes
  /** What follows the `=` of each key; nothing for a line without one. */
  readonly #raws: Map<Bytes, Bytes | undefined>
  readonly #records: Map<Bytes, EsmithRecord>
  #findings: readonly RecordFinding[] | undefined
  /** All keys in byte order, as long as none comes or goes. */
  #sorted: readonly Bytes[] | undefined
  /** What `records` gave for each type, as long as nothing changes. */
  readonly #byType = new Map<string | undefined, readonly EsmithRecord[]>()

  private constructor(
    text: Bytes,
    path: Bytes,
    raws: Map<Bytes, Bytes | undefined>,
    records: Map<Bytes, EsmithRecord>,
  ) {
    this.#text = text
    this.#path = path
    this.#raws = raws
    this.#records = records
  }

  /**
   * Reads the text of a database. It never throws: see {@link findings} for what is odd in it.
   * @param path the file's name in error messages
   */
  static parse(text: Buffer | Bytes, path: Bytes = ''): RecordTable {
    const bytes = typeof text === 'string' ? text : text.toString('latin1')
    const raws = new Map<Bytes, Bytes | undefined>()
    for (const { key, raw } of recordLines(bytes)) raws.set(key, raw)
    return new RecordTable(bytes, path, raws, new Map())
  }

  /** The text that was parsed; changes do not alter it. */
  get text(): Bytes {
    return this.#text
  }

  /** What is odd in the text that was parsed, top to bottom; changes do not alter it. */
  get findings(): readonly RecordFinding[] {
    this.#findings ??= findOddities(this.#text)
    return this.#findings
  }

  /** The number of keys. */
  get size(): number {
    return this.#raws.size
  }

  /** All keys in byte order, with those that no look-up finds. */
  keys(): readonly Bytes[] {
    return (this.#sorted ??= [...this.#raws.keys()].sort())
  }

  /** Whether {@link get} has a record for the key. */
  has(key: Bytes): boolean {
    return this.raw(key) !== undefined
  }

  get(key: Bytes): EsmithRecord | undefined {
    const trimmed = trimBlanks(key)
    const known = this.#records.get(trimmed)
    if (known) return known
    const raw = this.#raws.get(trimmed)
    if (raw === undefined) return undefined
    const record = parseRecord(trimmed, raw)
    this.#records.set(trimmed, record)
    return record
  }

  /** The type of a record; of a record without props its value. */
  type(key: Bytes): Bytes | undefined {
    return this.get(key)?.type
  }

  /** The value of a prop; `type` is the type of the record. */
  prop(key: Bytes, name: Bytes): Bytes | undefined {
    return name === 'type' ? this.type(key) : this.get(key)?.props[name]
  }

  /** The text of a record after the `=`, with its escapes. */
  raw(key: Bytes): Bytes | undefined {
    return this.#raws.get(trimBlanks(key))
  }

  /**
   * The records in byte order of their keys: all, or those with a type. A type in the file may be
   * a list: `user,machine` is found as `user` and as `machine`.
   */
  records(type?: string): readonly EsmithRecord[] {
    let records = this.#byType.get(type)
    if (!records) {
      records =
        type === undefined
          ? this.keys().flatMap((key) => (trimBlanks(key) === key ? (this.get(key) ?? []) : []))
          : this.records().filter(({ type: types }) => hasType(types, type))
      this.#byType.set(type, records)
    }
    return records
  }

  /**
   * Makes one change, or throws a {@link DatabaseError} and changes nothing when it cannot be
   * written: see {@link validateChange}.
   */
  apply(change: Change): ChangeResult {
    const { key } = change
    const rawBefore = this.#raws.get(key)
    const before = parseIfThere(key, rawBefore)
    const after = recordAfter(change, before)
    const fatal = problemsOf(change, before, after).find((problem) => problem.fatal)
    if (fatal) throw DatabaseError.unwritable(this.#path, fatal.message)

    const outcome = outcomeOf(change, before, after)
    if (outcome === 'changed') {
      this.#put(key, after && rewriteRecord(rawBefore ?? '', after.type, after.props))
    }
    return new AppliedChange(outcome, key, rawBefore, this.#raws.get(key))
  }

  /** Puts the text of a record as it once was, or takes the record away. */
  restore(key: Bytes, raw: Bytes | undefined): void {
    this.#put(key, raw)
  }

  /** A table of its own, with the same records. */
  clone(): RecordTable {
    return new RecordTable(this.#text, this.#path, new Map(this.#raws), new Map(this.#records))
  }

  #put(key: Bytes, raw: Bytes | undefined): void {
    this.#records.delete(key)
    this.#byType.clear()
    if (raw === undefined || !this.#raws.has(key)) this.#sorted = undefined
    if (raw === undefined) this.#raws.delete(key)
    else this.#raws.set(key, raw)
  }

  /** Whether both would be written as the same records, to the byte. */
  equals(other: RecordTable): boolean {
    if (this.size !== other.size) return false
    for (const [key, raw] of this.#raws) {
      if (other.#raws.get(key) !== raw || !other.#raws.has(key)) return false
    }
    return true
  }

  /**
   * The text of the file: a header and the records in byte order of their keys, those that were
   * not changed as they were read. Rules: docs/esmith-db.md#writing
   */
  serialize(updated: Date = new Date()): Buffer {
    return Buffer.from([...this.serializeInPieces(updated)].join(''), 'latin1')
  }

  /** The same piece by piece, so that the text of a large database is never in memory as a whole. */
  *serializeInPieces(updated: Date = new Date()): Generator<Bytes> {
    let text = header(updated)
    for (const key of this.keys()) {
      text += `${key}=${this.#raws.get(key) ?? ''}\n`
      if (text.length < PIECE) continue
      yield text
      text = ''
    }
    yield text
  }
}

/** A table to read from; a `clone` of it can be changed. */
export type RecordTableView = Omit<RecordTable, 'apply' | 'restore'>

/** Parses its records when asked: a batch may have a hundred thousand results. */
class AppliedChange implements ChangeResult {
  readonly outcome: ChangeResult['outcome']
  readonly #key: Bytes
  readonly #rawBefore: Bytes | undefined
  readonly #rawAfter: Bytes | undefined

  constructor(
    outcome: ChangeResult['outcome'],
    key: Bytes,
    rawBefore: Bytes | undefined,
    rawAfter: Bytes | undefined,
  ) {
    this.outcome = outcome
    this.#key = key
    this.#rawBefore = rawBefore
    this.#rawAfter = rawAfter
  }

  get before(): EsmithRecord | undefined {
    return parseIfThere(this.#key, this.#rawBefore)
  }

  get after(): EsmithRecord | undefined {
    return parseIfThere(this.#key, this.#rawAfter)
  }
}

/** The type of a record may be a list. */
function hasType(types: Bytes, type: string): boolean {
  return types === type || (types.includes(',') && types.split(',').includes(type))
}

function parseIfThere(key: Bytes, raw: Bytes | undefined): EsmithRecord | undefined {
  return raw === undefined ? undefined : parseRecord(key, raw)
}

function header(updated: Date): string {
  // Always in English, in local time: Mon Nov 23 2026 01:32:29 GMT+0100 (…)
  const [weekday, month, day, year, time] = updated.toString().split(' ')
  const dayOfMonth = String(Number(day)).padStart(2)
  return `\
# DO NOT MODIFY THIS FILE.
# The configuration software of this server keeps it, and writes it anew at
# every change: what was added by hand, this text included, is then lost.
# Use the db command instead.
#
# updated: ${weekday} ${month} ${dayOfMonth} ${time} ${year}
`
}
