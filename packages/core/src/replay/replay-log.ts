import { describeError } from '../errors.js'
import { joinPath, toDisplay, type Bytes } from '../files/bytes.js'
import { stateFolder } from '../host/state-folder.js'
import { AppendedFile } from '../journal/appended-file.js'
import { JournalError, readLines } from '../journal/journal.js'
import type { QueueLine } from './queue.js'

/** How a line of the queue has ended. `unchanged`: its account was there already. */
export type LineOutcome = 'done' | 'unchanged' | 'failed'

/** `open`: a kill has left it unknown how it ended. */
export type LineState = LineOutcome | 'open'

/** The ids that accounts had while the destination was staged. */
export interface StagedIds {
  readonly users: Readonly<Record<Bytes, readonly [uid: number, gid: number]>>
  readonly groups: Readonly<Record<Bytes, number>>
}

/** A line of the queue as the log knows it. */
export type LoggedLine = Pick<QueueLine, 'task' | 'occurrence'>

type LogEntry =
  | { readonly replay: string; readonly at: string }
  | ({ readonly begin: number } & LoggedLine)
  | { readonly end: number; readonly outcome: LineOutcome }
  | { readonly staged: StagedIds }
  | { readonly looked: number }
  | { readonly finished: string }
  | { readonly forgotten: readonly LoggedLine[] }

/**
 * The append-only record of what replays have run: flushed to disk before and after each line of the
 * queue, so that one that was killed goes on and runs nothing twice but the line it was at. Lines are
 * known by what they say, not by where they stand: a person may take one out of the queue.
 * docs/journal.md#the-replay
 */
export class ReplayLog {
  readonly #path: Bytes
  readonly #file: AppendedFile
  readonly #states = new Map<string, LineState>()
  readonly #begun = new Map<number, LoggedLine>()
  #sequence = 0
  #isUnfinished = false
  #header: { readonly replay: string; readonly at: string } | undefined
  #isWritten = false
  #stagedIds: StagedIds | undefined
  #looked = 0

  /** @throws JournalError when a line cannot be read. */
  constructor(root: Bytes) {
    this.#path = joinPath(stateFolder(root), 'replay.jsonl')
    this.#file = new AppendedFile(this.#path)
    this.#read()
  }

  /** Whether a replay was killed, or stopped, before its end. */
  get isUnfinished(): boolean {
    return this.#isUnfinished
  }

  /** Those of accounts of the staged destination whose files have not been looked at yet. */
  get stagedIds(): StagedIds | undefined {
    return this.#stagedIds
  }

  /** The last operation of the journal whose accounts and files have been seen to. */
  get looked(): number {
    return this.#looked
  }

  /** Nothing for a line that was never begun. */
  stateOf(line: LoggedLine): LineState | undefined {
    return this.#states.get(keyOf(line))
  }

  /** All lines that were begun and not found to be needless, in the order of their beginning. */
  get linesRun(): LoggedLine[] {
    const lines = new Map([...this.#begun.values()].map((line) => [keyOf(line), line]))
    return [...lines.values()].filter((line) => {
      const state = this.stateOf(line)
      return state !== undefined && state !== 'unchanged'
    })
  }

  /** Names the replay that begins. It is written down with the first thing that it does. */
  start(replay: string, at: string): void {
    this.#header = { replay, at }
  }

  /** On disk when this returns; gives the id for {@link end}. */
  begin({ task, occurrence }: QueueLine): number {
    const begin = ++this.#sequence
    this.#append({ begin, task, occurrence })
    this.#begin({ begin, task, occurrence })
    return begin
  }

  end(id: number, outcome: LineOutcome): void {
    this.#append({ end: id, outcome })
    this.#ended(id, outcome)
  }

  /** Keeps the ids of accounts before they are taken out of the files of the staged destination. */
  keepStagedIds(staged: StagedIds): void {
    this.#append({ staged })
    this.#stagedIds = staged
  }

  /** From then on the owners of what the operations up to this one brought are known by name. */
  keepLooked(looked: number): void {
    this.#append({ looked })
    this.#looked = looked
    this.#stagedIds = undefined
  }

  /** Forgets lines that a rollback has taken out of the queue: they may be queued again. */
  forget(lines: readonly LoggedLine[]): void {
    const forgotten = lines.map(({ task, occurrence }) => ({ task, occurrence }))
    if (forgotten.length > 0) this.#append({ forgotten })
  }

  /** Writes down that the replay came to its end. Nothing is written by one that did nothing. */
  finish(): void {
    if (this.#header && (this.#isWritten || this.#isUnfinished))
      this.#append({ finished: this.#header.replay })
    this.close()
  }

  close(): void {
    this.#file.close()
  }

  #begin({ begin, task, occurrence }: { readonly begin: number } & LoggedLine): void {
    this.#begun.set(begin, { task, occurrence })
    this.#states.set(keyOf({ task, occurrence }), 'open')
  }

  #ended(id: number, outcome: LineOutcome): void {
    const line = this.#begun.get(id)
    if (line) this.#states.set(keyOf(line), outcome)
  }

  /** @throws JournalError: nothing is run that is not written down. */
  #append(entry: LogEntry): void {
    try {
      this.#file.append([...(this.#header && !this.#isWritten ? [this.#header] : []), entry])
      this.#isWritten = true
    } catch (error) {
      throw JournalError.notWritten(toDisplay(this.#path), describeError(error).message)
    }
  }

  #read(): void {
    const { lines, goodBytes } = readLines(this.#path)
    this.#file.keep(goodBytes)
    for (const [index, line] of lines.entries()) {
      if (line === '') continue
      const entry = parseEntry(line)
      if (!entry) throw JournalError.damaged(toDisplay(this.#path), index + 1)
      if ('replay' in entry) this.#isUnfinished = true
      else if ('finished' in entry) this.#isUnfinished = false
      else if ('staged' in entry) this.#stagedIds = entry.staged
      else if ('looked' in entry) {
        this.#looked = entry.looked
        this.#stagedIds = undefined
      } else if ('begin' in entry) {
        this.#sequence = Math.max(this.#sequence, entry.begin)
        this.#begin(entry)
      } else if ('end' in entry) this.#ended(entry.end, entry.outcome)
      else for (const forgotten of entry.forgotten) this.#states.delete(keyOf(forgotten))
    }
  }
}

/** The same for lines that are the same. */
export function keyOf({ task, occurrence }: LoggedLine): string {
  return `${occurrence} ${JSON.stringify(task)}`
}

/** A line as this program wrote it, or nothing. */
function parseEntry(line: string): LogEntry | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  return isEntry(value) ? value : undefined
}

function isEntry(value: unknown): value is LogEntry {
  if (typeof value !== 'object' || value === null) return false
  return ['replay', 'begin', 'end', 'staged', 'looked', 'finished', 'forgotten'].some(
    (kind) => kind in value,
  )
}
