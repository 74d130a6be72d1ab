import { createHash } from 'node:crypto'
import { closeSync, openSync, realpathSync, type Stats } from 'node:fs'
import { describeError, DestinationError, MigrateError } from '../errors.js'
import { flagsLine, quotedName, unquotedName } from '../files/acl-text.js'
import { joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import type { FileView } from '../files/file-view.js'
import { readAclsIn } from '../files/read-acls.js'
import type { Host } from '../host/host.js'
import { runProgram, type ProgramEnd } from '../host/run-program.js'
import type { Log } from '../report/log.js'
import type { GroupEntry, PasswdEntry } from '../source/account-files.js'
import type { UndoData } from '../undo/undo-data.js'
import type { OperationResult } from './operation.js'
import type { OperationRunner } from './operation-runner.js'

/** One line of an ACL. */
export interface AclEntry {
  readonly tag: 'user' | 'group' | 'mask' | 'other'
  /** An account of the destination; without it the owner or the owning group. */
  readonly name?: Bytes
  /** `rwx`, `r-x` and the like. */
  readonly permissions: string
  /** Of the ACL that a folder hands down to what is made in it. */
  readonly isDefault: boolean
}

/** Who may do what with a file. Files by the thousand may share one. */
export interface Acl {
  /** Accounts of the destination; without one the file keeps its own. */
  readonly owner?: Bytes
  readonly group?: Bytes
  /** The whole of it: entries that the file has besides are removed. */
  readonly entries: readonly AclEntry[]
}

export interface FileAcl {
  /** Below the folder. */
  readonly path: Bytes
  readonly acl: Acl
}

export interface RestoreAcls {
  /** A folder of the destination. Its own ACL is not touched. */
  readonly folder: Bytes
  readonly files: readonly FileAcl[]
  /** What brought the files: ACLs that an import has restored are left alone until these bring more. */
  readonly broughtBy: readonly OperationResult[]
}

class AclError extends MigrateError {
  override readonly name = 'AclError'

  static notRestored(folder: string, reason: string) {
    return new AclError(
      'ACLS_NOT_RESTORED',
      `not all ACLs below ${folder} could be restored: ${reason}`,
      'mend the cause, then run the same command again',
    )
  }
}

/** An account of the destination. */
interface Account {
  readonly name: Bytes
  readonly id: number
}

/** Where accounts are looked up. */
interface AccountDirectory {
  findUser(name: Bytes): PasswdEntry | undefined
  findGroup(name: Bytes): GroupEntry | undefined
}

/** What is left of an ACL with the accounts that exist. */
interface KnownAcl {
  readonly owner: Account | undefined
  readonly group: Account | undefined
  readonly entries: readonly (AclEntry & { readonly account?: Account })[]
  readonly unknown: readonly UnknownAccount[]
}

interface UnknownAccount {
  readonly tag: 'user' | 'group'
  readonly name: Bytes
  /** The first file that names it, and how many do. */
  readonly first: Bytes
  files: number
}

interface WantedAcl {
  readonly path: Bytes
  readonly acl: KnownAcl
}

/**
 * Restores ACLs and owners with the host's own setfacl, never through a symbolic link and never
 * outside of the folder. Accounts that the destination does not have are left out, with a WARNING
 * each. docs/files.md#acls
 */
export class AclOperations {
  readonly #host: Host
  readonly #runner: OperationRunner
  readonly #view: FileView
  readonly #accounts: AccountDirectory
  readonly #performTasks: Host['perform']

  constructor(parts: {
    host: Host
    runner: OperationRunner
    view: FileView
    accounts: AccountDirectory
    performTasks: Host['perform']
  }) {
    this.#host = parts.host
    this.#runner = parts.runner
    this.#view = parts.view
    this.#accounts = parts.accounts
    this.#performTasks = parts.performTasks
  }

  async restoreAcls(requests: readonly RestoreAcls[]): Promise<OperationResult[]> {
    const acls = new KnownAcls(this.#accounts)
    const results = new Map<RestoreAcls, OperationResult>()
    const planned: {
      key: string
      change: { kind: 'acls'; folder: string; files: number }
      holds: boolean
      request: RestoreAcls
      files: readonly WantedAcl[]
    }[] = []
    for (const request of requests) {
      const { folder } = request
      const wanted = request.files.map((file) => acls.wanted(folder, file))
      const key = `acls:${folder}:${checksum(wanted)}`
      try {
        const changed = this.#runner.changedSince(
          key,
          request.broughtBy.map((result) => result.key),
        )
        const restored = !changed && this.#runner.doneAt(key) > 0
        const files = restored ? [] : this.#present(folder, wanted)
        const holds =
          restored || files.length === 0 || (!changed && (await this.#holds(folder, files)))
        const change = { kind: 'acls' as const, folder: toDisplay(folder), files: files.length }
        planned.push({ key, change, holds, request, files })
      } catch (error) {
        const change = { kind: 'acls' as const, folder: toDisplay(folder), files: 0 }
        results.set(request, this.#runner.fails(key, change, error))
      }
    }
    acls.sayUnknown(this.#runner.log)
    const outcomes = await this.#runner.perform(
      planned,
      async (batch, since) => {
        const errors: (Error | undefined)[] = []
        for (const { request, files } of batch)
          errors.push(await this.#restore(request.folder, files, since))
        return errors
      },
      {
        undo: async (batch) => {
          const undo: UndoData[] = []
          for (const { request, files } of batch) undo.push(await this.#undoOf(request, files))
          return undo
        },
      },
    )
    planned.forEach(({ request, key }, index) =>
      results.set(request, outcomes[index] ?? { outcome: 'failed', key }),
    )
    return requests.map((request) => results.get(request) ?? { outcome: 'failed', key: '' })
  }

  async #undoOf({ folder }: RestoreAcls, files: readonly WantedAcl[]): Promise<UndoData> {
    const directory = openSync(toBuffer(this.#inside(folder)), 'r')
    try {
      const paths = files.map(({ path }) => path)
      const { text } = await readAclsIn(directory, paths)
      return { kind: 'acls', folder: joinPath('/', folder), text }
    } finally {
      closeSync(directory)
    }
  }

  /** The files that are there; says which are not, and which are none to be touched. */
  #present(folder: Bytes, wanted: readonly WantedAcl[]): WantedAcl[] {
    const { log } = this.#runner
    const entryAt = this.#entries(folder)
    return wanted.filter(({ path }) => {
      const shown = toDisplay(joinPath(folder, path))
      if (!staysBelow(path)) {
        log.warning(`${shown} does not lie below ${toDisplay(folder)}: its ACL is not restored`, {
          code: 'acl-path-refused',
          subject: shown,
        })
        return false
      }
      const entry = entryAt(path)
      if (entry === 'missing')
        log.warning(`${shown} does not exist: its ACL is not restored`, {
          code: 'acl-file-missing',
          subject: shown,
          remedy: 'Nothing has to be done if the file was removed on the old server',
        })
      if (entry === 'link')
        log.warning(`${shown} is, or lies behind, a symbolic link: its ACL is not restored`, {
          code: 'acl-link-refused',
          subject: shown,
        })
      return typeof entry === 'object'
    })
  }

  /** Looks for paths below a folder, component by component: behind a link nothing is found. */
  #entries(folder: Bytes): (path: Bytes) => Stats | 'missing' | 'link' {
    const top = this.#inside(folder)
    const realFolders = new Set<Bytes>()
    return (path) => {
      let current = top
      let stats: Stats | undefined
      const components = path.split('/')
      for (const [index, component] of components.entries()) {
        current = `${current}/${component}`
        const isLast = index === components.length - 1
        if (!isLast && realFolders.has(current)) continue
        stats = this.#view.lstat(current)
        if (!stats) return 'missing'
        if (stats.isSymbolicLink()) return 'link'
        if (stats.isDirectory()) realFolders.add(current)
        else if (!isLast) return 'missing'
      }
      return stats ?? 'missing'
    }
  }

  /** Whether all files are as wanted: one call of getfacl for the whole folder. */
  async #holds(folder: Bytes, files: readonly WantedAcl[]): Promise<boolean> {
    const { failure, stdout } = await this.#call(folder, [
      'getfacl',
      ...['--recursive', '--physical', '--numeric', '--no-effective', '.'],
    ])
    if (failure !== undefined) return false
    const found = new Map(
      stdout.split('\n\n').map((block): [Bytes, readonly Bytes[]] => {
        const [first = '', ...lines] = block.split('\n')
        return [unquotedName(first.slice('# file: '.length)), lines]
      }),
    )
    return files.every(({ path, acl }) => {
      const lines = found.get(path) ?? []
      const wanted = [...ownerLines(acl, byId), ...entryLines(acl, byId)]
      const entries = lines.filter((line) => line !== '' && !line.startsWith('#'))
      return entries.length === acl.entries.length && wanted.every((line) => lines.includes(line))
    })
  }

  async #restore(
    folder: Bytes,
    files: readonly WantedAcl[],
    since: number,
  ): Promise<Error | undefined> {
    this.#keepOwners(folder, files)
    const { failure, output } = await this.#call(
      folder,
      ['setfacl', '--restore=-'],
      this.#text(folder, files, '', byId),
    )
    if (failure === undefined) return undefined
    const lines = output.split('\n').filter(Boolean)
    const cannotHere =
      failure === 'no such program' || lines.some((line) => line.endsWith('not supported'))
    if (this.#host.kind === 'staged' && cannotHere) return this.#queue(folder, files, since)
    const more = lines.length > 1 ? ` (and ${lines.length - 1} more)` : ''
    return AclError.notRestored(toDisplay(folder), `${lines[0] ?? failure}${more}`)
  }

  /** An ordinary user cannot give files away: that waits for the host itself. */
  #keepOwners(folder: Bytes, files: readonly WantedAcl[]): void {
    if (process.getuid?.() === 0) return
    const { run } = this.#runner
    this.#host.keepOwners(
      files.flatMap(({ path, acl: { owner, group } }) =>
        owner || group
          ? [
              {
                path: joinPath('/', folder, path),
                run,
                ...(owner ? { user: owner.name } : {}),
                ...(group ? { group: group.name } : {}),
              },
            ]
          : [],
      ),
    )
  }

  /** For the host itself, where the filesystem of a staged destination has no ACLs. */
  async #queue(
    folder: Bytes,
    files: readonly WantedAcl[],
    since: number,
  ): Promise<Error | undefined> {
    const shown = toDisplay(folder)
    this.#runner.log.info(`ACLs below ${shown} cannot be set here: they wait for the host itself`, {
      code: 'acls-queued',
      subject: shown,
    })
    const text = this.#text(folder, files, joinPath('/', folder, '/'), byName)
    const secretInput = { name: `acls${folder.replace(/\//g, '-')}`, content: () => text }
    const [error] = await this.#performTasks(
      [{ command: ['setfacl', '--restore=-'], secretInput }],
      since,
    )
    return error
  }

  /**
   * What setfacl reads, in the folder or with its path in front. A file that has become a link
   * since, or has gone, is left out.
   */
  #text(folder: Bytes, files: readonly WantedAcl[], prefix: Bytes, show: Show): Bytes {
    const entryAt = this.#entries(folder)
    return files
      .map(({ path, acl }) => {
        const entry = entryAt(path)
        if (typeof entry !== 'object') return ''
        return [
          `# file: ${quotedName(prefix + path)}`,
          ...ownerLines(acl, show),
          flagsLine(entry),
          ...entryLines(acl, show),
          '\n',
        ].join('\n')
      })
      .join('')
  }

  /** Runs a program in the folder. */
  async #call(folder: Bytes, command: readonly string[], input?: Bytes): Promise<ProgramEnd> {
    let directory: number
    try {
      directory = openSync(toBuffer(this.#inside(folder)), 'r')
    } catch (error) {
      return { failure: describeError(error).message, output: '', stdout: '' }
    }
    try {
      return await runProgram(command, {
        input,
        folder: directory,
        env: { LC_ALL: 'C' },
        holdsLock: true,
      })
    } finally {
      closeSync(directory)
    }
  }

  /**
   * The path of a folder as this machine sees it.
   * @throws DestinationError when a link leads out of the destination.
   */
  #inside(folder: Bytes): Bytes {
    const { root } = this.#host
    const path = joinPath(root, '/', folder)
    if (root === '' || !this.#view.lstat(path) || this.#view.real(path) !== path) return path
    const [top, real] = [root, path].map((name) => realpathSync.native(toBuffer(name), 'latin1'))
    if (!real?.startsWith(`${top}/`))
      throw DestinationError.outsideRoot(toDisplay(folder), toDisplay(root))
    return path
  }
}

