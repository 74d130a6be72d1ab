import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  decisionsText,
  isOpen,
  runCheck,
  toBytes,
  toDisplay,
  writeDurably,
  type CheckFinding,
  type CheckResult,
  type TransferMode,
} from '@nethserver-migrate/core/runner'
import { Option, type Command } from 'commander'
import { knownPlugins } from '../catalogue.js'
import type { CommandContext } from '../command-context.js'
import { exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { addExamples } from '../help/examples.js'
import { interruptible } from '../interruptible.js'
import { describeRefused, type LoadedPlugins } from '../load-plugins.js'
import { countsLine, findingLines } from '../output/check-lines.js'
import { colours } from '../output/colours.js'
import { progressOn } from '../output/terminal-progress.js'

interface CheckFlags {
  readonly root?: string
  readonly transfer: TransferMode
  readonly accept?: readonly string[]
  readonly decisions?: string
  readonly json?: boolean
}

/** Says what would be in the way of an import. */
async function check(
  sourceName: string,
  { root: rootName, transfer, accept = [], decisions: path, json = false }: CheckFlags,
  { plugins, refused }: LoadedPlugins,
): Promise<ExitCode> {
  const screen = json ? process.stderr : process.stdout
  for (const plugin of refused) process.stderr.write(`${describeRefused(plugin)}\n`)
  const source = toBytes(resolve(sourceName))
  const root = rootName === undefined ? '' : toBytes(resolve(rootName))
  const earlier =
    path !== undefined && existsSync(path) ? { path, text: readFileSync(path, 'utf8') } : undefined
  const known = await knownPlugins()
  const result = await interruptible(screen, (interruption) =>
    runCheck({
      source,
      root,
      plugins,
      known,
      only: [],
      transfer,
      accept,
      decisions: earlier,
      progress: progressOn(process.stderr),
      interruption,
    }),
  )
  const { findings } = result
  if (path !== undefined) keepDecisions(path, earlier?.text, result)
  const destination = toDisplay(root) || '/'
  if (json)
    process.stdout.write(
      `${JSON.stringify({ source: toDisplay(source), destination, status: statusOf(findings), findings })}\n`,
    )
  else
    process.stdout.write(
      `${[
        ...findingLines(findings, process.stdout),
        '',
        colours.bold(`${toDisplay(source)} → ${destination}: ${VERDICTS[statusOf(findings)]}`),
        `  ${countsLine(findings)}`,
        ...(path === undefined ? [] : [`  Decisions  ${resolve(path)}`]),
      ].join('\n')}\n`,
    )
  return EXITS[statusOf(findings)]
}

type CheckStatus = 'blocked' | 'warned' | 'clear'

const VERDICTS: Readonly<Record<CheckStatus, string>> = {
  blocked: 'an import would be refused',
  warned: 'an import would run, but see what is high first',
  clear: 'ready to be imported',
}

const EXITS: Readonly<Record<CheckStatus, ExitCode>> = { blocked: 3, warned: 1, clear: 0 }

function statusOf(findings: readonly CheckFinding[]): CheckStatus {
  const open = findings.filter(isOpen)
  if (open.some(({ severity }) => severity === 'blocker')) return 'blocked'
  return open.some(({ severity }) => severity === 'high') ? 'warned' : 'clear'
}

/** What a person wrote stays; a file in which nothing is new is not touched. */
function keepDecisions(
  path: string,
  earlier: string | undefined,
  { host, questions, findings }: CheckResult,
): void {
  const text = decisionsText(earlier, host, questions, findings)
  if (text !== earlier) writeDurably(toBytes(resolve(path)), toBytes(text), { mode: 0o600 })
}

export function registerCheck(program: Command, { loaded, finish }: CommandContext): void {
  const command = program
    .command('check')
    .description('say what would be in the way of an import; nothing is changed')
    .argument('<source>', 'the backup archive, or the directory in which it was extracted')
    .option('--root <dir>', 'a staged destination instead of the live system')
    .option('--accept <code...>', 'findings that stop nothing')
    .option(
      '--decisions <file>',
      'read what was decided; write the questions that it does not hold yet',
    )
    .addOption(
      new Option('--transfer <mode>', 'how the import will bring files')
        .choices(['move', 'copy'])
        .default('move'),
    )
    .option('--json', 'one JSON document on standard output')
    .action(async (source: string, flags: CheckFlags) => finish(await check(source, flags, loaded)))
  addExamples(command, [
    ['nethserver-migrate check /root/smeserver.tgz', 'what would be in the way'],
    ['nethserver-migrate check backup --decisions decisions.yaml', 'write the questions to answer'],
    ['nethserver-migrate check backup --json > check.json', 'the same for programs'],
  ])
  command.addHelpText(
    'after',
    `${exitCodesHelp}\n\nOf a check, 1 says that it has found something high, and 3 a blocker.`,
  )
}
