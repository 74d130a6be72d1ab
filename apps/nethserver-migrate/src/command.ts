// The whole command, with every plugin that is installed.
import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import { runCommandLine } from './command-line.js'
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
import { loadPlugins } from './load-plugins.js'

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

await runCommandLine(async (program, finish) => {
  const loaded = await loadPlugins()
  for (const register of COMMANDS) register(program, { loaded, finish })
})
