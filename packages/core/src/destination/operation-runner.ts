import { describeError, endsRun } from '../errors.js'
import type { Host } from '../host/host.js'
import type { Journal, Unfinished } from '../journal/journal.js'
import type { Log } from '../report/log.js'
import type { Interruption } from '../run/interruption.js'
import type { UndoData } from '../undo/undo-data.js'
import type { UndoFile } from '../undo/undo-file.js'
import { subjectOf, type Change, type Outcome, type ReportedChange } from './changes.js'
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

type MutableChange = { -readonly [Member in keyof ReportedChange]: ReportedChange[Member] }

/**
 * Performs, journals and counts the operations of a run. Knows nothing of what they do: that is
 * in their `apply`. docs/architecture.md#operations
 */
export class OperationRunner implements DatabaseOwner {
  readonly mode: 'plan' | 'apply'
  readonly #host: Host
  readonly #journal: Journal
  readonly #interruption: Interruption
  readonly #changes: MutableChange[] = []
  readonly #events: ReportedEvent[] = []
  readonly #pending = new Map<
    DestinationDatabase,
    { record: PendingRecord; reported: MutableChange }[]
  >()
  #current: CurrentAction | undefined
  /** The keys of all operations that the current action has asked for. */
  #requested: string[] = []
  /** When a plan would have performed operations: later than all that was ever done. */
  readonly #planned = new Map<string, number>()
  #unchanged = 0

  constructor({ mode, host, journal, interruption }: OperationRunnerOptions) {
    this.mode = mode
    this.#host = host
    this.#journal = journal
    this.#interruption = interruption
  }

  /** Every operation so far that changed something, failed, or would change something. */
  get changes(): readonly ReportedChange[] {
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

  request(database: DestinationDatabase, record: PendingRecord): OperationResult {
    this.#interruption.throwIfRequested()
    const reported = this.#report(record.key, record.change, 'pending')
    if (this.mode === 'plan') return { outcome: 'pending', key: record.key }
    const pending = this.#pending.get(database) ?? []
    pending.push({ record, reported })
    this.#pending.set(database, pending)
    return { outcome: 'done', key: record.key }
  }

  holds(key: string, change: Change): OperationResult {
    this.#report(key, change, 'unchanged')
    if (this.mode === 'apply') this.#journal.adopt(key)
    else if (this.leftOpen(key)) this.#plan(key)
    return { outcome: 'unchanged', key }
  }

  skips(key: string, change: Change): OperationResult {
    this.#report(key, change, 'skipped')
    return { outcome: 'exists', key }
  }

  fails(key: string, change: Change, error: unknown): OperationResult {
    if (endsRun(error)) throw error
    this.#report(key, change, 'failed')
    this.#sayFailed(change, error)
    return { outcome: 'failed', key }
  }

  /** Commits what waits, one rewrite per database. */
  async commitRecords(): Promise<void> {
    for (const [database, pending] of this.#pending) {
      this.#pending.delete(database)
      await this.#journalled(
        pending.map(({ record: { key, change }, reported }) => ({
          operation: { key, change, holds: false },
          reported,
        })),
        () => [database.undoOf(pending.map(({ record }) => record))],
        () => database.commit(pending.map(({ record }) => record)),
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
    const batch: { operation: Op; reported: MutableChange }[] = []
    for (const operation of operations) {
      const { key, change, holds } = operation
      if (holds) results.set(operation, this.holds(key, change))
      else {
        const reported = this.#report(key, change, 'pending')
        if (this.mode === 'plan') {
          pretend(operation)
          this.#signals(operation)
          results.set(operation, { outcome: 'pending', key })
        } else batch.push({ operation, reported })
      }
    }
    const toPerform = batch.map(({ operation }) => operation)
    await this.#journalled(
      batch,
      () => undo(toPerform),
      (since) => apply(toPerform, since),
    )
    for (const { operation, reported } of batch)
      results.set(operation, {
        outcome: reported.outcome === 'failed' ? 'failed' : 'done',
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
    return this.#planned.get(`${plugin} ${key}`) ?? this.#journal.doneSequence(key, plugin)
  }

  #plan(key: string): void {
    this.#planned.set(
      `${this.#acting.plugin} ${key}`,
      AFTER_ALL_DONE + this.#unchanged + this.#changes.length,
    )
  }

  async #journalled(
    batch: readonly { operation: Operation; reported: MutableChange }[],
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
    batch.forEach(({ operation, reported }, index) => {
      reported.outcome = errors[index] === undefined ? 'done' : 'failed'
      this.#signals(operation)
    })
    this.#journal.end(
      batch.map(({ operation, reported }, index) => ({
        id: ids[index] ?? 0,
        key: operation.key,
        plugin,
        outcome: reported.outcome,
        error: errors[index] === undefined ? undefined : describeError(errors[index]).code,
      })),
    )
    batch.forEach(({ operation }, index) => {
      if (errors[index] !== undefined) this.#sayFailed(operation.change, errors[index])
    })
  }

  #report(key: string, change: Change, outcome: Outcome): MutableChange {
    const { plugin, action } = this.#acting
    const reported: MutableChange = { plugin, action, outcome, change }
    this.#requested.push(key)
    if (outcome === 'unchanged') this.#unchanged += 1
    else this.#changes.push(reported)
    if (outcome === 'pending' && this.mode === 'plan') this.#plan(key)
    return reported
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
