import { colours } from './colours.js'
import type { Finding, Report, ReportedChange } from '@nethserver-migrate/core/runner'
import { count, formatBytes } from './sizes.js'

export interface SummaryPlaces {
  readonly log?: string
  readonly report?: string
}

/**
 * The last screen of a run: what became of it, in numbers, what failed, what is still to do.
 * @param facts what there is to say instead of numbers.
 */
export function summaryLines(
  report: Report,
  places: SummaryPlaces,
  facts: readonly string[] = numbers(report),
): string[] {
  const { status, source, destination, findings, counts } = report
  const of = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity)
  const errors = of('error')
  const todo = of('follow-up')
  const unknown = findings.filter(({ code }) => code === 'unknown')
  return [
    '',
    colours.bold(`${source} → ${destination}: ${verdict(report)}`),
    ...(status === 'unchanged' ? [] : facts.map((line) => `  ${line}`)),
    ...section(`Errors (${errors.length})`, errors, colours.red),
    ...section(`Still to be done by a person (${todo.length})`, todo, colours.yellow),
    ...(unknown.length === 0
      ? []
      : [
          '',
          `Known to no installed plugin, not migrated (${unknown.length})`,
          ...unknown.map(({ subject }) => `  ${subject}`),
        ]),
    '',
    `  ${count(of('warning').length, 'warning')}, ${count(of('notice').length, 'notice')}; operations: ${Object.entries(
      counts,
    )
      .map(([outcome, number]) => `${number} ${outcome}`)
      .join(', ')}`,
    ...(places.log ? [`  Log     ${places.log}`] : []),
    ...(places.report ? [`  Report  ${places.report}`] : []),
  ]
}

function verdict({ status, counts, findings }: Report): string {
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

/** What moved, in things a person knows. */
function numbers({ changes, events }: Report): string[] {
  const good = changes.filter(({ outcome }) => outcome === 'done' || outcome === 'pending')
  const kinds = (kind: ReportedChange['change']['kind']) =>
    good.filter(({ change }) => change.kind === kind).length
  let files = kinds('file')
  let bytes = 0
  for (const { change } of good)
    if (change.kind === 'tree') {
      files += change.files
      bytes += change.bytes
    }
  return [
    `${count(kinds('user'), 'user')}, ${count(kinds('group'), 'group')}, ${count(kinds('password'), 'password')}`,
    `${count(kinds('record'), 'record change')}, ${count(files, 'file')} (${formatBytes(bytes)}), ${count(events.length, 'event')}`,
  ]
}

function section(
  title: string,
  findings: readonly Finding[],
  colour: (text: string) => string,
): string[] {
  if (findings.length === 0) return []
  return [
    '',
    colour(title),
    ...findings.flatMap(({ message, remedy }, index) => [
      `  ${index + 1}. ${message}`,
      ...(remedy ? [`     ${remedy}`] : []),
    ]),
  ]
}
