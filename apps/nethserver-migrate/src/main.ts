import { Command, CommanderError, Option } from 'commander'
import { describeError, isDefect, type TransferMode } from '@nethserver-migrate/core/runner'
import { loadPlugins, type LoadedPlugins } from './load-plugins.js'
import { exitCodeOfError, exitCodesHelp, type ExitCode } from './exit-codes.js'
import { loadWaitingDatabases, type LoadDatabasesFlags } from './commands/load-databases.js'
import { listPlugins } from './commands/plugins.js'
import { run } from './commands/run.js'
import { stage } from './commands/stage.js'
import { runSyncMail, syncMailHelp, type SyncMailFlags } from './commands/sync-mail.js'

interface ImportFlags {
  readonly root?: string
  readonly transfer?: TransferMode
  readonly only?: readonly string[]
  readonly restart?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** The command line; `finish` is called with the exit code of the command that ran. */
function commandLine(loaded: LoadedPlugins, finish: (code: ExitCode) => void): Command {
  const pluginOptions = loaded.plugins
    .flatMap(({ options = {} }) => Object.entries(options))
    .map(([name, description]) => new Option(`--${name}`, description))
  const program = new Command('nethserver-migrate')
    .description('Moves an SME Server (or NethService) backup onto a NethServer')
    .version(process.env.NETHSERVER_MIGRATE_VERSION ?? 'unbuilt')
    .exitOverride()
    .showHelpAfterError()
    .addHelpText('after', exitCodesHelp)

  const runs = (name: string, summary: string, mode?: 'plan') => {
    const command = program
      .command(name)
      .description(summary)
      .argument('<source>', 'the backup archive, or the directory in which it was extracted')
      .option('--root <dir>', 'a staged destination instead of the live system')
      .option('--only <plugin...>', 'only these plugins')
      .addOption(
        new Option(
          '--transfer <mode>',
          'move files (across filesystems they are copied), or copy all',
        )
          .choices(['move', 'copy'])
          .default('move'),
      )
      .option('--restart', 'begin anew: do also what earlier imports of this source have done')
      .option('--json', 'one JSON document on standard output')
      .addHelpText('after', exitCodesHelp)
      .action(async (source: string, { dryRun, ...flags }: ImportFlags) =>
        finish(
          await run({
            loaded,
            source,
            ...flags,
            mode: mode ?? (dryRun ? 'plan' : 'apply'),
            pluginOptions: pluginOptions
              .filter((option) => command.getOptionValue(option.attributeName()) === true)
              .map(({ long = '' }) => long.replace('--', '')),
          }),
        ),
      )
    for (const option of pluginOptions) command.addOption(option)
    return command
  }

  runs('import', 'import a backup into this NethServer, or into a staged destination').option(
    '--dry-run',
    'the same as plan',
  )
  runs('plan', 'show every change that an import would make; nothing is changed', 'plan')
  program
    .command('run-action')
    .description('run one action: what the links under /etc/e-smith/events call')
    .argument('<action>', 'the name of the action')
    .argument(
      '<event>',
      'the name of the event: migration-import, or another one that has the link',
    )
    .argument('<source>', 'the directory in which the backup was extracted')
    .option('--root <dir>', 'a staged destination instead of the live system')
    .addHelpText('after', exitCodesHelp)
    .action(async (action: string, event: string, source: string, { root }: ImportFlags) =>
      finish(await run({ loaded, source, root, action, event, mode: 'apply' })),
    )
  program
    .command('sync-mail')
    .description('bring the messages that arrived on the old server after its backup')
    .requiredOption('--from <address>', 'the old server, as ssh reaches it: root@HOST')
    .option('--port <number>', 'its ssh port')
    .option('--root <dir>', 'a staged destination instead of the live system')
    .option('--dry-run', 'only say what would come')
    .option('--delete', 'take away here what is gone there; refused when new mail arrives here')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', syncMailHelp)
    .addHelpText('after', exitCodesHelp)
    .action(async (flags: SyncMailFlags) => finish(await runSyncMail(loaded, flags)))
  program
    .command('plugins')
    .description('list the installed plugins')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', exitCodesHelp)
    .action((flags: { json?: boolean }) => finish(listPlugins(loaded, flags)))
  program
    .command('stage')
    .description('make a destination tree on a machine that is no NethServer')
    .argument('<dir>', 'a directory that is empty or does not exist yet')
    .option('--like <generation>', 'the NethServer it resembles: 6 or 7', '7')
    .option('--packages <names>', 'the packages that count as installed, separated by commas')
    .addHelpText('after', exitCodesHelp)
    .action((directory: string, flags: { like: string; packages?: string }) =>
      finish(stage(directory, flags, loaded.plugins)),
    )
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
  return program
}

async function main(): Promise<ExitCode> {
  let code: ExitCode = 0
  try {
    await commandLine(await loadPlugins(), (result) => {
      code = result
    }).parseAsync()
    return code
  } catch (error) {
    // Commander has printed its own message; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { code: name, message, remedy } = describeError(error)
    process.stderr.write(`[ERROR] ${name}: ${message}${remedy ? `. ${remedy}` : ''}\n`)
    if (isDefect(error)) process.stderr.write(`${error.stack ?? ''}\n`)
    return exitCodeOfError(error)
  }
}

// Where nobody listens any more (`import … | head`, a lost connection) the work goes on: the log and
// the report have it all.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

process.exitCode = await main()
