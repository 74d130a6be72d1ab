import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { baseName, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import type { Progress } from '../report/progress.js'

/** How often is looked how far the program has come, in milliseconds. */
const PAUSE = 100

/**
 * Lets a program read an archive as its standard input, and says how far it has come. It gets the
 * file itself: a pipe would break when it is done before the file ends, and it may be.
 * @param doing what the program does with it, for people
 */
export async function withArchiveInput<Result>(
  archive: Bytes,
  { doing, progress }: { doing: string; progress: Progress },
  runWith: (input: number) => Promise<Result>,
): Promise<Result> {
  const input = openSync(toBuffer(archive), 'r')
  const task = progress.start(`${doing} ${toDisplay(baseName(archive))}`, fstatSync(input).size)
  let seen = 0
  const look = () => {
    const position = Math.max(seen, positionIn(input))
    if (position > seen) task.advance(position - seen)
    seen = position
  }
  const timer = setInterval(look, PAUSE)
  try {
    return await runWith(input)
  } finally {
    clearInterval(timer)
    look()
    closeSync(input)
    task.stop()
  }
}

/** Whoever inherits an open file shares its position. Where there is no /proc, nobody is told. */
function positionIn(file: number): number {
  const info = `/proc/self/fdinfo/${file}`
  if (!existsSync(info)) return 0
  const [, position] = /^pos:\t(\d+)/.exec(readFileSync(info, 'utf8')) ?? []
  return Number(position ?? 0)
}
