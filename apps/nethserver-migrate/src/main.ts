import { Command, CommanderError } from 'commander'
import { describeError, isDefect } from '@nethserver-migrate/core/runner'
import type { CommandContext } from './command-context.js'
import { registerCompletion } from './commands/completion.js'
import { registerExplain } from './commands/explain.js'
import { registerCheck } from './commands/check.js'
import { registerImport, registerPlan } from './commands/import.js'
import { registerInspect } from './commands/inspect.js'
import { registerLoadDatabases } from './commands/load-databases.js'
import { registerManPage } from './commands/man-page.js'
import { registerPlugins } from './commands/plugins.js'
import { registerReplay } from './commands/replay.js'
import { registerReport } from './commands/report.js'
import { registerRollback } from './commands/rollback.js'
import { registerRunAction } from './commands/run-action.js'
import { registerRuns } from './commands/runs.js'
import { registerStage } from './commands/stage.js'
import { registerSync } from './commands/sync.js'
import { registerSyncMail } from './commands/sync-mail.js'
import { registerVerify } from './commands/verify.js'
import { exitCodeOfError, exitCodesHelp, type ExitCode } from './exit-codes.js'
import { loadOwner, loadPlugins, type LoadedPlugins } from './load-plugins.js'

/** In the order in which --help names them. */
const COMMANDS: readonly ((program: Command, context: CommandContext) => void)[] = [
  registerInspect,
  registerCheck,
  registerImport,
  registerPlan,
  registerReport,
  registerRuns,
  registerVerify,
  registerRollback,
  registerRunAction,
  registerSync,
  registerSyncMail,
  registerPlugins,
  registerExplain,
  registerStage,
  registerReplay,
  registerCompletion,
  registerLoadDatabases,
  registerManPage,
]

function commandLine(context: CommandContext): Command {
  const program = new Command('nethserver-migrate')
    .description('Moves an SME Server (or NethService) backup onto a NethServer')
    .version(process.env.NETHSERVER_MIGRATE_VERSION ?? 'unbuilt')
    .exitOverride()
    .showHelpAfterError()
    .addHelpText('after', exitCodesHelp)
  for (const register of COMMANDS) register(program, context)
  return program
}

function pluginsFor([command, action]: readonly string[]): Promise<LoadedPlugins> {
  return command === 'run-action' && action !== undefined ? loadOwner(action) : loadPlugins()
}

async function main(): Promise<ExitCode> {
  let code: ExitCode = 0
  try {
    const finish = (result: ExitCode) => {
      code = result
    }
    const loaded = await pluginsFor(process.argv.slice(2))
    await commandLine({ loaded, finish }).parseAsync()
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
