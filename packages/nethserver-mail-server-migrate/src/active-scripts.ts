import { toDisplay, type MakeLink, type MigrateContext } from '@nethserver-migrate/core'
import { VMAIL_OWNER, type Mailbox } from './mailbox.js'

const ACTIVE = '.dovecot.sieve'

/** The links that tell which script of a user is at work. Rule: README.md#filters */
export async function linkActiveScripts(
  mailboxes: readonly Mailbox[],
  context: MigrateContext,
): Promise<void> {
  const { destination, log } = context
  const links = mailboxes.flatMap((mailbox) => linkOf(mailbox, context))
  const results = await destination.makeLinks(links)
  links.forEach(({ to, target }, index) => {
    if (results[index]?.outcome === 'exists')
      log.warning(`${toDisplay(to)} exists and is another one: kept as it is`, {
        code: 'active-script-exists',
        subject: toDisplay(to),
        remedy: `The old server had ${toDisplay(target)}: let the user choose in the mail client`,
      })
  })
}

function linkOf({ user, from, to }: Mailbox, { source, log }: MigrateContext): MakeLink[] {
  const old = source.linkTarget(`${from}/${ACTIVE}`)
  if (old === undefined) {
    if (source.kind(`${from}/${ACTIVE}`) !== 'missing')
      log.warning(`user ${toDisplay(user)}: ${ACTIVE} is no link to a script, left in the source`, {
        code: 'active-script-no-link',
        subject: toDisplay(user),
        remedy: 'Let the user choose the active filter in the mail client',
      })
    return []
  }
  // The path as it was on the old server means the same as one from the user's own folder.
  const home = `/${from}/`
  const target = old.startsWith(home) ? old.slice(home.length) : old
  if (target.startsWith('/') || target.split('/').includes('..')) {
    log.warning(
      `user ${toDisplay(user)}: the active filter ${toDisplay(old)} is not among the user's own scripts, none is activated`,
      {
        code: 'active-script-outside',
        subject: toDisplay(user),
        remedy: 'Let the user choose the active filter in the mail client',
      },
    )
    return []
  }
  return [{ to: `${to}/${ACTIVE}`, target, owner: VMAIL_OWNER }]
}
