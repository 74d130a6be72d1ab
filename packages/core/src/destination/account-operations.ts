import { randomBytes } from 'node:crypto'
import { DestinationError } from '../errors.js'
import { toDisplay, toText, type Bytes } from '../files/bytes.js'
import { AccountTable } from '../host/account-table.js'
import { secretPath } from '../host/state-folder.js'
import type { Host, HostTask, NewAccounts } from '../host/host.js'
import type { GroupEntry, PasswdEntry } from '../source/account-files.js'
import type { AccountsProvider } from './accounts-provider.js'
import type { DestinationDatabase } from './destination-database.js'
import type { Change } from './changes.js'
import type { Operation, OperationResult } from './operation.js'
import type { OperationRunner } from './operation-runner.js'

export interface NewUser {
  readonly name: Bytes
  /** As the source has it; decoded for the account tools, reduced to ASCII for passwd. */
  readonly fullName: Bytes
  /** The id on the source. Kept where accounts are records and the id is free. */
  readonly uid: number | undefined
  /** Props of the account's record, where accounts are records. */
  readonly props: Readonly<Record<string, Bytes>>
}

export interface NewGroup {
  readonly name: Bytes
  readonly gid: number | undefined
  /** Accounts that exist at the destination. */
  readonly members: readonly Bytes[]
  readonly props: Readonly<Record<string, Bytes>>
}

/** An account that something else has made, or will have made when a queue was replayed. */
export interface ExpectedUser {
  readonly name: Bytes
  /** The primary group, known or expected itself. */
  readonly group: Bytes
}

export interface ExpectedGroup {
  readonly name: Bytes
  readonly members: readonly Bytes[]
}

export interface NewPassword {
  readonly user: Bytes
  /** A crypt(3) hash. */
  readonly hash: Bytes
}

/** What became of an account, and the id it got where that is ours to say. */
export interface AccountResult extends OperationResult {
  readonly id: number | undefined
}

type Member = 'Uid' | 'Gid'

interface AccountOperation extends Operation {
  readonly user?: PasswdEntry
  readonly groups: readonly GroupEntry[]
  readonly task: HostTask
}

const FIRST_PROVIDER_ID = 10001

/**
 * The accounts of a destination: where they are records, a record and its event; with a local
 * LDAP server, the provider's event. A staged tree knows them at once through its own passwd and
 * group files. docs/accounts.md
 */
export class AccountOperations {
  readonly provider: AccountsProvider
  readonly #host: Host
  readonly #runner: OperationRunner
  readonly #accounts: DestinationDatabase
  readonly #minimumId: number
  readonly #performTasks: Host['perform']
  /** Accounts asked for in this run that the host does not know yet. */
  readonly #expected = new AccountTable()
  #nextId = 0

  constructor(
    provider: AccountsProvider,
    host: Host,
    runner: OperationRunner,
    accounts: DestinationDatabase,
    minimumId: number,
    performTasks: Host['perform'],
  ) {
    this.provider = provider
    this.#host = host
    this.#runner = runner
    this.#accounts = accounts
    this.#performTasks = performTasks
    this.#minimumId = provider === 'accounts-database' ? minimumId : FIRST_PROVIDER_ID
  }

  findUser(name: Bytes): PasswdEntry | undefined {
    return this.#host.findUser(name) ?? this.#expected.user(name)
  }

  findGroup(name: Bytes): GroupEntry | undefined {
    return this.#host.findGroup(name) ?? this.#expected.group(name)
  }

