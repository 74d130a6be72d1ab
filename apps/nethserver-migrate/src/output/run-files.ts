import { existsSync, linkSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import {
  describeError,
  joinPath,
  MigrateError,
  stateFolder,
  toBuffer,
  UsageError,
  type Report,
} from '@nethserver-migrate/core/runner'

/** So many runs are remembered: a synchronisation may run every few minutes. */
const KEPT_RUNS = 50

export class ReportError extends MigrateError {
  override readonly name = 'ReportError'
}

/** A name for a run that begins now: sorts by time, and can be a part of a file's name. */
export function newRunId(now: Date): string {
  return `${now.toISOString().replace(/[-:]|\.\d+/g, '')}-${process.pid}`
}

/** Where the report of a run lies, as JSON or as text. */
export function runFile(root: string, id: string, kind: 'json' | 'txt'): string {
  return joinPath(stateFolder(root), `report-${id}.${kind}`)
}

/** The ids of the runs whose reports are kept, the last one first. */
export function runIds(root: string): string[] {
  const folder = toBuffer(stateFolder(root))
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .flatMap((name) => /^report-(\d{8}T\d{6}Z-\d+)\.json$/.exec(name)?.[1] ?? [])
    .sort()
    .reverse()
}

/** Keeps what was written as the last report under the name of its run, too; forgets old runs. */
export function keepRun(root: string, id: string, last: { json: string; txt: string }): void {
  for (const kind of ['json', 'txt'] as const) {
    const file = toBuffer(runFile(root, id, kind))
    rmSync(file, { force: true })
    linkSync(toBuffer(last[kind]), file)
  }
  for (const old of runIds(root).slice(KEPT_RUNS))
    for (const kind of ['json', 'txt'] as const)
      rmSync(toBuffer(runFile(root, old, kind)), { force: true })
}

/**
 * The report of a run, or of the last import.
 * @param run its id, or the beginning of it.
 */
export function readRun(root: string, run: string | undefined): Report {
  const ids = runIds(root)
  if (run === undefined) {
    const last = readReport(joinPath(stateFolder(root), 'report.json'))
    if (last) return last
    throw noRun(
      'no import has been reported here yet',
      'look at the runs with: nethserver-migrate runs',
    )
  }
  const [id, second] = ids.filter((known) => known.startsWith(run))
  if (id === undefined || second !== undefined)
    throw noRun(
      id === undefined ? `there is no run ${run}` : `${run} begins the name of several runs`,
      ids.length === 0 ? 'import first' : `choose one of: ${ids.slice(0, 5).join(', ')}`,
    )
  const report = readReport(runFile(root, id, 'json'))
  if (report) return report
  throw noRun(`the report of ${id} is gone`, 'look at the runs with: nethserver-migrate runs')
}

/** Nothing where there is none. */
export function readReport(file: string): Report | undefined {
  if (!existsSync(toBuffer(file))) return undefined
  try {
    return JSON.parse(readFileSync(toBuffer(file), 'utf8')) as Report
  } catch (error) {
    throw new ReportError(
      'REPORT_UNREADABLE',
      `the report ${file} cannot be read: ${describeError(error).message}`,
      'the text beside it, .txt, says the same',
    )
  }
}

function noRun(message: string, remedy: string): UsageError {
  return new UsageError('UNKNOWN_RUN', message, remedy)
}
