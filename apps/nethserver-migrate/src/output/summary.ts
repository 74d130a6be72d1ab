import { accountingSummary } from './accounting-lines.js'
import { colours } from './colours.js'
import { groupBy } from './group-by.js'
import { titleOf, type Titles } from './titles.js'
import { treeItems } from './describe-change.js'
import {
  REPLAY_EVENT,
  type Change,
  type Finding,
  type Report,
} from '@nethserver-migrate/core/runner'
import { replayFacts } from './replay-facts.js'
import { count, formatBytes } from './sizes.js'

export interface SummaryPlaces {
  readonly log?: string
  readonly report?: string
}

/** How a summary is shown. */
export interface SummaryView {
  readonly titles?: Titles
  /** Every task with its own command, also where many are alike. */
  readonly verbose?: boolean
  /** The command that shows everything. */
  readonly more?: string
}

/**
 * The last screen of a run: what became of it, in numbers, what failed, what is still to do.
 * @param facts what there is to say instead of numbers.
 */
export function summaryLines(
  report: Report,
  places: SummaryPlaces,
  facts: readonly string[] = factsOf(report),
  { titles = new Map(), verbose = false, more = '' }: SummaryView = {},
): string[] {
  const { status, source, destination, findings, counts, accounting } = report
  const of = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity)
  const errors = of('error')
  const todo = of('follow-up')
  return [
    '',
    colours.bold(`${source} → ${destination}: ${verdict(report)}`),
    ...(status === 'unchanged' ? [] : facts.map((line) => `  ${line}`)),
    ...(accounting ? accountingSummary(accounting) : []),
    ...(errors.length === 0
      ? []
      : [
          '',
          colours.red(`Errors (${errors.length})`),
          ...errors.flatMap((error, index) => told(index + 1, error)),
        ]),
    ...(todo.length === 0 ? [] : taskLines(todo, { titles, verbose, more })),
    '',
    `  ${count(of('warning').length, 'warning')}, ${count(of('notice').length, 'notice')}; operations: ${Object.entries(
      counts,
    )
      .map(([outcome, number]) => `${number} ${outcome}`)
      .join(', ')}`,
    ...(places.log ? [`  Log     ${places.log}`] : []),
    ...(places.report ? [`  Report  ${places.report}`] : []),
    ...(more ? [`  More    ${more} [--html FILE]`] : []),
  ]
}

/** By feature; of many tasks of one kind the first in full, and whom the others are about. */
function taskLines(
  todo: readonly Finding[],
  { titles, verbose, more }: Required<SummaryView>,
): string[] {
  const lines = ['', colours.yellow(`Still to be done by a person (${todo.length})`)]
  let number = 0
  for (const [plugin, own] of groupBy(todo, (finding) => finding.plugin)) {
    lines.push(`  ${colours.bold(titleOf(plugin, titles))}`)
    for (const [, alike] of groupBy(own, ({ code }) => code)) {
      const [first] = alike
      const isLong = !verbose && alike.length > FEW && first !== undefined
      for (const task of isLong ? [first] : alike) lines.push(...told(++number, task))
      if (!isLong) continue
      const others = alike.slice(1).map(({ subject }) => subject.replace(/^.*\//, ''))
      number += others.length
      lines.push(
        `     and ${others.length} more of this kind: ${others.join(', ')}`,
        ...(more ? [`     each with its command: ${more} --text`] : []),
      )
    }
  }
  return lines
}

/** So many tasks of one kind are still read one by one. */
const FEW = 3

function told(number: number, { message, remedy }: Finding): string[] {
  return [`${String(number).padStart(3)}. ${message}`, ...(remedy ? [`     ${remedy}`] : [])]
}

/** What became of it all, in a few words. */
export function verdict({ status, counts, findings }: Report): string {
  switch (status) {
    case 'unchanged':
    case 'skipped':
      return 'nothing to do, everything of this source is in place already'
    case 'pending':
      return findings.some(({ code }) => code === 'interrupted')
        ? 'stopped before its end; run the same command again'
        : `would perform ${count(counts.pending, 'operation')}`
    case 'failed':
      return `finished, ${count(findings.filter(({ severity }) => severity === 'error').length, 'error')}`
    case 'done':
      return 'done'
  }
}

/** A kept report tells by its run what it is about. */
function factsOf(report: Report): string[] {
  return report.run?.event === REPLAY_EVENT ? replayFacts(report) : numbers(report)
}

/** What moved, in things a person knows. */
export function numbers({ changes, events }: Report): string[] {
  const kinds = new Map<Change['kind'], number>()
  const trees: Tree[] = []
  for (const { change, outcome } of changes) {
    if (outcome !== 'done' && outcome !== 'pending') continue
    kinds.set(change.kind, (kinds.get(change.kind) ?? 0) + 1)
    if (change.kind === 'tree') trees.push(change)
  }
  const counted = (kind: Change['kind'], singular: string = kind) =>
    count(kinds.get(kind) ?? 0, singular)
  const bytes = trees.reduce((sum, tree) => sum + tree.bytes, 0)
  return [
    ...holdings(trees),
    `${counted('user')}, ${counted('group')}, ${counted('password')}`,
    `${counted('record', 'record change')}, ${treeItems(total(trees))} (${formatBytes(bytes)}), ${counted('file', 'single file')}, ${count(events.length, 'event')}`,
  ]
}

type Tree = Extract<Change, { kind: 'tree' }>

/** All files of these, and where mailboxes are among them the messages. */
function total(trees: readonly { files: number; messages?: number }[]) {
  const files = trees.reduce((sum, tree) => sum + tree.files, 0)
  const messages = trees.reduce((sum, tree) => sum + (tree.messages ?? 0), 0)
  return trees.some((tree) => tree.messages !== undefined) ? { files, messages } : { files }
}

/** Where what people know lies on every NethServer. */
const HOLDINGS: readonly (readonly [folder: string, singular: string, plural: string])[] = [
  ['/var/lib/nethserver/vmail/', 'mailbox', 'mailboxes'],
  ['/var/lib/nethserver/home/', 'home folder', 'home folders'],
  ['/var/lib/nethserver/ibay/', 'shared folder', 'shared folders'],
]

function holdings(trees: readonly Tree[]): string[] {
  return HOLDINGS.flatMap(([folder, singular, plural]) => {
    const own = trees.filter(({ to }) => to.startsWith(folder))
    const names = new Set(own.map(({ to }) => to.slice(folder.length).split('/')[0]))
    const bytes = own.reduce((total, tree) => total + tree.bytes, 0)
    return names.size === 0
      ? []
      : [`${count(names.size, singular, plural)} (${treeItems(total(own))}, ${formatBytes(bytes)})`]
  })
}
