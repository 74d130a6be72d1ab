import { statSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { execa, type ExecaError } from 'execa'
import { SourceError } from '../errors.js'
import { toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import type { Progress } from '../report/progress.js'
import type { Interruption } from '../run/interruption.js'
import { withArchiveInput } from './with-archive-input.js'

/** The programs that tar itself calls. */
export type Decompressor = 'gzip' | 'xz' | 'bzip2'

export interface MeasureOptions {
  /** Where an archive is larger than this, nobody needs to know by how much. In bytes. */
  readonly limit: number
  readonly progress: Progress
  readonly interruption: Interruption
}

/**
 * What an archive holds, in bytes, found by expanding it to nowhere: what it says of itself may be
 * wrong, or meant to be. docs/security.md
 * @returns nothing when it is more than the limit; it is not read on then.
 * @throws SourceError when it is damaged.
 */
export async function expandedSize(
  archive: Bytes,
  decompressor: Decompressor | undefined,
  { limit, progress, interruption }: MeasureOptions,
): Promise<number | undefined> {
  const { size } = statSync(toBuffer(archive))
  if (!decompressor) return size > limit ? undefined : size
  const expanded = await withArchiveInput(archive, { doing: 'measuring', progress }, (input) =>
    expand(archive, input, decompressor, limit, interruption),
  )
  return expanded > limit ? undefined : expanded
}

/** @returns how many bytes came out, a little more than the limit at the most. */
async function expand(
  archive: Bytes,
  input: number,
  decompressor: Decompressor,
  limit: number,
  interruption: Interruption,
): Promise<number> {
  let expanded = 0
  const program = execa(decompressor, ['--decompress', '--stdout'], {
    stdin: input,
    buffer: false,
    env: { LC_ALL: 'C' },
    signal: interruption.signal,
    // A Ctrl-C reaches the run alone, which then stops this.
    detached: true,
  })
  let said = ''
  program.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('latin1')).slice(0, 1000)
  })
  program.stdout?.on('data', (chunk: Buffer) => {
    expanded += chunk.length
    if (expanded > limit) program.kill('SIGKILL')
  })
  // The program may have ended before all that it wrote is read.
  const read = [program.stdout, program.stderr].map((stream) => stream && finished(stream))
  const [end] = await Promise.allSettled([program, ...read])
  interruption.throwIfRequested()
  if (end.status === 'rejected' && expanded <= limit) {
    const [line = ''] = said.split('\n').filter((part) => part.trim() !== '')
    const { shortMessage } = end.reason as ExecaError
    throw SourceError.brokenArchive(toDisplay(archive), toDisplay(line) || shortMessage)
  }
  return expanded
}
