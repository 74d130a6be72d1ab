import { createHash } from 'node:crypto'
import { closeSync, existsSync, lstatSync, mkdirSync, openSync } from 'node:fs'
import { cpus } from 'node:os'
import { runProgram } from '../host/run-program.js'
import { parentOf, toBuffer, toDisplay, type Bytes } from './bytes.js'
import { TransferError } from './transfer-error.js'
import { scanTree } from './transfer-plan.js'

/** Entries that are copied together, or not at all. */
export interface CopyJob {
  /** The folder whose entries they are, for a message about all of them. */
  readonly from: Bytes
  /** Absolute paths. */
  readonly entries: readonly Bytes[]
}

export type CopyResult = { readonly copies: Bytes } | { readonly error: unknown }

/** What one program can be given at a time: well below the limit of the system, in bytes. */
const ARGUMENTS = 100_000

/**
 * Copies entries into a private folder of another filesystem, below which each lies under its
 * whole path, and makes sure that each copy is whole. Runs as many programs side by side as help.
 * @returns for each job where its copies lie, or why it failed.
 */
export async function copyTrees<Job extends CopyJob>(
  jobs: readonly Job[],
  folder: Bytes,
): Promise<Map<Job, CopyResult>> {
  const results = new Map<Job, CopyResult>()
  await Promise.all(
    shares(jobs).map(async (share) => {
      const copies = `${folder}/${nameOf(share)}`
      const isWhole = await copyShare(share, copies)
      for (const job of share)
        try {
          // The one that cannot be copied is found, and all the others get through.
          if (!isWhole) await runRsync(job, copies)
          for (const entry of job.entries) requireSame(entry, copies + entry)
          results.set(job, { copies })
        } catch (error) {
          results.set(job, { error })
        }
    }),
  )
  return results
}

/** Jobs in turn, so that every program has about as much to do. */
function shares<Job>(jobs: readonly Job[]): Job[][] {
  const count = Math.min(jobs.length, cpus().length)
  return Array.from({ length: count }, (_none, share) =>
    jobs.filter((_job, index) => index % count === share),
  )
}

/** The same entries are copied to the same place by a later run, which goes on there. */
function nameOf(share: readonly CopyJob[]): string {
  const hash = createHash('sha256')
  for (const { entries } of share) for (const entry of entries) hash.update(`${entry}\0`)
  return hash.digest('hex').slice(0, 16)
}

/** @returns false when something went wrong, for one of the jobs or for all. */
async function copyShare(share: readonly CopyJob[], copies: Bytes): Promise<boolean> {
  const entries = share.flatMap((job) => job.entries)
  const isFresh = !lstatSync(toBuffer(copies), { throwIfNoEntry: false })
  mkdirSync(toBuffer(copies), { recursive: true, mode: 0o700 })
  const length = entries.reduce((sum, entry) => sum + entry.length + 1, 0)
  try {
    // cp is the fastest, but begins anew each time, and must see all hard links at once.
    if (isFresh && length < ARGUMENTS) return await runCp(entries, copies)
    await runRsync({ from: '', entries }, copies)
    return true
  } catch {
    return false
  }
}

async function runCp(entries: readonly Bytes[], to: Bytes): Promise<boolean> {
  const { failure } = await withFolder(to, (folder) =>
    runProgram(['xargs', '-0', '-x', '-s', '131072', 'cp', '-a', '--parents', '-t', '.', '--'], {
      input: list(entries),
      folder,
      env: { LC_ALL: 'C' },
      holdsLock: true,
    }),
  )
  return failure === undefined
}

async function runRsync({ from, entries }: CopyJob, to: Bytes): Promise<void> {
  const { failure, output } = await withFolder(to, (folder) =>
    runProgram(
      [
        'rsync',
        '--archive',
        '--recursive',
        '--hard-links',
        '--acls',
        '--xattrs',
        '--sparse',
        '--numeric-ids',
        '--from0',
        '--files-from=-',
        '--',
        '/',
        '.',
      ],
      { input: list(entries), folder, env: { LC_ALL: 'C' }, holdsLock: true },
    ),
  )
  if (failure === undefined) return
  const words = output.split('\n').find((line) => line !== '')
  throw TransferError.copyFailed(toDisplay(from), words ?? `rsync: ${failure}`)
}

async function withFolder<Result>(
  path: Bytes,
  run: (folder: number) => Promise<Result>,
): Promise<Result> {
  const folder = openSync(toBuffer(path), 'r')
  try {
    return await run(folder)
  } finally {
    closeSync(folder)
  }
}

function list(entries: readonly Bytes[]): Bytes {
  return entries.map((entry) => `${entry}\0`).join('')
}

function requireSame(original: Bytes, copy: Bytes): void {
  const copied = existsSync(toBuffer(parentOf(copy)))
    ? lstatSync(toBuffer(copy), { throwIfNoEntry: false })
    : undefined
  const there = lstatSync(toBuffer(original), { throwIfNoEntry: false })
  if (!copied || !there) throw TransferError.copyDiffers(toDisplay(original))
  const [one, other] = [scanTree(original, there), scanTree(copy, copied)]
  if (
    one.files !== other.files ||
    one.directories !== other.directories ||
    one.bytes !== other.bytes
  )
    throw TransferError.copyDiffers(toDisplay(original))
}
