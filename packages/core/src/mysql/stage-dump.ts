import { closeSync, createWriteStream, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { parentOf, toBuffer, type Bytes } from '../files/bytes.js'
import { temporaryName } from '../files/names-beside.js'
import { syncFolder } from '../files/durable-write.js'
import { dumpChunks } from './dump-file.js'

/** Copies a dump for later: it appears when it is whole and on disk, and only root can read it. */
export async function stageDump(
  from: Bytes,
  to: Bytes,
  onBytes: (count: number) => void,
): Promise<void> {
  const temporary = toBuffer(temporaryName(to))
  // What a killed run has left; a link planted there is removed, not followed.
  rmSync(temporary, { force: true })
  try {
    await pipeline(
      dumpChunks(from, onBytes),
      createWriteStream(temporary, { flags: 'wx', mode: 0o600 }),
    )
    const file = openSync(temporary, 'r')
    fsyncSync(file)
    closeSync(file)
    renameSync(temporary, toBuffer(to))
  } finally {
    rmSync(temporary, { force: true })
  }
  syncFolder(parentOf(to))
}
