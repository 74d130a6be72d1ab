import { cpus } from 'node:os'
import { execa } from 'execa'
import type { Bytes } from '../files/bytes.js'
import { enterFolder } from '../files/enter-folder.js'
import type { Interruption } from '../run/interruption.js'

export interface FileCount {
  readonly files: number
  readonly bytes: number
}

/** A tree of the source to be counted. */
export interface CountedTree {
  readonly path: Bytes
  /** Only messages: what lies in the folders `cur` and `new` of a Maildir. */
  readonly messages?: true
}

export interface CountProgress {
  readonly trees: number
  readonly of: number
  readonly files: number
  readonly bytes: number
}

const MESSAGES = ['(', '-path', '*/cur/*', '-o', '-path', '*/new/*', ')']

/**
 * Counts files and their bytes with the system's `find`, several trees at a time; links are not
 * followed. What find cannot read is not counted.
 */
export async function countFiles(
  trees: readonly CountedTree[],
  interruption: Interruption,
  onProgress: (progress: CountProgress) => void,
): Promise<FileCount[]> {
  const counts: FileCount[] = trees.map(() => ({ files: 0, bytes: 0 }))
  const waiting = trees.map((tree, index) => ({ tree, index }))
  const done = { trees: 0, of: trees.length, files: 0, bytes: 0 }
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      interruption.throwIfRequested()
      const count = await countTree(next.tree, interruption)
      counts[next.index] = count
      done.trees += 1
      done.files += count.files
      done.bytes += count.bytes
      onProgress(done)
    }
  }
  // Two for each processor: one waits for the disk while the other works.
  await Promise.all(Array.from({ length: cpus().length * 2 }, work))
  return counts
}

async function countTree(
  { path, messages }: CountedTree,
  interruption: Interruption,
): Promise<FileCount> {
  let entered
  try {
    entered = enterFolder(path)
  } catch {
    // Neither could find read it.
    return { files: 0, bytes: 0 }
  }
  try {
    return await countIn(entered.path, messages ? MESSAGES : [], interruption)
  } finally {
    entered.leave()
  }
}

async function countIn(
  folder: string,
  conditions: readonly string[],
  interruption: Interruption,
): Promise<FileCount> {
  const child = execa('find', ['.', '-type', 'f', ...conditions, '-printf', '%s\\n'], {
    cwd: folder,
    buffer: false,
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
    signal: interruption.signal,
  })
  let files = 0
  let bytes = 0
  let rest = ''
  child.stdout?.setEncoding('latin1')
  for await (const chunk of child.stdout ?? []) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    files += lines.length
    for (const size of lines) bytes += Number(size)
  }
  await child
  interruption.throwIfRequested()
  return { files, bytes }
}
