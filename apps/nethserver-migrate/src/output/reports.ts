import { mkdirSync } from 'node:fs'
import {
  describeError,
  IMPORT_EVENT,
  joinPath,
  logLine,
  mergeReports,
  stateFolder,
  toBuffer,
  toBytes,
  toDisplay,
  writeDurably,
  type AccountedBefore,
  type Report,
} from '@nethserver-migrate/core/runner'
import { accountingLines } from './accounting-lines.js'
import { BlockedError } from '../blocked-error.js'
import { changeLines } from './change-lines.js'
import { keepRun, newRunId, readReport, ReportError } from './run-files.js'
import type { Titles } from './titles.js'
import { summaryLines, type SummaryPlaces } from './summary.js'

export interface ReportPlace {
  readonly root: string
  /** The event of the run: the reports of another one stay. */
  readonly event: string
  /** Only one action has run: the reports of all of them become one. */
  readonly oneAction: boolean
  readonly titles?: Titles
}

/** What was done is done, also where nobody can write it up. */
export function tryToWriteReports(report: Report, place: ReportPlace): SummaryPlaces | ReportError {
  try {
    return writeReports(report, place)
  } catch (error) {
    const { message } = describeError(error)
    return new ReportError(
      'REPORT_NOT_WRITTEN',
      `the report cannot be written: ${message}`,
      'make room on the disk, then run the same command again',
    )
  }
}

/**
 * The report of the last run, for programs and for people, under a name that everybody knows and
 * under that of its run; 0600, since it names everything.
 */
export function writeReports(
  report: Report,
  { root, event, oneAction, titles = new Map() }: ReportPlace,
): SummaryPlaces {
  const folder = stateFolder(root)
  mkdirSync(toBuffer(folder), { recursive: true, mode: 0o700 })
  const json = lastReport(root, event)
  const txt = json.replace(/json$/, 'txt')
  const previous = oneAction ? readReport(json) : undefined
  const now = new Date()
  const joined = previous?.source === report.source ? mergeReports(previous, report) : report
  const run = {
    ...((joined === report ? undefined : previous?.run) ?? {
      id: newRunId(now),
      at: now.toISOString(),
    }),
    event,
  }
  const whole: Report = { ...joined, run }
  writeDurably(json, inPieces(jsonTexts(whole)), { mode: 0o600 })
  writeDurably(txt, inPieces(reportLines(whole, titles)), { mode: 0o600 })
  keepRun(root, run.id, { json, txt })
  return {
    report: toDisplay(txt),
    ...(oneAction ? {} : { log: toDisplay(joinPath(root, '/var/log/messages')) }),
  }
}

/** Everything, as the lines of a plain text. */
export function* reportLines(report: Report, titles: Titles): Generator<string> {
  const parts = [
    () => summaryLines(report, {}, undefined, { titles, verbose: true }),
    () => ['', 'Log'],
    () => report.findings.map(logLine),
    () => changeLines(report, titles),
    () => (report.accounting ? accountingLines(report.accounting, titles) : []),
  ]
  for (const part of parts) for (const line of part()) yield `${withoutColours(line)}\n`
}

/** The JSON of a report, whose lists may have a hundred thousand entries: one by one. */
function* jsonTexts(report: Report): Generator<string> {
  let before = '{'
  for (const [name, value] of Object.entries(report) as [string, unknown][]) {
    if (value === undefined) continue
    yield `${before}${JSON.stringify(name)}:`
    before = ','
    if (isList(value)) {
      let separator = '['
      for (const entry of value) {
        yield `${separator}${JSON.stringify(entry)}`
        separator = ','
      }
      yield separator === '[' ? '[]' : ']'
    } else yield JSON.stringify(value)
  }
  yield '}\n'
}

function isList(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

/** Roughly so many characters are written at once. */
const PIECE = 64 * 1024

function* inPieces(texts: Iterable<string>): Generator<Buffer> {
  let piece = ''
  for (const text of texts) {
    piece += text
    if (piece.length < PIECE) continue
    yield Buffer.from(piece)
    piece = ''
  }
  yield Buffer.from(piece)
}

/** What the accounting of an import must know of what was reported before. */
export function accountedBefore(
  source: string,
  { root, event, oneAction }: ReportPlace,
): AccountedBefore | undefined {
  const previous = readReport(lastReport(root, event))
  if (previous?.source !== source) return undefined
  return {
    trees: (previous.accounting?.entries ?? [])
      .filter(({ kind }) => kind === 'tree')
      .map(({ subject }) => toBytes(subject)),
    findings: oneAction ? previous.findings : [],
  }
}

/** Under the name that everybody knows. */
function lastReport(root: string, event: string): string {
  const name =
    event === IMPORT_EVENT ? 'report' : `${toBytes(event).replace(/^migration-/, '')}-report`
  return joinPath(stateFolder(root), `${name}.json`)
}

/** What `--json` prints of a run that did not come about. */
export function refusedReport(source: string, root: string, error: unknown): Report {
  const { code, message, remedy } = describeError(error)
  return {
    status: 'failed',
    source,
    destination: toDisplay(root) || '/',
    actions: [],
    counts: { done: 0, unchanged: 0, skipped: 0, failed: 0, pending: 0 },
    findings: [
      { severity: 'error', plugin: '', action: '', code, subject: source, message, remedy },
      ...(error instanceof BlockedError ? error.blockers : []).map(
        ({ plugin, code: found, subject, message: text, remedy: todo }) => ({
          severity: 'error' as const,
          plugin,
          action: '',
          code: found,
          subject,
          message: text,
          remedy: todo,
        }),
      ),
    ],
    events: [],
    changes: [],
  }
}

function withoutColours(text: string): string {
  return text.replace(/\u001b\[\d+m/g, '')
}
