import { maildirRules, type MigrateContext } from '@nethserver-migrate/core'
import { VMAIL_OWNER, type Mailbox } from './mailbox.js'

/**
 * Folders that a user has subscribed to on the old server, where the destination has a list of its
 * own: both count. Rule: README.md#mailboxes
 */
export async function uniteSubscriptions(
  mailboxes: readonly Mailbox[],
  { source, destination }: MigrateContext,
): Promise<void> {
  for (const { from, to } of mailboxes) {
    const file = `${from}/Maildir/subscriptions`
    if (source.kind(file) !== 'file') continue
    const there = destination.readFile(`${to}/Maildir/subscriptions`)
    if (there === undefined) continue
    const known = lines(there)
    const added = lines(source.read(file))
      .map((name) => maildirRules.folderName?.(name) ?? name)
      .filter((name) => !known.includes(name))
    if (added.length > 0)
      await destination.writeFile({
        to: `${to}/Maildir/subscriptions`,
        content: [...known, ...added].map((name) => `${name}\n`).join(''),
        mode: 0o600,
        owner: VMAIL_OWNER,
      })
  }
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}
