import { actionLinks, IMPORT_EVENT } from '@nethserver-migrate/core/runner'
import Table from 'cli-table3'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { addExamples } from '../help/examples.js'
import { exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { installMatchingPlugins, listMatchingPlugins } from './plugins-matching.js'
import { describeRefused, type LoadedPlugins } from '../load-plugins.js'

/** Lists the installed plugins: what each migrates, for which packages, and when it runs. */
function listPlugins({ plugins, refused }: LoadedPlugins, { json }: { json: boolean }): ExitCode {
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

interface PluginsOptions {
  readonly json?: boolean
  /** With no value it is `true`. */
  readonly matching?: string | true
  readonly install?: string | true
}

const textOf = (value: string | true | undefined) => (value === true ? undefined : value)

export function registerPlugins(program: Command, { loaded, finish }: CommandContext): void {
  const command = program
    .command('plugins')
    .description('list the installed plugins, or those that match; install the latter')
    .option(
      '--matching [source]',
      'plugins, installed or not, for what this host has and a backup made use of',
    )
    .option('--install [dir]', 'install those that match: from a folder of RPMs, or with yum')
    .option('--json', 'one JSON document on standard output')
    .action(async ({ json = false, matching, install }: PluginsOptions) => {
      if (install !== undefined)
        finish(await installMatchingPlugins(textOf(matching), textOf(install)))
      else if (matching !== undefined)
        finish(await listMatchingPlugins({ source: textOf(matching), json }))
      else finish(listPlugins(loaded, { json }))
    })
  addExamples(command, [
    ['nethserver-migrate plugins', 'what is installed, and when it runs'],
    ['nethserver-migrate plugins --matching backup.tgz', 'what this host and that backup call for'],
    ['nethserver-migrate plugins --install', 'install it with yum'],
  ])
  command.addHelpText('after', exitCodesHelp)
}
