import { Option, type Command } from 'commander'
import {
  CONFLICT_POLICIES,
  DEFAULT_CONFLICT_POLICY,
  type ConflictPolicy,
  type TransferMode,
} from '@nethserver-migrate/core/runner'
import type { CommandContext } from '../command-context.js'
import { exitCodesHelp } from '../exit-codes.js'
import { addExamples, type Example } from '../help/examples.js'
import { run } from './run.js'

interface ImportFlags {
  readonly root?: string
  readonly transfer?: TransferMode
  readonly onConflict?: ConflictPolicy
  readonly only?: readonly string[]
  readonly restart?: boolean
  readonly checksum?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
  readonly html?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly decisions?: string
  readonly accept?: readonly string[]
}

const IMPORT_EXAMPLES: readonly Example[] = [
  ['nethserver-migrate import /root/smeserver.tgz', 'import an archive'],
  ['nethserver-migrate import /var/lib/migration --transfer copy', 'leave the backup whole'],
  [
    'nethserver-migrate import backup --only nethserver-mail-server-migrate',
    'import what one plugin carries',
  ],
  ['nethserver-migrate import backup --root /srv/new', 'prepare a server offline, see stage'],
]

const PLAN_EXAMPLES: readonly Example[] = [
  ['nethserver-migrate plan /root/smeserver.tgz | less -R', 'look at everything beforehand'],
  ['nethserver-migrate plan backup --html plan.html', 'the same as a page for a browser'],
  ['nethserver-migrate plan backup --json > plan.json', 'the same for programs'],
]

export function registerImport(program: Command, context: CommandContext): void {
  register(program, context, {
    name: 'import',
    summary: 'import a backup into this NethServer, or into a staged destination',
    examples: IMPORT_EXAMPLES,
  })
    .option('--dry-run', 'the same as plan')
    .option('--checksum', 'write down the checksum of every file, for verify: each byte is read')
    .option('--accept <code...>', 'import in spite of these findings of the check')
}

export function registerPlan(program: Command, context: CommandContext): void {
  register(program, context, {
    name: 'plan',
    summary: 'show every change that an import would make; nothing is changed',
    mode: 'plan',
    examples: PLAN_EXAMPLES,
  }).option('--html <file>', 'write the plan as a page for a browser')
}

/** An import and its plan take the same options: the one shows what the other does. */
function register(
  program: Command,
  { loaded, finish }: CommandContext,
  {
    name,
    summary,
    mode,
    examples,
  }: {
    name: string
    summary: string
    mode?: 'plan'
    examples: readonly Example[]
  },
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
    .addOption(
      new Option(
        '--on-conflict <policy>',
        `when the destination has another file of a name: leave the old one in the source, keep both, or put it in the place of the other, which is saved beside (default: what --decisions says, or ${DEFAULT_CONFLICT_POLICY})`,
      ).choices(CONFLICT_POLICIES),
    )
    .option('--restart', 'begin anew: do also what earlier imports of this source have done')
    .option('--quiet', 'only errors, and the summary')
    .option('--verbose', 'everything that is said, and every task with its own command')
    .option('--decisions <file>', 'what was decided: a file that check --decisions has written')
    .option('--json', 'one JSON document on standard output')
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
  addExamples(command, examples)
  command.addHelpText('after', exitCodesHelp)
  return command
}
