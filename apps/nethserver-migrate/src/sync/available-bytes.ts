import { execFile } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { MigrateError, toBuffer, toDisplay } from '@nethserver-migrate/core/runner'

const NOTHING = { stdout: '' }

/**
 * The room on the filesystem of a folder; Node 16 cannot say it itself.
 * @throws MigrateError when it cannot be found out.
 */
export async function availableBytes(folder: string): Promise<number> {
  // A path of ours cannot hold every byte that a name can: it is entered by its number.
  const file = openSync(toBuffer(folder), 'r')
  try {
    const place = `/proc/${process.pid}/fd/${file}`
    const { stdout } = await promisify(execFile)('df', ['-P', '-B1', place]).catch(() => NOTHING)
    const [, available] = / (\d+) +\d+% /.exec(stdout) ?? []
    if (available !== undefined) return Number(available)
    throw new MigrateError(
      'SYNC_SPACE_UNKNOWN',
      `cannot see how much room there is in ${toDisplay(folder)}: df said nothing of it`,
      'see whether df works for that directory, then run the same command again',
    )
  } finally {
    closeSync(file)
  }
}
