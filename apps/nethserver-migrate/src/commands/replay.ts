import { logLine, replay, REPLAY_EVENT } from '@nethserver-migrate/core/runner'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { exitCodeOfError, exitCodeOfStatus, exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { addExamples } from '../help/examples.js'
import { interruptible } from '../interruptible.js'
import { changeLines } from '../output/change-lines.js'
import { describeChange } from '../output/describe-change.js'
import { isWorthALine } from '../output/findings.js'
import { replayFacts } from '../output/replay-facts.js'
import { refusedReport, tryToWriteReports } from '../output/reports.js'
import { ReportError } from '../output/run-files.js'
import { summaryLines } from '../output/summary.js'
import { runScreen } from '../output/terminal-progress.js'

interface ReplayFlags {
  readonly plan?: boolean
  readonly json?: boolean
}

export function registerReplay(program: Command, { finish }: CommandContext): void {
  const command = program
    .command('replay')
    .description('run what an import with --root has queued, on the first boot of that host')
    .option('--plan', 'show what would run; nothing is run')
    .option('--json', 'one JSON document on standard output')
    .action(async (flags: ReplayFlags) => finish(await replayQueue(flags)))
  addExamples(command, [
    ['nethserver-migrate replay --plan', 'see what waits for the first boot'],
    ['nethserver-migrate replay', 'run it, or go on where it was cut short'],
  ])
  command.addHelpText('after', exitCodesHelp)
}

async function replayQueue({ plan = false, json = false }: ReplayFlags): Promise<ExitCode> {
  const screen = json ? process.stderr : process.stdout
  const shown = runScreen(screen, process.stderr)
  try {
    const { report, interrupted } = await interruptible(screen, (interruption) =>
      replay({
        mode: plan ? 'plan' : 'apply',
        interruption,
        onFinding: (finding) => {
          if (isWorthALine(finding)) shown.line(logLine(finding))
        },
        onBegin: (subject, ended, total) => shown.begin(subject, ended, total),
        onEnd: (change, outcome) => {
          // Of owners a finding tells.
          if (plan || change.kind === 'owners') return
          const { kind, text } = describeChange(change)
          shown.line(`${kind} ${text}: ${outcome}`)
        },
      }).finally(() => shown.end()),
    )
    const written = plan
      ? {}
      : tryToWriteReports(report, { root: '', event: REPLAY_EVENT, oneAction: false })
    const places = written instanceof ReportError ? {} : written
    if (json) process.stdout.write(`${JSON.stringify(report)}\n`)
    else {
      const changes = plan ? changeLines(report, new Map()) : []
      const lines = [...changes, ...summaryLines(report, places, replayFacts(report))]
      process.stdout.write(`${lines.join('\n')}\n`)
    }
    if (written instanceof ReportError) throw written
    return interrupted ? exitCodeOfError(interrupted) : exitCodeOfStatus(report.status)
  } catch (error) {
    if (json && !(error instanceof ReportError))
      process.stdout.write(`${JSON.stringify(refusedReport('', '', error))}\n`)
    throw error
  }
}
