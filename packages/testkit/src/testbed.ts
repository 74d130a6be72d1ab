import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CORE_MESSAGES,
  Interruption,
  LEFT_BEHIND,
  lookAtDestination,
  noProgress,
  openHost,
  runCheck,
  runImport,
  Source,
  stageDestination,
  testServices,
  toBytes,
  type Change,
  type CheckOptions,
  type CheckResult,
  type Finding,
  type Plugin,
  type Report,
  type ReportedChange,
  type ServiceOptions,
  type ServiceResult,
  type ServiceTest,
} from '@nethserver-migrate/core/runner'
import { manifest } from './manifest.js'
import { temporaryFolder } from './temporary-folder.js'
import { writeTree, type Tree } from './write-tree.js'

export interface TestbedOptions {
  /** The generation of NethServer that the destination resembles; the default is 7. */
  readonly like?: 6 | 7
  readonly source?: {
    /** A folder that holds a backup already; nothing is written there but the rest. */
    readonly folder?: string
    /** Name → records, one a line. `configuration` and `accounts` exist in any case. */
    readonly databases?: Readonly<Record<string, string>>
    readonly files?: Tree
  }
  readonly destination?: {
    /** Name → records that replace the default ones. */
    readonly databases?: Readonly<Record<string, string>>
    /** Name → records added to the default ones. */
    readonly records?: Readonly<Record<string, string>>
    readonly files?: Tree
  }
}

export interface RunOptions {
  readonly mode?: 'plan' | 'apply'
  /** Whose links are followed; the default is the import. */
  readonly event?: string
  /** The only action to run. */
  readonly action?: string
  /** Options of the plugin, without the dashes. */
  readonly pluginOptions?: readonly string[]
  /** Topic → subject → what a person has decided. */
  readonly answers?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** For a test that stops the run. */
  readonly interruption?: Interruption
}

export interface CheckedResult extends CheckResult {
  /** `severity code subject`, the heaviest first. */
  readonly said: readonly string[]
}

export interface RunResult {
  readonly report: Report & { readonly changes: readonly ReportedChange[] }
  /** `severity code subject`, of everything above the level of information. */
  readonly said: readonly string[]
  readonly messages: readonly string[]
}

export interface TestedServices {
  readonly results: readonly ServiceResult[]
  readonly findings: readonly Finding[]
}

/** A source and a staged destination, made for one test, and what a test asks of them. */
export interface Testbed {
  readonly source: string
  readonly root: string
  /** Imports with one plugin alone. */
  run(plugin: Plugin, options?: RunOptions): Promise<RunResult>
  /** The check before an import with one plugin alone. */
  check(plugin: Plugin, options?: Partial<CheckOptions>): Promise<CheckedResult>
  /** The services that a plugin wants tested after all imports so far. */
  statedServices(plugin: Plugin): readonly ServiceTest[]
  /** Tests them as if the destination was live, and gives what was said, too. */
  testServices(plugin: Plugin, options?: ServiceOptions): Promise<TestedServices>
  /** The records of a database of the destination, one a line. */
  databaseText(name: string): string
  /** One record of the destination, or nothing. */
  record(database: string, key: string): string | undefined
  /** The queued events and commands, one string each. */
  events(): string[]
  /** What lies in a folder of the destination. */
  manifest(folder: string): string[]
  file(path: string): string
}

