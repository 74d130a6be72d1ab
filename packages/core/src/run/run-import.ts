import { removeStaleLocks } from '@nethserver-migrate/esmith-db'
import { noAnswers, type Answers } from '../decisions/question.js'
import { Destination } from '../destination/destination.js'
import type { Outcome } from '../destination/changes.js'
import { OperationRunner } from '../destination/operation-runner.js'
import { describeError, endsRun, InterruptedError, isDefect, UsageError } from '../errors.js'
import { joinPath, toDisplay, type Bytes } from '../files/bytes.js'
import type { TransferMode } from '../files/transfer-apply.js'
import { DEFAULT_CONFLICT_POLICY, type ConflictPolicy } from '../files/transfer-plan.js'
import type { Host } from '../host/host.js'
import type { Journal } from '../journal/journal.js'
import { actionLinks, type ActionLink } from '../plugin/createlinks.js'
import type { Feature, Plugin } from '../plugin/define-plugin.js'
import { accountedTrees, accountFor, type Accounting } from '../report/accounting.js'
import { logLine, type Finding } from '../report/findings.js'
import { actionLog, type Log } from '../report/log.js'
import type { Progress } from '../report/progress.js'
import { countOutcomes, overallOutcome, type ActionReport, type Report } from '../report/report.js'
import { shorten, unknownParts } from '../report/unknown-parts.js'
import { isDirectory, openBackup } from '../source/open-backup.js'
import type { Source } from '../source/source.js'
import { featureInstalled } from './feature-installed.js'
import type { Interruption } from './interruption.js'
import { openHost } from './open-host.js'
import { openJournal } from './open-journal.js'
import { takeRunLock } from './run-lock.js'

export const IMPORT_EVENT = 'migration-import'

export interface ImportOptions {
  /** An archive, or a directory in which one was extracted. */
  readonly source: Bytes
  /** The same, when the caller has opened it and said what there was to say of that. */
  readonly opened?: Source
  /** The tree of a staged destination; empty for the live system. */
  readonly root: Bytes
  /** `plan` changes nothing at the destination. */
  readonly mode: 'plan' | 'apply'
  /** Whose links are followed; the default is the import. */
  readonly event?: string
  readonly plugins: readonly Plugin[]
  /** The default is `move`. */
  readonly transfer?: TransferMode
  /** What becomes of files whose name is taken; the default is {@link DEFAULT_CONFLICT_POLICY}. */
  readonly onConflict?: ConflictPolicy
  /** Write down the checksum of each file that is moved or copied, for a later verification. */
  readonly checksum?: boolean
  /** Begin anew: what earlier runs with this source have done does not count. */
  readonly restart?: boolean
  /** Names of the only plugins to run; empty for all. */
  readonly only: readonly string[]
  /** The only action to run: its event calls each by itself. */
  readonly action?: string
  /** The options of plugins that were asked for. */
  readonly pluginOptions?: readonly string[]
  /** What a person has decided. */
  readonly answers?: Answers
  /** The caller has taken the run lock: this run is a part of its work. */
  readonly holdsLock?: boolean
  /** What the caller has said before the run: the log and the report begin with it. */
  readonly earlier?: readonly Finding[]
  /** Whether the run accounts for all of the source; the default is that an import of all does. */
  readonly accountsForAll?: boolean
  /** What the report of earlier runs with this source says: this one completes its accounting. */
  readonly accounted?: AccountedBefore
  readonly progress: Progress
  readonly interruption: Interruption
  /** Called for each finding as it comes. */
  readonly onFinding: (finding: Finding) => void
  /** Called when an action has ended. */
  readonly onAction: (action: ActionReport) => void
  /** Called when an action begins, with how many have ended and how many there are. */
  readonly onBegin?: (action: string, ended: number, total: number) => void
}

export interface AccountedBefore {
  /** File trees that may have been moved since. */
  readonly trees: readonly Bytes[]
  /** Of the other actions of an event whose actions run one process each. */
  readonly findings: readonly Finding[]
}

