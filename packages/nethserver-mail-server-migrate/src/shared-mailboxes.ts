import { toDisplay, type MigrateContext } from '@nethserver-migrate/core'
import { VMAIL, VMAIL_OWNER, type Mailbox } from './mailbox.js'

/** The option of the import that copies the index. */
export const WITH_INDEX = 'with-shared-mailbox-index'

const OLD_INDEX = 'etc/dovecot/sharedmailbox/dict.db'
const INDEX = `${VMAIL}/shared-mailboxes.db`

/** Who shares which mailbox with whom. Rule: README.md#shared-mailboxes */
export async function migrateSharedMailboxIndex(
  mailboxes: readonly Mailbox[],
  context: MigrateContext,
): Promise<void> {
  const { source, destination, log, options } = context
  const shared = sharedFolders(mailboxes, context)
  const kind = source.kind(OLD_INDEX)
  if (options.has(WITH_INDEX) && kind === 'file') await copyIndex(context)
  else if (shared.length > 0 || kind === 'file') sayShareAgain(shared, context)
  if (shared.length > 0 && destination.accountsProvider !== 'accounts-database')
    log.followUp(
      `check who may read these shared folders, their lists name users without a domain: ${shared.map(toDisplay).join(', ')}`,
      {
        code: 'shared-folder-names',
        subject: shared.map(toDisplay).join(', '),
        remedy:
          'doveadm acl get -u USER FOLDER shows a list; share the folder again in the mail client',
      },
    )
}

/** Folders that their owner lets others read, as `mailbox/folder`. */
function sharedFolders(mailboxes: readonly Mailbox[], { destination }: MigrateContext): string[] {
  return mailboxes.flatMap(({ user, to }) =>
    destination
      .list(`${to}/Maildir`)
      .filter((folder) => folder.startsWith('.'))
      .filter((folder) => destination.kind(`${to}/Maildir/${folder}/dovecot-acl`) === 'file')
      .map((folder) => `${user}/${folder.slice(1)}`),
  )
}

function sayShareAgain(shared: readonly string[], { source, log }: MigrateContext): void {
  const canBeCopied = source.kind(OLD_INDEX) === 'file'
  log.followUp(
    `have users share their folders again, the index of shared mailboxes is not migrated${shared.length > 0 ? `: ${shared.map(toDisplay).join(', ')}` : ''}`,
    {
      code: 'shared-mailbox-index',
      subject: OLD_INDEX,
      remedy: canBeCopied
        ? `Or run the same command again with --${WITH_INDEX}`
        : `Or copy /${OLD_INDEX} of the old server below the source, and run the same command again with --${WITH_INDEX}`,
    },
  )
}

async function copyIndex({ source, destination, log }: MigrateContext): Promise<void> {
  const old = source.read(OLD_INDEX)
  const records = destination.accountsProvider === 'accounts-database'
  const content = records
    ? old
    : withDomain(old, destination.configuration.type('DomainName') ?? '')
  if (content === undefined)
    return log.error(`${OLD_INDEX} is no index that can be read: not copied`, {
      code: 'shared-mailbox-index-odd',
      subject: OLD_INDEX,
      remedy: 'Have users share their folders again',
    })
  const copied = await destination.writeFile({
    to: INDEX,
    content,
    mode: 0o600,
    owner: VMAIL_OWNER,
  })
  const restart = records ? ['service', 'dovecot', 'restart'] : ['systemctl', 'restart', 'dovecot']
  await destination.run(restart, { onlyFor: [copied] })
}

/**
 * The index with `@domain` behind each name of an account; nothing when it is no index. Keys and
 * values stand on lines in turn: `shared/shared-boxes/user/READER/OWNER`, `…/group/GROUP/OWNER`,
 * `…/anyone/OWNER`.
 */
function withDomain(index: string, domain: string): string | undefined {
  const lines = index.split('\n')
  if (lines.pop() !== '' || lines.length % 2 !== 0) return undefined
  const named = (name: string) => (name.includes('@') ? name : `${name}@${domain}`)
  const keys = lines.map((line, index) => {
    if (index % 2 === 1) return line
    const [, kind = '', names = ''] =
      /^shared\/shared-boxes\/(user|group|anyone)\/(.+)$/.exec(line) ?? []
    const parts = names.split('/')
    return kind === '' || parts.length !== (kind === 'anyone' ? 1 : 2)
      ? undefined
      : ['shared', 'shared-boxes', kind, ...parts.map(named)].join('/')
  })
  return keys.includes(undefined) ? undefined : keys.map((line) => `${line ?? ''}\n`).join('')
}
