import { spawnSync } from 'node:child_process'
import {
  actionLog,
  countOutcomes,
  joinPath,
  lookAtDestination,
  openHost,
  runImport,
  Source,
  stateFolder,
  takeRunLock,
  toDisplay,
  type ActionReport,
  type Finding,
  type Host,
  type ImportResult,
  type Interruption,
  type Plugin,
  type Progress,
  type Report,
  type ReportedChange,
} from '@nethserver-migrate/core/runner'
import { count } from '../output/sizes.js'
import { messageKey, missingHere } from './compare-maildirs.js'
import { FetchedFolder } from './fetched-folder.js'
import { goneMessages } from './gone-messages.js'
import type { RemoteEntry } from '../old-server/listing.js'
import { syncedMailboxes, type SyncedMailbox } from './mailboxes.js'
import { OldServer } from './old-server.js'
import type { Remote } from '../old-server/remote.js'
import { SeenMessages } from './seen-messages.js'
import { SyncError } from './sync-error.js'
import { SYNC_EVENT } from './sync-event.js'
import { sayMoved, sayNotImported, sayUnknownUsers, sayUnreadable } from './sync-findings.js'
import { takingAway } from './take-away.js'

export interface SyncOptions {
  readonly remote: Remote
  /** The tree of a staged destination; empty for the live system. */
  readonly root: string
  readonly plugins: readonly Plugin[]
  readonly dryRun: boolean
  /** Whether messages that are gone on the old server go here, too. */
  readonly takeAway: boolean
  readonly progress: Progress
  readonly interruption: Interruption
  readonly onFinding: (finding: Finding) => void
  readonly onAction: (action: ActionReport) => void
}

/** What came, or would come, for one mailbox. */
export interface MailboxCount {
  readonly mailbox: string
  readonly messages: number
  /** Of these messages. */
  readonly bytes: number
  readonly takenAway: number
}

export interface SyncResult extends Pick<ImportResult, 'report' | 'interrupted'> {
  /** Only mailboxes for which there was something to do. */
  readonly mailboxes: readonly MailboxCount[]
}

/** What is to be done for one mailbox. */
interface Work {
  readonly mailbox: SyncedMailbox
  /** Entries of its Maildir on the old server that come. */
  readonly missing: readonly RemoteEntry[]
  /** Lists of both servers that count: the old one comes each time. */
  readonly united: readonly RemoteEntry[]
  /** Messages here that go, below the Maildir. */
  readonly gone: readonly string[]
}

/** The folders that a user has subscribed to. */
const UNITED = 'subscriptions'

/**
 * Brings the messages that arrived on the old server after its backup: looks there, fetches what is
 * missing here, and merges it as an import does. docs/sync-mail.md
 * @throws MigrateError when it did not come to a merge: nothing was changed then.
 */
export async function syncMail(options: SyncOptions): Promise<SyncResult> {
  const merging = options.plugins.find(({ createlinks }) => SYNC_EVENT in createlinks)
  if (!merging) throw SyncError.noPlugin()
  const host = openHost(options.root, 'apply')
  const release = takeRunLock(options.root)
  try {
    return await new MailSync(options, merging, host).run()
  } finally {
    release()
  }
}

