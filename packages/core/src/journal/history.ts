import type { Bytes } from '../files/bytes.js'
import type { Outcome } from '../destination/changes.js'
import type { Finding } from '../report/findings.js'
import {
  entriesOf,
  readLines,
  rollbacksIn,
  type BeginLine,
  type RollbackHeader,
  type RunHeader,
} from './journal.js'

/** A run as the journal has it. */
export interface PastRun {
  readonly header: RunHeader
  readonly finished: boolean
  /** In the order in which they were begun. */
  readonly operations: readonly PastOperation[]
}

export interface PastOperation extends BeginLine {
  readonly run: string
  /** Nothing for one whose end nobody wrote down. */
  readonly outcome: Outcome | undefined
}

export interface History {
  /** Those that were not undone, oldest first. */
  readonly runs: readonly PastRun[]
  /** The rollback that was begun and not brought to its end, and what it has undone. */
  readonly unfinished: RollbackHeader | undefined
  readonly undone: ReadonlySet<number>
  /** What it has said so far. */
  readonly said: readonly Finding[]
  readonly goodBytes: number
}

/** All that was done to a destination and not undone. @throws JournalError */
export function readHistory(path: Bytes): History {
  const { lines, goodBytes } = readLines(path)
  const { undone: undoneRuns, unfinished } = rollbacksIn(lines)
  const runs: { header: RunHeader; finished: boolean; operations: PastOperation[] }[] = []
  const outcomes = new Map<number, Outcome>()
  let undone = new Set<number>()
  let said: Finding[] = []
  for (const entry of entriesOf(path, lines)) {
    const run = runs[runs.length - 1]
    if ('run' in entry) runs.push({ header: entry.run, finished: false, operations: [] })
    else if ('begin' in entry)
      run?.operations.push({ ...entry, run: run.header.id, outcome: undefined })
    else if ('end' in entry) outcomes.set(entry.end, entry.outcome)
    else if ('finished' in entry) {
      if (run) run.finished = true
    } else if ('undone' in entry) {
      undone.add(entry.undone)
      said.push(...(entry.findings ?? []))
    } else if ('rolledBack' in entry) {
      undone = new Set()
      said = []
    }
  }
  return {
    runs: runs
      .filter(({ header }) => !undoneRuns.has(header.id))
      .map((run) => ({
        ...run,
        operations: run.operations.map((operation) => ({
          ...operation,
          outcome: outcomes.get(operation.begin),
        })),
      })),
    unfinished,
    undone,
    said,
    goodBytes,
  }
}

/**
 * The runs that are one import, the last one, oldest first: those that were cut short with the one
 * that went on, the actions that their event has called one by one, and what came after it (the
 * synchronisation of mail, say). docs/rollback.md#the-last-import
 * @param event of an import
 */
export function lastImport(runs: readonly PastRun[], event: string): PastRun[] {
  const taken: PastRun[] = []
  const actions = new Set<string>()
  let imports = 0
  for (const run of [...runs].reverse()) {
    const { header, finished } = run
    const [later] = taken
    if (later && (later.header.sourceHost !== header.sourceHost || later.header.restarted)) break
    const isImport = header.event === event
    if (!isImport && imports > 0) break
    const isNext = header.action !== undefined && later?.header.action !== undefined
    if (isImport && imports > 0 && finished && !(isNext && !actions.has(header.action ?? ''))) break
    if (isImport) imports += 1
    if (header.action !== undefined) actions.add(header.action)
    taken.unshift(run)
  }
  return taken
}
