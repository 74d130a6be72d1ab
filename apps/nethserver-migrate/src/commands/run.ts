import { resolve } from 'node:path'
import {
  describeError,
  IMPORT_EVENT,
  logLine,
  noProgress,
  runImport,
  toBytes,
  toDisplay,
  type ConflictPolicy,
  type Finding,
  type Report,
  type TransferMode,
} from '@nethserver-migrate/core/runner'
import { exitCodeOfError, exitCodeOfStatus, type ExitCode } from '../exit-codes.js'
import { beforeRun } from '../before-run.js'
import { interruptible } from '../interruptible.js'
import { describeRefused, type LoadedPlugins } from '../load-plugins.js'
import { changeLines } from '../output/change-lines.js'
import { FindingLines } from '../output/finding-lines.js'
import { accountedBefore, refusedReport, tryToWriteReports } from '../output/reports.js'
import { ReportError } from '../output/run-files.js'
import { summaryLines } from '../output/summary.js'
import { progressOn, runScreen } from '../output/terminal-progress.js'
import { titlesOf, type Titles } from '../output/titles.js'
import { writePage } from '../report-page/write-page.js'

export interface RunOptions {
  readonly loaded: LoadedPlugins
  readonly source: string
  readonly root?: string | undefined
  readonly mode: 'plan' | 'apply'
  readonly transfer?: TransferMode | undefined
  readonly onConflict?: ConflictPolicy | undefined
  /** Whether checksums are written down. */
  readonly checksum?: boolean | undefined
  /** Whether what earlier runs have done does not count. */
  readonly restart?: boolean | undefined
  readonly only?: readonly string[] | undefined
  /** Options of plugins that were given. */
  readonly pluginOptions?: readonly string[] | undefined
  /** The one action that its event has called. */
  readonly action?: string | undefined
  readonly event?: string | undefined
  readonly json?: boolean | undefined
  /** A file for the page of a plan. */
  readonly html?: string | undefined
  readonly quiet?: boolean | undefined
  readonly verbose?: boolean | undefined
  /** A file of decisions. */
  readonly decisions?: string | undefined
  /** Codes of findings of the check that stop nothing. */
  readonly accept?: readonly string[] | undefined
}

/** Plans or imports, and says so on the screen (standard error) or as JSON (standard output). */
export async function run(options: RunOptions): Promise<ExitCode> {
  const { mode, json = false, action, only = [], pluginOptions = [], transfer = 'move' } = options
  const {
    event = IMPORT_EVENT,
    restart = false,
    onConflict = 'keep-both',
    checksum = false,
    decisions,
    accept = [],
  } = options
  const root = options.root === undefined ? '' : toBytes(resolve(options.root))
  const source = toBytes(resolve(options.source))
  const screen = json ? process.stderr : process.stdout
  const { plugins, refused } = options.loaded
  const findings = refused.map(refusal)
  const titles = titlesOf(plugins)
  const oneAction = action !== undefined
  const place = { root, event, oneAction, titles }
  const accounted = accountedBefore(toDisplay(source), place)
  const loudness = options.verbose ? 'verbose' : options.quiet ? 'quiet' : 'normal'
  const said = new FindingLines(loudness)
  const shown = oneAction ? undefined : runScreen(screen, process.stderr)
  const line = (text: string) => (shown ? shown.line(text) : screen.write(`${text}\n`))
  for (const plugin of refused) screen.write(`${describeRefused(plugin)}\n`)

  try {
    const { report, interrupted } = await interruptible(screen, async (interruption) => {
      const progress = oneAction ? noProgress : progressOn(process.stderr)
      const {
        opened,
        answers,
        said: earlier,
      } = await beforeRun(
        {
          source,
          root,
          mode,
          event,
          action,
          transfer,
          restart,
          plugins,
          only,
          pluginOptions,
          decisions,
          accept,
          progress,
          interruption,
        },
        screen,
      )
      return runImport({
        source,
        root,
        mode,
        event,
        transfer,
        onConflict,
        checksum,
        restart,
        plugins,
        only,
        pluginOptions,
        ...(action === undefined ? {} : { action }),
        ...(opened === undefined ? {} : { opened }),
        answers,
        earlier,
        progress: shown ?? noProgress,
        interruption,
        ...(accounted === undefined ? {} : { accounted }),
        onBegin: (name, ended, total) => shown?.begin(name, ended, total),
        onFinding: (finding) => {
          const text = oneAction ? logLine(finding) : said.lineOf(finding)
          if (text !== undefined) line(text)
        },
        onAction: ({ action: name, outcome, seconds }) => {
          for (const text of said.endOfAction()) line(text)
          if (mode === 'apply' && !oneAction && loudness !== 'quiet')
            line(`${name}: ${outcome} (${seconds.toFixed(2)} s)`)
        },
      }).finally(() => shown?.end())
    })
    const own = oneAction ? withoutAccounting(report) : report
    const whole: Report =
      findings.length === 0
        ? own
        : { ...own, status: 'failed', findings: [...findings, ...own.findings] }
    const written = mode === 'apply' ? tryToWriteReports(whole, place) : {}
    const places = written instanceof ReportError ? {} : written
    if (json) process.stdout.write(`${JSON.stringify(whole)}\n`)
    else if (mode === 'plan') showPlan(whole, { ...options, titles })
    else if (!oneAction)
      print(
        summaryLines(whole, places, undefined, {
          titles,
          verbose: loudness === 'verbose',
          more: `nethserver-migrate report${options.root === undefined ? '' : ` --root ${options.root}`}`,
        }),
      )
    if (written instanceof ReportError) throw written
    if (interrupted) return exitCodeOfError(interrupted)
    return exitCodeOfStatus(action === undefined ? whole.status : report.status)
  } catch (error) {
    if (json && !(error instanceof ReportError))
      process.stdout.write(`${JSON.stringify(refusedReport(toDisplay(source), root, error))}\n`)
    throw error
  }
}

/** The process of one action knows only its own plugin: it cannot account for all of the source. */
function withoutAccounting(report: Report): Report {
  const { accounting, ...rest } = report
  return accounting === undefined ? report : rest
}

function showPlan(
  report: Report,
  { html, titles, quiet, verbose }: RunOptions & { titles: Titles },
) {
  if (html !== undefined) writePage(html, report, titles, true)
  print([
    ...(quiet || html !== undefined ? [] : changeLines(report, titles)),
    ...summaryLines(report, html === undefined ? {} : { report: html }, undefined, {
      titles,
      verbose: verbose ?? false,
    }),
  ])
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
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
