import { statSync } from 'node:fs'
import { toBuffer } from '../../files/bytes.js'
import { DATABASES, type Source } from '../../source/source.js'
import type { CheckNote } from '../check-finding.js'

const DAY = 24 * 3600 * 1000

/**
 * What can be told of the clocks: the old server wrote its configuration before the backup was
 * made, so an earlier time here is wrong, on one of the two. How old the backup is follows from it.
 */
export function clockNotes({ source }: { readonly source: Source }, now = Date.now()): CheckNote[] {
  const file = `${DATABASES}/configuration`
  const written = statSync(toBuffer(source.path(file))).mtimeMs
  const day = (time: number) => new Date(time).toISOString().slice(0, 16).replace('T', ' ')
  if (now < written - 60_000)
    return [
      {
        severity: 'high',
        code: 'clock-behind',
        subject: file,
        message: `it is ${day(now)} UTC here, but the old server wrote its configuration at ${day(written)} UTC: one of the two clocks is wrong`,
        remedy: 'Look at the clock here with date -u, and set it before the import',
      },
    ]
  const days = Math.floor((now - written) / DAY)
  return days < 7
    ? []
    : [
        {
          severity: 'info',
          code: 'backup-age',
          subject: file,
          message: `the configuration in the backup is of ${day(written)} UTC, ${days} days ago: what changed on the old server since the backup is not in it`,
          remedy: 'Make a new backup if the old server is still in use',
        },
      ]
}
