import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import {
  describeError,
  logLine,
  toBytes,
  toDisplay,
  type Finding,
} from '@nethserver-migrate/core/runner'
import type { CommandContext } from '../command-context.js'
import { addExamples } from '../help/examples.js'
import { exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { interruptible } from '../interruptible.js'
import { parseRemote, type Remote } from '../old-server/remote.js'
import { count, formatBytes } from '../output/sizes.js'
import { progressOn } from '../output/terminal-progress.js'
import { SERVICES } from '../sync/old-services.js'
import { sync, type SyncResult } from '../sync/sync.js'
import { SyncRefused } from '../sync/sync-refused.js'

interface SyncFlags {
  readonly from: string
  readonly port?: string
  readonly to: string
  readonly root?: string
  readonly final?: boolean
  readonly yes?: boolean
  readonly again?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

const LOG_IN_ONCE = `
Log in once by hand before: the run answers no question of ssh's.
  ssh-copy-id root@192.168.1.1
  ssh root@192.168.1.1 true`

export function registerSync(program: Command, { finish }: CommandContext): void {
  const command = program
    .command('sync')
    .description('fetch a source from the old server while it runs')
    .requiredOption('--from <address>', 'the old server, as ssh reaches it: root@HOST')
    .option('--port <number>', 'its ssh port')
    .option('--to <dir>', 'the directory that becomes the source', '/var/lib/migration')
    .option('--root <dir>', 'the staged destination that it is for, instead of the live system')
    .option('--final', 'the last time: stop its services and run its event pre-backup before')
    .option('--yes', 'with --final: do not ask before services are stopped')
    .option('--again', 'fetch also what an import has moved away already')
    .option('--dry-run', 'only say how much would come')
    .option('--json', 'one JSON document on standard output')
    .action(async (flags: SyncFlags) => {
      const findings: Finding[] = []
      try {
        finish(await runSync(flags, findings))
      } catch (error) {
        if (flags.json) process.stdout.write(`${JSON.stringify(refused(flags, findings, error))}\n`)
        throw error
      }
    })
  addExamples(command, [
    ['nethserver-migrate sync --from root@192.168.1.1 --dry-run', 'see how much would come'],
    ['nethserver-migrate sync --from root@192.168.1.1', 'days before, as often as you like'],
    ['nethserver-migrate sync --from root@192.168.1.1 --final', 'in the night of the move'],
  ])
  command.addHelpText('after', LOG_IN_ONCE).addHelpText('after', exitCodesHelp)
}

async function runSync(flags: SyncFlags, findings: Finding[]): Promise<ExitCode> {
  const { final = false, yes = false, again = false, dryRun = false, json = false } = flags
  const remote = parseRemote(flags.from, flags.port)
  const folder = toBytes(resolve(flags.to))
  const root = flags.root === undefined ? '' : toBytes(resolve(flags.root))
  const screen = json ? process.stderr : process.stdout
  if (final && !dryRun && !yes && !(await isConfirmed(remote))) throw SyncRefused.notConfirmed()
  const result = await interruptible(screen, (interruption) =>
    sync({
      ...{ remote, folder, root, dryRun, final, again, interruption },
      progress: progressOn(process.stderr),
      onStep: (step) => screen.write(`${step}\n`),
      onFinding: (finding) => {
        findings.push(finding)
        screen.write(`${logLine(finding)}\n`)
      },
    }),
  )
  const failed = findings.some(({ severity }) => severity === 'error')
  if (json) {
    const status = failed ? 'failed' : dryRun ? 'pending' : 'done'
    const { restart = null, ...numbers } = result
    process.stdout.write(
      `${JSON.stringify({ status, from: remote.address, folder: toDisplay(folder), ...numbers, restart, findings })}\n`,
    )
  } else
    screen.write(
      `${lines(result, { remote, folder: toDisplay(folder), final, dryRun, failed }).join('\n')}\n`,
    )
  return failed ? 1 : 0
}

/** What `--json` prints of a fetch that did not come to its end: the last finding says why. */
function refused({ from, to }: SyncFlags, findings: readonly Finding[], error: unknown) {
  const { code, message, remedy } = describeError(error)
  const who = { plugin: '', action: '', subject: from }
  const why: Finding = { severity: 'error', ...who, code, message, remedy }
  return { status: 'failed', from, folder: resolve(to), findings: [...findings, why] }
}

function lines(
  { files, bytes, restart }: SyncResult,
  at: { remote: Remote; folder: string; final: boolean; dryRun: boolean; failed: boolean },
): string[] {
  const { remote, folder, final, dryRun, failed } = at
  const amount = `${count(files, 'file')} (${formatBytes(bytes)})`
  if (dryRun) return ['', `${remote.address} → ${folder}: ${amount} would come`]
  const next = failed
    ? 'Something could not be fetched: mend what the errors say, then run the same command again'
    : final
      ? `The backup is whole. Go on with: nethserver-migrate import ${folder}`
      : `Run it again as often as you like, and the last time with --final. Meanwhile look at: nethserver-migrate check ${folder}`
  return [
    '',
    `${remote.address} → ${folder}: ${files === 0 ? 'nothing has changed' : `${amount} came`}`,
    ...(restart === undefined
      ? []
      : [`  Its services are stopped. Start them again with: ${restart}`]),
    `  ${next}`,
  ]
}

/** Asks a person at a terminal; where there is none nobody agrees. */
async function isConfirmed(remote: Remote): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const question =
    `This stops mail, web, file and fax services of ${remote.address} (${SERVICES.join(', ')})\n` +
    `and runs its event pre-backup. Its users cannot work until you start them again. Go on? [y/N] `
  try {
    const answer = await new Promise<string>((answered) => {
      terminal.question(question, answered)
      terminal.on('close', () => answered(''))
    })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}
