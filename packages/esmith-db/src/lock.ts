import { spawn } from 'node:child_process'
import { closeSync, constants, fstatSync, openSync, statSync, unlinkSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { toBuffer, type Bytes } from './bytes.js'
import { DatabaseError, errorCode } from './errors.js'

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants

/**
 * The lock that the host's own tools take around a write: `flock` on a file beside the database,
 * which is removed afterwards. Rules: docs/esmith-db.md#locking
 *
 * Node cannot call flock(2). The `flock` program can, on a descriptor it inherits, and such a lock
 * belongs to the open file, which stays open here after the program has ended. The kernel releases
 * it when this process ends in whatever way.
 */
export class FileLock {
  readonly #path: Bytes
  readonly #file: number

  private constructor(path: Bytes, file: number) {
    this.#path = path
    this.#file = file
  }

  /** Waits for the lock, at most so many seconds. */
  static async acquire(path: Bytes, seconds: number): Promise<FileLock> {
    const deadline = performance.now() + seconds * 1000
    for (;;) {
      const lock = new FileLock(path, openLockFile(path))
      try {
        const remaining = (deadline - performance.now()) / 1000
        if (remaining <= 0 || !(await flock(path, lock.#file, remaining))) {
          throw DatabaseError.locked(path, seconds)
        }
        if (lock.isHeld()) return lock
      } catch (error) {
        closeSync(lock.#file)
        throw error
      }
      // The former holder removed the file that we were waiting for: others use a new one.
      closeSync(lock.#file)
    }
  }

  /** Whether the locked file is still the one that others find at the path. */
  isHeld(): boolean {
    const there = statSync(toBuffer(this.#path), { throwIfNoEntry: false })
    const ours = fstatSync(this.#file)
    return there?.ino === ours.ino && there.dev === ours.dev
  }

  /**
   * Removes the file, then lets go of it. In this order a waiter that gets the lock sees that the
   * file is gone; in the other order it could be removed under a new holder.
   */
  release(): void {
    try {
      if (this.isHeld()) unlinkSync(toBuffer(this.#path))
    } finally {
      closeSync(this.#file)
    }
  }
}

function openLockFile(path: Bytes): number {
  try {
    const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK
    return openSync(toBuffer(path), flags, 0o660)
  } catch (cause) {
    throw DatabaseError.lockFailed(path, cause)
  }
}

/** Whether the lock was got within the time. */
function flock(path: Bytes, file: number, seconds: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const args = ['-x', '-w', seconds.toFixed(3), '3']
    const program = spawn('flock', args, { stdio: ['ignore', 'ignore', 'pipe', file] })
    let words = ''
    program.stderr?.setEncoding('utf8').on('data', (text: string) => (words += text))
    program.on('error', (cause) => {
      reject(
        errorCode(cause) === 'ENOENT'
          ? DatabaseError.noFlock(path)
          : DatabaseError.lockFailed(path, cause),
      )
    })
    program.on('close', (status, signal) => {
      if (status === 0) resolve(true)
      else if (status === 1 && words === '') resolve(false)
      else {
        const why = words.trim().split('\n')[0] || `flock ended with ${signal ?? status}`
        reject(DatabaseError.lockFailed(path, new Error(why)))
      }
    })
  })
}