  /** Makes users that are missing. `exists` for one that an import did not make. */
  async createUsers(users: readonly NewUser[]): Promise<AccountResult[]> {
    return this.#create(
      users,
      'user',
      (user, uid) => this.#userOperation(user, uid),
      (user) => ({ type: 'user', wanted: user.uid, idProps: ['Uid'] }),
    )
  }

  /** Makes groups that are missing. `exists` for one that an import did not make. */
  async createGroups(groups: readonly NewGroup[]): Promise<AccountResult[]> {
    return this.#create(
      groups,
      'group',
      (group, gid) => this.#groupOperation(group, gid),
      (group) => ({ type: 'group', wanted: group.gid, idProps: ['Gid', 'Uid'] }),
    )
  }

  /**
   * Makes users known that steps before have made: a domain that was taken over, say. In a staged
   * tree those steps wait in the queue, so it gets entries whose ids, which are told, are only for
   * the time being. On a live host a user who is missing now is an operation that failed.
   */
  async expectUsers(users: readonly ExpectedUser[]): Promise<AccountResult[]> {
    return this.#expect(
      users.map(({ name, group }) => {
        const known = this.#host.findUser(name)
        const uid = known?.uid ?? this.#allocate(undefined)
        const user: PasswdEntry = {
          name,
          uid,
          gid: this.findGroup(group)?.gid ?? uid,
          gecos: '',
          home: `/var/lib/nethserver/home/${name}`,
          shell: '/usr/libexec/openssh/sftp-server',
        }
        this.#expected.addUser(known ?? user)
        const change = { kind: 'user' as const, name: toDisplay(name) }
        return {
          key: `user:${name}`,
          change,
          known: known !== undefined,
          id: uid,
          users: [user],
          groups: [],
        }
      }),
    )
  }

  /** Makes groups known, as {@link expectUsers} does users. */
  async expectGroups(groups: readonly ExpectedGroup[]): Promise<AccountResult[]> {
    return this.#expect(
      groups.map(({ name, members }) => {
        const known = this.#host.findGroup(name)
        const group = {
          name,
          gid: known?.gid ?? this.#allocate(undefined),
          members: new Set(members),
        }
        this.#expected.addGroup(group)
        const change = {
          kind: 'group' as const,
          name: toDisplay(name),
          members: members.map(toDisplay),
        }
        return {
          key: `group:${name}`,
          change,
          known: known !== undefined,
          id: group.gid,
          users: [],
          groups: [group],
        }
      }),
    )
  }

  async #expect(
    accounts: readonly {
      readonly key: string
      readonly change: Change
      readonly known: boolean
      readonly id: number
      readonly users: readonly PasswdEntry[]
      readonly groups: readonly GroupEntry[]
    }[],
  ): Promise<AccountResult[]> {
    const provisional = accounts.map(
      ({ key, known }) => this.#host.kind === 'staged' && (!known || this.#runner.isOurs(key)),
    )
    const results = await this.#runner.perform(
      accounts.map((account) => ({
        ...account,
        // Of a group that a killed run had begun to add, members may be missing.
        holds: account.known && !this.#runner.leftOpen(account.key),
      })),
      async (batch) => {
        this.#host.addAccounts({
          users: batch.flatMap(({ users }) => users),
          groups: batch.flatMap(({ groups }) => groups),
        })
        return batch.map(({ users: [user], groups: [group] }) => {
          const name = user?.name ?? group?.name ?? ''
          const made = user ? this.#host.findUser(name) : this.#host.findGroup(name)
          return made ? undefined : DestinationError.unknownOwner(toDisplay(name))
        })
      },
      {
        undo: (batch) =>
          this.#host.undoOf({
            users: batch.flatMap(({ users }) => users),
            groups: batch.flatMap(({ groups }) => groups),
          }),
      },
    )
    return accounts.map(({ key, id }, index) => ({
      outcome: 'failed',
      key,
      ...results[index],
      id: provisional[index] ? id : undefined,
    }))
  }

  /** Sets passwords from their hashes; one that an import has set before is left as it is. */
  async setPasswords(passwords: readonly NewPassword[]): Promise<OperationResult[]> {
    const operations = passwords.map(({ user, hash }) => {
      const key = `password:${user}`
      return {
        key,
        change: { kind: 'password' as const, user: toDisplay(user) },
        holds: this.#passwordHolds(key, user, hash),
        events:
          this.provider === 'accounts-database'
            ? [{ name: 'password-modify', args: [toText(user), secretPath(`password-${user}`)] }]
            : [],
        user,
        hash,
      }
    })
    const hashesOf = (batch: readonly (typeof operations)[number][]) =>
      new Map(batch.map(({ user, hash }) => [user, hash]))
    return this.#runner.perform(
      operations,
      async (batch, since) => {
        this.#host.storePasswordHashes(hashesOf(batch))
        const tasks = batch.map(({ user, hash }) => this.#passwordTasks(user, hash))
        const errors = await this.#performTasks(tasks.flat(), since)
        return tasks.map((own) => errors.splice(0, own.length).find((error) => error !== undefined))
      },
      {
        undo: (batch) => this.#host.undoOf({ users: [], groups: [] }, hashesOf(batch)),
      },
    )
  }

  async #create<Account extends NewUser | NewGroup>(
    accounts: readonly Account[],
    kind: 'user' | 'group',
    operationFor: (account: Account, id: number) => Omit<AccountOperation, 'key' | 'holds'>,
    describe: (account: Account) => {
      type: string
      wanted: number | undefined
      idProps: readonly Member[]
    },
  ): Promise<AccountResult[]> {
    const results = new Map<Account, AccountResult>()
    const asked: { account: Account; id: number; operation: AccountOperation }[] = []
    for (const account of accounts) {
      const { type, wanted, idProps } = describe(account)
      const key = `${kind}:${account.name}`
      const recordKey = `record:accounts/${account.name}`
      const known =
        kind === 'user' ? this.#host.findUser(account.name) : this.#host.findGroup(account.name)
      const ours = [key, recordKey].some((own) => this.#runner.isOurs(own))
      if (!ours && (known || this.#accounts.has(account.name))) {
        const { change } = operationFor(account, this.#idOf(known) ?? wanted ?? 0)
        results.set(account, { ...this.#runner.skips(key, change), id: undefined })
        continue
      }
      const id =
        this.#idOf(known) ?? this.#recordId(account.name, idProps) ?? this.#allocate(wanted)
      if (this.provider === 'accounts-database') {
        const ids = Object.fromEntries(idProps.map((name) => [name, String(id)]))
        const record = await this.#accounts.create(account.name, type, { ...account.props, ...ids })
        if (record.outcome === 'failed') {
          results.set(account, { outcome: 'failed', key, id: undefined })
          continue
        }
      }
      const operation = {
        key,
        holds: known !== undefined && this.#runner.wasDone(key),
        ...operationFor(account, id),
      }
      if (operation.user) this.#expected.addUser(operation.user)
      for (const group of operation.groups) this.#expected.addGroup(group)
      asked.push({ account, id, operation })
    }
    const outcomes = await this.#runner.perform(
      asked.map(({ operation }) => operation),
      (batch, since) => this.#apply(batch, since),
      { undo: (batch) => this.#host.undoOf(newAccounts(batch)) },
    )
    asked.forEach(({ account, id, operation: { key } }, index) =>
      results.set(account, { outcome: 'failed', key, ...outcomes[index], id }),
    )
    return accounts.map(
      (account) =>
        results.get(account) ?? {
          outcome: 'failed',
          key: `${kind}:${account.name}`,
          id: undefined,
        },
    )
  }

  async #apply(batch: readonly AccountOperation[], since: number): Promise<(Error | undefined)[]> {
    this.#host.addAccounts(newAccounts(batch))
    const errors = await this.#performTasks(
      batch.map(({ task }) => task),
      since,
    )
    return batch.map(({ user, groups }, index) => {
      if (errors[index]) return errors[index]
      const name = user?.name ?? groups[0]?.name ?? ''
      const made = user ? this.#host.findUser(name) : this.#host.findGroup(name)
      return made ? undefined : DestinationError.unknownOwner(toDisplay(name))
    })
  }

  #userOperation(
    { name, fullName }: NewUser,
    uid: number,
  ): Omit<AccountOperation, 'key' | 'holds'> {
    const records = this.provider === 'accounts-database'
    const locals = this.findGroup('locals')
    const text = toText(fullName)
    return {
      change: { kind: 'user', name: toDisplay(name), uid },
      user: {
        name,
        uid,
        gid: records || !locals ? uid : locals.gid,
        gecos: toAscii(text),
        home: `/var/lib/nethserver/home/${name}`,
        shell: '/usr/libexec/openssh/sftp-server',
      },
      groups: [
        ...(records || !locals ? [{ name, gid: uid, members: new Set<Bytes>() }] : []),
        ...(locals ? [{ name: 'locals', gid: locals.gid, members: new Set([name]) }] : []),
      ],
      ...signal('user-create', records ? [toText(name)] : [toText(name), text]),
    }
  }

  #groupOperation(
    { name, members }: NewGroup,
    gid: number,
  ): Omit<AccountOperation, 'key' | 'holds'> {
    const records = this.provider === 'accounts-database'
    return {
      change: { kind: 'group', name: toDisplay(name), gid, members: members.map(toDisplay) },
      groups: [{ name, gid, members: new Set(members) }],
      ...signal('group-create', (records ? [name] : [name, ...members]).map(toText)),
    }
  }

  /**
   * Where accounts are records, the account is enabled by setting a random password, which the
   * hash then replaces; the account tool wants to see it. With a provider the hash is enough.
   */
  #passwordTasks(user: Bytes, hash: Bytes): HostTask[] {
    const command = ['lpasswd', '-f', '0', toText(user)]
    if (this.provider !== 'accounts-database')
      return [{ command, secretInput: { name: `hash-${user}`, content: () => `${hash}\n` } }]
    const random = randomBytes(16).toString('base64')
    return [
      {
        event: 'password-modify',
        args: [toText(user)],
        secretFile: { name: `password-${user}`, content: () => random },
      },
      { command, secretInput: { name: `hash-${user}`, content: () => `${random}\n${hash}\n` } },
    ]
  }

  /** A hash in the tree's shadow file is half of it: a killed run may not have queued the rest. */
  #passwordHolds(key: string, user: Bytes, hash: Bytes): boolean {
    if (this.#runner.wasDone(key)) return true
    return !this.#runner.leftOpen(key) && this.#host.passwordHashOf(user) === hash
  }

  #idOf(entry: PasswdEntry | GroupEntry | undefined): number | undefined {
    if (!entry) return undefined
    return 'uid' in entry ? entry.uid : entry.gid
  }

  /** The id that an earlier, killed run has given to the record. */
  #recordId(name: Bytes, [prop]: readonly Member[]): number | undefined {
    const value = prop && this.#accounts.prop(name, prop)
    return value && /^\d+$/.test(value) ? Number(value) : undefined
  }

  #allocate(wanted: number | undefined): number {
    if (
      this.provider === 'accounts-database' &&
      wanted !== undefined &&
      wanted > 0 &&
      !this.#taken(wanted)
    )
      return wanted
    this.#nextId = Math.max(this.#nextId, this.#minimumId)
    while (this.#taken(this.#nextId)) this.#nextId += 1
    return this.#nextId
  }

  #taken(id: number): boolean {
    return [this.#host, this.#expected].some(
      (known) => known.userOfId(id) !== undefined || known.groupOfId(id) !== undefined,
    )
  }
}

function newAccounts(batch: readonly AccountOperation[]): NewAccounts {
  return {
    users: batch.flatMap(({ user }) => user ?? []),
    groups: batch.flatMap(({ groups }) => groups),
  }
}

/** An event as the host performs it and as the report lists it. */
function signal(event: string, args: readonly string[]) {
  return { task: { event, args }, events: [{ name: event, args }] }
}

/** What the gecos field of passwd may hold: accents dropped, other letters left out. */
function toAscii(text: string): Bytes {
  return text
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]|[:,]/g, '')
    .trim()
}
