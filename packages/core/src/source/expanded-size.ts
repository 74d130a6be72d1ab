import { createReadStream, statSync } from 'node:fs'
import { execa, type ExecaError } from 'execa'
import { SourceError } from '../errors.js'
import { baseName, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import type { Progress } from '../report/progress.js'
import type { Interruption } from '../run/interruption.js'

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
  const task = progress.start(`measuring ${toDisplay(baseName(archive))}`, size)
  const input = createReadStream(toBuffer(archive))
  input.on('data', (chunk) => {
    task.advance(chunk.length)
  })
  let expanded = 0
  const program = execa(decompressor, ['--decompress', '--stdout'], {
    input,
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
  try {
    await program
  } catch (error) {
    interruption.throwIfRequested()
    if (expanded <= limit) {
      const [line = ''] = said.split('\n').filter((part) => part.trim() !== '')
      const { shortMessage } = error as ExecaError
      throw SourceError.brokenArchive(toDisplay(archive), toDisplay(line) || shortMessage)
    }
  } finally {
    input.destroy()
    task.stop()
  }
  return expanded > limit ? undefined : expanded
}
