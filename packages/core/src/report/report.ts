import type { Outcome } from '../destination/changes.js'
import type { Accounting } from './accounting.js'
import type { ReportedEvent } from '../destination/operation.js'
import { byByteOrder } from '../files/bytes.js'
import type { ServiceResult } from '../services/service-test.js'
import type { Finding } from './findings.js'
import type { ChangeList } from './kept-changes.js'

export interface ActionReport {
  readonly plugin: string
  readonly action: string
  readonly level: number
  readonly outcome: Outcome
  /** How many of its operations found the destination as they wanted it. */
  readonly unchanged: number
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
  readonly events: readonly ReportedEvent[]
  readonly changes: ChangeList
  /** Of an import of everything, or its plan: what became of each part of the source. */
  readonly accounting?: Accounting
  /** Of a verification that has tested them, or has said why not: what became of each test. */
  readonly services?: readonly ServiceResult[]
}

/** The outcome of several things together. */
export function overallOutcome(outcomes: Iterable<Outcome>): Outcome {
  const all = new Set(outcomes)
  for (const outcome of ['failed', 'pending', 'done', 'unchanged'] as const)
    if (all.has(outcome)) return outcome
  return all.has('skipped') ? 'skipped' : 'unchanged'
}

export function countOutcomes(outcomes: Iterable<Outcome>, unchanged: number): OutcomeCounts {
  const counts = { done: 0, unchanged, skipped: 0, failed: 0, pending: 0 }
  for (const outcome of outcomes) counts[outcome] += 1
  return counts
}

/**
 * The report of an import whose actions run one process each, under an event: what `next` says of
 * its action takes the place of what `previous` said of the same one. All is in the order of the
 * links, whichever process came first; what each process says of the whole run is there once.
 */
export function mergeReports(previous: Report, next: Report): Report {
  // An action that was interrupted has changes, and no end.
  const redone = new Set([...next.actions, ...next.changes].map(({ action }) => action))
  const actions = [...previous.actions.filter(({ action }) => !redone.has(action)), ...next.actions]
  actions.sort((a, b) => a.level - b.level || byByteOrder(a.action, b.action))
  const order = ['', ...actions.map(({ action }) => action)]
  const rank = (action: string) => (order.includes(action) ? order.indexOf(action) : Infinity)
  const join = <Entry extends { readonly action: string }>(
    before: Iterable<Entry>,
    now: Iterable<Entry>,
  ) =>
    [...[...before].filter(({ action }) => !redone.has(action)), ...now]
      .map((entry) => ({ entry, at: rank(entry.action) }))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
      .map(({ entry }) => entry)
  const changes = join(previous.changes, next.changes)
  const accounting = next.accounting ?? previous.accounting
  return {
    ...next,
    status: overallOutcome([...actions.map(({ outcome }) => outcome), next.status]),
    actions,
    changes,
    counts: countOutcomes(
      changes.map(({ outcome }) => outcome),
      actions.reduce((sum, { unchanged }) => sum + unchanged, 0),
    ),
    findings: join(previous.findings, next.findings).filter(
      (finding, index, all) => finding.action !== '' || index === all.findIndex(isSame(finding)),
    ),
    events: join(previous.events, next.events),
    ...(accounting === undefined ? {} : { accounting }),
  }
}

function isSame({ action, code, message }: Finding): (other: Finding) => boolean {
  return (other) => other.action === action && other.code === code && other.message === message
}
