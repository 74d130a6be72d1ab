import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { addExamples } from '../help/examples.js'
import { exitCodesHelp } from '../exit-codes.js'
import { loadForAction } from '../load-plugins.js'
import { runLinkedAction } from './run-linked-action.js'

export function registerRunAction(
  program: Command,
  { finish }: Pick<CommandContext, 'finish'>,
): void {
  const command = program
    .command('run-action')
    .description('run one action: what the links under /etc/e-smith/events call')
    .argument('<action>', 'the name of the action')
    .argument(
      '<event>',
      'the name of the event: migration-import, or another one that has the link',
    )
    .argument('<source>', 'the directory in which the backup was extracted')
    .option('--root <dir>', 'a staged destination instead of the live system')
    .action(async (action: string, event: string, source: string, { root }: { root?: string }) => {
      const loaded = await loadForAction({ action, event, root: root ?? '/' })
      finish(await runLinkedAction({ loaded, source, root, action, event }))
    })
  addExamples(command, [
    [
      'nethserver-migrate run-action nethserver-cups-migrate migration-import /var/lib/migration',
      'what the link of the printers calls',
    ],
  ])
  command.addHelpText('after', exitCodesHelp)
}
