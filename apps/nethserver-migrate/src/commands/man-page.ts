import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { manPage } from '../help/man-page.js'

/** The packages have the page that this prints. */
export function registerManPage(program: Command, { finish }: CommandContext): void {
  program
    .command('man-page', { hidden: true })
    .description('print the manual page')
    .action(() => {
      process.stdout.write(manPage(program, program.version() ?? ''))
      finish(0)
    })
}
