import { readOptions, type MigrateContext, type RootPassword } from '@nethserver-migrate/core'

/** Where root of the old server had the password of its database server. */
export const OPTION_FILE = 'root/.my.cnf'

/** The old password, and where this destination stores it. Rule: README.md#password-of-root */
export function oldRootPassword(context: MigrateContext): RootPassword | undefined {
  const { source, destination, log } = context
  const kind = source.kind(OPTION_FILE)
  if (kind === 'missing') {
    log.info(`${OPTION_FILE} is not in the source: root of the database server keeps its password`)
    return undefined
  }
  if (kind !== 'file') return keeps(context, 'is a link, or no file')
  const options = readOptions(source.read(OPTION_FILE), 'client')
  const password = options.get('password') ?? ''
  if ((options.get('user') ?? 'root') !== 'root') return keeps(context, 'is for another account')
  if (password === '') return keeps(context, 'has no password in its section [client]')
  const storedIn =
    destination.accountsProvider === 'accounts-database'
      ? '/etc/my.pwd'
      : '/var/lib/nethserver/secrets/mysql'
  return { password, storedIn }
}

function keeps({ log }: MigrateContext, why: string): undefined {
  log.warning(
    `${OPTION_FILE} of the source ${why}: root of the database server keeps its password`,
    {
      code: 'root-password-unknown',
      subject: OPTION_FILE,
      remedy: 'Programs that log in as root with the old password need the one in /root/.my.cnf',
    },
  )
  return undefined
}
