import { resolve } from 'node:path'
import {
  logLine,
  toBytes,
  toDisplay,
  verifyImport,
  type Report,
} from '@nethserver-migrate/core/runner'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { exitCodeOfStatus, exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { addExamples } from '../help/examples.js'
import { interruptible } from '../interruptible.js'
import { describeRefused, type LoadedPlugins } from '../load-plugins.js'
import { isWorthALine } from '../output/findings.js'
import { refusedReport } from '../output/reports.js'
import { count } from '../output/sizes.js'
import { progressOn } from '../output/terminal-progress.js'

interface VerifyFlags {
  readonly root?: string
  readonly checksum?: boolean
  readonly json?: boolean
}

export function registerVerify(program: Command, { loaded, finish }: CommandContext): void {
  const command = program
    .command('verify')
    .description('look whether everything that was imported is still as the import left it')
    .argument('<source>', 'what was imported')
    .option('--root <dir>', 'a staged destination instead of the live system')
    .option('--checksum', 'compare the bytes of files, too')
    .option('--json', 'one JSON document on standard output')
    .action(async (source: string, flags: VerifyFlags) =>
      finish(await verify(loaded, source, flags)),
    )
  addExamples(command, [
    ['nethserver-migrate verify /var/lib/migration', 'compare records, names and sizes'],
    ['nethserver-migrate verify /var/lib/migration --checksum', 'read every byte, too'],
  ])
  command.addHelpText('after', exitCodesHelp)
}

async function verify(
  loaded: LoadedPlugins,
  source: string,
  flags: VerifyFlags,
): Promise<ExitCode> {
  const { checksum = false, json = false } = flags
  const root = flags.root === undefined ? '' : toBytes(resolve(flags.root))
  const path = toBytes(resolve(source))
  const screen = json ? process.stderr : process.stdout
  for (const plugin of loaded.refused) screen.write(`${describeRefused(plugin)}\n`)
  try {
    const report = await interruptible(screen, (interruption) =>
      verifyImport({
        source: path,
        root,
        checksum,
        plugins: loaded.plugins,
        progress: progressOn(process.stderr),
        interruption,
        onFinding: (finding) => {
          if (isWorthALine(finding)) screen.write(`${logLine(finding)}\n`)
        },
      }),
    )
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${verdict(report)}\n`)
    return exitCodeOfStatus(report.status)
  } catch (error) {
    if (json)
      process.stdout.write(`${JSON.stringify(refusedReport(toDisplay(path), root, error))}\n`)
    throw error
  }
}

function verdict({ source, destination, findings }: Report): string {
  const differences = findings.filter(({ severity }) => severity === 'error').length
  return `${source} → ${destination}: ${
    differences === 0 ? 'everything is as the import left it' : count(differences, 'difference')
  }`
}
