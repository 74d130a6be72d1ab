import { resolve } from 'node:path'
import {
  IMPORT_EVENT,
  noProgress,
  runImport,
  toBytes,
  toDisplay,
  type ConflictPolicy,
  type Report,
  type TransferMode,
} from '@nethserver-migrate/core/runner'
import { exitCodeOfError, exitCodeOfStatus, type ExitCode } from '../exit-codes.js'
import { beforeRun } from '../before-run.js'
import { interruptible } from '../interruptible.js'
import { describeRefused, refusal, type LoadedPlugins } from '../load-plugins.js'
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
  const { mode, json = false, only = [], pluginOptions = [], transfer = 'move' } = options
  const {
    event = IMPORT_EVENT,
    restart = false,
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
  const place = { root, event, oneAction: false, titles }
  const accounted = accountedBefore(toDisplay(source), place)
  const loudness = options.verbose ? 'verbose' : options.quiet ? 'quiet' : 'normal'
  const said = new FindingLines(loudness)
  const shown = runScreen(screen, process.stderr)
  const line = (text: string) => shown.line(text)
  for (const plugin of refused) screen.write(`${describeRefused(plugin)}\n`)

  try {
    const { report, interrupted } = await interruptible(screen, async (interruption) => {
      const progress = loudness === 'quiet' ? noProgress : progressOn(process.stderr)
      const {
        opened,
        answers,
        onConflict,
        said: earlier,
      } = await beforeRun(
        {
          source,
          root,
          mode,
          event,
          transfer,
          onConflict: options.onConflict,
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
        ...(onConflict === undefined ? {} : { onConflict }),
        checksum,
        restart,
        plugins,
        only,
        pluginOptions,
        ...(opened === undefined ? {} : { opened }),
        answers,
        earlier,
        progress: loudness === 'quiet' ? noProgress : shown,
        interruption,
        ...(accounted === undefined ? {} : { accounted }),
        onBegin: (name, ended, total) => shown.begin(name, ended, total),
        onFinding: (finding) => {
          const text = said.lineOf(finding)
          if (text !== undefined) line(text)
        },
        onAction: ({ action: name, outcome, seconds }) => {
          for (const text of said.endOfAction()) line(text)
          if (mode === 'apply' && loudness !== 'quiet')
            line(`${name}: ${outcome} (${seconds.toFixed(2)} s)`)
        },
      }).finally(() => shown.end())
    })
    const whole: Report =
      findings.length === 0
        ? report
        : { ...report, status: 'failed', findings: [...findings, ...report.findings] }
    const written = mode === 'apply' ? tryToWriteReports(whole, place) : {}
    const places = written instanceof ReportError ? {} : written
    if (json) process.stdout.write(`${JSON.stringify(whole)}\n`)
    else if (mode === 'plan') showPlan(whole, { ...options, titles })
    else
      print(
        summaryLines(whole, places, undefined, {
          titles,
          verbose: loudness === 'verbose',
          more: `nethserver-migrate report${options.root === undefined ? '' : ` --root ${options.root}`}`,
        }),
      )
    if (written instanceof ReportError) throw written
    if (interrupted) return exitCodeOfError(interrupted)
    return exitCodeOfStatus(whole.status)
  } catch (error) {
    if (json && !(error instanceof ReportError))
      process.stdout.write(`${JSON.stringify(refusedReport(toDisplay(source), root, error))}\n`)
    throw error
  }
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
