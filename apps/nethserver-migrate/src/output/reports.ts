import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import {
  describeError,
  IMPORT_EVENT,
  joinPath,
  logLine,
  mergeReports,
  MigrateError,
  stateFolder,
  toBuffer,
  toBytes,
  toDisplay,
  writeDurably,
  type Report,
} from '@nethserver-migrate/core/runner'
import { BlockedError } from '../blocked-error.js'
import { changeLines } from './change-lines.js'
import { summaryLines, type SummaryPlaces } from './summary.js'

export interface ReportPlace {
  readonly root: string
  /** The event of the run: the reports of another one stay. */
  readonly event: string
  /** Only one action has run: the reports of all of them become one. */
  readonly oneAction: boolean
}

export class ReportError extends MigrateError {
  override readonly name = 'ReportError'
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

/** The report of the last run, for programs and for people; 0600, since it names everything. */
export function writeReports(
  report: Report,
  { root, event, oneAction }: ReportPlace,
): SummaryPlaces {
  const folder = stateFolder(root)
  mkdirSync(toBuffer(folder), { recursive: true, mode: 0o700 })
  const name =
    event === IMPORT_EVENT ? 'report' : `${toBytes(event).replace(/^migration-/, '')}-report`
  const json = joinPath(folder, `${name}.json`)
  const text = joinPath(folder, `${name}.txt`)
  const whole = oneAction ? joined(json, report) : report
  const lines = [
    ...summaryLines(whole, {}),
    '',
    'Log',
    ...whole.findings.map(logLine),
    ...changeLines(whole),
  ]
  writeDurably(json, Buffer.from(`${JSON.stringify(whole)}\n`).toString('latin1'), { mode: 0o600 })
  writeDurably(text, toBytes(withoutColours(`${lines.join('\n')}\n`)), { mode: 0o600 })
  return {
    report: toDisplay(text),
    ...(oneAction ? {} : { log: toDisplay(joinPath(root, '/var/log/messages')) }),
  }
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

/** Under an event each action is a process of its own: their reports become one. */
function joined(file: string, report: Report): Report {
  if (!existsSync(toBuffer(file))) return report
  const previous = JSON.parse(readFileSync(toBuffer(file), 'utf8')) as Report
  return previous.source === report.source ? mergeReports(previous, report) : report
}

function withoutColours(text: string): string {
  return text.replace(/\u001b\[\d+m/g, '')
}
