import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs'
import { execaSync } from 'execa'
import { DestinationError, MigrateError } from '../errors.js'
import { joinPath, toBuffer, type Bytes } from '../files/bytes.js'
import { stateFolder } from '../host/state-folder.js'

let held: number | undefined

/**
 * The lock's open file, for programs that change files: one that outlives a killed run holds the
 * lock until it ends, so that the run which goes on does not meet it.
 */
export function heldRunLock(): number | undefined {
  return held
}

/** Tells a program that finds the lock's open file under this number: it may be a run of ours. */
export function lentLockAs(file: number): Readonly<Record<string, string>> {
  return { NETHSERVER_MIGRATE_LOCK: String(file) }
}

/**
 * Makes sure that one run at a time changes a destination. The lock belongs to the open file, so
 * it ends with the process, however that ends. A run that one with the lock has started shares it.
 * @returns what releases it.
 * @throws DestinationError naming the process that holds it.
 */
export function takeRunLock(root: Bytes): () => void {
  const path = joinPath(stateFolder(root), 'lock')
  mkdirSync(toBuffer(stateFolder(root)), { recursive: true, mode: 0o700 })
  const lent = lentLock(path)
  if (lent !== undefined) {
    held = lent
    return () => {
      held = undefined
    }
  }
  const file = openSync(toBuffer(path), 'a', 0o600)
  const { exitCode, failed, shortMessage } = lock(file)
  if (exitCode === 1) {
    closeSync(file)
    throw DestinationError.locked(holderOf(path))
  }
  if (failed) {
    closeSync(file)
    throw new MigrateError(
      'LOCK_FAILED',
      `the destination could not be locked: ${shortMessage}`,
      'install the flock program (package util-linux), then run the same command again',
    )
  }
  ftruncateSync(file, 0)
  writeSync(file, `process ${process.pid}, since ${new Date().toISOString()}\n`)
  held = file
  return () => {
    held = undefined
    closeSync(file)
  }
}

/** The lock's open file of the run that has started this one as a step of its work. */
function lentLock(path: Bytes): number | undefined {
  const file = Number(process.env.NETHSERVER_MIGRATE_LOCK ?? NaN)
  if (!Number.isInteger(file)) return undefined
  try {
    const [ours, there] = [fstatSync(file), statSync(toBuffer(path))]
    const isIt = ours.ino === there.ino && ours.dev === there.dev
    return isIt && lock(file).exitCode === 0 ? file : undefined
  } catch {
    // There is no such file, or it was not handed on.
    return undefined
  }
}

function holderOf(path: Bytes): string {
  const holder = readFileSync(toBuffer(path), 'utf8').trim() || 'process unknown'
  const pid = /^process (\d+)/.exec(holder)?.[1]
  const isGone = pid !== undefined && !existsSync(`/proc/${pid}`)
  return isGone ? `${holder} was killed, a program that it started is still at work` : holder
}

function lock(file: number): {
  exitCode: number | undefined
  failed: boolean
  shortMessage: string
} {
  const result = execaSync('flock', ['--exclusive', '--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', file],
    reject: false,
  })
  const shortMessage = 'shortMessage' in result ? String(result.shortMessage) : ''
  return { exitCode: result.exitCode, failed: result.failed, shortMessage }
}
