import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { execaSync } from 'execa'
import { MigrateError } from '../errors.js'
import { joinPath, parentOf, toBuffer, toText, type Bytes } from '../files/bytes.js'
import { writeDurably } from '../files/durable-write.js'
import {
  parseGroup,
  parsePasswd,
  type GroupEntry,
  type PasswdEntry,
} from '../source/account-files.js'
import { commandText } from './command-text.js'
import { runProgram } from './run-program.js'
import { secretPath } from './state-folder.js'
import type { Host, HostTask, SecretInput } from './host.js'

/** A step of the run that calls it: it works under the same lock. */
const OURS = 'nethserver-migrate'

/** A command of the host that failed, could not be started or was killed. */
export class HostCommandError extends MigrateError {
  override readonly name = 'HostCommandError'

  static failed(command: string, why: string, output: string) {
    const last = output.trim().split('\n').pop() ?? ''
    return new HostCommandError(
      'COMMAND_FAILED',
      `${command}: ${why}${last ? ` (${last})` : ''}`,
      'look for its lines in /var/log/messages, mend the cause, then run the same command again',
    )
  }

  static leftOut(command: string, together: string) {
    return new HostCommandError(
      'STEP_LEFT_OUT',
      `${command}: left out, a step before it failed (${together})`,
      'mend what the first error says, then run the same command again: all steps are taken anew',
    )
  }

  static noSuchEvent(event: string) {
    return new HostCommandError(
      'EVENT_MISSING',
      `cannot signal ${event}: /etc/e-smith/events/${event} does not exist`,
      'install or update the package that owns the event, then run the same command again',
    )
  }
}

/** The live system: its own commands, called with argument vectors, never through a shell. */
export class NethServerHost implements Host {
  readonly kind = 'nethserver'
  readonly root = ''
  readonly #users = new Map<string, PasswdEntry>()
  readonly #groups = new Map<string, GroupEntry>()

  findUser(name: Bytes): PasswdEntry | undefined {
    return lookUp(this.#users, name, () => this.#getent('passwd', name, parsePasswd))
  }

  findGroup(name: Bytes): GroupEntry | undefined {
    return lookUp(this.#groups, name, () => this.#getent('group', name, parseGroup))
  }

  userOfId(uid: number): Bytes | undefined {
    return this.#getent('passwd', String(uid), parsePasswd)?.name
  }

  groupOfId(gid: number): Bytes | undefined {
    return this.#getent('group', String(gid), parseGroup)?.name
  }

  hasDevice(name: Bytes): boolean {
    const path = toBuffer(joinPath('/dev', name))
    return statSync(path, { throwIfNoEntry: false })?.isCharacterDevice() ?? false
  }

  addAccounts(): void {
    // The events that were signalled have made the accounts.
  }

  storePasswordHashes(): void {
    // lpasswd has stored them.
  }

  undoOf(): [] {
    // What the events and lpasswd have made is for a person to take back.
    return []
  }

  passwordHashOf(): undefined {
    return undefined
  }

  keepOwners(): void {
    // Root has given everything away.
  }

  checkpoint(): number {
    return 0
  }

  async perform(tasks: readonly HostTask[]): Promise<(Error | undefined)[]> {
    const results: (Error | undefined)[] = []
    const failed = new Set<string>()
    for (const task of tasks) {
      const { together, always } = task
      if (together !== undefined && failed.has(together) && !always) {
        results.push(HostCommandError.leftOut(describeTask(task), together))
        continue
      }
      const error = await ('event' in task ? this.#signal(task) : this.#run(task))
      if (error && together !== undefined) failed.add(together)
      results.push(error)
    }
    return results
  }

  log(line: string): void {
    execaSync('logger', ['-t', 'nethserver-migrate', '-p', 'local1.info', '--', line], {
      reject: false,
    })
  }

  async #signal(task: Extract<HostTask, { event: string }>): Promise<Error | undefined> {
    if (!existsSync(`/etc/e-smith/events/${task.event}`))
      return HostCommandError.noSuchEvent(task.event)
    const file = task.secretFile && writeSecret(task.secretFile)
    try {
      return await run(['signal-event', task.event, ...task.args, ...(file ? [toText(file)] : [])])
    } finally {
      if (file) rmSync(toBuffer(file), { force: true })
    }
  }

  async #run({
    command,
    secretInput,
    onOutput,
  }: Extract<HostTask, { command: readonly string[] }>): Promise<Error | undefined> {
    return run(command, secretInput?.content(), onOutput, command[0] === OURS)
  }

  #getent<Entry>(
    database: string,
    key: string,
    parse: (text: Bytes) => { entries: ReadonlyMap<Bytes, Entry> },
  ): Entry | undefined {
    const { stdout, exitCode } = execaSync('getent', [database, toText(key)], {
      reject: false,
      encoding: 'buffer',
    })
    return exitCode === 0 ? [...parse(stdout.toString('latin1')).entries.values()][0] : undefined
  }
}

function describeTask(task: HostTask): string {
  return 'event' in task
    ? ['signal-event', task.event, ...task.args].join(' ')
    : commandText(task.command)
}

async function run(
  command: readonly string[],
  input?: Bytes,
  onOutput?: (output: string) => void,
  holdsLock = false,
): Promise<Error | undefined> {
  const { failure, output } = await runProgram(command, { input, holdsLock })
  if (failure !== undefined) return HostCommandError.failed(commandText(command), failure, output)
  onOutput?.(output)
  return undefined
}

function writeSecret({ name, content }: SecretInput): Bytes {
  const file = secretPath(name)
  mkdirSync(toBuffer(parentOf(file)), { recursive: true, mode: 0o700 })
  writeDurably(file, content(), { mode: 0o600 })
  return file
}

/** Only what was found is remembered: an account that is missing now may be made soon. */
function lookUp<Entry extends { readonly name: Bytes }>(
  known: Map<string, Entry>,
  name: string,
  find: () => Entry | undefined,
): Entry | undefined {
  const entry = known.get(name) ?? find()
  // The host also takes a number for an id; and a domain may be added to the name.
  if (!entry || localPart(entry.name) !== localPart(name)) return undefined
  known.set(name, entry)
  return entry
}

function localPart(name: Bytes): Bytes {
  return name.replace(/@.*/s, '').toLowerCase()
}
