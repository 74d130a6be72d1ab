import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  joinPath,
  stateFolder,
  toBuffer,
  toBytes,
  toDisplay,
  type Report,
} from '@nethserver-migrate/core/runner'
import Table from 'cli-table3'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { addExamples } from '../help/examples.js'
import { readReport, runFile, runIds } from '../output/run-files.js'

interface RunsFlags {
  readonly root?: string
  readonly json?: boolean
}

/** Lists the runs whose reports are kept, the last one first. */
function listRuns({ root: directory, json = false }: RunsFlags): ExitCode {
  const root = directory === undefined ? '' : toBytes(resolve(directory))
  const runs = runIds(root).flatMap((id) => {
    const report = readReport(runFile(root, id, 'json'))
    return report ? [described(id, report, root)] : []
  })
  if (json) process.stdout.write(`${JSON.stringify(runs)}\n`)
  else if (runs.length === 0) process.stdout.write('No run has been reported here yet.\n')
  else process.stdout.write(`${lines(runs, root).join('\n')}\n`)
  return 0
}

interface DescribedRun {
  readonly id: string
  readonly at: string
  readonly event: string
  readonly source: string
  readonly status: string
  readonly errors: number
  readonly tasks: number
  readonly report: string
}

function described(
  id: string,
  { run, source, status, findings }: Report,
  root: string,
): DescribedRun {
  const of = (wanted: string) => findings.filter(({ severity }) => severity === wanted).length
  return {
    id,
    at: run?.at ?? '',
    event: run?.event ?? '',
    source,
    status,
    errors: of('error'),
    tasks: of('follow-up'),
    report: toDisplay(runFile(root, id, 'txt')),
  }
}

function lines(runs: readonly DescribedRun[], root: string): string[] {
  const table = new Table({
    head: ['Run', 'For', 'Source', 'Outcome', 'Errors', 'To do'],
    colAligns: ['left', 'left', 'left', 'left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  for (const { id, event, source, status, errors, tasks } of runs)
    table.push([id, event.replace(/^migration-/, ''), source, status, errors, tasks])
  const folder = stateFolder(root)
  const places = [
    ['Reports', joinPath(folder, 'report-RUN.txt')],
    ['Journal', joinPath(folder, 'journal.jsonl')],
    ['Log', joinPath(root, '/var/log/messages')],
  ].filter(([name, path = '']) => name === 'Reports' || existsSync(toBuffer(path)))
  return [
    ...table.toString().split('\n'),
    '',
    ...places.map(([name = '', path = '']) => `  ${name.padEnd(8)}${toDisplay(path)}`),
  ]
}

export function registerRuns(program: Command, { finish }: CommandContext): void {
  const command = program
    .command('runs')
    .description('list earlier runs, with their reports, the journal and the log')
    .option('--root <dir>', 'a staged destination instead of the live system')
    .option('--json', 'one JSON document on standard output')
    .action((flags: RunsFlags) => finish(listRuns(flags)))
  addExamples(command, [
    ['nethserver-migrate runs', 'see what was run here, and how it ended'],
    ['nethserver-migrate runs --json', 'the same for programs'],
  ])
  command.addHelpText('after', exitCodesHelp)
}
