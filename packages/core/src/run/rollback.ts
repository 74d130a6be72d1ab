import { existsSync, rmSync } from 'node:fs'
import { removeStaleLocks } from '@nethserver-migrate/esmith-db'
import {
  subjectOf,
  type Change,
  type Outcome,
  type ReportedChange,
} from '../destination/changes.js'
import { describeError, DestinationError, InterruptedError, isDefect } from '../errors.js'
import { joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { PARTIAL } from '../files/transfer-apply.js'
import { commandText } from '../host/command-text.js'
import type { Host } from '../host/host.js'
import { stateFolder } from '../host/state-folder.js'
import { AppendedFile } from '../journal/appended-file.js'
import {
  lastImport,
  readHistory,
  type History,
  type PastOperation,
  type PastRun,
} from '../journal/history.js'
import type { JournalLine } from '../journal/journal.js'
import { readClaims, writeClaims } from '../replay/owner-claims.js'
import { readQueue } from '../replay/queue.js'
import { madeByTask } from '../replay/queued-change.js'
import { keyOf, ReplayLog, type LoggedLine } from '../replay/replay-log.js'
import { logLine, type Finding } from '../report/findings.js'
import { actionLog, type Log } from '../report/log.js'
import { countOutcomes, overallOutcome, type Report } from '../report/report.js'
import { undoAcls } from '../undo/undo-acls.js'
import { undoAside, undoFile, undoFolder, undoLink } from '../undo/undo-files.js'
import { undoLines, type PretendedLines } from '../undo/undo-lines.js'
import { undoQueue } from '../undo/undo-queue.js'
import { removePartial, undoTree } from '../undo/undo-tree.js'
import { readManifest } from '../undo/tree-manifest.js'
import type { UndoData } from '../undo/undo-data.js'
import { readUndo, undoPath } from '../undo/undo-file.js'
import type { Undoing } from '../undo/undoing.js'
import type { Interruption } from './interruption.js'
import { openHost } from './open-host.js'
import { IMPORT_EVENT } from './run-import.js'
import { takeRunLock } from './run-lock.js'

export interface RollbackOptions {
  /** The tree of a staged destination; empty for the live system. */
  readonly root: Bytes
  /** `plan` changes nothing. */
  readonly mode: 'plan' | 'apply'
  readonly interruption: Interruption
  /** Called for each finding as it comes. */
  readonly onFinding: (finding: Finding) => void
}

export interface RollbackResult {
  /** Its changes are those of the import: done when undone, skipped when not. */
  readonly report: Report
  /** Set when it was asked to stop. */
  readonly interrupted: InterruptedError | undefined
}

/** So many operations without anything to undo are written down together. */
const TOGETHER = 1000

/**
 * Undoes the last import of a destination from its journal, the last operation first. What was
 * changed since stays and is listed, and so is what only a person can undo. docs/rollback.md
 * @throws MigrateError when it is refused before anything was touched.
 */
export async function rollback(options: RollbackOptions): Promise<RollbackResult> {
  const { root, mode } = options
  const host = openHost(root, mode)
  const release = mode === 'apply' ? takeRunLock(root) : () => undefined
  try {
    const path = joinPath(stateFolder(root), 'journal.jsonl')
    const history = readHistory(path)
    const { unfinished } = history
    const runs = unfinished
      ? history.runs.filter(({ header }) => unfinished.runs.includes(header.id))
      : lastImport(history.runs, IMPORT_EVENT)
    if (runs.length === 0) throw DestinationError.nothingToUndo()
    return await new Rollback(options, host, path, history, runs).run()
  } finally {
    release()
  }
}

class Rollback {
  readonly #options: RollbackOptions
  readonly #host: Host
  readonly #history: History
  readonly #runs: readonly PastRun[]
  readonly #file: AppendedFile
  readonly #findings: Finding[] = []
  readonly #changes: ReportedChange[] = []
  /** What was undone and is not written down yet. */
  #undone: JournalLine[] = []
  /** Lines of the queue that were run and go now. */
  #replayed: readonly LoggedLine[] = []
  /** The last operation whose staged accounts a replay has taken away. */
  #released = 0
  /** Whether events and commands only stood in a queue, and do no longer. */
  #unqueued = false
  #failed = false
  readonly #pretendedLines: PretendedLines = new Map()
  readonly #pretendedFiles = new Set<Bytes>()

  constructor(
    options: RollbackOptions,
    host: Host,
    path: Bytes,
    history: History,
    runs: readonly PastRun[],
  ) {
    this.#options = options
    this.#host = host
    this.#history = history
    this.#runs = runs
    this.#file = new AppendedFile(path)
    this.#file.keep(history.goodBytes)
  }

  async run(): Promise<RollbackResult> {
    const { unfinished, said } = this.#history
    const log = this.#logFor('')
    const [first] = this.#runs
    const what = first
      ? `the import of ${first.header.sourceHost} that began at ${first.header.at}`
      : ''
    log.notice(unfinished ? `going on undoing ${what}` : `undoing ${what}`, {
      code: unfinished ? 'rollback-resumed' : 'rollback',
      subject: first?.header.sourceHost ?? '',
    })
    for (const finding of said) this.#note(finding)
    const id = unfinished?.id ?? `${new Date().toISOString()}-${process.pid}`
    const runs = this.#runs.map(({ header }) => header.id)
    if (!unfinished) this.#append([{ rollback: { id, at: new Date().toISOString(), runs } }])
    let interrupted: InterruptedError | undefined
    try {
      await this.#undoAll()
      this.#writeUndone()
      if (!this.#failed) {
        this.#forgetReplay(runs)
        this.#append([{ rolledBack: id, runs }])
      }
      for (const run of runs)
        if (this.#applies && !this.#failed)
          rmSync(toBuffer(undoPath(this.#options.root, run)), { force: true })
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error
      this.#writeUndone()
      interrupted = error
      log.warning('the rollback was stopped before its end', {
        code: 'interrupted',
        remedy: error.hint,
      })
    }
    this.#file.close()
    return { report: this.#report(interrupted !== undefined), interrupted }
  }

  /** What was queued, or claimed for its owner, may be so again by the next import. */
  #forgetReplay(runs: readonly string[]): void {
    if (!this.#applies) return
    const { root } = this.#options
    if (this.#replayed.length > 0) {
      const replayLog = new ReplayLog(root)
      replayLog.forget(this.#replayed)
      replayLog.close()
    }
    const claims = readClaims(root)
    const left = claims.filter(({ run }) => run === undefined || !runs.includes(run))
    if (left.length < claims.length) writeClaims(root, left)
  }

  get #applies(): boolean {
    return this.#options.mode === 'apply'
  }

  async #undoAll(): Promise<void> {
    const { root, mode } = this.#options
    const operations = this.#runs.flatMap(({ operations }) => operations)
    if (this.#applies) {
      await removeStaleLocks(joinPath(root, '/var/lib/nethserver/db'))
      removePartial(joinPath(stateFolder(root), PARTIAL))
    }
    const [first] = operations
    if (first && this.#queues(first.run)) {
      const end = first.queue ?? first.checkpoint
      const replayLog = new ReplayLog(root)
      this.#released = replayLog.looked
      this.#replayed = replayedSince(end, root, replayLog)
      this.#unqueued = undoQueue(root, end, mode)
      this.#sayReplayed()
    }
    for (const operation of operations.reverse()) {
      if (this.#history.undone.has(operation.begin)) {
        this.#tell(operation, 'done')
        continue
      }
      this.#options.interruption.throwIfRequested()
      await this.#undo(operation)
    }
  }

  async #undo(operation: PastOperation): Promise<void> {
    const { plugin, action, change } = operation.operation
    const before = this.#findings.length
    let keeps = false
    const undoing: Undoing = {
      root: this.#options.root,
      mode: this.#options.mode,
      log: this.#logFor(action, plugin),
      keeps: () => {
        keeps = true
      },
    }
    const parts = this.#undoOf(operation)
    // Lines are those of a whole batch: which were kept is known by their names.
    const isOfBatch = parts.every(({ kind }) => kind === 'lines')
    try {
      for (const part of [...parts].reverse()) await this.#undoPart(undoing, operation, part)
    } catch (error) {
      this.#fail(operation, undoing.log, error)
      return
    }
    const isUnqueued =
      this.#unqueued &&
      this.#queues(operation.run) &&
      ['event', 'command', 'user', 'group', 'password'].includes(change.kind)
    if (parts.length === 0 && operation.outcome !== 'failed' && !isUnqueued)
      this.#sayNotUndone(change, undoing)
    this.#tell(
      operation,
      keeps && !(parts.length > 0 && isOfBatch) ? 'skipped' : this.#applies ? 'done' : 'pending',
      change,
    )
    const findings = this.#findings.slice(before)
    this.#undone.push({
      undone: operation.begin,
      ...(findings.length > 0 ? { findings } : {}),
    })
    if (parts.length > 0 || this.#undone.length >= TOGETHER) this.#writeUndone()
  }

  /** Whether a run has queued what it asked of the host: also on the host that the tree is by now. */
  #queues(run: string): boolean {
    const isRun = this.#runs.some(({ header }) => header.id === run && header.queues === true)
    return this.#host.kind === 'staged' || isRun
  }

  /** Of what stood in the queue of a staged tree, a replay has run these lines: the last first. */
  #sayReplayed(): void {
    const action = 'replay'
    const log = this.#logFor(action)
    const changes = this.#replayed.map(({ task }) => madeByTask(task)).reverse()
    const told = new Set<string>()
    for (const change of changes) {
      const about = `${change.kind} ${subjectOf(change)}`
      if (told.has(about)) continue
      told.add(about)
      let outcome: Outcome = this.#applies ? 'done' : 'pending'
      const keeps = () => {
        outcome = 'skipped'
      }
      this.#sayNotUndone(change, { log, keeps })
      this.#changes.push({ plugin: '', action, outcome, change })
    }
  }

  /** The rest is undone; this one when the same command is run again. */
  #fail(operation: PastOperation, log: Log, error: unknown): void {
    const { code, message } = describeError(error)
    this.#failed = true
    this.#tell(operation, 'failed')
    log.error(isDefect(error) ? (error.stack ?? message) : message, {
      code,
      subject: subjectOf(operation.operation.change),
      remedy: 'Mend the cause, then run the same command again: it goes on from here',
    })
  }

  #undoOf({ run, undo = [] }: PastOperation): UndoData[] {
    const path = undoPath(this.#options.root, run)
    if (undo.length > 0 && !existsSync(toBuffer(path)))
      throw DestinationError.undoMissing(toDisplay(path))
    return undo.map((range) => JSON.parse(readUndo(path, range)) as UndoData)
  }

  async #undoPart(undoing: Undoing, { run, begin }: PastOperation, data: UndoData): Promise<void> {
    switch (data.kind) {
      case 'lines':
        // A replay has taken the staged accounts out of their files.
        if (data.format === 'accounts' && begin <= this.#released) return
        return undoLines(undoing, data, this.#pretendedLines)
      case 'tree': {
        const manifest = readUndo(undoPath(this.#options.root, run), data.manifest)
        return undoTree(undoing, data, readManifest(manifest))
      }
      case 'file':
        return undoFile(undoing, data, this.#pretendedFiles)
      case 'folder':
        return undoFolder(undoing, data)
      case 'link':
        return undoLink(undoing, data)
      case 'aside':
        return undoAside(undoing, data)
      case 'acls':
        return undoAcls(undoing, data)
    }
  }

  /** What only a person can take back, with the command for it. */
  #sayNotUndone(change: Change, { log, keeps }: Pick<Undoing, 'log' | 'keeps'>): void {
    const subject = subjectOf(change)
    const say = (message: string, remedy: string) => {
      keeps()
      log.followUp(`${message} is not undone`, { code: 'not-undone', subject, remedy })
    }
    switch (change.kind) {
      case 'event':
        return say(
          `the event ${subject}`,
          /-(update|save|modify)$/.test(change.event)
            ? `Signal it again, it applies what the databases hold now: signal-event ${subject}`
            : `Look at what it did, and take it back by hand`,
        )
      case 'command': {
        // A service that was stopped and started runs as before.
        if (['systemctl', 'service'].includes(change.command[0] ?? '')) return
        return say(
          `the command ${commandText(change.command)}`,
          'Look at what it changed, and take it back by hand',
        )
      }
      case 'user':
      case 'group':
        return say(
          `the ${change.kind} ${change.name}`,
          `If it is not needed, remove it: signal-event ${change.kind}-delete ${change.name}`,
        )
      case 'password':
        return say(`the password of ${change.user}`, `Set another one: passwd ${change.user}`)
      case 'database':
        return say(
          `the database ${change.name}`,
          `If it is not needed, remove it: mysqladmin drop ${change.name}`,
        )
      case 'database-account':
        return say(
          `the database account ${change.account}`,
          'If it is not needed, enter in mysql: DROP USER, with its name',
        )
      case 'database-password':
        return say(
          `the password of ${change.user} in the database server`,
          `The password in use is in ${change.storedIn}`,
        )
      case 'record':
      case 'tree':
      case 'file':
      case 'folder':
      case 'link':
      case 'acls':
      case 'owners':
        // Taken back with others of its batch.
        return
    }
  }

  #tell({ operation }: PastOperation, outcome: Outcome, change = operation.change): void {
    const { plugin, action } = operation
    this.#changes.push({ plugin, action, outcome, change })
  }

  #report(interrupted: boolean): Report {
    const actions = [...new Map(this.#changes.map(({ plugin, action }) => [action, plugin]))].map(
      ([action, plugin]) => ({
        plugin,
        action,
        level: 0,
        unchanged: 0,
        outcome: overallOutcome(
          this.#changes.filter((change) => change.action === action).map(({ outcome }) => outcome),
        ),
        seconds: 0,
      }),
    )
    const kept = new Set(
      this.#findings.filter(({ code }) => code === 'changed-since').map(({ subject }) => subject),
    )
    const changes = this.#changes.map((each) =>
      kept.has(subjectOf(each.change)) ? { ...each, outcome: 'skipped' as const } : each,
    )
    const failed = this.#failed || this.#findings.some(({ severity }) => severity === 'error')
    return {
      status: interrupted
        ? 'pending'
        : failed
          ? 'failed'
          : overallOutcome(changes.map(({ outcome }) => outcome)),
      source: this.#runs[0]?.header.sourcePath ?? '',
      destination: toDisplay(this.#options.root) || '/',
      actions,
      counts: countOutcomes(
        changes.map(({ outcome }) => outcome),
        0,
      ),
      findings: this.#findings,
      events: [],
      changes,
    }
  }

  #writeUndone(): void {
    this.#append(this.#undone)
    this.#undone = []
  }

  #append(lines: readonly JournalLine[]): void {
    if (this.#applies && lines.length > 0) this.#file.append(lines)
  }

  #logFor(action: string, plugin = ''): Log {
    return actionLog(plugin, action, (finding) => this.#note(finding))
  }

  #note(finding: Finding): void {
    this.#findings.push(finding)
    this.#options.onFinding(finding)
    if (this.#applies) this.#host.log(logLine(finding))
  }
}

/**
 * The lines behind a place in the queue that a replay has run: all that it has run but those before,
 * since a rollback that was cut short has taken the lines away already.
 */
function replayedSince(end: number, root: Bytes, replayLog: ReplayLog): LoggedLine[] {
  const before = new Set(
    readQueue(root)
      .filter(({ offset }) => offset < end)
      .map(keyOf),
  )
  return replayLog.linesRun.filter((line) => !before.has(keyOf(line)))
}
