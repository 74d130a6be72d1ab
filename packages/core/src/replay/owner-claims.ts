import { rmSync } from 'node:fs'
import { joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { writeDurably } from '../files/durable-write.js'
import { stateFolder } from '../host/state-folder.js'
import { AppendedFile } from '../journal/appended-file.js'
import { JournalError, readLines } from '../journal/journal.js'

/** Whom something that an import has brought is to belong to, by the names of accounts. */
export interface OwnerClaim {
  /** Of the destination. */
  readonly path: Bytes
  /** The import by an ordinary user that could not give it away. */
  readonly run?: string
  /** Without one the user stays. */
  readonly user?: Bytes
  /** Without one the group stays; null is the user's own. */
  readonly group?: Bytes | null
  /** The ids of both while the destination was staged: who has others by then keeps them. */
  readonly uid?: number
  readonly gid?: number
  readonly mode?: number
  /** What lies below, too. */
  readonly below?: true
  /** Without any right of the group and of others, there and below. */
  readonly closed?: true
  /** The entries of its ACL as getfacl gives them, and with names for the accounts that were staged. */
  readonly acl?: { readonly staged: Bytes; readonly named: Bytes }
}

function claimsPath(root: Bytes): Bytes {
  return joinPath(stateFolder(root), 'owners.jsonl')
}

/**
 * The claims that wait for a replay, in the order in which they are to be applied. A last line that a
 * crash cut short is about something that was not brought yet.
 * @throws JournalError for a line that cannot be read.
 */
export function readClaims(root: Bytes): OwnerClaim[] {
  const path = claimsPath(root)
  const { lines } = readLines(path)
  return lines.flatMap((line, index) => {
    if (line === '') return []
    try {
      return [JSON.parse(line) as OwnerClaim]
    } catch {
      throw JournalError.damaged(toDisplay(path), index + 1)
    }
  })
}

/** Where claims are added: each is on disk before anything goes on. */
export function openClaims(root: Bytes): AppendedFile {
  const path = claimsPath(root)
  const file = new AppendedFile(path)
  file.keep(readLines(path).goodBytes)
  return file
}

/** Leaves these claims alone; without any the file goes. */
export function writeClaims(root: Bytes, claims: readonly OwnerClaim[]): void {
  const path = claimsPath(root)
  const text = claims.map((claim) => `${JSON.stringify(claim)}\n`).join('')
  if (claims.length === 0) rmSync(toBuffer(path), { force: true })
  else writeDurably(path, Buffer.from(text).toString('latin1'), { mode: 0o600 })
}
