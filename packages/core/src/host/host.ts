import type { GroupEntry, PasswdEntry } from '../source/account-files.js'
import type { OwnerClaim } from '../replay/owner-claims.js'
import type { UndoLines } from '../undo/undo-data.js'
import type { Bytes } from '../files/bytes.js'

/** Something that only the live system can do. */
export type HostTask = (
  | {
      readonly event: string
      readonly args: readonly string[]
      /** Bytes that go into a private file, whose path becomes the event's last argument. */
      readonly secretFile?: SecretInput
    }
  | {
      readonly command: readonly string[]
      /** What the command reads on standard input: passwords and the like. */
      readonly secretInput?: SecretInput
      /** Told what the command has printed, once it has succeeded; not when it is only queued. */
      readonly onOutput?: ((output: string) => void) | undefined
    }
) &
  Together

/** How a task depends on others of the same list. */
export interface Together {
  /** Names tasks that belong together: when one fails, those after it are left out. */
  readonly together?: string
  /** Never left out. */
  readonly always?: true
}

export interface SecretInput {
  /** A file name that tells what it is for. */
  readonly name: string
  readonly content: () => Bytes
}

/** An account that becomes known on a staged destination before its event was replayed. */
export interface NewAccounts {
  readonly users: readonly PasswdEntry[]
  readonly groups: readonly GroupEntry[]
}

/** The system below a destination: a live NethServer, or a directory tree. */
export interface Host {
  readonly kind: 'staged' | 'nethserver'
  /** What stands before every path of the destination; empty for a live system. */
  readonly root: Bytes

  findUser(name: Bytes): PasswdEntry | undefined
  findGroup(name: Bytes): GroupEntry | undefined
  userOfId(uid: number): Bytes | undefined
  groupOfId(gid: number): Bytes | undefined
  /** Whether there is a device `/dev/NAME`; nothing where that cannot be known. */
  hasDevice(name: Bytes): boolean | undefined

  /**
   * Makes accounts known to the tree at once, so that files can have owners. A live host has its
   * events for that: nothing happens there.
   */
  addAccounts(accounts: NewAccounts): void
  /** Puts hashes into the tree's shadow file; nothing on a live host. */
  storePasswordHashes(hashes: ReadonlyMap<Bytes, Bytes>): void
  /** What an undo needs that takes accounts and hashes out of the tree again. */
  undoOf(accounts: NewAccounts, hashes?: ReadonlyMap<Bytes, Bytes>): UndoLines[]
  /** The hash that the tree's shadow file holds; nothing on a live host. */
  passwordHashOf(user: Bytes): Bytes | undefined

  /**
   * Writes down whom things are to belong to, for the replay of a staged tree, before they are
   * brought. Only for an ordinary user, who cannot give them away; a live host has root alone.
   */
  keepOwners(claims: readonly OwnerClaim[]): void

  /** A position to which {@link perform} can be told to look back. */
  checkpoint(): number
  /**
   * Performs tasks in order. Gives for each nothing, or why it failed. A staged host queues them
   * and skips those that stand in its queue since the checkpoint already.
   */
  perform(tasks: readonly HostTask[], since: number): Promise<(Error | undefined)[]>

  /** Appends a line to the system's log. */
  log(line: string): void
}
