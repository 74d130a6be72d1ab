import { chmodSync, lchownSync, lstatSync, readdirSync } from 'node:fs'
import { cpus } from 'node:os'
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

/** The mode of what is closed, as programs are told. */
export const CLOSED = 'go=,ug-s,-t'

/** What is worth starting programs for. */
const MANY = 1_000

/** Entries that are claimed alike, and about how many there are with all below them. */
export interface Claims extends Claim {
  readonly paths: readonly Bytes[]
  readonly entries: number
  /** Whether others than the owner have rights on any of them. */
  readonly areOpen: boolean
}

/**
 * Does for many large trees that are closed what {@link claimTree} does, with programs, which are
 * several times as fast.
 * @returns the trees that are claimed now; {@link claimTree} does the others, and finds the entry
 *   at fault.
 */
export async function claimMany(claims: readonly Claims[]): Promise<ReadonlySet<Bytes>> {
  const claimed = new Set<Bytes>()
  const byOwner = new Map<string, Claims[]>()
  for (const claim of claims) {
    const owner = claim.owner ? `${claim.owner.uid}:${claim.owner.gid}` : ''
    if (claim.closed) byOwner.set(owner, [...(byOwner.get(owner) ?? []), claim])
  }
  for (const [owner, alike] of byOwner) {
    if (alike.reduce((sum, { entries }) => sum + entries, 0) < MANY) continue
    // Of a link, chmod would change what it points to; below a folder it follows none.
    const folders = alike.flatMap(({ paths }) => paths).filter(isFolder)
    const open = alike.flatMap(({ paths, areOpen }) => (areOpen ? paths : [])).filter(isFolder)
    const given =
      owner === '' || (await forAll(folders, ['chown', '-hRP', owner, '--'])).failure === undefined
    const closed = await forAll(open, ['chmod', '-R', CLOSED, '--'])
    if (given && closed.failure === undefined) for (const path of folders) claimed.add(path)
  }
  return claimed
}

function isFolder(path: Bytes): boolean {
  return lstatSync(toBuffer(path), { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** Takes all ACLs off trees, never through a link. */
export async function removeAcls(paths: readonly Bytes[]): Promise<void> {
  const { failure, output } = await forAll(paths, [
    ...['setfacl', '--physical', '--recursive', '--remove-all', '--'],
  ])
  const complaints = output.split('\n').filter((line) => line !== '')
  // Where there can be no ACLs there are none.
  if (failure !== undefined && !complaints.every((line) => /not supported$/.test(line)))
    throw TransferError.aclsStay(complaints[0] ?? `setfacl: ${failure}`)
}

/** Runs a program for all of them, some at a time, on all processors. */
async function forAll(
  paths: readonly Bytes[],
  program: readonly string[],
): Promise<{ failure?: string | undefined; output: string }> {
  if (paths.length === 0) return { output: '' }
  const processors = cpus().length
  const each = Math.max(1, Math.min(100, Math.ceil(paths.length / processors)))
  // Read from standard input: an argument of ours cannot hold every byte that a name can.
  return runProgram(['xargs', '-0', '-r', `-P${processors}`, `-n${each}`, ...program], {
    input: paths.map((path) => `${path}\0`).join(''),
    env: { LC_ALL: 'C' },
    holdsLock: true,
  })
}
