import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  describeError,
  logLine,
  toBytes,
  toDisplay,
  UsageError,
  verifyImport,
  type Finding,
  type Report,
  type ServiceOutcome,
  type ServiceResult,
  type TestUser,
} from '@nethserver-migrate/core/runner'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { exitCodeOfStatus, exitCodesHelp, type ExitCode } from '../exit-codes.js'
import { addExamples } from '../help/examples.js'
import { interruptible } from '../interruptible.js'
import { describeRefused, type LoadedPlugins } from '../load-plugins.js'
import { colours } from '../output/colours.js'
import { columns } from '../output/columns.js'
import { isWorthALine } from '../output/findings.js'
import { refusedReport } from '../output/reports.js'
import { count } from '../output/sizes.js'
import { progressOn } from '../output/terminal-progress.js'

interface VerifyFlags {
  readonly root?: string
  readonly checksum?: boolean
  /** False with `--no-services`. */
  readonly services: boolean
  readonly testUser?: string
  readonly passwordFile?: string
  readonly json?: boolean
}

export function registerVerify(program: Command, { loaded, finish }: CommandContext): void {
  const command = program
    .command('verify')
    .description('look whether everything that was imported is still as the import left it')
    .argument('<source>', 'what was imported')
    .option('--root <dir>', 'a staged destination instead of the live system')
    .option('--checksum', 'compare the bytes of files, too')
    .option('--no-services', 'do not test whether the services of the live system answer')
    .option('--test-user <name>', 'who logs in to the mail server for a test')
    .option('--password-file <file>', 'where the password of that user is: a file, or - for stdin')
    .option('--json', 'one JSON document on standard output')
    .action(async (source: string, flags: VerifyFlags) =>
      finish(await verify(loaded, source, flags)),
    )
  addExamples(command, [
    ['nethserver-migrate verify /var/lib/migration', 'compare records, names and sizes'],
    ['nethserver-migrate verify /var/lib/migration --checksum', 'read every byte, too'],
    [
      'nethserver-migrate verify backup --test-user mrossi --password-file /root/mrossi.password',
      'log in to the mail server, too',
    ],
  ])
  command.addHelpText('after', exitCodesHelp)
}

async function verify(
  loaded: LoadedPlugins,
  source: string,
  flags: VerifyFlags,
): Promise<ExitCode> {
  const { checksum = false, services, json = false } = flags
  const testUser = testUserOf(flags)
  const root = flags.root === undefined ? '' : toBytes(resolve(flags.root))
  const path = toBytes(resolve(source))
  const screen = json ? process.stderr : process.stdout
  for (const plugin of loaded.refused) screen.write(`${describeRefused(plugin)}\n`)
  try {
    const report = await interruptible(screen, (interruption) =>
      verifyImport({
        source: path,
        root,
        checksum,
        services: services ? { testUser } : undefined,
        plugins: loaded.plugins,
        progress: progressOn(process.stderr),
        interruption,
        onFinding: (finding) => {
          if (isTold(finding)) screen.write(`${logLine(finding)}\n`)
        },
      }),
    )
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${lastLines(report).join('\n')}\n`)
    return exitCodeOfStatus(report.status)
  } catch (error) {
    if (json)
      process.stdout.write(`${JSON.stringify(refusedReport(toDisplay(path), root, error))}\n`)
    throw error
  }
}

/** @throws UsageError when a password and its user do not come together. */
function testUserOf({ testUser: name, passwordFile: file }: VerifyFlags): TestUser | undefined {
  if (name === undefined && file === undefined) return undefined
  if (name === undefined || file === undefined)
    throw new UsageError(
      'TEST_USER_INCOMPLETE',
      '--test-user and --password-file go together',
      'give both of them, or none',
    )
  const password = readPassword(file).split(/\r?\n/)[0] ?? ''
  if (password !== '') return { name, password }
  throw new UsageError(
    'TEST_PASSWORD_MISSING',
    `there is no password on the first line of ${shownFile(file)}`,
    'write it there, then run the same command again',
  )
}

function readPassword(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'latin1')
  } catch (error) {
    throw new UsageError(
      'PASSWORD_UNREADABLE',
      `the password cannot be read from ${shownFile(file)}: ${describeError(error).message}`,
      'name a file that you may read, or - and the password on standard input',
    )
  }
}

function shownFile(file: string): string {
  return file === '-' ? 'standard input' : file
}

/** That services were not tested is not seen from the verdict. */
function isTold(finding: Finding): boolean {
  return isWorthALine(finding) || finding.code === 'services-not-tested'
}

function lastLines(report: Report): string[] {
  const live = report.destination === '/' ? (report.services ?? []) : []
  return [
    ...(live.length === 0 ? [] : ['', colours.bold('Services'), ...serviceLines(live)]),
    verdict(report),
  ]
}

const OUTCOMES: Readonly<Record<ServiceOutcome, string>> = {
  passed: 'passed',
  failed: 'failed',
  'not-done': 'not done',
}

function serviceLines(services: readonly ServiceResult[]): string[] {
  const lines = columns(
    services.map(({ outcome, kind, message }) => ['', OUTCOMES[outcome], kind, message]),
  )
  return lines.map((line, index) =>
    services[index]?.outcome === 'failed' ? colours.red(line) : line,
  )
}

function verdict({ source, destination, findings }: Report): string {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const failures = errors.filter(({ code }) => code.startsWith('service-')).length
  const differences = errors.length - failures
  return [
    `${source} → ${destination}: ${
      differences === 0 ? 'everything is as the import left it' : count(differences, 'difference')
    }`,
    ...(failures === 0 ? [] : [`${count(failures, 'service test')} failed`]),
  ].join(', ')
}
