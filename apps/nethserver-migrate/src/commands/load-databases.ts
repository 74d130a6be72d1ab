import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  Interruption,
  loadDatabases,
  logLine,
  toBytes,
  UsageError,
  type RootPassword,
} from '@nethserver-migrate/core/runner'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { progressOn } from '../output/terminal-progress.js'

interface LoadDatabasesFlags {
  readonly source: string
  readonly replaceDatabases?: boolean
  readonly rootPasswordTo?: string
}

/** Loads the dumps that wait in a folder: what the queue of a staged destination calls. */
async function loadWaitingDatabases(
  folder: string,
  { source, replaceDatabases = false, rootPasswordTo }: LoadDatabasesFlags,
): Promise<ExitCode> {
  const interruption = new Interruption()
  const stop = (signal: NodeJS.Signals) => {
    process.stdout.write(`\n[NOTICE] ${signal}: stopping after the operation at hand\n`)
    interruption.request(signal)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    const good = await loadDatabases({
      folder: toBytes(resolve(folder)),
      sourceHost: source,
      replace: replaceDatabases,
      rootPassword: rootPasswordTo === undefined ? undefined : readRootPassword(rootPasswordTo),
      progress: progressOn(process.stderr),
      interruption,
      onFinding: (finding) => process.stdout.write(`${logLine(finding)}\n`),
    })
    return good ? 0 : 1
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

function readRootPassword(storedIn: string): RootPassword {
  const password = readFileSync(0, 'latin1')
  if (password !== '') return { password, storedIn: toBytes(storedIn) }
  throw new UsageError(
    'PASSWORD_MISSING',
    '--root-password-to wants a password on standard input',
    'run it as the queue says, with the input that it names',
  )
}

export function registerLoadDatabases(program: Command, { finish }: CommandContext): void {
  program
    .command('load-databases', { hidden: true })
    .description('load dumps of databases: what the queue of a staged destination calls')
    .argument('<dir>', 'the directory in which they wait')
    .requiredOption('--source <host>', 'the name of the old server')
    .option('--replace-databases', 'load them also over databases that are there already')
    .option(
      '--root-password-to <file>',
      'give root of the database server the password on standard input, and store it there',
    )
    .addHelpText('after', exitCodesHelp)
    .action(async (directory: string, flags: LoadDatabasesFlags) =>
      finish(await loadWaitingDatabases(directory, flags)),
    )
}
