import type { ExitCode } from './exit-codes.js'
import type { LoadedPlugins } from './load-plugins.js'

/** What each command of the command line is given. */
export interface CommandContext {
  readonly loaded: LoadedPlugins
  /** Called with the exit code of the command that ran. */
  readonly finish: (code: ExitCode) => void
}