/** Looks up the accounts that ACLs name: each ACL once, however many files share it. */
class KnownAcls {
  readonly #accounts: AccountDirectory
  readonly #acls = new Map<Acl, KnownAcl>()
  readonly #unknown = new Map<string, UnknownAccount>()

  constructor(accounts: AccountDirectory) {
    this.#accounts = accounts
  }

  wanted(folder: Bytes, { path, acl }: FileAcl): WantedAcl {
    let known = this.#acls.get(acl)
    if (!known) {
      known = this.#lookUp(acl, joinPath(folder, path))
      this.#acls.set(acl, known)
    }
    for (const account of known.unknown) account.files += 1
    return { path, acl: known }
  }

  sayUnknown(log: Log): void {
    for (const { tag, name, first, files } of this.#unknown.values()) {
      const which =
        files === 1 ? toDisplay(first) : `${files} files, the first is ${toDisplay(first)}`
      log.warning(
        `${tag} ${toDisplay(name)} is unknown here, left out of owners and ACLs of ${which}`,
        {
          code: 'acl-name-unknown',
          subject: toDisplay(name),
          remedy: 'If the account is still needed, make it, then run the same command again',
        },
      )
    }
  }

  #lookUp({ owner, group, entries }: Acl, path: Bytes): KnownAcl {
    const unknown = new Set<UnknownAccount>()
    const find = (tag: 'user' | 'group', name: Bytes | undefined): Account | undefined => {
      if (name === undefined) return undefined
      const id =
        tag === 'user' ? this.#accounts.findUser(name)?.uid : this.#accounts.findGroup(name)?.gid
      if (id === undefined) unknown.add(this.#unknownAccount(tag, name, path))
      return id === undefined ? undefined : { name, id }
    }
    return {
      owner: find('user', owner),
      group: find('group', group),
      entries: entries.flatMap((entry) => {
        const { tag, name } = entry
        if (name === undefined || tag === 'mask' || tag === 'other') return [entry]
        const account = find(tag, name)
        return account ? [{ ...entry, account }] : []
      }),
      unknown: [...unknown],
    }
  }

