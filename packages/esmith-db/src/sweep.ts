import { readdirSync } from 'node:fs'
import { toBuffer, type Bytes } from './bytes.js'
import { removeStaleFiles } from './files.js'
import { FileLock } from './lock.js'

/**
 * Removes what killed writers left beside the databases of a folder. A database that somebody holds
 * the lock of is passed over: that one is not stale.
 */
export async function removeStaleLocks(folder: Bytes): Promise<void> {
  for (const name of readdirSync(toBuffer(folder), 'latin1')) {
    if (!name.endsWith('.lock')) continue
    const path = `${folder}/${name}`
    const lock = await FileLock.acquire(path, 0.1).catch(() => undefined)
    if (!lock) continue
    removeStaleFiles(path.slice(0, -'.lock'.length))
    lock.release()
  }
}
