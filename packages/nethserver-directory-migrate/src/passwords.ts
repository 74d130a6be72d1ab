import { LEFT_BEHIND } from '@nethserver-migrate/core'
import type { EsmithRecord, MigrateContext, NewPassword } from '@nethserver-migrate/core'

/** The passwords of the old server, as hashes; a locked account stays locked. Rule: README.md#passwords */
export async function migratePasswords(
  context: MigrateContext,
  users: readonly EsmithRecord[],
): Promise<void> {
  const { source, destination, log } = context
  if (destination.accountsProvider.startsWith('remote'))
    return log.info('passwords stay as they are: the accounts provider is on another server', {
      code: 'passwords-at-provider',
    })
  if (!source.shadow)
    return log.error('etc/shadow is missing in the source, or no file: no password is migrated', {
      code: 'shadow-missing',
      subject: 'etc/shadow',
      remedy: 'Extract the whole backup, then run the same command again',
    })

  if (destination.accountsProvider !== 'accounts-database')
    log.info('etc/shadow alone tells here who had a password', {
      code: LEFT_BEHIND,
      subject: 'accounts',
      leaves: [
        { database: 'accounts', type: 'user', props: ['PasswordSet'] },
        { database: 'accounts', key: 'admin', props: ['PasswordSet'] },
      ],
    })
  const admin = source.accounts.get('admin')
  const owners = admin && destination.findUser('admin') ? [...users, admin] : users
  const passwords = owners.flatMap((owner): NewPassword[] => {
    const hash = usableHash(owner, context)
    return hash === undefined ? [] : [{ user: owner.key, hash }]
  })
  const results = await destination.setPasswords(passwords)
  const set = new Set(
    passwords.filter((_, index) => results[index]?.outcome !== 'failed').map(({ user }) => user),
  )
  const without = owners.map(({ key }) => key).filter((name) => !set.has(name))
  if (without.length > 0)
    log.followUp(
      `${without.length} users have no password or a locked one, give a new one to those who need it: ${without.join(', ')}`,
      {
        code: 'users-without-password',
        subject: 'etc/shadow',
        remedy: 'Use the page Users and groups, or signal-event password-modify USER FILE',
      },
    )
}

/** Nothing when there is none to import; says why. */
function usableHash(
  { key: name, props }: EsmithRecord,
  { source, destination, log }: MigrateContext,
): string | undefined {
  if (destination.accountsProvider === 'accounts-database' && props['PasswordSet'] !== 'yes') {
    log.info(`user ${name} had no password on the old server: stays disabled`, {
      code: 'password-not-set',
      subject: name,
    })
    return undefined
  }
  const password = source.passwordHash(name)
  switch (password.kind) {
    case 'password':
      if (password.weak)
        log.warning(
          `user ${name}: the password is stored in an old, weak form, imported as it is`,
          {
            code: 'password-weak',
            subject: name,
            remedy: 'Have it changed soon',
          },
        )
      return password.hash
    case 'locked':
      log.info(`user ${name} was locked on the old server: stays locked`, {
        code: 'password-locked',
        subject: name,
      })
      return undefined
    case 'none':
      log.info(`user ${name} had no password on the old server: stays disabled`, {
        code: 'password-not-set',
        subject: name,
      })
      return undefined
    case 'unknown':
      log.warning(
        `user ${name}: the password is in no form that this host understands, not imported`,
        {
          code: 'password-unknown-form',
          subject: name,
          remedy: 'Give the user a new password',
        },
      )
      return undefined
  }
}
