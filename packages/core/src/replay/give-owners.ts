import { chmodSync, lchownSync, lstatSync, readdirSync, type Stats } from 'node:fs'
import { describeError } from '../errors.js'
import { flagsLine, quotedName } from '../files/acl-text.js'
import { parentOf, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import type { Owner } from '../files/claim-entry.js'
import type { Host } from '../host/host.js'
import { runProgram } from '../host/run-program.js'
import type { Log } from '../report/log.js'
import type { PasswdEntry } from '../source/account-files.js'
import { lookAt } from '../undo/undoing.js'
import type { OwnerClaim } from './owner-claims.js'

export interface GivenOwners {
  /** How many files, folders and links are not as they were. */
  readonly changed: number
  /** The accounts that got something. */
  readonly accounts: readonly string[]
  /** Those whose account is not here yet. What they are about belongs to root meanwhile. */
  readonly left: readonly OwnerClaim[]
  /** Says which accounts these are. */
  sayMissing(): void
}

/** Nobody's files are left to whoever has got the id meanwhile. */
const ROOT = 0

/**
 * Gives what imports have brought to the accounts of this host, by their names: it may be done again.
 * What is as it should be is not touched. Never through a symbolic link that is not root's.
 */
export async function giveOwners(
  claims: readonly OwnerClaim[],
  host: Host,
  log: Log,
): Promise<GivenOwners> {
  const giving = new Giving(host, log)
  for (const claim of claims) giving.give(claim)
  await giving.setAcls()
  return giving
}

/** The group of a name; or the user's own, where the provider gives users none of their name. */
function gidOf(host: Host, name: Bytes): number | undefined {
  return host.findGroup(name)?.gid ?? host.findUser(name)?.gid
}

/** Whether somebody has given it away since it was staged, and not to root. */
function isOthers(id: number, staged: number | undefined): boolean {
  return staged !== undefined && id !== staged && id !== ROOT
}

class Giving implements GivenOwners {
  readonly #host: Host
  readonly #log: Log
  readonly #users = new Map<Bytes, PasswdEntry | undefined>()
  readonly #groups = new Map<Bytes, number | undefined>()
  readonly #safe = new Map<Bytes, boolean>()
  readonly #accounts = new Set<Bytes>()
  readonly #missing = new Map<Bytes, number>()
  readonly #acls: { readonly claim: OwnerClaim; readonly text: Bytes }[] = []
  readonly left: OwnerClaim[] = []
  changed = 0

  constructor(host: Host, log: Log) {
    this.#host = host
    this.#log = log
  }

  get accounts(): string[] {
    return [...this.#accounts].map(toDisplay).sort()
  }

  give(claim: OwnerClaim): void {
    const { path, user, group, acl } = claim
    const stats = lookAt(path)
    if (!stats) return
    if (!this.#isSafe(parentOf(path))) return this.#fail(path, 'it lies behind a symbolic link')
    const before = this.changed
    try {
      if (acl !== undefined) return this.#keepAcl(claim, acl, stats)
      const uid = isOthers(stats.uid, claim.uid) ? stats.uid : this.#uidFor(claim, stats)
      const gid = isOthers(stats.gid, claim.gid) ? stats.gid : this.#gidFor(claim, stats)
      if (uid === undefined || gid === undefined) this.left.push(claim)
      this.#claim(path, { uid: uid ?? ROOT, gid: gid ?? ROOT }, claim)
    } catch (error) {
      this.#fail(path, describeError(error).message)
    }
    if (this.changed > before)
      for (const name of [user, group ?? undefined])
        if (name !== undefined && !this.#missing.has(name)) this.#accounts.add(name)
  }

  /** In one go; a claim whose accounts are not all here is kept. */
  async setAcls(): Promise<void> {
    if (this.#acls.length > 0) {
      const { failure, output } = await runProgram(['setfacl', '--restore=-'], {
        input: this.#acls.map(({ text }) => text).join(''),
        env: { LC_ALL: 'C' },
        holdsLock: true,
      })
      if (failure === undefined) this.changed += this.#acls.length
      else {
        this.left.push(...this.#acls.map(({ claim }) => claim))
        this.#fail(this.#acls[0]?.claim.path ?? '', output.trim().split('\n')[0] || failure)
      }
    }
  }

  /** Says whose accounts are not here. */
  sayMissing(): void {
    for (const [name, count] of this.#missing)
      this.#log.warning(
        `there is no account ${toDisplay(name)}: what belongs to it (${count} entries or trees) is root's meanwhile`,
        {
          code: 'owner-unknown',
          subject: toDisplay(name),
          remedy: 'Make the account, then run the same command again',
        },
      )
  }

  #uidFor({ user }: OwnerClaim, stats: Stats): number | undefined {
    return user === undefined ? stats.uid : this.#uid(user)
  }

  #gidFor({ user, group }: OwnerClaim, stats: Stats): number | undefined {
    if (group === undefined) return stats.gid
    if (group !== null) return this.#gid(group)
    return user === undefined ? stats.gid : this.#user(user)?.gid
  }

  #claim(path: Bytes, owner: Owner, { mode, below, closed }: OwnerClaim): void {
    const file = toBuffer(path)
    const stats = lstatSync(file)
    const isOther = stats.uid !== owner.uid || stats.gid !== owner.gid
    if (isOther) lchownSync(file, owner.uid, owner.gid)
    const old = stats.mode & 0o7777
    const wanted = closed ? old & 0o700 : (mode ?? old)
    // Giving a file away takes its set-id bits.
    const mayLose = isOther && stats.isFile() && (old & 0o6000) !== 0
    const isMode = !stats.isSymbolicLink() && (wanted !== old || mayLose)
    if (isMode) chmodSync(file, wanted)
    if (isOther || wanted !== old) this.changed += 1
    if (!below || !stats.isDirectory()) return
    for (const name of readdirSync(file, { encoding: 'latin1' }))
      this.#claim(`${path}/${name}`, owner, { path, below, ...(closed ? { closed } : {}) })
  }

  #keepAcl(
    claim: OwnerClaim,
    { staged, named }: NonNullable<OwnerClaim['acl']>,
    stats: Stats,
  ): void {
    let isWhole = true
    const accounts: Bytes[] = []
    const lines = named.split('\n').flatMap((line) => {
      const [, start, tag, name] = /^((?:default:)?(user|group):)([^:]+):/.exec(line) ?? []
      if (start === undefined || name === undefined || /^\d+$/.test(name)) return [line]
      const id = tag === 'user' ? this.#uid(name) : this.#gid(name)
      if (id === undefined) isWhole = false
      else accounts.push(name)
      return id === undefined ? [] : [start + String(id) + line.slice(start.length + name.length)]
    })
    if (!isWhole) this.left.push(claim)
    if (lines.join('\n') === staged) return
    for (const name of accounts) this.#accounts.add(name)
    this.#acls.push({
      claim,
      text: [`# file: ${quotedName(claim.path)}`, flagsLine(stats), ...lines, '\n'].join('\n'),
    })
  }

  /** Asked for once, also one that is missing. */
  #user(name: Bytes): PasswdEntry | undefined {
    if (!this.#users.has(name)) this.#users.set(name, this.#host.findUser(name))
    return this.#users.get(name)
  }

  #uid(name: Bytes): number | undefined {
    return this.#found(name, this.#user(name)?.uid)
  }

  #gid(name: Bytes): number | undefined {
    if (!this.#groups.has(name)) this.#groups.set(name, gidOf(this.#host, name))
    return this.#found(name, this.#groups.get(name))
  }

  #found(name: Bytes, id: number | undefined): number | undefined {
    if (id === undefined) this.#missing.set(name, (this.#missing.get(name) ?? 0) + 1)
    return id
  }

  /** A link on the way may be the system's own; one of somebody else could lead anywhere. */
  #isSafe(folder: Bytes): boolean {
    if (folder === '/') return true
    const known = this.#safe.get(folder)
    if (known !== undefined) return known
    const stats = lookAt(folder)
    const isSafe =
      this.#isSafe(parentOf(folder)) && (!stats?.isSymbolicLink() || stats.uid === ROOT)
    this.#safe.set(folder, isSafe)
    return isSafe
  }

  #fail(path: Bytes, reason: string): void {
    this.#log.error(`${toDisplay(path)} could not be given to its owner: ${reason}`, {
      code: 'owners-not-given',
      subject: toDisplay(path),
      remedy: 'Give it by hand: chown -h USER:GROUP PATH',
    })
  }
}
