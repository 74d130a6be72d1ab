import { resolve } from 'node:path'
import { toBytes } from '@nethserver-migrate/core/runner'
import { Option, type Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { addExamples } from '../help/examples.js'
import type { LoadedPlugins } from '../load-plugins.js'
import { reportLines } from '../output/reports.js'
import { readRun } from '../output/run-files.js'
import { summaryLines } from '../output/summary.js'
import { titlesOf } from '../output/titles.js'
import { writePage } from '../report-page/write-page.js'

interface ReportFlags {
  readonly root?: string
  readonly html?: string
  readonly json?: boolean
  readonly text?: boolean
}

/** Shows what an earlier run has reported, from what lies beside its journal. */
function showReport(
  { plugins }: LoadedPlugins,
  run: string | undefined,
  { root, html, json = false, text = false }: ReportFlags,
): ExitCode {
  const report = readRun(root === undefined ? '' : toBytes(resolve(root)), run)
  const titles = titlesOf(plugins)
  if (html !== undefined) {
    writePage(html, report, titles)
    process.stdout.write(`${html}: open it in a browser\n`)
  } else if (json) process.stdout.write(`${JSON.stringify(report)}\n`)
  else if (text) for (const line of reportLines(report, titles)) process.stdout.write(line)
  else process.stdout.write(`${summaryLines(report, {}, undefined, { titles }).join('\n')}\n`)
  return 0
}

export function registerReport(program: Command, { loaded, finish }: CommandContext): void {
  const command = program
    .command('report')
    .description('show what the last import did, what it left out, and what is still to do')
    .argument('[run]', 'another run: its name, or the beginning of it, see runs')
    .option('--root <dir>', 'a staged destination instead of the live system')
    .addOption(
      new Option('--html <file>', 'write it as a page for a browser').conflicts(['json', 'text']),
    )
    .addOption(new Option('--json', 'one JSON document on standard output').conflicts('text'))
    .option('--text', 'everything, not only the summary')
    .action((run: string | undefined, flags: ReportFlags) => finish(showReport(loaded, run, flags)))
  addExamples(command, [
    ['nethserver-migrate report', 'what was migrated, and what is still to do'],
    ['nethserver-migrate report --html report.html', 'a page with search and a checklist'],
    ['nethserver-migrate report --text | less', 'every change, and every part of the old server'],
    ['nethserver-migrate report 20261124T1', 'the report of an earlier run'],
  ])
  command.addHelpText('after', exitCodesHelp)
}
