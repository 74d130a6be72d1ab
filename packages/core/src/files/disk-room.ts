import { execaSync } from 'execa'
import { DestinationError } from '../errors.js'
import { toDisplay, toText, type Bytes } from './bytes.js'

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
 * @throws DestinationError when df does not tell it.
 */
export function roomIn(folder: Bytes): DiskRoom {
  const { stdout, failed } = execaSync('df', ['-P', '-k', toText(folder)], { reject: false })
  const [, available, mount] = (failed ? undefined : LAST_LINE.exec(stdout)) ?? []
  if (available === undefined || mount === undefined)
    throw DestinationError.roomUnknown(toDisplay(folder))
  return { available: Number(available) * 1024, mount }
}

/** An amount for people: what is below a gigabyte in whole megabytes, rounded up. */
export function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
