import { execaSync } from 'execa'
import { toText, type Bytes } from './bytes.js'

export interface DiskRoom {
  /** In bytes, for the one who asks. */
  readonly available: number
  /** Where the filesystem is mounted. */
  readonly mount: string
}

/** The room on the filesystem of a folder, as df tells it: Node 16 cannot say it itself. */
export function roomIn(folder: Bytes): DiskRoom {
  const { stdout } = execaSync('df', ['--block-size=1', '--output=avail,target', toText(folder)])
  const [, available = '0', mount = ''] = /^\s*(\d+)\s+(.*)$/m.exec(stdout) ?? []
  return { available: Number(available), mount }
}

/** An amount for people: what is below a gigabyte in whole megabytes, rounded up. */
export function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
