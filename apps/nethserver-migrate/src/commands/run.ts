import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  describeError,
  Interruption,
  joinPath,
  logLine,
  mergeReports,
  MigrateError,
  noProgress,
  runImport,
  stateFolder,
  toBuffer,
  toBytes,
  toDisplay,
  writeDurably,
  type Finding,
  type Report,
  type TransferMode,
} from '@nethserver-migrate/core/runner'
import { exitCodeOfError, exitCodeOfStatus, type ExitCode } from '../exit-codes.js'
import { describeRefused, type LoadedPlugins } from '../load-plugins.js'
import { changeLines } from '../output/change-lines.js'
import { summaryLines } from '../output/summary.js'
import { progressOn } from '../output/terminal-progress.js'

export interface RunOptions {
  readonly loaded: LoadedPlugins
  readonly source: string
  readonly root?: string | undefined
  readonly mode: 'plan' | 'apply'
  readonly transfer?: TransferMode | undefined
  /** Whether what earlier runs have done does not count. */
  readonly restart?: boolean | undefined
  readonly only?: readonly string[] | undefined
  /** Options of plugins that were given. */
  readonly pluginOptions?: readonly string[] | undefined
  /** The one action that its event has called. */
  readonly action?: string | undefined
  readonly json?: boolean | undefined
}

/** Plans or imports, and says so on the screen (standard error) or as JSON (standard output). */
export async function run(options: RunOptions): Promise<ExitCode> {
  const { mode, json = false, action, only = [], pluginOptions = [], transfer = 'move' } = options
  const { restart = false } = options
  const root = options.root === undefined ? '' : toBytes(resolve(options.root))
  const source = toBytes(resolve(options.source))
  const screen = json ? process.stderr : process.stdout
  const { plugins, refused } = options.loaded
  const findings = refused.map(refusal)
  for (const plugin of refused) screen.write(`${describeRefused(plugin)}\n`)

  const interruption = new Interruption()
  const stop = (signal: NodeJS.Signals) => {
    screen.write(`\n[NOTICE] ${signal}: stopping after the operation at hand\n`)
    interruption.request(signal)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    const { report, interrupted } = await runImport({
      source,
      root,
      mode,
      transfer,
      restart,
      plugins,
      only,
      pluginOptions,
      ...(action === undefined ? {} : { action }),
      progress: action === undefined ? progressOn(process.stderr) : noProgress,
      interruption,
      onFinding: (finding) => {
        if (worthALine(finding, action)) screen.write(`${logLine(finding)}\n`)
      },
      onAction: ({ action: name, outcome, seconds }) => {
        if (mode === 'apply' && action === undefined)
          screen.write(`${name}: ${outcome} (${seconds.toFixed(2)} s)\n`)
      },
    })
    const whole: Report =
      findings.length === 0
        ? report
        : { ...report, status: 'failed', findings: [...findings, ...report.findings] }
    const places = mode === 'apply' ? tryToWriteReports(whole, root, action !== undefined) : {}
    if (json) process.stdout.write(`${JSON.stringify(whole)}\n`)
    else if (mode === 'plan') print([...changeLines(whole), ...summaryLines(whole, {})])
    else if (action === undefined)
      print(summaryLines(whole, places instanceof ReportError ? {} : places))
    if (places instanceof ReportError) throw places
    if (interrupted) return exitCodeOfError(interrupted)
    return exitCodeOfStatus(action === undefined ? whole.status : report.status)
  } catch (error) {
    if (json && !(error instanceof ReportError))
      process.stdout.write(`${JSON.stringify(refusedReport(source, root, error))}\n`)
    throw error
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

class ReportError extends MigrateError {
  override readonly name = 'ReportError'
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Tasks and unknown parts stand together in the summary, information in the log. */
function worthALine({ severity, code }: Finding, action: string | undefined): boolean {
  if (action !== undefined) return true
  return severity !== 'info' && severity !== 'follow-up' && code !== 'unknown'
}

/** What was done is done, also where nobody can write it up. */
function tryToWriteReports(report: Report, root: string, oneAction: boolean) {
  try {
    return writeReports(report, root, oneAction)
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
function writeReports(
  report: Report,
  root: string,
  oneAction: boolean,
): { log?: string; report: string } {
  const folder = stateFolder(root)
  mkdirSync(toBuffer(folder), { recursive: true, mode: 0o700 })
  const json = joinPath(folder, 'report.json')
  const text = joinPath(folder, 'report.txt')
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

/** Under an event each action is a process of its own: their reports become one. */
function joined(file: string, report: Report): Report {
  if (!existsSync(toBuffer(file))) return report
  const previous = JSON.parse(readFileSync(toBuffer(file), 'utf8')) as Report
  return previous.source === report.source ? mergeReports(previous, report) : report
}

function refusal(plugin: { name: string; error: unknown }): Finding {
  const { code, message, remedy } = describeError(plugin.error)
  return {
    severity: 'error',
    plugin: plugin.name,
    action: '',
    code,
    subject: plugin.name,
    message,
    remedy,
  }
}

function refusedReport(source: string, root: string, error: unknown): Report {
  const { code, message, remedy } = describeError(error)
  return {
    status: 'failed',
    source: toDisplay(source),
    destination: toDisplay(root) || '/',
    actions: [],
    counts: { done: 0, unchanged: 0, skipped: 0, failed: 0, pending: 0 },
    findings: [
      {
        severity: 'error',
        plugin: '',
        action: '',
        code,
        subject: toDisplay(source),
        message,
        remedy,
      },
    ],
    events: [],
    changes: [],
  }
}

function withoutColours(text: string): string {
  return text.replace(/\u001b\[\d+m/g, '')
}
