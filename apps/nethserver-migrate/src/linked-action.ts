// What the links under /etc/e-smith/events come to: one action, with the plugins that it needs.
import { runCommandLine } from './command-line.js'
import { registerRunAction } from './commands/run-action.js'

await runCommandLine((program, finish) => registerRunAction(program, { finish }))
