import { resolve } from 'node:path'
import { logLine, noProgress, runImport, toBytes, toDisplay } from '@nethserver-migrate/core/runner'
import { exitCodeOfError, exitCodeOfStatus, type ExitCode } from '../exit-codes.js'
import { interruptible } from '../interruptible.js'
import { describeRefused, refusal, type PluginsForAction } from '../load-plugins.js'
import { accountedBefore, tryToWriteReports } from '../output/reports.js'
import { ReportError } from '../output/run-files.js'
import { titlesOf } from '../output/titles.js'

export interface LinkedActionOptions {
  readonly loaded: PluginsForAction
  readonly action: string
  /** The event that has called it. */
  readonly event: string
  /** The directory in which the backup was extracted. */
  readonly source: string
  readonly root?: string | undefined
}

/**
 * One action of an event, whose signaller logs what it prints. All actions of the event share one
 * report.
 */
export async function runLinkedAction(options: LinkedActionOptions): Promise<ExitCode> {
  const { loaded, action, event } = options
  const { plugins, refused, accountsForAll } = loaded
  const root = options.root === undefined ? '' : toBytes(resolve(options.root))
  const source = toBytes(resolve(options.source))
  const place = { root, event, oneAction: true, titles: titlesOf(plugins) }
  const accounted = accountedBefore(toDisplay(source), place)
  const line = (text: string) => process.stdout.write(`${text}\n`)
  for (const plugin of refused) line(describeRefused(plugin))

  const { report, interrupted } = await interruptible(process.stdout, (interruption) =>
    runImport({
      source,
      root,
      mode: 'apply',
      event,
      plugins,
      only: [],
      action,
      accountsForAll,
      progress: noProgress,
      interruption,
      ...(accounted === undefined ? {} : { accounted }),
      onFinding: (finding) => line(logLine(finding)),
      onAction: () => undefined,
    }),
  )
  const written = tryToWriteReports(
    refused.length === 0
      ? report
      : { ...report, status: 'failed', findings: [...refused.map(refusal), ...report.findings] },
    place,
  )
  if (written instanceof ReportError) throw written
  return interrupted ? exitCodeOfError(interrupted) : exitCodeOfStatus(report.status)
}
