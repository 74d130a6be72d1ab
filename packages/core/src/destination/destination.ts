import { DestinationError } from '../errors.js'
import { joinPath, toDisplay, toText, type Bytes } from '../files/bytes.js'
import type { EntryKind } from '../files/entry-kind.js'
import { FileView } from '../files/file-view.js'
import type { Host, HostTask, SecretInput } from '../host/host.js'
import type { GroupEntry, PasswdEntry } from '../source/account-files.js'
import type { Source } from '../source/source.js'
import {
  AccountOperations,
  type AccountResult,
  type ExpectedGroup,
  type ExpectedUser,
  type NewGroup,
  type NewPassword,
  type NewUser,
} from './account-operations.js'
import { accountsProvider, type AccountsProvider } from './accounts-provider.js'
import { AclOperations, type RestoreAcls } from './acl-operations.js'
import { DatabaseServer, type DatabaseServerParts } from './database-server.js'
import { DestinationDatabase } from './destination-database.js'
import {
  FileOperations,
  type CopyFile,
  type FileResult,
  type HowFilesMove,
  type MakeFolder,
  type MakeLink,
  type MoveAside,
  type TransferTree,
  type WriteFile,
} from './file-operations.js'
import { LiveOperations, type Part, type SignalFor, type Step } from './live-operations.js'
import { dumpFile, type LoadDumps } from './load-dumps.js'
import type { OperationResult } from './operation.js'
import type { OperationRunner } from './operation-runner.js'
import { StagedDumps } from './staged-dumps.js'

export interface EventOptions {
  /**
   * Signal only when one of these operations changed something that no earlier signal of the
   * event has applied. Without it: when the event was never signalled by this action, or anything
   * that the action asked for has changed since.
   */
  readonly onlyFor?: readonly OperationResult[]
}

export interface CommandOptions extends EventOptions {
  /** What the command reads on standard input: passwords and the like, never shown anywhere. */
  readonly secretInput?: SecretInput
  /** Told what the command has printed, once it has succeeded; not in a plan or a queue. */
  readonly onOutput?: (output: string) => void
}

/**
 * The one door to the new server. Every method that changes something makes an operation: it is
 * planned, performed once, journalled and reported without a line in the plugin. An operation
 * that fails is logged as an ERROR and told by its result; nothing is thrown for it.
 * docs/architecture.md#the-one-door
 */
export class Destination {
  readonly #host: Host
  readonly #runner: OperationRunner
  readonly #source: Source
  readonly #run: Omit<DatabaseServerParts, 'runner'>
  readonly #files: FileOperations
  readonly #acls: AclOperations
  readonly #databases = new Map<string, DestinationDatabase>()
  readonly #liveOperations: LiveOperations
  #accountOperations: AccountOperations | undefined

