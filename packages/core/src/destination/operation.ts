import type { JournalledOperation } from '../journal/journal.js'
import type { UndoData } from '../undo/undo-data.js'
import type { Change } from './changes.js'

export interface SignalledEvent {
  readonly name: string
  readonly args: readonly string[]
}

/** One of a run, with who has signalled it. */
export interface ReportedEvent extends SignalledEvent {
  readonly plugin: string
  readonly action: string
}

/** How an operation that is not recorded in a database is carried out. */
export interface Operation {
  /** What it is about, the same in every run. */
  readonly key: string
  readonly change: Change
  /** True when the destination is already as the operation wants it. */
  readonly holds: boolean
  /** What an undo needs; asked for only when it is carried out, right before. */
  readonly undo?: () => readonly UndoData[]
  /** What the run that goes on after a kill needs. */
  readonly folders?: JournalledOperation['folders']
  /** The events that carrying it out signals. */
  readonly events?: readonly SignalledEvent[]
}

/** What a plugin is told of an operation that it asked for. */
export interface OperationResult {
  /**
   * `done` (or `pending` in a plan), `unchanged` when it held already, `failed` (the log has it),
   * `exists` when something else is in the way: nothing was changed then.
   */
  readonly outcome: 'done' | 'pending' | 'unchanged' | 'failed' | 'exists'
  /** Names the operation to {@link EventOptions.onlyFor}. */
  readonly key: string
}
