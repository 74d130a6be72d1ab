import type { Change, Outcome, ReportedChange } from '../destination/changes.js'

/** The changes of a report, in their order: an array, or {@link KeptChanges}. */
export interface ChangeList extends Iterable<ReportedChange> {
  readonly length: number
  at(place: number): ReportedChange | undefined
  filter(isWanted: (change: ReportedChange) => boolean): readonly ReportedChange[]
  map<Result>(resultOf: (change: ReportedChange) => Result): Result[]
  flatMap<Result>(resultsOf: (change: ReportedChange) => Result | readonly Result[]): Result[]
}

/** So many changes are one piece of text. */
const PIECE = 1_000

/**
 * The changes of a run while it goes on, and for its report. A large migration has a hundred
 * thousand: all but the last are kept as text outside of V8's heap, a third of the size, which it
 * neither looks through nor keeps room beside for. Read them in their order.
 * docs/performance.md#memory
 */
export class KeptChanges implements ChangeList {
  readonly #pieces: Buffer[] = []
  #recent: Change[] = []
  /** The piece that was read last. */
  #read: { readonly index: number; readonly changes: readonly Change[] } | undefined
  readonly #outcomes: Outcome[] = []
  readonly #owners: Pick<ReportedChange, 'plugin' | 'action'>[] = []

  get length(): number {
    return this.#outcomes.length
  }

  /** What became of each. */
  get outcomes(): readonly Outcome[] {
    return this.#outcomes
  }

  /** @returns its place, for {@link settle}. */
  add({ plugin, action, outcome, change }: ReportedChange): number {
    const last = this.#owners[this.#owners.length - 1]
    const isSame = last?.plugin === plugin && last.action === action
    this.#owners.push(isSame ? last : { plugin, action })
    this.#recent.push(change)
    if (this.#recent.length === PIECE) {
      this.#pieces.push(Buffer.from(JSON.stringify(this.#recent)))
      this.#recent = []
    }
    return this.#outcomes.push(outcome) - 1
  }

  /** What became of a change that was pending. */
  settle(place: number, outcome: Outcome): void {
    this.#outcomes[place] = outcome
  }

  at(place: number): ReportedChange | undefined {
    const [owner, outcome] = [this.#owners[place], this.#outcomes[place]]
    const change = this.#piece(Math.floor(place / PIECE))[place % PIECE]
    if (!owner || !outcome || !change) return undefined
    return { plugin: owner.plugin, action: owner.action, outcome, change }
  }

  *[Symbol.iterator](): Generator<ReportedChange> {
    for (let place = 0; place < this.length; place += 1) {
      const change = this.at(place)
      if (change) yield change
    }
  }

  filter(isWanted: (change: ReportedChange) => boolean): ReportedChange[] {
    return this.flatMap((change) => (isWanted(change) ? [change] : []))
  }

  map<Result>(resultOf: (change: ReportedChange) => Result): Result[] {
    return this.flatMap((change) => [resultOf(change)])
  }

  flatMap<Result>(resultsOf: (change: ReportedChange) => Result | readonly Result[]): Result[] {
    const results: Result[] = []
    for (const change of this) {
      const some = resultsOf(change)
      if (isList(some)) results.push(...some)
      else results.push(some)
    }
    return results
  }

  toJSON(): ReportedChange[] {
    return [...this]
  }

  #piece(index: number): readonly Change[] {
    const text = this.#pieces[index]
    if (!text) return this.#recent
    if (this.#read?.index !== index)
      this.#read = { index, changes: JSON.parse(text.toString()) as Change[] }
    return this.#read.changes
  }
}

function isList<Result>(some: Result | readonly Result[]): some is readonly Result[] {
  return Array.isArray(some)
}