  constructor(
    host: Host,
    runner: OperationRunner,
    source: Source,
    how: HowFilesMove,
    run: Omit<DatabaseServerParts, 'runner'>,
  ) {
    this.#host = host
    this.#runner = runner
    this.#source = source
    this.#run = run
    const view = new FileView()
    this.#files = new FileOperations({ host, runner, source, view, how, progress: run.progress })
    this.#acls = new AclOperations({
      host,
      runner,
      view,
      accounts: this,
      performTasks: (tasks, since) => this.#performTasks(tasks, since),
    })
    this.#liveOperations = new LiveOperations(runner, (tasks, since) =>
      this.#performTasks(tasks, since),
    )
  }

  get configuration(): DestinationDatabase {
    return this.database('configuration')
  }

  get accounts(): DestinationDatabase {
    return this.database('accounts')
  }

  /** A database by name, as it lies in `/var/lib/nethserver/db`. */
  database(name: string): DestinationDatabase {
    const known = this.#databases.get(name)
    if (known) return known
    const database = new DestinationDatabase(name, this.#host.root, this.#runner)
    this.#databases.set(name, database)
    return database
  }

  /** Where the accounts live. */
  get accountsProvider(): AccountsProvider {
    return accountsProvider(this.configuration)
  }

  /**
   * How services state who may reach them: names of zones (`green,red`), or `private`, `public`.
   * docs/process.md#access
   */
  get accessValues(): 'zones' | 'names' {
    const values = this.configuration.records('service').map(({ props }) => props['access'] ?? '')
    if (values.some((value) => value.split(',').includes('green'))) return 'zones'
    return values.includes('private') ||
      values.includes('public') ||
      !this.configuration.has('sssd')
      ? 'names'
      : 'zones'
  }

  /**
   * Whether an id is one of a person or a group of people, not of the system: from 500 on where
   * accounts are records, from 1000 on elsewhere. docs/accounts.md#ids
   */
  isPersonalId(id: number): boolean {
    return id >= (this.accountsProvider === 'accounts-database' ? 500 : 1000)
  }

  findUser(name: Bytes): PasswdEntry | undefined {
    return this.#accountsWorld.findUser(name)
  }

  findGroup(name: Bytes): GroupEntry | undefined {
    return this.#accountsWorld.findGroup(name)
  }

  /** Whether there is a device `/dev/NAME`; nothing on a staged destination: nobody knows yet. */
  hasDevice(name: Bytes): boolean | undefined {
    return this.#host.hasDevice(name)
  }

  /** Makes users that are missing, as one batch; gives a result for each. */
  async createUsers(users: readonly NewUser[]): Promise<AccountResult[]> {
    return this.#accountsWorld.createUsers(users)
  }

  /** Makes groups that are missing, as one batch; gives a result for each. */
  async createGroups(groups: readonly NewGroup[]): Promise<AccountResult[]> {
    return this.#accountsWorld.createGroups(groups)
  }

  /**
   * Makes users known that steps before have made, or will make when the queue of a staged
   * destination is replayed. One that a live host does not have is a failed operation.
   * docs/accounts.md#expected
   */
  async expectUsers(users: readonly ExpectedUser[]): Promise<AccountResult[]> {
    return this.#accountsWorld.expectUsers(users)
  }

  /** The same for groups. */
  async expectGroups(groups: readonly ExpectedGroup[]): Promise<AccountResult[]> {
    return this.#accountsWorld.expectGroups(groups)
  }

  /** Sets passwords from hashes, as one batch; one that an import set before is left alone. */
  async setPasswords(passwords: readonly NewPassword[]): Promise<OperationResult[]> {
    return this.#accountsWorld.setPasswords(passwords)
  }

  /**
   * The folder of a person's mailbox: named by the account where accounts are records, by the
   * address elsewhere. docs/files.md#mailboxes
   */
  mailboxOf(user: Bytes): Bytes {
    const domain = this.configuration.type('DomainName') ?? ''
    return `/var/lib/nethserver/vmail/${this.accountsProvider === 'accounts-database' ? user : `${user}@${domain}`}`
  }

  /** The home directory of an account, or where it will be. */
  homeOf(user: Bytes): Bytes {
    return this.findUser(user)?.home ?? `/var/lib/nethserver/home/${user}`
  }

  /** Moves (across filesystems: copies) the content of source folders into destination folders. */
  async transferTrees(requests: readonly TransferTree[]): Promise<OperationResult[]> {
    return this.#files.transferTrees(requests)
  }

  async transferTree(request: TransferTree): Promise<OperationResult> {
    const [result] = await this.#files.transferTrees([request])
    return result ?? { outcome: 'unchanged', key: '' }
  }

  /** Restores owners and ACLs below folders; accounts that are unknown here are left out. */
  async restoreAcls(requests: readonly RestoreAcls[]): Promise<OperationResult[]> {
    return this.#acls.restoreAcls(requests)
  }

  /** Copies one file of the source; it stays there. */
  async copyFile(request: CopyFile): Promise<FileResult> {
    return this.#files.copyFile(request)
  }

  async writeFile(request: WriteFile): Promise<OperationResult> {
    return this.#files.writeFile(request)
  }

  /** Makes a folder, or gives the one that is there its mode and owner; what is in it stays. */
  async makeFolder(request: MakeFolder): Promise<OperationResult> {
    return this.#files.makeFolder(request)
  }

  /** Makes symbolic links; where something else has the name it `exists`, and stays. */
  async makeLinks(requests: readonly MakeLink[]): Promise<OperationResult[]> {
    return this.#files.makeLinks(requests)
  }

  async makeLink(request: MakeLink): Promise<OperationResult> {
    const [result] = await this.#files.makeLinks([request])
    return result ?? { outcome: 'unchanged', key: '' }
  }

  /** Moves files of the destination to another place there. */
  async moveAside(request: MoveAside): Promise<OperationResult> {
    return this.#files.moveAside(request)
  }

  /** What lies at a path of the destination. */
  kind(path: Bytes): EntryKind {
    return this.#files.kind(path)
  }

  /** The names in a folder of the destination in byte order; empty when there is no such folder. */
  list(path: Bytes): Bytes[] {
    return this.#files.list(path)
  }

  /** The bytes of a file of the destination, or nothing when there is no such regular file. */
  readFile(path: Bytes): Bytes | undefined {
    return this.#files.readFile(path)
  }

  /**
   * Loads dumps of databases into the database server, then the accounts of the old one. Where no
   * server runs, on a staged destination, they wait with a command in the queue.
   * docs/databases.md
   */
  async loadDumps(request: LoadDumps): Promise<OperationResult[]> {
    const find = (from: Bytes) => dumpFile(from, this.#source.file(from))
    const dumps = {
      ...request,
      databases: request.databases.map(find),
      accounts: request.accounts === undefined ? undefined : find(request.accounts),
    }
    if (this.#host.kind === 'nethserver')
      return new DatabaseServer({ ...this.#run, runner: this.#runner }).load(dumps)
    const staged = new StagedDumps({
      host: this.#host,
      runner: this.#runner,
      progress: this.#run.progress,
      makeFolder: (folder) => this.makeFolder(folder),
      run: (command, options) => this.run(command, options),
    })
    return staged.load(dumps, this.#source.hostName)
  }

  /** Applies what was imported: the event's actions run (or are queued) once per change. */
  async signalEvent(
    event: string,
    args: readonly Bytes[] = [],
    { onlyFor }: EventOptions = {},
  ): Promise<OperationResult> {
    return this.#live({ event, args: args.map(toText) }, onlyFor)
  }

  /** Runs a program of the host with an argument vector, under the same rule as an event. */
  async run(
    command: readonly string[],
    { onlyFor, ...more }: CommandOptions = {},
  ): Promise<OperationResult> {
    return this.#live({ command }, onlyFor, more)
  }

  /**
   * Changes files that a running service would write over when it ends: the service is stopped,
   * and started again whatever becomes of the change. Where it does not run, on a staged
   * destination or with a status that is not enabled, nothing is stopped.
   */
  async whileStopped(service: string, change: () => Promise<void>): Promise<void> {
    const runs =
      this.#host.kind === 'nethserver' && this.configuration.prop(service, 'status') === 'enabled'
    if (!runs) return change()
    await this.#control(service, 'stop')
    try {
      await change()
      await this.#control(service, 'start')
    } catch (error) {
      // No operation: a run that was asked to stop takes none any more.
      const { key, change: task } = this.#serviceOperation(service, 'start')
      const [failure] = await this.#performTasks([task], this.#host.checkpoint())
      if (failure) this.#runner.fails(key, task, failure)
      throw error
    }
  }

  async #control(service: string, verb: 'stop' | 'start'): Promise<void> {
    const operation = this.#serviceOperation(service, verb)
    await this.#runner.perform([operation], (_batch, since) =>
      this.#performTasks([operation.change], since),
    )
  }

  /** What a service does does not last: it is told every time. */
  #serviceOperation(service: string, verb: 'stop' | 'start') {
    const command = this.configuration.has('sssd')
      ? ['systemctl', verb, service]
      : ['service', service, verb]
    const key = `event:${this.#runner.action}:${JSON.stringify({ command })}`
    return { key, change: { kind: 'command' as const, command }, holds: false }
  }

  /**
   * Events and programs that belong together, in order and once: a step is left out when one before
   * it failed, and the next import takes all of them again until they have all succeeded.
   * @param name what they do, in a few words: tells them from other steps of the action.
   */
  async runTogether(name: string, steps: readonly Step[]): Promise<OperationResult> {
    return this.#liveOperations.runTogether(name, steps)
  }

  /**
   * Runs one program for many: it reads a part about each on standard input, and each is read
   * once. When it fails, halves of the parts are tried until those that it fails for are alone, so it
   * must bear to read a part again.
   * @param order the name of steps of {@link runTogether} without which a replay must leave it out.
   */
  async runForEach(
    command: readonly string[],
    parts: readonly Part[],
    order: { readonly together?: string } = {},
  ): Promise<OperationResult[]> {
    return this.#liveOperations.runForEach(command, parts, order)
  }

  /** Signals an event for many, each as {@link signalEvent} does, together. */
  async signalForEach(event: string, signals: readonly SignalFor[]): Promise<OperationResult[]> {
    return this.#liveOperations.signalForEach(event, signals)
  }

  async #live(
    task: { event: string; args: readonly string[] } | { command: readonly string[] },
    onlyFor: readonly OperationResult[] | undefined,
    more: Omit<CommandOptions, 'onlyFor'> = {},
  ): Promise<OperationResult> {
    const key = `${'event' in task ? 'event' : 'command'}:${this.#runner.action}:${JSON.stringify(task)}`
    await this.#runner.commitRecords()
    const holds = this.#runner.isApplied(key, onlyFor)
    const repeated = this.#host.kind === 'nethserver' && this.#runner.leftOpen(key)
    const change =
      'event' in task
        ? { kind: 'event' as const, ...task, ...(repeated ? { repeated: true as const } : {}) }
        : { kind: 'command' as const, ...task }
    const events = 'event' in task ? [{ name: task.event, args: task.args }] : []
    const [result] = await this.#runner.perform(
      [{ key, change, holds, events }],
      async (_batch, since) => this.#performTasks([{ ...task, ...more }], since),
    )
    return result ?? { outcome: 'failed', key }
  }

  /** What the host does may change any database: each is read again. */
  async #performTasks(tasks: readonly HostTask[], since: number): Promise<(Error | undefined)[]> {
    const errors = await this.#host.perform(tasks, since)
    for (const database of this.#databases.values()) database.reload()
    return errors
  }

  get #accountsWorld(): AccountOperations {
    this.#accountOperations ??= new AccountOperations(
      this.accountsProvider,
      this.#host,
      this.#runner,
      this.accounts,
      Number(this.configuration.type('MinUid') ?? 5000) || 5000,
      (tasks, since) => this.#performTasks(tasks, since),
    )
    return this.#accountOperations
  }
}

/** The databases every NethServer has: without them there is no destination. */
export function requireDatabases(host: Host, exists: (path: Bytes) => boolean): void {
  if (!exists(joinPath(host.root, '/var/lib/nethserver/db/configuration')))
    throw DestinationError.noDatabases(toDisplay(host.root) || '/')
}
