import type { Bytes } from '../files/bytes.js'
import type { GroupEntry, PasswdEntry } from '../source/account-files.js'

/** Users and groups by name and by id. */
export class AccountTable {
  readonly #users = new Map<Bytes, PasswdEntry>()
  readonly #groups = new Map<Bytes, GroupEntry & { readonly members: Set<Bytes> }>()
  readonly #uids = new Map<number, Bytes>()
  readonly #gids = new Map<number, Bytes>()

  constructor(users: Iterable<PasswdEntry> = [], groups: Iterable<GroupEntry> = []) {
    for (const user of users) this.addUser(user)
    for (const group of groups) this.addGroup(group)
  }

  addUser(user: PasswdEntry): void {
    this.#users.set(user.name, user)
    if (!this.#uids.has(user.uid)) this.#uids.set(user.uid, user.name)
  }

  /** Adds a group, or joins further members to the one that is there. */
  addGroup(group: GroupEntry): void {
    const known = this.#groups.get(group.name)
    if (known) for (const member of group.members) known.members.add(member)
    else this.#groups.set(group.name, { ...group, members: new Set(group.members) })
    if (!known && !this.#gids.has(group.gid)) this.#gids.set(group.gid, group.name)
  }

  user(name: Bytes): PasswdEntry | undefined {
    return this.#users.get(name)
  }

  group(name: Bytes): GroupEntry | undefined {
    return this.#groups.get(name)
  }

  userOfId(uid: number): Bytes | undefined {
    return this.#uids.get(uid)
  }

  groupOfId(gid: number): Bytes | undefined {
    return this.#gids.get(gid)
  }
}
