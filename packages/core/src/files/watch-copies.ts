import { runProgram } from '../host/run-program.js'
import type { Progress } from '../report/progress.js'
import { closeSync, openSync } from 'node:fs'
import { toBuffer, type Bytes } from './bytes.js'

/** What is copied in a few seconds says nothing of how far it is. */
const MUCH = 100_000_000
/** Looking is not to cost more than a fraction of the copying, in milliseconds. */
const PAUSE = 2_000
const PAUSE_PER_LOOK = 20

/**
 * Tells how far copies have come, by how much lies in the folder in which they grow.
 * @param bytes how much it will be in the end
 */
export async function watchCopies<Result>(
  folder: Bytes,
  { title, bytes, progress }: { title: string; bytes: number; progress: Progress },
  copying: () => Promise<Result>,
): Promise<Result> {
  if (bytes < MUCH) return copying()
  const task = progress.start(title, bytes)
  let seen = 0
  let timer: NodeJS.Timeout | undefined
  const lookIn = (pause: number) => {
    timer = setTimeout(() => {
      const started = Date.now()
      // Where nobody can look, nothing is told; the copy itself says what is wrong.
      const looking = sizeOf(folder).catch(() => seen)
      void looking.then((size) => {
        // The copy has ended meanwhile.
        if (!timer) return
        if (size > seen) task.advance(size - seen)
        seen = Math.max(seen, size)
        lookIn(Math.max(PAUSE, (Date.now() - started) * PAUSE_PER_LOOK))
      })
    }, pause)
  }
  lookIn(PAUSE)
  try {
    return await copying()
  } finally {
    clearTimeout(timer)
    timer = undefined
    task.stop()
  }
}

/** Entries come and go meanwhile: what du complains of does not matter. */
async function sizeOf(path: Bytes): Promise<number> {
  const folder = openSync(toBuffer(path), 'r')
  try {
    const { stdout } = await runProgram(['du', '-s', '--apparent-size', '--block-size=1', '.'], {
      folder,
    })
    return Number(/^\d+/.exec(stdout)?.[0] ?? 0)
  } finally {
    closeSync(folder)
  }
}
