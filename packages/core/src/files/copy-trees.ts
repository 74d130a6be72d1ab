import { createHash } from 'node:crypto'
import { closeSync, existsSync, lstatSync, mkdirSync, openSync } from 'node:fs'
import { cpus } from 'node:os'
import { runProgram } from '../host/run-program.js'
import { parentOf, toBuffer, toDisplay, type Bytes } from './bytes.js'
import { CLOSED, type Claim } from './claim-entry.js'
import { TransferError } from './transfer-error.js'
import { scanTree } from './transfer-plan.js'

/** Entries that are copied together, or not at all. */
export interface CopyJob extends Claim {
  /** The folder whose entries they are, for a message about all of them. */
  readonly from: Bytes
  /** Absolute paths. */
  readonly entries: readonly Bytes[]
}

export type CopyResult =
  | {
      readonly copies: Bytes
      /** Whether they belong to their new owner already, and are closed. */
      readonly areClaimed: boolean
    }
  | { readonly error: unknown }

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
    claimedAlike(jobs)
      .flatMap(shares)
      .map(async (share) => {
        const copies = `${folder}/${nameOf(share)}`
        const done = await copyShare(share, copies)
        const isWhole =
          done !== 'failed' &&
          (await holdAll(
            copies,
            share.flatMap(({ entries }) => entries),
          ))
        for (const job of share)
          try {
            // The one that cannot be copied is found, and all the others get through.
            if (done === 'failed') await runRsync(job, copies)
            if (!isWhole) for (const entry of job.entries) requireSame(entry, copies + entry)
            results.set(job, { copies, areClaimed: done === 'claimed' })
          } catch (error) {
            results.set(job, { error })
          }
      }),
  )
  return results
}

/** Jobs that one program may copy: what is closed gets its owner on the way. */
function claimedAlike<Job extends CopyJob>(jobs: readonly Job[]): Job[][] {
  const groups = new Map<string, Job[]>()
  for (const job of jobs) {
    const key = job.closed ? ownerOptions(job).join() : 'open'
    groups.set(key, [...(groups.get(key) ?? []), job])
  }
  return [...groups.values()]
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

/** @returns `failed` when something went wrong, for one of the jobs or for all. */
async function copyShare(
  share: readonly CopyJob[],
  copies: Bytes,
): Promise<'copied' | 'claimed' | 'failed'> {
  const entries = share.flatMap((job) => job.entries)
  const isFresh = !lstatSync(toBuffer(copies), { throwIfNoEntry: false })
  mkdirSync(toBuffer(copies), { recursive: true, mode: 0o700 })
  const length = entries.reduce((sum, entry) => sum + entry.length + 1, 0)
  const [first] = share
  try {
    // Both begin anew each time. cp must see all hard links at once.
    if (isFresh && first?.closed)
      return (await runTar(entries, copies, first)) ? 'claimed' : 'failed'
    if (isFresh && length < ARGUMENTS) return (await runCp(entries, copies)) ? 'copied' : 'failed'
    await runRsync({ from: '', entries }, copies)
    return 'copied'
  } catch {
    return 'failed'
  }
}

/**
 * No other program copies many small files so fast, and it gives them away and closes them as it
 * goes. The shell is there for the pipe alone: names are read from standard input.
 */
async function runTar(entries: readonly Bytes[], to: Bytes, claim: Claim): Promise<boolean> {
  const { failure } = await withFolder(to, (folder) =>
    runProgram(
      [
        ...['bash', '-c', TAR, 'tar', ...ownerOptions(claim), `--mode=${CLOSED}`],
        ...['--format=posix', '--pax-option=delete=atime,delete=ctime', '--sparse', '--xattrs'],
        ...['--directory=/', '--null', '--no-unquote', '--files-from=-'],
      ],
      {
        input: list(entries.map((entry) => `.${entry}`)),
        folder,
        env: { LC_ALL: 'C' },
        holdsLock: true,
      },
    ),
  )
  return failure === undefined
}

const TAR = `set -o pipefail
tar --create --file=- --numeric-owner "$@" |
  tar --extract --file=- --numeric-owner --same-owner --preserve-permissions --xattrs`

function ownerOptions({ owner }: Claim): string[] {
  return owner ? [`--owner=${owner.uid}`, `--group=${owner.gid}`] : []
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

async function runRsync(
  { from, entries }: Pick<CopyJob, 'from' | 'entries'>,
  to: Bytes,
): Promise<void> {
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

/** Whether the copies hold as much as their originals do now, all together. */
async function holdAll(copies: Bytes, entries: readonly Bytes[]): Promise<boolean> {
  const [originals, copied] = await Promise.all([below('/', entries), below(copies, entries)])
  return originals !== undefined && originals === copied
}

/** How many folders, other entries and bytes these have below a folder; nothing where one is missing. */
async function below(path: Bytes, entries: readonly Bytes[]): Promise<string | undefined> {
  const { failure, stdout } = await withFolder(path, (folder) =>
    runProgram(['xargs', '-0', 'sh', '-c', 'find "$@" -printf "%y%s\\n"', 'find'], {
      input: list(entries.map((entry) => `.${entry}`)),
      folder,
      env: { LC_ALL: 'C' },
    }),
  )
  if (failure !== undefined) return undefined
  let [directories, others, bytes] = [0, 0, 0]
  for (let start = 0; start < stdout.length;) {
    const end = stdout.indexOf('\n', start)
    const kind = stdout[start]
    if (kind === 'd') directories += 1
    else others += 1
    if (kind === 'f') bytes += Number(stdout.slice(start + 1, end))
    start = end + 1
  }
  return [directories, others, bytes].join()
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
