import type { Outcome, ReportedChange } from '../destination/changes.js'
import type { SignalledEvent } from '../destination/operation.js'
import type { Accounting } from './accounting.js'
import type { Finding } from './findings.js'

export interface ActionReport {
  readonly plugin: string
  readonly action: string
  readonly level: number
  readonly outcome: Outcome
  /** Wall-clock time. */
  readonly seconds: number
}

/** How many operations ended in which way. */
export type OutcomeCounts = Readonly<Record<Outcome, number>>

/** What a run did, for people and programs. Its JSON form is docs/report.schema.json. */
export interface Report {
  /** Which run it was; the actions of one event are one run. Only of what is kept. */
  readonly run?: { readonly id: string; readonly at: string; readonly event: string }
  readonly status: Outcome
  /** What the run was given: an archive or a directory. */
  readonly source: string
  /** The root of the destination; `/` for a live system. */
  readonly destination: string
  readonly actions: readonly ActionReport[]
  readonly counts: OutcomeCounts
  readonly findings: readonly Finding[]
  readonly events: readonly SignalledEvent[]
  readonly changes: readonly ReportedChange[]
  /** Of an import of everything, or its plan: what became of each part of the source. */
  readonly accounting?: Accounting
}

/** The outcome of several things together. */
export function overallOutcome(outcomes: Iterable<Outcome>): Outcome {
  const all = new Set(outcomes)
  for (const outcome of ['failed', 'pending', 'done', 'unchanged'] as const)
    if (all.has(outcome)) return outcome
  return all.has('skipped') ? 'skipped' : 'unchanged'
}

export function countOutcomes(
  changes: readonly ReportedChange[],
  unchanged: number,
): OutcomeCounts {
  const counts = { done: 0, unchanged, skipped: 0, failed: 0, pending: 0 }
  for (const { outcome } of changes) counts[outcome] += 1
  return counts
}

/**
 * The report of an import whose actions run one process each, under an event: what `next` says of
 * its action takes the place of what `previous` said of the same one.
 */
export function mergeReports(previous: Report, next: Report): Report {
  const redone = new Set(next.actions.map(({ action }) => action))
  const keep = <Entry extends { readonly action: string }>(entries: readonly Entry[]) =>
    entries.filter(({ action }) => !redone.has(action))
  const actions = [...keep(previous.actions), ...next.actions]
  const changes = [...keep(previous.changes), ...next.changes]
  const accounting = next.accounting ?? previous.accounting
  return {
    ...next,
    status: overallOutcome([...actions.map(({ outcome }) => outcome), next.status]),
    actions,
    changes,
    counts: countOutcomes(changes, previous.counts.unchanged + next.counts.unchanged),
    findings: [...keep(previous.findings), ...next.findings],
    events: [...previous.events, ...next.events],
    ...(accounting === undefined ? {} : { accounting }),
  }
}
