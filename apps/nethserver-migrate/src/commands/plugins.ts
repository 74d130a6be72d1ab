import { actionLinks, IMPORT_EVENT } from '@nethserver-migrate/core/runner'
import Table from 'cli-table3'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { addExamples } from '../help/examples.js'
import { exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { describeRefused, type LoadedPlugins } from '../load-plugins.js'

/** Lists the installed plugins: what each migrates, for which packages, and when it runs. */
function listPlugins(
  { plugins, refused }: LoadedPlugins,
  { json = false }: { json?: boolean | undefined },
): ExitCode {
  if (json)
    process.stdout.write(
      `${JSON.stringify(
        plugins.map(({ name, api, feature, createlinks }) => ({
          name,
          api,
          title: feature.title,
          packages: feature.packages,
          actions: actionLinks([createlinks], IMPORT_EVENT).map(({ action, level }) => ({
            action,
            level,
          })),
        })),
      )}\n`,
    )
  else {
    const table = new Table({
      head: ['Plugin', 'Feature', 'For package', 'Links in migration-import'],
      style: { head: [], border: [], compact: true },
    })
    for (const { name, feature, createlinks } of plugins)
      table.push([
        name,
        feature.title,
        feature.packages.join('\n'),
        actionLinks([createlinks], IMPORT_EVENT)
          .map(({ link }) => link)
          .join('\n'),
      ])
    process.stdout.write(`${table.toString()}\n`)
  }
  for (const plugin of refused) process.stderr.write(`${describeRefused(plugin)}\n`)
  return refused.length === 0 ? 0 : 1
}

export function registerPlugins(program: Command, { loaded, finish }: CommandContext): void {
  const command = program
    .command('plugins')
    .description('list the installed plugins')
    .option('--json', 'one JSON document on standard output')
    .action((flags: { json?: boolean }) => finish(listPlugins(loaded, flags)))
  addExamples(command, [['nethserver-migrate plugins', 'what is installed, and when it runs']])
  command.addHelpText('after', exitCodesHelp)
}
