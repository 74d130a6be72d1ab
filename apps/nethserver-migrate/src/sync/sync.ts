import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  actionLog,
  lookAtDestination,
  openHost,
  roomIn,
  Source,
  takeRunLock,
  toBuffer,
  toBytes,
  toDisplay,
  type Finding,
  type Interruption,
  type Progress,
} from '@nethserver-migrate/core/runner'
import { ENTRY_FORMAT, parseEntry } from '../old-server/listing.js'
import { noSmeServer } from '../old-server/no-sme-server.js'
import type { Remote } from '../old-server/remote.js'
import { rsync } from '../old-server/rsync.js'
import { count } from '../output/sizes.js'
import { isAboutAbsent } from './absent-paths.js'
import { OldServices } from './old-services.js'
import { DATABASES, SOURCE_PATHS } from './source-paths.js'
import { SyncRefused } from './sync-refused.js'

export interface SyncOptions {
  readonly remote: Remote
  /** The folder that becomes the source of the import, as bytes. */
  readonly folder: string
  /** The destination that it is for; empty for the live system. */
  readonly root: string
  /** Only look what would come. */
  readonly dryRun: boolean
  /** Nothing may change on the old server any more: its services are stopped first. */
  readonly final: boolean
  /** Fetch also what an import has moved out of the folder. */
  readonly again: boolean
  readonly progress: Progress
  readonly interruption: Interruption
  /** What is done now, for the screen. */
  readonly onStep: (step: string) => void
  readonly onFinding: (finding: Finding) => void
}

export interface SyncResult {
  /** That came, or would come. */
  readonly files: number
  /** Of these files, whole, although only what differs in them travels. */
  readonly bytes: number
  /** Services of the old server that are stopped now. */
  readonly stopped: readonly string[]
  /** Starts them again. */
  readonly restart: string | undefined
}

/**
 * Fetches a source from the old server while it runs: as often as one likes, the last time with its
 * services stopped. What is gone there goes here, too. docs/sync.md
 * @throws MigrateError at the first failure; what had come stays, and the same command goes on.
 */
export async function sync(options: SyncOptions): Promise<SyncResult> {
  if (process.getuid?.() !== 0) throw SyncRefused.notRoot()
  // A machine that only prepares a destination has no run to disturb, and no place for a lock.
  const release = isDestination(options.root) ? takeRunLock(options.root) : () => undefined
  try {
    return await new Sync(options).run()
  } finally {
    release()
  }
}

class Sync {
  readonly #options: SyncOptions
  readonly #services: OldServices
  readonly #log

  constructor(options: SyncOptions) {
    this.#options = options
    this.#services = new OldServices(options.remote, options.interruption)
    this.#log = actionLog('', '', options.onFinding)
  }

  async run(): Promise<SyncResult> {
    const { final, dryRun, remote, onStep } = this.#options
    this.#requireFolder()
    await this.#requireNewSource()
    if (dryRun) return await this.#look()
    this.#prepareFolder()
    if (!final) return await this.#fetch()
    try {
      onStep(`stopping the services of ${remote.address} …`)
      await this.#services.stop()
      onStep(`stopped there: ${this.#services.stopped.join(', ') || 'nothing'}`)
      onStep('running its event pre-backup …')
      await this.#services.prepareBackup()
      return await this.#fetch()
    } catch (error) {
      this.#sayStopped()
      throw error
    }
  }

