import { closeSync, constants, openSync } from 'node:fs'
import { toBuffer, toBytes, toText, type Bytes } from './bytes.js'

/** A folder under a name that any program can be told, until it is left. */
export interface EnteredFolder {
  readonly path: string
  leave(): void
}

/**
 * Prepares a folder for a program: an argument or a working directory of ours holds no name that is
 * not UTF-8. Such a folder is opened, and told by its number.
 * @throws Error when that cannot be opened, or is no folder.
 */
export function enterFolder(folder: Bytes): EnteredFolder {
  const text = toText(folder)
  if (toBytes(text) === folder) return { path: text, leave: () => undefined }
  const number = openSync(toBuffer(folder), constants.O_RDONLY | constants.O_DIRECTORY)
  return { path: `/proc/${process.pid}/fd/${number}`, leave: () => closeSync(number) }
}