  #unknownAccount(tag: 'user' | 'group', name: Bytes, first: Bytes): UnknownAccount {
    const key = `${tag} ${name}`
    const known = this.#unknown.get(key) ?? { tag, name, first, files: 0 }
    this.#unknown.set(key, known)
    return known
  }
}

/** How a text names an account. */
type Show = (account: Account) => Bytes

const byId: Show = ({ id }) => String(id)
const byName: Show = ({ name }) => quotedName(name)

/** Owners, for those who can give files away. */
function ownerLines({ owner, group }: KnownAcl, show: Show): Bytes[] {
  if (process.getuid?.() !== 0) return []
  return [
    ...(owner ? [`# owner: ${show(owner)}`] : []),
    ...(group ? [`# group: ${show(group)}`] : []),
  ]
}

function entryLines({ entries }: KnownAcl, show: Show): Bytes[] {
  return entries.map(({ tag, account, permissions, isDefault }) =>
    [
      ...(isDefault ? ['default'] : []),
      tag,
      ...(account ? [show(account)] : ['']),
      permissions,
    ].join(':'),
  )
}

function staysBelow(path: Bytes): boolean {
  return path.split('/').every((component) => component !== '' && !/^\.\.?$/.test(component))
}

/** The same as long as the same is wanted of the same accounts. */
function checksum(wanted: readonly WantedAcl[]): string {
  const hash = createHash('sha256')
  for (const { path, acl } of wanted)
    hash.update(JSON.stringify([path, acl.owner?.id, acl.group?.id, ...entryLines(acl, byId)]))
  return hash.digest('hex').slice(0, 16)
}