  /** Sees what the old server is called, and whether it was imported before. */
  async #requireNewSource(): Promise<void> {
    const { remote, root, again } = this.#options
    await inTemporaryFolder(async (into) => {
      const complaints = await this.#rsync(DATABASES, into, [])
      const missing = DATABASES.find((path) => !existsSync(toBuffer(`${into}/${path}`)))
      if (missing !== undefined)
        throw noSmeServer(remote, `/${missing}`, complaints[0] ?? 'no reason given')
      if (again || !isDestination(root)) return
      const source = Source.open(into)
      const { importedAt } = lookAtDestination(openHost(root, 'plan'), source)
      if (importedAt)
        throw SyncRefused.importedAlready(remote, toDisplay(source.hostName), importedAt)
    })
  }

  #requireFolder(): void {
    const { folder } = this.#options
    const there = lstatSync(toBuffer(folder), { throwIfNoEntry: false })
    if (there && !there.isDirectory()) throw SyncRefused.notAFolder(toDisplay(folder))
  }

  /** Private: it will hold password hashes and mail. */
  #prepareFolder(): void {
    const { folder } = this.#options
    mkdirSync(toBuffer(folder), { recursive: true, mode: 0o700 })
    chmodSync(toBuffer(folder), 0o700)
  }

  /** What would come. Nothing is changed. */
  async #look(): Promise<SyncResult> {
    const { folder, remote, onStep } = this.#options
    onStep(`looking what has changed on ${remote.address} …`)
    const coming = { files: 0, bytes: 0 }
    const look = (into: string) =>
      this.#rsync(SOURCE_PATHS, into, [...FETCH, '--dry-run'], (size) => {
        coming.files += 1
        coming.bytes += size
      })
    // A folder that is not there yet is an empty one.
    const complaints = existsSync(toBuffer(folder))
      ? await look(folder)
      : await inTemporaryFolder(look)
    if (this.#options.dryRun) this.#sayComplaints(complaints)
    return { ...coming, stopped: this.#services.stopped, restart: this.#services.restart }
  }

  async #fetch(): Promise<SyncResult> {
    const { folder, progress } = this.#options
    const result = await this.#look()
    const { available } = roomIn(folder)
    if (available < result.bytes)
      throw SyncRefused.noSpace(toDisplay(folder), result.bytes, available)
    const task = progress.start(`fetching ${count(result.files, 'file')}`, result.bytes)
    try {
      const complaints = await this.#rsync(SOURCE_PATHS, folder, FETCH, (size) =>
        task.advance(size),
      )
      this.#sayComplaints(complaints)
    } finally {
      task.stop()
    }
    return result
  }

  /** @param onFile told the size of each file that comes. */
  async #rsync(
    paths: readonly string[],
    into: string,
    options: readonly string[],
    onFile: (size: number) => void = () => undefined,
  ): Promise<string[]> {
    const { remote, interruption } = this.#options
    const onLine = (line: string) => {
      const entry = parseEntry(line)
      if (entry?.kind === 'file') onFile(entry.size)
    }
    return rsync(remote, { from: '/', paths, into, options, onLine }, interruption)
  }

  #sayComplaints(complaints: readonly string[]): void {
    const { remote } = this.#options
    for (const complaint of complaints) {
      if (isAboutAbsent(complaint)) continue
      if (/^file has vanished/.test(complaint))
        this.#log.notice(`${remote.address}: ${complaint}`, {
          code: 'sync-file-vanished',
          subject: complaint,
        })
      else
        this.#log.error(`${remote.address}: ${complaint}`, {
          code: 'sync-file-not-fetched',
          subject: complaint,
          remedy: 'Mend the cause there, then run the same command again',
        })
    }
  }

  #sayStopped(): void {
    const { restart, stopped } = this.#services
    if (restart === undefined) return
    this.#log.warning(
      `services of ${this.#options.remote.address} are stopped: ${stopped.join(', ')}`,
      {
        code: 'sync-services-stopped',
        subject: this.#options.remote.address,
        remedy: `Run the same command again, or start them with: ${restart}`,
      },
    )
  }
}

async function inTemporaryFolder<Result>(
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = toBytes(mkdtempSync(join(tmpdir(), 'nethserver-migrate-')))
  try {
    return await work(folder)
  } finally {
    rmSync(toBuffer(folder), { recursive: true, force: true })
  }
}

function isDestination(root: string): boolean {
  return existsSync(toBuffer(`${root}/var/lib/nethserver/db`))
}

/** All that an ordinary backup keeps; ACLs come as a file that the old server writes itself. */
const FETCH = [
  ...['--archive', '--hard-links', '--numeric-ids', '--delete', ENTRY_FORMAT],
  // Paths that are listed are not followed downwards otherwise.
  '--recursive',
]
