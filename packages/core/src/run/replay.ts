import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { Change, Outcome, ReportedChange } from '../destination/changes.js'
import { subjectOf } from '../destination/changes.js'
import { describeError, DestinationError, InterruptedError } from '../errors.js'
import { joinPath, toBuffer, toBytes, toDisplay, toText, type Bytes } from '../files/bytes.js'
import type { Host } from '../host/host.js'
import { HostCommandError } from '../host/nethserver-host.js'
import type { QueuedTask } from '../host/staged-host.js'
import { secretPath, stateFolder } from '../host/state-folder.js'
import { readHistory, type PastOperation } from '../journal/history.js'
import { findOwners } from '../replay/find-owners.js'
import { giveOwners } from '../replay/give-owners.js'
import { readClaims, writeClaims } from '../replay/owner-claims.js'
import { QueueError, queuePath, readQueue, secretsOf, type QueueLine } from '../replay/queue.js'
import { queuedAccount, queuedChange } from '../replay/queued-change.js'
import { ReplayLog, type LineOutcome } from '../replay/replay-log.js'
import { Sections } from '../replay/sections.js'
import { releaseStagedAccounts } from '../replay/staged-accounts.js'
import { logLine, type Finding } from '../report/findings.js'
import { actionLog, type Log } from '../report/log.js'
import { countOutcomes, overallOutcome, type Report } from '../report/report.js'
import { removeEmpty } from '../undo/undoing.js'
import type { Interruption } from './interruption.js'
import { openHost } from './open-host.js'
import { takeRunLock } from './run-lock.js'

/** What the runs of a replay are called, as those of an import are by its event. */
export const REPLAY_EVENT = 'migration-replay'

const ACTION = 'replay'
const SECRETS = joinPath(stateFolder(''), 'secrets')

export interface ReplayOptions {
  /** `plan` runs nothing. */
  readonly mode: 'plan' | 'apply'
  readonly interruption: Interruption
  /** Called for each finding as it comes. */
  readonly onFinding: (finding: Finding) => void
  /** Called when a line begins, with how many have ended and how many there are. */
  readonly onBegin?: (subject: string, ended: number, total: number) => void
  /** Called when a line has ended. */
  readonly onEnd?: (change: Change, outcome: Outcome) => void
}

export interface ReplayResult {
  readonly report: Report
  /** Set when it was asked to stop. */
  readonly interrupted: InterruptedError | undefined
}

