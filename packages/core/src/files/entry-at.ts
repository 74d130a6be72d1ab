import { lstatSync, type Stats } from 'node:fs'
import { toPath, type Bytes } from './bytes.js'

/** No entry of a folder has a longer name, in bytes. */
export const LONGEST_NAME = 255

/**
 * What lies at a path, links not followed; nothing also for a path that none can have, with a zero
 * byte or too long a name: a record may hold any.
 */
export function entryAt(path: Bytes): Stats | undefined {
  if (path.includes('\0')) return undefined
  try {
    return lstatSync(toPath(path), { throwIfNoEntry: false })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENAMETOOLONG') return undefined
    throw error
  }
}
