import { Option, type Command } from 'commander'
import type { TransferMode } from '@nethserver-migrate/core/runner'
import type { CommandContext } from '../command-context.js'
import { exitCodesHelp } from '../exit-codes.js'
import { run } from './run.js'

interface ImportFlags {
  readonly root?: string
  readonly transfer?: TransferMode
  readonly only?: readonly string[]
  readonly restart?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
  readonly decisions?: string
  readonly accept?: readonly string[]
}

export function registerImport(program: Command, context: CommandContext): void {
  register(program, context, {
    name: 'import',
    summary: 'import a backup into this NethServer, or into a staged destination',
  })
    .option('--dry-run', 'the same as plan')
    .option('--accept <code...>', 'import in spite of these findings of the check')
}

export function registerPlan(program: Command, context: CommandContext): void {
  register(program, context, {
    name: 'plan',
    summary: 'show every change that an import would make; nothing is changed',
    mode: 'plan',
  })
}

/** An import and its plan take the same options: the one shows what the other does. */
function register(
  program: Command,
  { loaded, finish }: CommandContext,
  { name, summary, mode }: { name: string; summary: string; mode?: 'plan' },
): Command {
  const pluginOptions = loaded.plugins
    .flatMap(({ options = {} }) => Object.entries(options))
    .map(([option, description]) => new Option(`--${option}`, description))
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
    .option('--decisions <file>', 'what was decided: a file that check --decisions has written')
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
