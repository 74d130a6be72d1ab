import Table from 'cli-table3'
import type { MailboxCount } from '../sync-mail/sync-mail.js'
import { count, formatBytes } from './sizes.js'

/** What came, or would come, for each mailbox, and for all of them. */
export function mailboxLines(mailboxes: readonly MailboxCount[]): string[] {
  if (mailboxes.length === 0) return []
  const isTaking = mailboxes.some(({ takenAway }) => takenAway > 0)
  const sum = (value: (mailbox: MailboxCount) => number) =>
    mailboxes.map(value).reduce((total, one) => total + one, 0)
  const total: MailboxCount = {
    mailbox: 'all',
    messages: sum(({ messages }) => messages),
    bytes: sum(({ bytes }) => bytes),
    takenAway: sum(({ takenAway }) => takenAway),
  }
  const table = new Table({
    head: ['Mailbox', 'New', 'Size', ...(isTaking ? ['Taken away'] : [])],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  for (const { mailbox, messages, bytes, takenAway } of [...mailboxes, total])
    table.push([
      mailbox,
      count(messages, 'message'),
      formatBytes(bytes),
      ...(isTaking ? [count(takenAway, 'message')] : []),
    ])
  return table.toString().split('\n')
}