/**
 * Runs what imports into a staged destination have queued, in order, on the host that the tree has
 * become: once, whatever kills it on the way. docs/staging.md#replay-on-the-first-boot
 * @throws MigrateError when it is refused before anything was run.
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const { mode } = options
  if (process.getuid?.() !== 0) throw DestinationError.notRoot()
  const host = openHost('', mode)
  const release = mode === 'apply' ? takeRunLock('') : () => undefined
  try {
    return await new Replay(options, host).run()
  } finally {
    release()
  }
}

class Replay {
  readonly #options: ReplayOptions
  readonly #host: Host
  readonly #log: Log
  readonly #lines: readonly QueueLine[]
  readonly #sections: Sections
  /** By name of the file: the lines that read it. */
  readonly #secretUsers = new Map<string, QueueLine[]>()
  readonly #replayLog = new ReplayLog('')
  /** Imports into the staged destination whose accounts and files were not seen to yet. */
  readonly #operations: readonly PastOperation[]
  readonly #findings: Finding[] = []
  readonly #changes: ReportedChange[] = []
  readonly #failedTogether = new Set<string>()
  #unchanged = 0

  constructor(options: ReplayOptions, host: Host) {
    this.#options = options
    this.#host = host
    this.#log = actionLog('', ACTION, (finding) => this.#note(finding))
    this.#lines = readQueue('')
    this.#sections = new Sections(this.#lines)
    for (const line of this.#lines)
      for (const secret of secretsOf(line.task)) {
        const users = this.#secretUsers.get(secret)
        if (users) users.push(line)
        else this.#secretUsers.set(secret, [line])
      }
    const { runs, unfinished } = readHistory(joinPath(stateFolder(''), 'journal.jsonl'))
    if (unfinished) throw DestinationError.rollbackUnfinished(unfinished.at)
    this.#operations = runs
      .flatMap(({ operations }) => operations)
      .filter(({ begin }) => begin > this.#replayLog.looked)
  }

  async run(): Promise<ReplayResult> {
    const started = process.hrtime.bigint()
    const { mode } = this.#options
    const pending = pendingLines(this.#lines, this.#sections, this.#replayLog)
    let interrupted: InterruptedError | undefined
    if (mode === 'plan') for (const line of pending) this.#tell(queuedChange(line.task), 'pending')
    else interrupted = await this.#apply(pending)
    if (pending.length === 0 && this.#changes.length === 0)
      this.#log.notice(
        this.#lines.length === 0
          ? 'nothing is queued here: there is nothing to replay'
          : 'everything that was queued has run: there is nothing to replay',
        { code: 'nothing-to-replay', subject: toDisplay(queuePath('')) },
      )
    const seconds = Number(process.hrtime.bigint() - started) / 1e9
    return { report: this.#report(seconds, interrupted !== undefined), interrupted }
  }

  async #apply(pending: readonly QueueLine[]): Promise<InterruptedError | undefined> {
    if (this.#replayLog.isUnfinished && pending.length > 0)
      this.#log.notice(
        `an earlier replay was cut short: going on with line ${pending[0]?.number} of the queue`,
        { code: 'replay-resumed' },
      )
    const now = new Date().toISOString()
    this.#replayLog.start(`${now}-${process.pid}`, now)
    try {
      this.#removeSecrets(this.#lines)
      await this.#releaseAccounts()
      // What comes after the accounts finds files with the owners that they are to have.
      const [lastAccount] = this.#lines.filter(({ task }) => queuedAccount(task)).slice(-1)
      let areGiven = lastAccount === undefined
      for (const [index, line] of pending.entries()) {
        this.#options.interruption.throwIfRequested()
        if (!areGiven && lastAccount && line.number > lastAccount.number) {
          await this.#giveOwners({ isLast: false })
          areGiven = true
        }
        this.#options.onBegin?.(subjectOf(queuedChange(line.task)), index, pending.length)
        await this.#runLine(line)
      }
      this.#options.interruption.throwIfRequested()
      await this.#giveOwners({ isLast: true })
      this.#replayLog.finish()
      return undefined
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error
      this.#replayLog.close()
      this.#log.warning('the replay was stopped before its end', {
        code: 'interrupted',
        remedy: error.hint,
      })
      return error
    }
  }

  async #runLine(line: QueueLine): Promise<void> {
    const { task } = line
    const { together, always } = task
    const isRepeated = this.#replayLog.stateOf(line) === 'open'
    const change = queuedChange(task, isRepeated)
    if (together !== undefined && this.#failedTogether.has(together) && !always) {
      this.#fail(change, HostCommandError.leftOut(subjectOf(change), together))
      return
    }
    if (!isRepeated && this.#accountExists(task)) {
      this.#replayLog.end(this.#replayLog.begin(line), 'unchanged')
      this.#log.info(`${subjectOf(change)}: the account exists already`, {
        code: 'replay-account-exists',
        subject: subjectOf(change),
      })
      this.#unchanged += 1
      this.#options.onEnd?.(change, 'unchanged')
      return
    }
    const id = this.#replayLog.begin(line)
    const error = await this.#perform(task)
    const outcome: LineOutcome = error ? 'failed' : 'done'
    this.#replayLog.end(id, outcome)
    if (error) {
      if (together !== undefined) this.#failedTogether.add(together)
      this.#fail(change, error)
      return
    }
    this.#removeSecrets(this.#sections.of(line))
    this.#tell(change, 'done')
  }

  /** Asked of the provider: the entries of the staged destination are gone by then. */
  #accountExists(task: QueuedTask): boolean {
    const account = queuedAccount(task)
    if (!account) return false
    const name = toBytes(account.name)
    const found = account.kind === 'user' ? this.#host.findUser(name) : this.#host.findGroup(name)
    return found !== undefined
  }

  async #perform(task: QueuedTask): Promise<Error | undefined> {
    if ('event' in task || task.input === undefined) {
      const [error] = await this.#host.perform([task], 0)
      return error
    }
    const { command, input } = task
    const file = secretFiles().get(input) ?? toBytes(input)
    if (!existsSync(toBuffer(file))) return QueueError.inputMissing(input)
    const content = () => readFileSync(toBuffer(file), 'latin1')
    const secretInput = { name: input, content }
    const [error] = await this.#host.perform([{ command, secretInput }], 0)
    return error
  }

  /**
   * Removes the secrets of lines that have run and that no line still needs: also those that a kill
   * has left. Steps that belong together need theirs until all of them have succeeded.
   */
  #removeSecrets(lines: readonly QueueLine[]): void {
    const isOver = (line: QueueLine) =>
      this.#sections.of(line).every((step) => isLineOver(step, this.#replayLog))
    const secrets = new Set(lines.flatMap(({ task }) => secretsOf(task)))
    if (secrets.size === 0) return
    const files = secretFiles()
    for (const secret of secrets) {
      const file = files.get(secret)
      if (file !== undefined && this.#secretUsers.get(secret)?.every(isOver))
        rmSync(toBuffer(file), { force: true })
    }
    removeEmpty(SECRETS)
  }

  /** Takes the staged accounts away, but knows what belongs to them, before anything has run. */
  async #releaseAccounts(): Promise<void> {
    const last = this.#operations[this.#operations.length - 1]
    if (!last) return
    await releaseStagedAccounts(this.#operations, this.#replayLog, this.#log)
    const staged = this.#replayLog.stagedIds
    if (!staged) return
    const claims = readClaims('')
    const known = { staged, claimedBy: new Set(claims.flatMap(({ run }) => run ?? [])) }
    claims.push(...(await findOwners(this.#operations, known, this.#log)))
    writeClaims('', claims)
    this.#replayLog.keepLooked(last.begin)
  }

  /** Gives what imports have brought to the accounts of this host. */
  async #giveOwners({ isLast }: { isLast: boolean }): Promise<void> {
    const claims = readClaims('')
    if (claims.length === 0) return
    const given = await giveOwners(claims, this.#host, this.#log)
    const { changed, accounts, left } = given
    writeClaims('', left)
    if (isLast) given.sayMissing()
    if (accounts.length === 0) return
    this.#log.notice(
      `${changed} files, folders or rights got the owners that this host has: ${accounts.join(', ')}`,
      { code: 'owners-given' },
    )
    this.#tell({ kind: 'owners', accounts, entries: changed }, 'done')
  }

  #fail(change: Change, error: unknown): void {
    const { code, message, remedy } = describeError(error)
    this.#tell(change, 'failed')
    this.#log.error(message, { code, subject: subjectOf(change), remedy })
  }

  #tell(change: Change, outcome: Outcome): void {
    this.#changes.push({ plugin: '', action: ACTION, outcome, change })
    this.#options.onEnd?.(change, outcome)
  }

  #note(finding: Finding): void {
    this.#findings.push(finding)
    this.#options.onFinding(finding)
    if (this.#options.mode === 'apply') this.#host.log(logLine(finding))
  }

  #report(seconds: number, isInterrupted: boolean): Report {
    const failed = this.#findings.some(({ severity }) => severity === 'error')
    const outcome = failed
      ? 'failed'
      : overallOutcome(this.#changes.map(({ outcome: each }) => each))
    return {
      status: isInterrupted ? 'pending' : outcome,
      source: toDisplay(queuePath('')),
      destination: '/',
      actions: [
        { plugin: '', action: ACTION, level: 0, outcome, unchanged: this.#unchanged, seconds },
      ],
      counts: countOutcomes(
        this.#changes.map(({ outcome: each }) => each),
        this.#unchanged,
      ),
      findings: this.#findings,
      events: this.#changes.flatMap(({ change, plugin, action, outcome: each }) =>
        change.kind === 'event' && each !== 'skipped'
          ? [{ plugin, action, name: change.event, args: change.args }]
          : [],
      ),
      changes: this.#changes,
    }
  }
}

/**
 * The lines that are still to run, in order. Of steps that belong together and of which one has
 * failed all are taken anew: what was stopped for them has been started again.
 */
function pendingLines(
  lines: readonly QueueLine[],
  sections: Sections,
  replayLog: ReplayLog,
): QueueLine[] {
  const hasFailed = (line: QueueLine) => replayLog.stateOf(line) === 'failed'
  const anew = new Set(lines.filter(hasFailed).flatMap((line) => sections.of(line)))
  return lines.filter((line) => anew.has(line) || !isLineOver(line, replayLog))
}

function isLineOver(line: QueueLine, replayLog: ReplayLog): boolean {
  const state = replayLog.stateOf(line)
  return state === 'done' || state === 'unchanged'
}

/** The files with secrets, by the names that the queue has for them. */
function secretFiles(): Map<string, Bytes> {
  if (!existsSync(SECRETS)) return new Map()
  const names = readdirSync(SECRETS, { encoding: 'latin1' })
  return new Map(names.map((name) => [toText(secretPath(name)), secretPath(name)]))
}
