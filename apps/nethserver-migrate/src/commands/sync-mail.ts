import { resolve } from 'node:path'
import { logLine, toBytes } from '@nethserver-migrate/core/runner'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { exitCodeOfError, exitCodeOfStatus, exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { addExamples } from '../help/examples.js'
import { interruptible } from '../interruptible.js'
import { describeRefused, type LoadedPlugins } from '../load-plugins.js'
import { isWorthALine } from '../output/findings.js'
import { mailboxLines } from '../output/mailbox-lines.js'
import { refusedReport, writeReports } from '../output/reports.js'
import { summaryLines } from '../output/summary.js'
import { progressOn } from '../output/terminal-progress.js'
import { parseRemote } from '../old-server/remote.js'
import { SYNC_EVENT } from '../sync-mail/sync-event.js'
import { syncMail } from '../sync-mail/sync-mail.js'

interface SyncMailFlags {
  readonly from: string
  readonly port?: string
  readonly root?: string
  readonly dryRun?: boolean
  readonly delete?: boolean
  readonly json?: boolean
}

const LOG_IN_ONCE = `
Log in once by hand before: the run answers no question of ssh's.
  ssh-copy-id root@192.168.1.1
  ssh root@192.168.1.1 true`

/** Brings the messages that arrived on the old server after its backup was imported. */
async function runSyncMail(loaded: LoadedPlugins, flags: SyncMailFlags): Promise<ExitCode> {
  const { dryRun = false, delete: takeAway = false, json = false } = flags
  const root = flags.root === undefined ? '' : toBytes(resolve(flags.root))
  const screen = json ? process.stderr : process.stdout
  for (const plugin of loaded.refused) screen.write(`${describeRefused(plugin)}\n`)
  try {
    const remote = parseRemote(flags.from, flags.port)
    screen.write(`looking at the mailboxes of ${remote.address} …\n`)
    const { report, interrupted, mailboxes } = await interruptible(screen, (interruption) =>
      syncMail({
        remote,
        root,
        plugins: loaded.plugins,
        dryRun,
        takeAway,
        progress: progressOn(process.stderr),
        interruption,
        onFinding: (finding) => {
          if (isWorthALine(finding)) screen.write(`${logLine(finding)}\n`)
        },
        onAction: ({ action, outcome, seconds }) => {
          if (!dryRun) screen.write(`${action}: ${outcome} (${seconds.toFixed(2)} s)\n`)
        },
      }),
    )
    const places = dryRun ? {} : writeReports(report, { root, event: SYNC_EVENT, oneAction: false })
    if (json) process.stdout.write(`${JSON.stringify(report)}\n`)
    else screen.write(`${summaryLines(report, places, mailboxLines(mailboxes)).join('\n')}\n`)
    return interrupted ? exitCodeOfError(interrupted) : exitCodeOfStatus(report.status)
  } catch (error) {
    if (json) process.stdout.write(`${JSON.stringify(refusedReport(flags.from, root, error))}\n`)
    throw error
  }
}

export function registerSyncMail(program: Command, { loaded, finish }: CommandContext): void {
  const command = program
    .command('sync-mail')
    .description('bring the messages that arrived on the old server after its backup')
    .requiredOption('--from <address>', 'the old server, as ssh reaches it: root@HOST')
    .option('--port <number>', 'its ssh port')
    .option('--root <dir>', 'a staged destination instead of the live system')
    .option('--dry-run', 'only say what would come')
    .option('--delete', 'take away here what is gone there; refused when new mail arrives here')
    .option('--json', 'one JSON document on standard output')
    .action(async (flags: SyncMailFlags) => finish(await runSyncMail(loaded, flags)))
  addExamples(command, [
    ['nethserver-migrate sync-mail --from root@192.168.1.1 --dry-run', 'see what would come'],
    [
      'nethserver-migrate sync-mail --from root@mail.example.com --port 2222',
      'bring what has arrived',
    ],
  ])
  command.addHelpText('after', LOG_IN_ONCE).addHelpText('after', exitCodesHelp)
}
