import { resolve } from 'node:path'
import { inspect, toBytes } from '@nethserver-migrate/core/runner'
import type { Command } from 'commander'
import { knownPlugins } from '../catalogue.js'
import type { CommandContext } from '../command-context.js'
import { exitCodesHelp } from '../exit-codes.js'
import { addExamples } from '../help/examples.js'
import { interruptible } from '../interruptible.js'
import { describeRefused, type LoadedPlugins } from '../load-plugins.js'
import { countingOn } from '../output/counting-progress.js'
import { inspectLines } from '../output/inspect-lines.js'
import { progressOn } from '../output/terminal-progress.js'
import { widthOf } from '../output/wrap.js'

interface InspectFlags {
  readonly root?: string
  readonly quick?: boolean
  readonly json?: boolean
}

/** Says what is on an old server. */
async function inspectSource(
  source: string,
  { root, quick = false, json = false }: InspectFlags,
  { plugins, refused }: LoadedPlugins,
): Promise<void> {
  for (const plugin of refused) process.stderr.write(`${describeRefused(plugin)}\n`)
  const known = await knownPlugins()
  const counting = countingOn(process.stderr)
  const found = await interruptible(process.stderr, (interruption) =>
    inspect({
      source: toBytes(resolve(source)),
      root: root === undefined ? '' : toBytes(resolve(root)),
      plugins,
      known,
      counts: !quick,
      progress: progressOn(process.stderr),
      interruption,
      onProgress: counting.onProgress,
    }),
  ).finally(() => counting.stop())
  process.stdout.write(
    json
      ? `${JSON.stringify(found)}\n`
      : `${inspectLines(found, widthOf(process.stdout)).join('\n')}\n`,
  )
}

export function registerInspect(program: Command, { loaded, finish }: CommandContext): void {
  const command = program
    .command('inspect')
    .description('say what is on the old server, and what to install for it')
    .argument('<source>', 'the backup archive, or the directory in which it was extracted')
    .option('--root <dir>', 'a staged destination instead of the live system')
    .option('--quick', 'count no files and no messages')
    .option('--json', 'one JSON document on standard output')
    .action(async (source: string, flags: InspectFlags) => {
      await inspectSource(source, flags, loaded)
      finish(0)
    })
  addExamples(command, [
    ['nethserver-migrate inspect /root/smeserver.tgz', 'what is on the old server'],
    ['nethserver-migrate inspect backup --quick', 'the same without counting files'],
  ])
  command.addHelpText('after', exitCodesHelp)
}
