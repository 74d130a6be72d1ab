import { execaSync } from 'execa'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { joinPath, parentOf, toBuffer, toText, type Bytes } from '../files/bytes.js'
import { appendDurably, writeDurably } from '../files/durable-write.js'
import {
  parseGroup,
  parsePasswd,
  parseShadow,
  type GroupEntry,
  type PasswdEntry,
} from '../source/account-files.js'
import type { AppendedFile } from '../journal/appended-file.js'
import { openClaims, type OwnerClaim } from '../replay/owner-claims.js'
import { maskedLine } from '../undo/masked-line.js'
import { oldFile } from '../undo/old-file.js'
import type { ChangedLine, UndoLines } from '../undo/undo-data.js'
import { keyedLines } from '../undo/keyed-lines.js'
import { AccountTable } from './account-table.js'
import { secretPath, stateFolder } from './state-folder.js'
import type { Host, HostTask, NewAccounts, SecretInput, Together } from './host.js'

/** The line of a task in the queue of a staged destination. docs/staging.md#the-queue */
export type QueuedTask = (
  | { readonly event: string; readonly args: readonly string[] }
  | { readonly command: readonly string[]; readonly input?: string }
) &
  Together

/**
 * A destination that is a directory tree on any machine. Databases, files and accounts are really
 * written; events and commands wait in `var/lib/nethserver/migration/events.jsonl`.
 */
export class StagedHost implements Host {
  readonly kind = 'staged'
  readonly root: Bytes
  #accountTable: AccountTable | undefined
  #shadowTable: Map<Bytes, Bytes> | undefined
  #owners: AppendedFile | undefined
  #hasLogFolder = false
  /** The account files that the undo of this run has whole. */
  readonly #saved = new Set<Bytes>()

  constructor(root: Bytes) {
    this.root = root
  }

  // Read when they are first needed: the run holds its lock by then.
  get #accounts(): AccountTable {
    this.#accountTable ??= new AccountTable(
      parsePasswd(this.#read('etc/passwd')).entries.values(),
      parseGroup(this.#read('etc/group')).entries.values(),
    )
    return this.#accountTable
  }