export interface ImportResult {
  readonly report: Report
  /** The old server, as the journal knows it. */
  readonly sourceHost: string
  /** Set when the run was asked to stop. */
  readonly interrupted: InterruptedError | undefined
}

/**
 * Imports a source into a destination, or plans to: the actions of the installed features, in the
 * order of their links. One that fails does not keep later ones from running.
 * @throws MigrateError when the run is refused before anything was touched.
 */
export async function runImport(options: ImportOptions): Promise<ImportResult> {
  const { root, mode, interruption, earlier = [] } = options
  const host = openHost(root, mode)
  const links = chosenLinks(options)
  // A plan changes nothing, but an archive has to be extracted for it.
  const writes = mode === 'apply' || !isDirectory(options.source)
  const release = writes && !options.holdsLock ? takeRunLock(root) : () => undefined
  try {
    const findings: Finding[] = []
    const note = (finding: Finding) => {
      findings.push(finding)
      // Under an event the host's signaller logs what its actions print.
      if (mode === 'apply' && options.action === undefined) host.log(stamped(logLine(finding)))
    }
    const sink = (finding: Finding) => {
      options.onFinding(finding)
      note(finding)
    }
    earlier.forEach(note)
    const source = options.opened ?? (await openBackup(options, sink))
    if (mode === 'apply' && process.getuid?.() !== 0)
      actionLog('', '', sink).notice(
        'migrated files keep you as their owner, only root can give them away: their owners are written down',
        {
          code: 'owners-not-set',
          remedy: 'nethserver-migrate replay, on the first boot of that host, sets them',
        },
      )
    const journal = journalOf(options, source, sink)
    if (mode === 'apply' && journal.interrupted)
      await removeStaleLocks(joinPath(root, '/var/lib/nethserver/db'))
    const runner = new OperationRunner({ mode, host, journal, interruption })
    const run = new ImportRun(options, host, source, runner, findings, sink)
    const interrupted = await run.actions(links)
    const report = run.report()
    if (!interrupted) journal.finish(report.status)
    journal.close()
    return { report, sourceHost: toDisplay(source.hostName), interrupted }
  } finally {
    release()
  }
}

class ImportRun {
  readonly #options: ImportOptions
  readonly #host: Host
  readonly #source: Source
  readonly #runner: OperationRunner
  readonly #destination: Destination
  readonly #findings: readonly Finding[]
  readonly #sink: (finding: Finding) => void
  readonly #actions: ActionReport[] = []
  #accounting: Accounting | undefined
  #interrupted = false

