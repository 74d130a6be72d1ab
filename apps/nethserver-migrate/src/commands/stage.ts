import { resolve } from 'node:path'
import { stageDestination, toBytes, UsageError, type Plugin } from '@nethserver-migrate/core/runner'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { addExamples } from '../help/examples.js'
import { exitCodesHelp, type ExitCode } from '../exit-codes.js'

interface StageCommandOptions {
  readonly like: string
  readonly packages?: string | undefined
}

/** Makes a destination tree on a machine that is no NethServer. */
function stage(
  directory: string,
  { like, packages }: StageCommandOptions,
  plugins: readonly Plugin[],
): ExitCode {
  if (like !== '6' && like !== '7')
    throw new UsageError(
      'UNKNOWN_GENERATION',
      `there is no NethServer ${like} to resemble`,
      'choose --like 6 or --like 7',
    )
  const root = resolve(directory)
  stageDestination({
    root: toBytes(root),
    like: like === '6' ? 6 : 7,
    packages: packages
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    plugins,
  })
  process.stdout.write(
    `${root} resembles a freshly installed NethServer ${like}.\n` +
      `Import a backup into it with: nethserver-migrate import SOURCE --root ${root}\n`,
  )
  return 0
}

export function registerStage(program: Command, { loaded, finish }: CommandContext): void {
  const command = program
    .command('stage')
    .description('make a destination tree on a machine that is no NethServer')
    .argument('<dir>', 'a directory that is empty or does not exist yet')
    .option('--like <generation>', 'the NethServer it resembles: 6 or 7', '7')
    .option('--packages <names>', 'the packages that count as installed, separated by commas')
    .action((directory: string, flags: StageCommandOptions) =>
      finish(stage(directory, flags, loaded.plugins)),
    )
  addExamples(command, [
    ['nethserver-migrate stage /srv/new --like 7', 'a tree with all features'],
    [
      'nethserver-migrate stage /srv/new --packages nethserver-mail-server,nethserver-ibays',
      'a tree with two features',
    ],
  ])
  command.addHelpText('after', exitCodesHelp)
}