  get #shadow(): Map<Bytes, Bytes> {
    this.#shadowTable ??= new Map(
      [...parseShadow(this.#read('etc/shadow')).entries.values()].map(({ name, hash }) => [
        name,
        hash,
      ]),
    )
    return this.#shadowTable
  }

  findUser(name: Bytes): PasswdEntry | undefined {
    return this.#accounts.user(name) ?? (name === ROOT.name ? ROOT : undefined)
  }

  findGroup(name: Bytes): GroupEntry | undefined {
    return this.#accounts.group(name)
  }

  userOfId(uid: number): Bytes | undefined {
    return this.#accounts.userOfId(uid)
  }

  groupOfId(gid: number): Bytes | undefined {
    return this.#accounts.groupOfId(gid)
  }

  hasDevice(): undefined {
    // The devices of the host that the tree is made for are not in it.
  }

  addAccounts(accounts: NewAccounts): void {
    const { users, groups } = accounts
    for (const file of this.#filesWith(accounts)) this.#rewrite(file)
    for (const { name } of users)
      if (!this.#shadow.has(name)) this.#shadow.set(name, NO_PASSWORD_YET)
    for (const user of users) if (!this.#accounts.user(user.name)) this.#accounts.addUser(user)
    for (const group of groups) this.#accounts.addGroup(group)
  }

  storePasswordHashes(hashes: ReadonlyMap<Bytes, Bytes>): void {
    this.#rewrite(this.#shadowWith(hashes))
    for (const [name, hash] of hashes) this.#shadow.set(name, hash)
  }

  undoOf(accounts: NewAccounts, hashes: ReadonlyMap<Bytes, Bytes> = new Map()): UndoLines[] {
    const files = hashes.size > 0 ? [this.#shadowWith(hashes)] : this.#filesWith(accounts)
    return files.flatMap(({ path, text }) => {
      const file = this.#saved.has(path)
        ? undefined
        : (oldFile(joinPath(this.root, path)) ?? 'missing')
      const lines = changedLines(this.#read(path), text)
      if (lines.length === 0) return []
      this.#saved.add(path)
      const undo = { kind: 'lines' as const, path, format: 'accounts' as const, lines }
      return [file === undefined ? undo : { ...undo, file }]
    })
  }

  /** The account files with accounts added, in the order in which they are to be written. */
  #filesWith({ users, groups }: NewAccounts): AccountFile[] {
    const newUsers = users.filter(({ name }) => !this.#accounts.user(name))
    const shadow = newUsers.filter(({ name }) => !this.#shadow.has(name))
    const added = (path: string, lines: readonly Bytes[]) => this.#read(path) + lines.join('')
    return [
      ...(groups.length > 0
        ? [{ path: '/etc/group', text: groupText(this.#read('/etc/group'), groups) }]
        : []),
      {
        path: '/etc/shadow',
        text: added(
          '/etc/shadow',
          shadow.map(({ name }) => shadowLine(name, NO_PASSWORD_YET)),
        ),
        mode: 0o600,
      },
      // Last: a user who stands in passwd has everything else.
      { path: '/etc/passwd', text: added('/etc/passwd', newUsers.map(passwdLine)) },
    ]
  }

  #shadowWith(hashes: ReadonlyMap<Bytes, Bytes>): AccountFile {
    const left = new Map(hashes)
    const lines = this.#read('/etc/shadow')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const fields = line.split(':')
        const hash = left.get(fields[0] ?? '')
        if (hash === undefined) return line
        left.delete(fields[0] ?? '')
        return [fields[0], hash, ...fields.slice(2)].join(':')
      })
    const added = [...left].map(([name, hash]) => shadowLine(name, hash))
    const text = lines.map((line) => `${line}\n`).join('') + added.join('')
    return { path: '/etc/shadow', text, mode: 0o600 }
  }

  passwordHashOf(user: Bytes): Bytes | undefined {
    return this.#shadow.get(user)
  }

  keepOwners(claims: readonly OwnerClaim[]): void {
    if (claims.length === 0) return
    this.#owners ??= openClaims(this.root)
    this.#owners.append(claims)
  }

  checkpoint(): number {
    return existsSync(toBuffer(this.#queue)) ? statSync(toBuffer(this.#queue)).size : 0
  }

  async perform(tasks: readonly HostTask[], since: number): Promise<undefined[]> {
    mkdirSync(toBuffer(parentOf(secretPath('', this.root))), { recursive: true, mode: 0o700 })
    const queued = this.#queuedSince(since)
    const lines = tasks
      .map((task) => `${JSON.stringify(this.#toQueue(task))}\n`)
      .filter((line) => !queued.delete(line))
    // Secrets may be many: synced together, before a queue that names them.
    if (tasks.some((task) => 'secretFile' in task || 'secretInput' in task)) execaSync('sync')
    appendDurably(this.#queue, lines.join(''), 0o600)
    return tasks.map(() => undefined)
  }

  log(line: string): void {
    const path = joinPath(this.root, 'var/log/messages')
    try {
      if (!this.#hasLogFolder) mkdirSync(toBuffer(parentOf(path)), { recursive: true })
      this.#hasLogFolder = true
      appendFileSync(toBuffer(path), `${line}\n`, { mode: 0o600 })
    } catch {
      // A full disk: the screen and the report have it too.
    }
  }

  get #queue(): Bytes {
    return joinPath(stateFolder(this.root), 'events.jsonl')
  }

  /** The whole lines since the checkpoint. A line that a crash cut short is taken away first. */
  #queuedSince(checkpoint: number): Set<string> {
    if (!existsSync(toBuffer(this.#queue))) return new Set()
    const text = readFileSync(toBuffer(this.#queue))
    const end = text.lastIndexOf(0x0a) + 1
    if (end < text.length) truncateSync(toBuffer(this.#queue), end)
    const tail = text.toString('utf8', Math.min(checkpoint, end), end)
    return new Set(
      tail
        .split('\n')
        .filter(Boolean)
        .map((line) => `${line}\n`),
    )
  }

  #toQueue(task: HostTask): QueuedTask {
    const { together, always } = task
    const order = {
      ...(together === undefined ? {} : { together }),
      ...(always ? { always } : {}),
    }
    if ('event' in task) {
      const file = task.secretFile && this.#keepSecret(task.secretFile)
      return { event: task.event, args: file ? [...task.args, file] : task.args, ...order }
    }
    const input = task.secretInput && this.#keepSecret(task.secretInput)
    return { command: task.command, ...(input ? { input } : {}), ...order }
  }

  /** A file for the replay; its path as the replaying host sees it. */
  #keepSecret({ name, content }: SecretInput): string {
    const path = secretPath(name)
    const file = secretPath(name, this.root)
    writeFileSync(toBuffer(file), toBuffer(content()), { mode: 0o600 })
    return toText(path)
  }

  /** An account file; its last line is whole even where the file ends without a line feed. */
  #read(path: string): Bytes {
    const file = toBuffer(joinPath(this.root, path))
    const text = existsSync(file) ? readFileSync(file, 'latin1') : ''
    return text === '' || text.endsWith('\n') ? text : `${text}\n`
  }

  #rewrite({ path, text, mode = 0o644 }: AccountFile): void {
    if (text === this.#read(path)) return
    const file = joinPath(this.root, path)
    mkdirSync(toBuffer(parentOf(file)), { recursive: true })
    writeDurably(file, text, { mode })
  }
}

/** An account file as it is to be. */
interface AccountFile {
  readonly path: Bytes
  readonly text: Bytes
  readonly mode?: number
}

const NO_PASSWORD_YET = '!!'

/** The lines that one text has and the other has not, or not so, by what stands before the first colon. */
function changedLines(before: Bytes, after: Bytes): ChangedLine[] {
  if (before === after) return []
  const [old, now] = [before, after].map(keyedLines)
  const keys = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])
  return [...keys].flatMap((key): ChangedLine[] => {
    const [was, is] = [old?.get(key) ?? null, now?.get(key) ?? null]
    return was === is ? [] : [[key, was, maskedLine('accounts', key, is)]]
  })
}

/** Root is root also in a tree that has no account files yet. */
const ROOT: PasswdEntry = {
  name: 'root',
  uid: 0,
  gid: 0,
  gecos: 'root',
  home: '/root',
  shell: '/bin/bash',
}

/** The group file with new groups added and new members of existing ones joined. */
function groupText(text: Bytes, groups: readonly GroupEntry[]): Bytes {
  const left = new Map<Bytes, { gid: number; members: Set<Bytes> }>()
  for (const { name, gid, members } of groups) {
    const group = left.get(name) ?? { gid, members: new Set() }
    for (const member of members) group.members.add(member)
    left.set(name, group)
  }
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', password = '', gid = '', members = ''] = line.split(':')
      const group = left.get(name)
      if (!group) return line
      left.delete(name)
      const all = new Set([...members.split(',').filter(Boolean), ...group.members])
      return [name, password, gid, [...all].join(',')].join(':')
    })
  const added = [...left].map(
    ([name, { gid, members }]) => `${name}:x:${gid}:${[...members].join(',')}`,
  )
  return [...lines, ...added].map((line) => `${line}\n`).join('')
}

function passwdLine({ name, uid, gid, gecos, home, shell }: PasswdEntry): Bytes {
  return `${[name, 'x', uid, gid, gecos, home, shell].join(':')}\n`
}

function shadowLine(name: Bytes, hash: Bytes): Bytes {
  return `${name}:${hash}::0:99999:7:::\n`
}