  constructor(
    options: ImportOptions,
    host: Host,
    source: Source,
    runner: OperationRunner,
    findings: readonly Finding[],
    sink: (finding: Finding) => void,
  ) {
    this.#options = options
    this.#host = host
    this.#source = source
    this.#runner = runner
    const { transfer = 'move', onConflict = DEFAULT_CONFLICT_POLICY, checksum = false } = options
    this.#destination = new Destination(
      host,
      runner,
      source,
      { transfer, onConflict, checksum },
      options,
    )
    this.#findings = findings
    this.#sink = sink
  }

  async actions(links: readonly PluginLink[]): Promise<InterruptedError | undefined> {
    const skipped = new Set<string>()
    const trees = this.#treesToAccountFor()
    try {
      for (const { plugin, action, level } of links) {
        this.#options.interruption.throwIfRequested()
        this.#options.onBegin?.(action, this.#actions.length, links.length)
        const started = process.hrtime.bigint()
        const before = this.#runner.unchanged
        const outcome = await this.#runAction(plugin, action, skipped)
        const seconds = Number(process.hrtime.bigint() - started) / 1e9
        const unchanged = this.#runner.unchanged - before
        const report = { plugin: plugin.name, action, level, outcome, unchanged, seconds }
        this.#actions.push(report)
        this.#options.onAction(report)
      }
      if (isWholeImport(this.#options)) this.#sayLinks()
      if (trees) this.#account(trees)
      return undefined
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error
      this.#interrupted = true
      if (trees) this.#account(trees)
      actionLog('', '', this.#sink).warning('the run was stopped before its end', {
        code: 'interrupted',
        remedy: error.hint,
      })
      return error
    }
  }

  report(): Report {
    const { source, root } = this.#options
    const { changes, unchanged, events } = this.#runner
    const outcomes = this.#actions.map(({ outcome }) => outcome)
    return {
      status: overallOutcome(this.#interrupted ? [...outcomes, 'pending'] : outcomes),
      source: toDisplay(source),
      destination: toDisplay(root) || '/',
      actions: this.#actions,
      counts: countOutcomes(changes.outcomes, unchanged),
      findings: this.#findings,
      events,
      changes,
      ...(this.#accounting === undefined ? {} : { accounting: this.#accounting }),
    }
  }

  async #runAction(plugin: Plugin, action: string, skipped: Set<string>): Promise<Outcome> {
    const log = actionLog(plugin.name, action, this.#sink)
    this.#runner.enterAction({ plugin: plugin.name, action, log })
    const before = { changes: this.#runner.changes.length, findings: this.#findings.length }
    let threw = false
    try {
      if (!featureInstalled(plugin.feature, this.#host, this.#destination)) {
        this.#saySkipped(plugin, log, skipped)
        return 'skipped'
      }
      await plugin.actions[action]?.({
        source: this.#source,
        destination: this.#destination,
        log,
        event: eventOf(this.#options),
        options: new Set(this.#options.pluginOptions),
        answers: this.#options.answers ?? noAnswers,
      })
      await this.#runner.commitRecords()
    } catch (error) {
      if (endsRun(error)) throw error
      threw = true
      const { code, message, remedy } = describeError(error)
      const stack = isDefect(error) ? error.stack : undefined
      log.error(stack ?? message, {
        code,
        subject: action,
        remedy: remedy || 'This is a defect of the plugin: report it with these lines',
      })
      await this.#runner.commitRecords()
    }
    const outcomes = this.#runner.changes.outcomes.slice(before.changes)
    const errors = this.#findings
      .slice(before.findings)
      .some(({ severity }) => severity === 'error')
    return threw || errors ? 'failed' : actionOutcome(outcomes)
  }

  #saySkipped({ name, feature }: Plugin, log: Log, said: Set<string>): void {
    if (said.has(name)) return
    said.add(name)
    const { configuration, accounts } = this.#source
    log.notice(`${feature.title} is not installed at the destination: skipped`, {
      code: 'feature-not-installed',
      subject: name,
      remedy:
        feature.inUse({ configuration, accounts }) && !this.#isServedByAnother(feature)
          ? `The old server used it: install ${feature.packages[0] ?? 'its package'}, then run the same command again`
          : '',
    })
  }

  #isServedByAnother({ purpose }: Feature): boolean {
    return (
      purpose !== undefined &&
      this.#options.plugins.some(
        ({ feature }) =>
          feature.purpose === purpose && featureInstalled(feature, this.#host, this.#destination),
      )
    )
  }

  /**
   * The file trees that this run accounts for, as they are before it moves them. Where an event
   * runs each action as a process of its own, the first and the last one account for all.
   */
  #treesToAccountFor(): Bytes[] | undefined {
    const { plugins, accounted, accountsForAll = isWholeImport(this.#options) } = this.#options
    if (!accountsForAll) return undefined
    return [...(accounted?.trees ?? []), ...accountedTrees(this.#source, plugins)]
  }

  #account(trees: readonly Bytes[]): void {
    const { plugins, accounted } = this.#options
    const accounting = accountFor({
      source: this.#source,
      plugins,
      isInstalled: ({ feature }) => featureInstalled(feature, this.#host, this.#destination),
      findings: [...(accounted?.findings ?? []), ...this.#findings],
      trees,
    })
    this.#accounting = accounting
    if (this.#interrupted || !isWholeImport(this.#options)) return
    const log = actionLog('', '', this.#sink)
    for (const { subject, records } of unknownParts(accounting))
      log.notice(
        `no installed plugin knows ${subject}${records.length ? `: ${shorten(records)}` : ''}`,
        { code: 'unknown', subject },
      )
  }

  /** Links that no action has spoken of: whoever made them may believe that they were followed. */
  #sayLinks(): void {
    const told = this.#findings.map(({ subject, message }) => `${subject} ${message}`)
    for (const link of this.#source.linksMet.map(toDisplay))
      if (!told.some((text) => text.includes(link)))
        actionLog('', '', this.#sink).warning(
          `${link} is a symbolic link in the source: it was not followed, and what it leads to is not migrated`,
          {
            code: 'source-link',
            subject: link,
            remedy:
              'Look where it points; if it is yours, put the real thing there and run the same command again',
          },
        )
  }
}

type PluginLink = Omit<ActionLink, 'link'> & { readonly plugin: Plugin }

function eventOf({ event = IMPORT_EVENT }: ImportOptions): string {
  return event
}

function isWholeImport(options: ImportOptions): boolean {
  const { action, only } = options
  return eventOf(options) === IMPORT_EVENT && action === undefined && only.length === 0
}

function chosenLinks(options: ImportOptions): PluginLink[] {
  const { plugins, only, action } = options
  for (const name of only)
    if (!plugins.some((plugin) => plugin.name === name))
      throw UsageError.unknownPlugin(
        name,
        plugins.map((plugin) => plugin.name),
      )
  const links = linksOf(plugins, eventOf(options))
  if (action !== undefined) {
    const chosen = links.filter((link) => link.action === action)
    if (chosen.length === 0)
      throw UsageError.unknownAction(
        action,
        links.map((link) => link.action),
      )
    return chosen
  }
  return only.length === 0 ? links : links.filter(({ plugin }) => only.includes(plugin.name))
}

function linksOf(plugins: readonly Plugin[], event: string): PluginLink[] {
  return actionLinks(
    plugins.map(({ createlinks }) => createlinks),
    event,
  ).flatMap(({ action, level }) => {
    const plugin = plugins.find((candidate) => action in candidate.actions)
    return plugin ? [{ plugin, action, level }] : []
  })
}

function journalOf(
  options: ImportOptions,
  source: Source,
  sink: (finding: Finding) => void,
): Journal {
  const log = actionLog('', '', sink)
  const { root, source: sourcePath, restart, action } = options
  const journal = openJournal({ root, event: eventOf(options), source, sourcePath, action })
  if (restart && journal.restart())
    log.notice(
      `the import of ${toDisplay(source.hostName)} begins anew: what earlier ones have done does not count`,
      { code: 'restarted', subject: toDisplay(source.hostName) },
    )
  if (journal.interrupted)
    log.notice(
      `an earlier run with ${toDisplay(source.hostName)} was cut short after ${journal.doneBefore} operations: going on from there`,
      { code: 'resumed', subject: toDisplay(source.hostName) },
    )
  if (journal.sourceChanged && eventOf(options) === IMPORT_EVENT)
    log.notice(
      `the databases or accounts of ${toDisplay(source.hostName)} changed since its last import`,
      {
        code: 'source-changed',
        subject: toDisplay(source.hostName),
      },
    )
  return journal
}

function actionOutcome(outcomes: readonly Outcome[]): Outcome {
  return overallOutcome(outcomes.filter((outcome) => outcome !== 'skipped'))
}

/** A log line with the time behind its tag: the tag stays what is searched for. */
function stamped(line: string): string {
  const [tag = '', ...rest] = line.split(' ')
  return [tag, new Date().toISOString(), ...rest].join(' ')
}