class MailSync {
  readonly #options: SyncOptions
  readonly #merging: Plugin
  readonly #host: Host
  readonly #oldServer: OldServer
  /** What was said before the merge. */
  readonly #findings: Finding[] = []
  readonly #complaints = new Set<string>()
  readonly #log = actionLog('', '', (finding) => {
    this.#findings.push(finding)
    this.#options.onFinding(finding)
  })

  constructor(options: SyncOptions, merging: Plugin, host: Host) {
    this.#options = options
    this.#merging = merging
    this.#host = host
    this.#oldServer = new OldServer(options.remote, options.interruption)
  }

  async run(): Promise<SyncResult> {
    const looking = new FetchedFolder(this.#path('looking'))
    // What a killed run has left.
    looking.remove()
    try {
      looking.prepare()
      const { work, remember } = await this.#look(looking)
      const plan = await this.#merge(looking, 'plan', work)
      requireMergeable(plan)
      if (!this.#options.dryRun) {
        remember()
        return await this.#bring(work)
      }
      const report = this.#whole(this.#withIncoming(plan.report, work))
      return { report, interrupted: undefined, mailboxes: counts(work) }
    } finally {
      looking.remove()
    }
  }

  /**
   * Finds out what there is to do; nothing is changed yet.
   * @returns also what takes note of all that was seen on the old server.
   */
  async #look(folder: FetchedFolder): Promise<{ work: Work[]; remember: () => void }> {
    await this.#oldServer.fetchDatabases(folder)
    const source = Source.open(folder.path)
    const { destination, importedAt } = lookAtDestination(this.#host, source)
    const { root, remote, takeAway } = this.#options
    if (!importedAt) sayNotImported(this.#log, toDisplay(source.hostName))
    const { mailboxes, unknown } = syncedMailboxes(source, destination, root)
    sayUnknownUsers(this.#log, unknown)

    const maildirs = mailboxes.map(({ maildir }) => maildir)
    const list = () => this.#oldServer.list(maildirs, folder)
    const listing = await list()
    this.#sayUnreadable(listing.unreadable)
    const seen = new SeenMessages(this.#path(`${remote.name}.seen`), importedAt)
    const gone = takeAway
      ? await goneMessages(mailboxes, listing, { listAgain: list, seen })
      : undefined
    const work = mailboxes.flatMap((mailbox) => {
      const entries = listing.entries.get(mailbox.maildir)
      if (!entries) return []
      const missing = missingHere(entries, mailbox.here)
      const united = entries.filter(({ path }) => path === UNITED)
      return [{ mailbox, missing, united, gone: gone?.get(mailbox) ?? [] }]
    })
    return { work, remember: () => seen.add(listing) }
  }

  async #bring(work: readonly Work[]): Promise<SyncResult> {
    const folder = new FetchedFolder(this.#path(this.#options.remote.name))
    const fetched = await this.#fetch(folder, work)
    const { report: merged, interrupted } = await this.#merge(folder, 'apply', work)
    const report = this.#whole(merged)
    if (!interrupted && report.status !== 'failed') folder.remove()
    return { report, interrupted, mailboxes: counts(fetched) }
  }

  /** @returns what has come of what is missing. */
  async #fetch(folder: FetchedFolder, work: readonly Work[]): Promise<Work[]> {
    const { messages, bytes } = measure(work.flatMap(({ missing }) => missing))
    const paths = work.flatMap(({ mailbox, missing, united }) =>
      [...missing, ...united].map(({ path }) => `${mailbox.maildir}/${path}`),
    )
    folder.prepare()
    const title = `fetching ${count(messages, 'message')}`
    const task = messages > 0 ? this.#options.progress.start(title, bytes) : undefined
    const unreadable = await this.#oldServer
      .fetch(paths, folder, (size) => task?.advance(size))
      .finally(() => task?.stop())
    // What is moved next must be on disk: a rename alone could outlive a power cut.
    if (messages > 0) spawnSync('sync')
    const left = new Set(paths.filter((path) => !folder.has(path)))
    this.#sayUnreadable(unreadable)
    if (unreadable.length === 0) sayMoved(this.#log, [...left].map(toDisplay))
    return work.map(({ mailbox, missing, ...rest }) => ({
      ...rest,
      mailbox,
      missing: missing.filter(({ path }) => !left.has(`${mailbox.maildir}/${path}`)),
    }))
  }

  async #merge(
    { path }: FetchedFolder,
    mode: 'plan' | 'apply',
    work: readonly Work[],
  ): Promise<ImportResult> {
    const { root, plugins, takeAway, dryRun, onFinding, onAction } = this.#options
    const { progress, interruption } = this.#options
    const isTold = mode === 'apply' || dryRun
    return runImport({
      source: path,
      root,
      mode,
      event: SYNC_EVENT,
      plugins: takeAway ? [...plugins, this.#takingAway(work)] : plugins,
      only: [],
      holdsLock: true,
      earlier: this.#findings,
      progress,
      interruption,
      onFinding: isTold ? onFinding : () => undefined,
      onAction: isTold ? onAction : () => undefined,
    })
  }

  #takingAway(work: readonly Work[]): Plugin {
    const now = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
    const deleted = joinPath(stateFolder(''), 'sync-mail/deleted', now)
    return takingAway(
      this.#merging.feature,
      work.map(({ mailbox: { name, folder }, gone }) => ({
        mailbox: name,
        from: folder,
        files: gone.map((file) => `Maildir/${file}`),
        to: joinPath(deleted, folder.slice(folder.lastIndexOf('/'))),
      })),
    )
  }

  /** A plan with what would come: that is not here yet, so no action has found it. */
  #withIncoming(plan: Report, work: readonly Work[]): Report {
    const [merge = ''] = Object.keys(this.#merging.createlinks[SYNC_EVENT]?.actions ?? {})
    const incoming = work
      .filter(({ missing }) => missing.length > 0)
      .map(({ mailbox: { maildir, folder }, missing }): ReportedChange => {
        const counts = measure(missing)
        const from = toDisplay(`home/e-smith/${maildir}`)
        const to = toDisplay(`${folder}/Maildir`)
        return {
          plugin: this.#merging.name,
          action: merge,
          outcome: 'pending',
          change: { kind: 'tree', from, to, keptBoth: [], ...counts },
        }
      })
    if (incoming.length === 0) return plan
    const changes = [...incoming, ...plan.changes]
    const actions = plan.actions.map((each) =>
      each.action === merge ? { ...each, outcome: 'pending' as const } : each,
    )
    const counts = countOutcomes(
      changes.map(({ outcome }) => outcome),
      plan.counts.unchanged,
    )
    return { ...plan, status: 'pending', actions, changes, counts }
  }

  /** The report under the name of the old server, with what went wrong before the merge. */
  #whole(report: Report): Report {
    const failed = this.#findings.some(({ severity }) => severity === 'error')
    const source = this.#options.remote.address
    return { ...report, source, status: failed ? 'failed' : report.status }
  }

  /** What could not be listed cannot be fetched either: that is said once. */
  #sayUnreadable(complaints: readonly string[]): void {
    sayUnreadable(
      this.#log,
      complaints.filter((complaint) => !this.#complaints.has(complaint)),
    )
    for (const complaint of complaints) this.#complaints.add(complaint)
  }

  #path(name: string): string {
    return joinPath(stateFolder(this.#options.root), 'sync-mail', name)
  }
}

/** @throws SyncError when fetching would be in vain. */
function requireMergeable({ report, interrupted }: ImportResult): void {
  if (interrupted) throw interrupted
  const stopped = report.actions.find(({ outcome }) => ['failed', 'skipped'].includes(outcome))
  if (!stopped) return
  const reason = report.findings.find(
    ({ action, severity, code }) =>
      action === stopped.action && (severity === 'error' || code === 'feature-not-installed'),
  )
  throw SyncError.cannotMerge(reason?.message ?? stopped.action, reason?.remedy ?? '')
}

function counts(work: readonly Work[]): MailboxCount[] {
  return work
    .map(({ mailbox, missing, gone }) => {
      const messages = missing.filter((entry) => messageKey(entry) !== undefined)
      return {
        mailbox: mailbox.name,
        messages: messages.length,
        bytes: measure(messages).bytes,
        takenAway: gone.length,
      }
    })
    .filter(({ messages, takenAway }) => messages + takenAway > 0)
}

function measure(entries: readonly RemoteEntry[]) {
  const directories = entries.filter(({ kind }) => kind === 'directory').length
  const bytes = entries.reduce((sum, { kind, size }) => sum + (kind === 'file' ? size : 0), 0)
  const messages = entries.filter((entry) => messageKey(entry) !== undefined).length
  return { files: entries.length - directories, directories, bytes, messages }
}
