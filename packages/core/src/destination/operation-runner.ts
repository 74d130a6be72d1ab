import { describeError, endsRun } from '../errors.js'
import type { Host } from '../host/host.js'
import type { Journal, Unfinished } from '../journal/journal.js'
import type { Log } from '../report/log.js'
import type { Interruption } from '../run/interruption.js'
import type { UndoData } from '../undo/undo-data.js'
import type { UndoFile } from '../undo/undo-file.js'
import { KeptChanges } from '../report/kept-changes.js'
import { subjectOf, type Change, type Outcome } from './changes.js'
import type { DatabaseOwner, DestinationDatabase, PendingRecord } from './destination-database.js'
import type { Operation, OperationResult, ReportedEvent } from './operation.js'

/** The action on whose behalf operations are performed. */
export interface CurrentAction {
  readonly plugin: string
  readonly action: string
  readonly log: Log
}

export interface OperationRunnerOptions {
  /** `plan`: nothing is touched, operations stay pending. */
  readonly mode: 'plan' | 'apply'
  readonly host: Host
  readonly journal: Journal
  readonly interruption: Interruption
}

const AFTER_ALL_DONE = 2 ** 50

/** An operation that is asked for, and its place among the changes. */
interface Begun<Op extends Operation> {
  readonly operation: Op
  readonly place: number
}

/**
 * So many changes of records, or a quarter of all records, are committed at once. More would wait
 * in memory for nothing; fewer, and the rewrites of a growing database would take ever longer.
 */
const BATCH = 2_000

/**
 * Performs, journals and counts the operations of a run. Knows nothing of what they do: that is
 * in their `apply`. docs/architecture.md#operations
 */
export class OperationRunner implements DatabaseOwner {
  readonly mode: 'plan' | 'apply'
  readonly #host: Host
  readonly #journal: Journal
  readonly #interruption: Interruption
  readonly #changes = new KeptChanges()
  readonly #events: ReportedEvent[] = []
  readonly #pending = new Map<DestinationDatabase, Begun<PendingRecord>[]>()
  #current: CurrentAction | undefined
  /** The keys of all operations that the current action has asked for. */
  #requested: string[] = []
  /** When a plan would have performed operations, by plugin and key: later than all that was ever done. */
  readonly #planned = new Map<string, Map<string, number>>()
  #unchanged = 0

  constructor({ mode, host, journal, interruption }: OperationRunnerOptions) {
    this.mode = mode
    this.#host = host
    this.#journal = journal
    this.#interruption = interruption
  }

  /** Every operation so far that changed something, failed, or would change something. */
  get changes(): KeptChanges {
    return this.#changes
  }

  /** The events that were signalled, or would be, in order. */
  get events(): readonly ReportedEvent[] {
    return this.#events
  }

  /** How many operations found the destination as they wanted it. */
  get unchanged(): number {
    return this.#unchanged
  }

  get log(): Log {
    return this.#acting.log
  }

  enterAction(current: CurrentAction): void {
    this.#current = current
    this.#requested = []
  }

  /** The run, as the journal names it. */
  get run(): string {
    return this.#journal.run
  }

  wasDone(key: string): boolean {
    return this.#journal.wasDone(key)
  }

  isOurs(key: string): boolean {
    return this.#journal.isOurs(key)
  }

  /** Whether a killed run has begun the operation with this key, and nobody knows how it ended. */
  leftOpen(key: string): boolean {
    return this.#journal.unfinished(key) !== undefined
  }

  /** What a killed run had written down of the operation with this key before it began it. */
  begun(key: string): Unfinished | undefined {
    return this.#journal.unfinished(key)
  }

  /** Where an undo of this run is written down while it is planned; nothing in a plan. */
  get undoFile(): UndoFile | undefined {
    return this.mode === 'apply' ? this.#journal.undo : undefined
  }

  /** The name of the action on whose behalf operations are asked for. */
  get action(): string {
    return this.#acting.action
  }

  async request(database: DestinationDatabase, operation: PendingRecord): Promise<OperationResult> {
    this.#interruption.throwIfRequested()
    const { key, change } = operation
    const place = this.#addChange(key, change, 'pending')
    if (this.mode === 'plan') return { outcome: 'pending', key }
    const pending = this.#pending.get(database) ?? []
    pending.push({ operation, place })
    this.#pending.set(database, pending)
    if (pending.length >= Math.max(BATCH, database.size / 4)) await this.commitRecords()
    return { outcome: 'done', key }
  }

  holds(key: string): OperationResult {
    this.#requested.push(key)
    this.#unchanged += 1
    if (this.mode === 'apply') this.#journal.adopt(key)
    else if (this.leftOpen(key)) this.#plan(key)
    return { outcome: 'unchanged', key }
  }

  skips(key: string, change: Change): OperationResult {
    this.#addChange(key, change, 'skipped')
    return { outcome: 'exists', key }
  }

  fails(key: string, change: Change, error: unknown): OperationResult {
    if (endsRun(error)) throw error
    this.#addChange(key, change, 'failed')
    this.#sayFailed(change, error)
    return { outcome: 'failed', key }
  }

