import type { actionLog } from '@nethserver-migrate/core/runner'
import { count } from '../output/sizes.js'

type Log = ReturnType<typeof actionLog>

export function sayNotImported(log: Log, host: string): void {
  log.warning(`no import of ${host} is known here`, {
    code: 'never-imported',
    subject: host,
    remedy: 'Import its backup first: users without an account here get none of their mail',
  })
}

export function sayUnknownUsers(log: Log, users: readonly string[]): void {
  if (users.length === 0) return
  log.notice(
    `${count(users.length, 'user')} of the old server without an account here, whose mail stays there: ${users.join(', ')}`,
    { code: 'users-without-account', subject: users.join(', ') },
  )
}

export function sayUnreadable(log: Log, complaints: readonly string[]): void {
  const [first] = complaints
  if (first === undefined) return
  const more = complaints.length > 1 ? ` (and ${complaints.length - 1} more)` : ''
  log.error(`the old server could not read all of its mail: ${first}${more}`, {
    code: 'old-mail-unreadable',
    subject: first,
    remedy: 'Mend the cause there, then run the same command again',
  })
}

export function sayMoved(log: Log, paths: readonly string[]): void {
  if (paths.length === 0) return
  log.notice(
    `${count(paths.length, 'file')} moved or deleted on the old server before being fetched`,
    {
      code: 'mail-moved-meanwhile',
      subject: paths.slice(0, 3).join(', '),
      remedy: 'Run the same command again to bring what was moved',
    },
  )
}
