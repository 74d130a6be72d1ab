import { execaSync } from 'execa'
import { DestinationError } from '../errors.js'
import { toDisplay, type Bytes } from './bytes.js'
import { enterFolder, type EnteredFolder } from './enter-folder.js'

export interface DiskRoom {
  /** In bytes, for the one who asks. */
  readonly available: number
  /** Where the filesystem is mounted. */
  readonly mount: string
}

/** The last line of df: size, used, available in kilobytes, and where it is mounted. */
const LAST_LINE = /\s\d+\s+\d+\s+(\d+)\s+\S+\s+(\/.*)\s*$/

/**
 * The room on the filesystem of a folder. Node 16 cannot say it itself, and the df of a NethServer 6
 * knows no other format than this one.
 * @throws DestinationError when df does not tell it, or the folder cannot be opened.
 */
export function roomIn(folder: Bytes): DiskRoom {
  const [, available, mount] = LAST_LINE.exec(df(folder)) ?? []
  if (available === undefined || mount === undefined)
    throw DestinationError.roomUnknown(toDisplay(folder))
  return { available: Number(available) * 1024, mount }
}

function df(folder: Bytes): string {
  let entered: EnteredFolder | undefined
  try {
    entered = enterFolder(folder)
    const { stdout, failed } = execaSync('df', ['-P', '-k', entered.path], { reject: false })
    return failed ? '' : stdout
  } catch {
    return ''
  } finally {
    entered?.leave()
  }
}

/** An amount for people: what is below a gigabyte in whole megabytes, rounded up. */
export function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