  /** Commits what waits, one rewrite per database. */
  async commitRecords(): Promise<void> {
    for (const [database, pending] of this.#pending) {
      this.#pending.delete(database)
      const records = pending.map(({ operation }) => operation)
      await this.#journalled(
        pending,
        () => [database.undoOf(records)],
        () => database.commit(records),
      )
    }
  }

  /**
   * Performs operations of one kind as a batch: journalled, applied, journalled again. Records
   * asked for before are committed first, so that operations see them.
   * @param apply carries them out; gives for each nothing, or why it failed. `since` is where a
   *   killed run was before it began the first of them.
   * @param more.pretend makes later reads of a plan see the operation.
   * @param more.undo what an undo of the whole batch needs.
   */
  async perform<Op extends Operation>(
    operations: readonly Op[],
    apply: (operations: readonly Op[], since: number) => Promise<(Error | undefined)[]>,
    {
      pretend = () => undefined,
      undo = () => [],
    }: {
      pretend?: (operation: Op) => void
      undo?: (operations: readonly Op[]) => readonly UndoData[] | Promise<readonly UndoData[]>
    } = {},
  ): Promise<OperationResult[]> {
    this.#interruption.throwIfRequested()
    await this.commitRecords()
    const results = new Map<Op, OperationResult>()
    const batch: Begun<Op>[] = []
    for (const operation of operations) {
      const { key, change, holds } = operation
      if (holds) results.set(operation, this.holds(key))
      else {
        const place = this.#addChange(key, change, 'pending')
        if (this.mode === 'plan') {
          pretend(operation)
          this.#signals(operation)
          results.set(operation, { outcome: 'pending', key })
        } else batch.push({ operation, place })
      }
    }
    const toPerform = batch.map(({ operation }) => operation)
    await this.#journalled(
      batch,
      () => undo(toPerform),
      (since) => apply(toPerform, since),
    )
    for (const { operation, place } of batch)
      results.set(operation, {
        outcome: this.#changes.outcomes[place] === 'failed' ? 'failed' : 'done',
        key: operation.key,
      })
    return operations.map(
      (operation) => results.get(operation) ?? { outcome: 'failed', key: operation.key },
    )
  }

  /**
   * Whether the last change among `keys` (without them: among all that the action has asked for
   * so far) came after the operation `key` was done last. Commit records first.
   */
  changedSince(key: string, keys: readonly string[] = this.#requested): boolean {
    const done = this.doneAt(key)
    return keys.some((other) => !other.startsWith('event:') && this.doneAt(other) > done)
  }

  /**
   * Whether an event or a program need not run (again): only for operations that changed nothing
   * since, or without such a limit when it was done and nothing has changed. Commit records first.
   */
  isApplied(key: string, onlyFor?: readonly OperationResult[]): boolean {
    const changed = this.changedSince(
      key,
      onlyFor?.map((result) => result.key),
    )
    return !changed && (onlyFor !== undefined || this.doneAt(key) > 0)
  }

  /** When, in the order of all operations, the acting plugin did this one last (in a plan: would do); 0: never. */
  doneAt(key: string): number {
    const { plugin } = this.#acting
    return this.#planned.get(plugin)?.get(key) ?? this.#journal.doneSequence(key, plugin)
  }

  #plan(key: string): void {
    const { plugin } = this.#acting
    const planned = this.#planned.get(plugin) ?? new Map<string, number>()
    this.#planned.set(
      plugin,
      planned.set(key, AFTER_ALL_DONE + this.#unchanged + this.#changes.length),
    )
  }

  async #journalled(
    batch: readonly Begun<Operation>[],
    undo: () => readonly UndoData[] | Promise<readonly UndoData[]>,
    apply: (since: number) => Promise<(Error | undefined)[]>,
  ): Promise<void> {
    if (batch.length === 0) return
    const { plugin, action } = this.#acting
    const checkpoint = this.#host.checkpoint()
    const since = batch.reduce(
      (earliest, { operation }) =>
        Math.min(earliest, this.#journal.unfinished(operation.key)?.checkpoint ?? earliest),
      checkpoint,
    )
    const ofAll = await undo()
    const ids = this.#journal.begin(
      batch.map(({ operation: { key, change, undo: ofOne, folders } }, index) => ({
        key,
        plugin,
        action,
        change,
        ...(folders && folders.length > 0 ? { folders } : {}),
        // That of all is with the first: it is undone last.
        undo: [...(index === 0 ? ofAll : []), ...(ofOne?.() ?? [])],
      })),
      since,
      checkpoint,
    )
    const errors = await apply(since).catch((error: unknown) => {
      if (endsRun(error)) throw error
      return batch.map(() => error)
    })
    const outcomes = batch.map((_each, index): Outcome => (errors[index] ? 'failed' : 'done'))
    batch.forEach(({ operation, place }, index) => {
      this.#changes.settle(place, outcomes[index] ?? 'failed')
      this.#signals(operation)
    })
    this.#journal.end(
      batch.map(({ operation }, index) => ({
        id: ids[index] ?? 0,
        key: operation.key,
        plugin,
        outcome: outcomes[index] ?? 'failed',
        error: errors[index] === undefined ? undefined : describeError(errors[index]).code,
      })),
    )
    batch.forEach(({ operation }, index) => {
      if (errors[index] !== undefined) this.#sayFailed(operation.change, errors[index])
    })
  }

  /** @returns its place among the changes. */
  #addChange(key: string, change: Change, outcome: Exclude<Outcome, 'unchanged'>): number {
    const { plugin, action } = this.#acting
    this.#requested.push(key)
    const place = this.#changes.add({ plugin, action, outcome, change })
    if (this.mode === 'plan' && outcome === 'pending') this.#plan(key)
    return place
  }

  #signals({ events = [] }: Operation): void {
    const { plugin, action } = this.#acting
    for (const { name, args } of events) this.#events.push({ plugin, action, name, args })
  }

  #sayFailed(change: Change, error: unknown): void {
    const { code, message, remedy } = describeError(error)
    this.log.error(message, { code, subject: subjectOf(change), remedy })
  }

  get #acting(): CurrentAction {
    if (!this.#current) throw new Error('an operation was asked for outside of an action')
    return this.#current
  }
}
