import { resolve } from 'node:path'
import {
  logLine,
  rollback,
  toBytes,
  type Finding,
  type Report,
} from '@nethserver-migrate/core/runner'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { exitCodeOfError, exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { addExamples } from '../help/examples.js'
import { interruptible } from '../interruptible.js'
import { isWorthALine } from '../output/findings.js'
import { refusedReport, tryToWriteReports } from '../output/reports.js'
import { ReportError } from '../output/run-files.js'
import { count } from '../output/sizes.js'
import { summaryLines } from '../output/summary.js'

interface RollbackFlags {
  readonly root?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** By its name the reports of a rollback are told from those of imports. */
const EVENT = 'migration-rollback'

export function registerRollback(program: Command, { finish }: CommandContext): void {
  const command = program
    .command('rollback')
    .description('undo the last import: databases and files as they were, the rest is listed')
    .option('--root <dir>', 'a staged destination instead of the live system')
    .option('--dry-run', 'show what would be undone, and what not; nothing is changed')
    .option('--json', 'one JSON document on standard output')
    .action(async (flags: RollbackFlags) => finish(await undoLastImport(flags)))
  addExamples(command, [
    ['nethserver-migrate rollback --dry-run', 'show what would be undone'],
    ['nethserver-migrate rollback', 'undo the last import of this NethServer'],
    ['nethserver-migrate rollback --root /srv/new', 'undo it in a staged destination'],
  ])
  command.addHelpText('after', exitCodesHelp)
}

async function undoLastImport(flags: RollbackFlags): Promise<ExitCode> {
  const { dryRun = false, json = false } = flags
  const root = flags.root === undefined ? '' : toBytes(resolve(flags.root))
  const screen = json ? process.stderr : process.stdout
  try {
    const { report, interrupted } = await interruptible(screen, (interruption) =>
      rollback({
        root,
        mode: dryRun ? 'plan' : 'apply',
        interruption,
        onFinding: (finding) => {
          if (isWorthALine(finding)) screen.write(`${logLine(finding)}\n`)
        },
      }),
    )
    const written = dryRun
      ? {}
      : tryToWriteReports(report, { root, event: EVENT, oneAction: false })
    const places = written instanceof ReportError ? {} : written
    if (json) process.stdout.write(`${JSON.stringify(report)}\n`)
    else process.stdout.write(`${summaryLines(report, places, facts(report)).join('\n')}\n`)
    if (written instanceof ReportError) throw written
    if (interrupted) return exitCodeOfError(interrupted)
    return report.findings.some(isNotUndone) ? 1 : 0
  } catch (error) {
    if (json && !(error instanceof ReportError))
      process.stdout.write(`${JSON.stringify(refusedReport('', root, error))}\n`)
    throw error
  }
}

function isNotUndone({ severity }: Finding): boolean {
  return severity === 'error' || severity === 'warning' || severity === 'follow-up'
}

function facts({ counts, findings }: Report): string[] {
  const stays = findings.filter(isNotUndone).length
  return [
    `${count(counts.done + counts.pending, 'operation')} undone${counts.pending > 0 ? ' (or to be undone)' : ''}, ${
      stays === 0 ? 'nothing stays' : `${count(stays, 'thing')} to look at`
    }`,
  ]
}
