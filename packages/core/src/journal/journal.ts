import { existsSync, readFileSync } from 'node:fs'
import { describeError, DestinationError, MigrateError } from '../errors.js'
import { joinPath, parentOf, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import type { FolderTimes } from '../files/transfer-plan.js'
import type { Change, Outcome } from '../destination/changes.js'
import type { Finding } from '../report/findings.js'
import type { UndoData, UndoRange } from '../undo/undo-data.js'
import { UndoFile } from '../undo/undo-file.js'
import { AppendedFile } from './appended-file.js'

/** Who asked for the run, and from what. */
export interface RunHeader {
  readonly id: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** What the run was for: an import, or something after it. */
  readonly event: string
  readonly sourceHost: string
  readonly sourcePath: string
  /** Of the whole source; nothing for a run that has only a part of it. */
  readonly fingerprint?: string
  /** The only action of the run: its event calls each by itself. */
  readonly action?: string
  /** Its destination is staged: events and commands are queued. */
  readonly queues?: true
  /** It has begun anew: what runs before it have done does not count as done. */
  readonly restarted?: true
}

/** What is written down before an operation is performed. Never holds a secret. */
export interface JournalledOperation {
  /** What the operation is about, the same in every run: `record:accounts/mrossi`. */
  readonly key: string
  readonly plugin: string
  readonly action: string
  readonly change: Change
  /** The times that folders get back once they are filled. */
  readonly folders?: readonly FolderTimes[] | undefined
}

/** An operation, and what an undo of it needs, which the journal itself does not hold. */
export interface OperationToBegin extends JournalledOperation {
  readonly undo?: readonly UndoData[]
}

export type JournalLine =
  | { readonly run: RunHeader }
  | BeginLine
  | { readonly end: number; readonly outcome: Outcome; readonly error?: string }
  | { readonly finished: string; readonly status: string }
  | { readonly rollback: RollbackHeader }
  | { readonly undone: number; readonly findings?: readonly Finding[] }
  | { readonly rolledBack: string; readonly runs: readonly string[] }

export interface BeginLine {
  readonly begin: number
  /** Where a killed run was in the queue before it began the operation. */
  readonly checkpoint: number
  /** Where this run was. */
  readonly queue?: number
  readonly operation: JournalledOperation
  /** In the undo file of the run. */
  readonly undo?: readonly UndoRange[]
}

/** Who undoes which runs. */
export interface RollbackHeader {
  readonly id: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly runs: readonly string[]
}

/** How an operation that was begun has ended. */
export interface EndedOperation {
  /** What `begin` gave for it. */
  readonly id: number
  readonly key: string
  readonly plugin: string
  readonly outcome: Outcome
  /** The code of the error of a failed one. */
  readonly error?: string | undefined
}

/** An operation that was begun; more than once, where several runs were killed. */
export interface Unfinished {
  readonly id: number
  readonly plugin: string
  readonly checkpoint: number
  readonly change: Change
  /** Those of the last beginning, which has the earlier ones too. */
  readonly folders?: readonly FolderTimes[] | undefined
}

/**
 * The append-only record of everything that was done to a destination: one JSON object a line,
 * flushed to disk before and after each operation (or batch of operations), so that a run that
 * was killed is continued and nothing is done twice. docs/journal.md
 */
export class Journal {
  readonly path: Bytes
  readonly #header: RunHeader
  readonly #done = new Set<string>()
  /** By plugin, then by key. */
  readonly #doneByPlugin = new Map<string, Map<string, number>>()
  readonly #unfinished = new Map<string, Unfinished>()
  /** What was done before the import was begun anew. */
  readonly #made = new Set<string>()
  #sequence = 0
  #interrupted = false
  #lastFingerprint: string | undefined
  readonly #firstRuns = new Map<string, string>()
  readonly #file: AppendedFile
  #hasHeader = false
  #restarted = false
  #failure: JournalError | undefined
  /** What an undo of this run needs. */
  readonly undo: UndoFile

  private constructor(path: Bytes, header: RunHeader) {
    this.path = path
    this.#header = header
    this.#file = new AppendedFile(path)
    this.undo = new UndoFile(joinPath(parentOf(path), 'undo', header.id))
  }

  /**
   * Reads what earlier runs with the same source host did. A last line that was cut short by a
   * crash is dropped.
   * @throws JournalError for a line in the middle that cannot be read, DestinationError when a
   *   rollback was not brought to its end.
   */
  static open(path: Bytes, header: RunHeader): Journal {
    const journal = new Journal(path, header)
    journal.#read()
    return journal
  }

  /** The run that writes it. */
  get run(): string {
    return this.#header.id
  }

  /** When the first run with this source that changed something began, by its event. */
  firstRun(event: string): string | undefined {
    return this.#firstRuns.get(event)
  }

  /** Whether an earlier run of this event with this source was killed or interrupted. */
  get interrupted(): boolean {
    return this.#interrupted
  }

  /** How many operations earlier runs with this source have done. */
  get doneBefore(): number {
    return this.#done.size
  }

  /** Whether the databases or accounts of the source are not those of this event's last run. */
  get sourceChanged(): boolean {
    return this.#lastFingerprint !== undefined && this.#lastFingerprint !== this.#header.fingerprint
  }

  wasDone(key: string): boolean {
    return this.#done.has(key)
  }

  /** Whether a run with this source has done or begun this, also before it was begun anew. */
  isOurs(key: string): boolean {
    return this.#done.has(key) || this.#unfinished.has(key) || this.#made.has(key)
  }

  /**
   * Begins anew: nothing counts as done any more, but what was made stays known as ours.
   * @returns whether anything had been done.
   */
  restart(): boolean {
    if (this.#made.size + this.#done.size + this.#unfinished.size === 0) return false
    this.#forgetDone()
    this.#interrupted = false
    this.#restarted = true
    return true
  }

  /**
   * When, in the order of all done operations, a plugin has done this one last; 0 means never. Two
   * plugins may change one record: each applies what it has changed itself.
   */
  doneSequence(key: string, plugin: string): number {
    return this.#doneByPlugin.get(plugin)?.get(key) ?? 0
  }

  /** The operation with this key that was begun and whose end nobody wrote down. */
  unfinished(key: string): Unfinished | undefined {
    return this.#unfinished.get(key)
  }

  /**
   * Writes down what is about to be done, and what an undo of it needs; on disk when this returns.
   * Gives the ids for `end`.
   * @param queue where the queue ends now
   */
  begin(
    operations: readonly OperationToBegin[],
    checkpoint: number,
    queue: number = checkpoint,
  ): number[] {
    const ids = operations.map(() => ++this.#sequence)
    const lines = this.#attempt(() => {
      const written = operations.map(({ undo = [], ...operation }, index): BeginLine => {
        const ranges = undo.map((data) => this.undo.append(data))
        return {
          begin: ids[index] ?? 0,
          checkpoint,
          ...(queue === checkpoint ? {} : { queue }),
          ...(ranges.length > 0 ? { undo: ranges } : {}),
          operation,
        }
      })
      this.undo.sync()
      return written
    })
    this.#append(lines)
    operations.forEach((operation, index) => this.#begun(ids[index] ?? 0, operation, checkpoint))
    return ids
  }

  /**
   * Writes down that a killed run had done this operation after all: what it wanted holds. Without
   * that, an event that applies the operation would never be signalled.
   */
  adopt(key: string): void {
    const unfinished = this.#unfinished.get(key)
    if (unfinished) this.end([{ ...unfinished, key, outcome: 'done' }])
  }

  /** Writes down how it ended; on disk when this returns. */
  end(results: readonly EndedOperation[]): void {
    this.#append(
      results.map(({ id, outcome, error }) => ({
        end: id,
        outcome,
        ...(error === undefined ? {} : { error }),
      })),
    )
    for (const { key, plugin, outcome } of results) this.#ended(key, plugin, outcome)
  }

  /** Writes down that the run came to its end. Nothing is written by a run that did nothing. */
  finish(status: string): void {
    if (!this.#hasHeader && !this.#interrupted) return
    this.#append([{ finished: this.#header.id, status }])
    this.close()
  }

  close(): void {
    this.#file.close()
    this.undo.close()
  }

  #forgetDone(): void {
    for (const key of [...this.#done.keys(), ...this.#unfinished.keys()]) this.#made.add(key)
    for (const known of [this.#done, this.#doneByPlugin, this.#unfinished]) known.clear()
  }

  #begun(id: number, operation: JournalledOperation, checkpoint: number): void {
    const { key, plugin, change, folders } = operation
    const first = this.#unfinished.get(key) ?? { id, plugin, checkpoint, change }
    // No spread of `first`: V8 gives each such object a shape of its own, which weighs more.
    this.#unfinished.set(key, {
      id: first.id,
      plugin: first.plugin,
      checkpoint: first.checkpoint,
      change: first.change,
      folders,
    })
  }

  #ended(key: string, plugin: string, outcome: Outcome): void {
    this.#unfinished.delete(key)
    if (outcome !== 'done') return
    this.#sequence += 1
    this.#done.add(key)
    const byKey = this.#doneByPlugin.get(plugin)
    if (byKey) byKey.set(key, this.#sequence)
    else this.#doneByPlugin.set(plugin, new Map([[key, this.#sequence]]))
  }

  #append(lines: readonly JournalLine[]): void {
    const restarted = this.#restarted ? { restarted: true as const } : {}
    const header = this.#hasHeader ? [] : [{ run: { ...this.#header, ...restarted } }]
    this.#attempt(() => this.#file.append([...header, ...lines]))
    this.#hasHeader = true
  }

  /** @throws JournalError, from then on always: nothing is done that is not written down. */
  #attempt<Result>(write: () => Result): Result {
    if (this.#failure) throw this.#failure
    try {
      return write()
    } catch (error) {
      this.#failure = JournalError.notWritten(toDisplay(this.path), describeError(error).message)
      throw this.#failure
    }
  }

  #read(): void {
    const { lines, goodBytes } = readLines(this.path)
    this.#file.keep(goodBytes)
    const { undone, unfinished } = rollbacksIn(lines)
    if (unfinished) throw DestinationError.rollbackUnfinished(unfinished.at)
    const begun = new Map<number, { key: string; plugin: string }>()
    let ours = false
    let sameEvent = false
    for (const entry of entriesOf(this.path, lines)) {
      if ('run' in entry) {
        const { id, sourceHost, event, at, fingerprint, restarted } = entry.run
        ours = sourceHost === this.#header.sourceHost && !undone.has(id)
        sameEvent = ours && event === this.#header.event
        if (ours && restarted) this.#forgetDone()
        if (ours && !this.#firstRuns.has(event)) this.#firstRuns.set(event, at)
        if (!sameEvent) continue
        this.#interrupted = true
        this.#lastFingerprint = fingerprint ?? this.#lastFingerprint
      } else if ('begin' in entry) {
        this.#sequence = Math.max(this.#sequence, entry.begin)
        if (!ours) continue
        const { begin: id, checkpoint } = entry
        begun.set(id, entry.operation)
        this.#begun(id, entry.operation, checkpoint)
      } else if ('end' in entry) {
        const operation = begun.get(entry.end)
        if (ours && operation) this.#ended(operation.key, operation.plugin, entry.outcome)
      } else if ('finished' in entry && sameEvent) this.#interrupted = false
    }
  }
}

/** All lines of a journal but a last one that was cut short. */
export function readLines(path: Bytes): { lines: readonly string[]; goodBytes: number } {
  if (!existsSync(toBuffer(path))) return { lines: [], goodBytes: 0 }
  const content = readFileSync(toBuffer(path))
  const goodBytes = content.lastIndexOf('\n') + 1
  return { lines: content.toString('utf8', 0, goodBytes).split('\n'), goodBytes }
}

/** @throws JournalError for a line that cannot be read. */
export function* entriesOf(path: Bytes, lines: readonly string[]): Generator<JournalLine> {
  for (const [index, line] of lines.entries()) {
    if (line === '') continue
    const entry = parseLine(line)
    if (!entry) throw JournalError.damaged(toDisplay(path), index + 1)
    yield entry
  }
}

/** The runs that were undone, and the rollback that was begun and not brought to its end. */
export function rollbacksIn(lines: readonly string[]): {
  undone: ReadonlySet<string>
  unfinished: RollbackHeader | undefined
} {
  const undone = new Set<string>()
  let unfinished: RollbackHeader | undefined
  for (const line of lines) {
    if (!line.startsWith('{"roll')) continue
    const entry = parseLine(line)
    if (entry && 'rollback' in entry) unfinished = entry.rollback
    if (entry && 'rolledBack' in entry) {
      for (const run of entry.runs) undone.add(run)
      unfinished = undefined
    }
  }
  return { undone, unfinished }
}

export class JournalError extends MigrateError {
  override readonly name = 'JournalError'

  static notWritten(path: string, why: string) {
    return new JournalError(
      'JOURNAL_NOT_WRITTEN',
      `${path} cannot be written: ${why}: the import stops here`,
      'make room on the disk, then run the same command again: it goes on',
    )
  }

  static damaged(path: string, line: number) {
    return new JournalError(
      'JOURNAL_DAMAGED',
      `${path} cannot be read: line ${line} is damaged`,
      'restore the journal from a backup; without it the migration does not know what it has done',
    )
  }
}

/** A line as this program wrote it, or nothing. */
function parseLine(line: string): JournalLine | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  return isJournalLine(value) ? value : undefined
}

function isJournalLine(value: unknown): value is JournalLine {
  return isObject(value) && SHAPES.some((shape) => hasShape(value, shape))
}

type Kind = 'string' | 'number' | 'strings' | { readonly [key: string]: Kind }

/** What each kind of line has, as far as whoever reads it relies on that. */
const SHAPES: readonly { readonly [key: string]: Kind }[] = [
  { run: { id: 'string', at: 'string', event: 'string', sourceHost: 'string' } },
  { begin: 'number', operation: { key: 'string', plugin: 'string', change: { kind: 'string' } } },
  { end: 'number', outcome: 'string' },
  { finished: 'string' },
  { rollback: { at: 'string', runs: 'strings' } },
  { undone: 'number' },
  { rolledBack: 'string', runs: 'strings' },
]

function hasShape(value: unknown, shape: Kind): boolean {
  if (shape === 'strings')
    return Array.isArray(value) && value.every((one) => typeof one === 'string')
  if (typeof shape === 'string') return typeof value === shape
  return isObject(value) && Object.entries(shape).every(([key, kind]) => hasShape(value[key], kind))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