export function testbed({ like = 7, source = {}, destination = {} }: TestbedOptions = {}): Testbed {
  const sourceFolder = source.folder ?? temporaryFolder()
  const root = join(temporaryFolder(), 'destination')
  const databases = {
    ...(source.folder
      ? {}
      : { configuration: 'SystemName=old\nDomainName=example.com\n', accounts: '' }),
    ...source.databases,
  }
  for (const [name, records] of Object.entries(databases))
    writeTree(sourceFolder, {
      [`home/e-smith/db/${name}`]: { content: Buffer.from(records, 'latin1') },
    })
  writeTree(sourceFolder, source.files ?? {})

  mkdirSync(root)
  stageDestination({ root: toBytes(root), like, plugins: [] })
  const databaseFile = (name: string) => join(root, 'var/lib/nethserver/db', name)
  for (const [name, records] of Object.entries(destination.databases ?? {}))
    writeFileSync(databaseFile(name), records, 'latin1')
  for (const [name, records] of Object.entries(destination.records ?? {}))
    writeFileSync(
      databaseFile(name),
      readFileSync(databaseFile(name), 'latin1') + records,
      'latin1',
    )
  writeTree(root, destination.files ?? {})

  const databaseText = (name: string) =>
    readFileSync(databaseFile(name), 'latin1')
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .join('\n')
  const queue = join(root, 'var/lib/nethserver/migration/events.jsonl')
  const imported: Change[] = []
  const serviceContext = () => {
    const opened = Source.open(toBytes(sourceFolder))
    const view = lookAtDestination(openHost(toBytes(root), 'plan'), opened)
    return { source: opened, destination: view.destination, imported }
  }

  return {
    source: sourceFolder,
    root,
    async run(
      plugin,
      {
        mode = 'apply',
        event,
        action,
        pluginOptions = [],
        answers = {},
        interruption = new Interruption(),
      } = {},
    ) {
      const { report } = await runImport({
        source: toBytes(sourceFolder),
        root: toBytes(root),
        mode,
        plugins: [plugin],
        only: [plugin.name],
        pluginOptions,
        answers: { get: (topic, subject) => answers[topic]?.[subject] },
        ...(event === undefined ? {} : { event }),
        ...(action === undefined ? {} : { action }),
        progress: noProgress,
        interruption,
        onFinding: () => undefined,
        onAction: () => undefined,
      })
      expectExplained(report.findings, plugin)
      if (mode === 'apply')
        for (const { change, outcome } of report.changes)
          if (outcome === 'done') imported.push(change)
      const findings = withoutOwnersNotice(report.findings)
      return {
        report: { ...report, findings, changes: [...report.changes] },
        said: findings
          .filter(({ severity }) => severity !== 'info')
          .map(({ severity, code, subject }) => `${severity} ${code} ${subject}`.trim()),
        messages: findings.map(({ message }) => message),
      }
    },
    async check(plugin, options = {}) {
      const result = await runCheck({
        source: toBytes(sourceFolder),
        root: toBytes(root),
        plugins: [plugin],
        only: [],
        transfer: 'move',
        known: [],
        accept: [],
        progress: noProgress,
        interruption: new Interruption(),
        ...options,
      })
      return {
        ...result,
        said: result.findings.map(({ severity, code, subject }) =>
          `${severity} ${code} ${subject}`.trim(),
        ),
      }
    },
    statedServices: (plugin) => plugin.serviceTests?.(serviceContext()) ?? [],
    async testServices(plugin, options = {}) {
      const findings: Finding[] = []
      const results = await testServices([plugin], serviceContext(), true, options, (finding) =>
        findings.push(finding),
      )
      expectExplained(findings, plugin)
      return { results, findings }
    },
    databaseText,
    record: (database, key) =>
      databaseText(database)
        .split('\n')
        .find((line) => line.startsWith(`${key}=`)),
    events: () =>
      existsSync(queue)
        ? readFileSync(queue, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map(describeQueued)
        : [],
    manifest: (folder) => manifest(join(root, folder)),
    file: (path) => readFileSync(join(root, path), 'latin1'),
  }
}

const CORE_CODES = new Set(CORE_MESSAGES.flatMap(({ messages }) => Object.keys(messages)))

/** Whatever a test provokes can be looked up, also a code that is put together at run time. */
function expectExplained(findings: readonly Finding[], { name, messages }: Plugin): void {
  for (const { code } of findings)
    if (/[a-z]/.test(code) && !CORE_CODES.has(code) && !(code in messages))
      throw new Error(`${name} says ${code}, which its messages do not explain`)
}

/**
 * What every user is told, and tests are about: an ordinary user also hears that owners stay, and
 * what is only said for the accounting has a test of its own.
 */
export function withoutOwnersNotice(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ code }) => code !== 'owners-not-set' && code !== LEFT_BEHIND)
}

function describeQueued(line: string): string {
  const task = JSON.parse(line) as { event: string; args: string[] } | { command: string[] }
  return 'event' in task ? [task.event, ...task.args].join(' ') : `run: ${task.command.join(' ')}`
}
