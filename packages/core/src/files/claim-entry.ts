import { chmodSync, lchownSync, lstatSync, readdirSync } from 'node:fs'
import { runProgram } from '../host/run-program.js'
import { toBuffer, type Bytes } from './bytes.js'
import { TransferError } from './transfer-error.js'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

export interface Claim {
  /** Who gets the entries; without it ids stay. */
  readonly owner: Owner | undefined
  /** Take all rights of the group and of others away. */
  readonly closed: boolean
}

/** Gives a tree to its new owner, and closes it, entry by entry, never through a link. */
export function claimTree(path: Bytes, claim: Claim): void {
  if (!claim.owner && !claim.closed) return
  const file = toBuffer(path)
  const stats = lstatSync(file)
  const { owner, closed } = claim
  const isGiven = owner && (stats.uid !== owner.uid || stats.gid !== owner.gid)
  if (isGiven) lchownSync(file, owner.uid, owner.gid)
  const mode = stats.mode & 0o7777
  if (closed && !stats.isSymbolicLink() && (mode & ~0o700) !== 0) chmodSync(file, mode & 0o700)
  // Giving a file away takes its set-id bits: what is not closed keeps its mode.
  else if (isGiven && stats.isFile() && (mode & 0o6000) !== 0) chmodSync(file, mode)
  if (stats.isDirectory())
    for (const name of readdirSync(file, { encoding: 'latin1' }))
      claimTree(`${path}/${name}`, claim)
}

/** Takes all ACLs off trees, never through a link. */
export async function removeAcls(paths: readonly Bytes[]): Promise<void> {
  if (paths.length === 0) return
  // Read from standard input: an argument of ours cannot hold every byte that a name can.
  const { failure, output } = await runProgram(
    ['xargs', '-0', '-r', 'setfacl', '--physical', '--recursive', '--remove-all', '--'],
    { input: paths.map((path) => `${path}\0`).join(''), env: { LC_ALL: 'C' }, holdsLock: true },
  )
  const complaints = output.split('\n').filter((line) => line !== '')
  // Where there can be no ACLs there are none.
  if (failure !== undefined && !complaints.every((line) => /not supported$/.test(line)))
    throw TransferError.aclsStay(complaints[0] ?? `setfacl: ${failure}`)
}
