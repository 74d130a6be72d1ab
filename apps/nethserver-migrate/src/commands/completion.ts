import { Argument, type Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { exitCodesHelp } from '../exit-codes.js'
import { completionScript, SHELLS, type Shell } from '../help/completion.js'
import { addExamples } from '../help/examples.js'

export function registerCompletion(program: Command, { loaded, finish }: CommandContext): void {
  const command = program
    .command('completion')
    .description('print what completes this command in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => {
      const plugins = loaded.plugins.map(({ name }) => name)
      process.stdout.write(completionScript(shell, program, plugins))
      finish(0)
    })
  addExamples(command, [
    ['source <(nethserver-migrate completion bash)', 'complete in this bash'],
    [
      'nethserver-migrate completion bash > /etc/bash_completion.d/nethserver-migrate',
      'complete in every bash',
    ],
  ])
  command.addHelpText('after', exitCodesHelp)
}
