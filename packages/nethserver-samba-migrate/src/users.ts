import {
  toDisplay,
  type MigrateContext,
  type OperationResult,
  type SignalFor,
} from '@nethserver-migrate/core'
import { changeEntries, userDn, type EntryChange } from './directory.js'
import { usableHash, type Passwords } from './passwords.js'

/** A user of the destination, and what the old Samba knew of them. */
export interface SambaUser {
  readonly name: string
  /** `own` for one whom only the destination has: the password there stays. */
  readonly password: 'hash' | 'disabled' | 'missing' | 'own'
  readonly hash: string | undefined
  /** On the old server; Samba computes the number of an account from it. */
  readonly uid: number | undefined
}

/** Passwords of a server outside any domain. Rule: README.md#passwords */
export async function migrateUsers(context: MigrateContext, passwords: Passwords): Promise<void> {
  const users = sambaUsers(context, passwords)
  const results = await changeEntries(
    context,
    users.map((user) => passwordChange(user)),
  )
  await enableUsers(context, users, results)
}

/** The users of the destination. Says of each why it has no password of Samba. */
export function sambaUsers(context: MigrateContext, passwords: Passwords): SambaUser[] {
  const { source, destination, log } = context
  return destination.accounts.records('user').flatMap(({ key: name }): SambaUser[] => {
    if (!destination.findUser(name)) {
      log.warning(`user ${toDisplay(name)} is no account of the system: left as it is for Samba`, {
        code: 'user-not-in-system',
        subject: toDisplay(name),
        remedy: 'Look why the account was not made, then run the same command again',
      })
      return []
    }
    const line = passwords.find(name)
    const hash = usableHash(line)
    const uid = line?.uid ?? source.passwd?.entries.get(name)?.uid
    const isOld = source.accounts.type(name) === 'user'
    const password = hash ? 'hash' : !isOld ? 'own' : line ? 'disabled' : 'missing'
    if (password === 'missing' && passwords.exists)
      log.error(`user ${name} has no line in etc/samba/smbpasswd: no password of Samba`, {
        code: 'smbpasswd-line-missing',
        subject: name,
        remedy: 'Give the user a new password',
      })
    if (password === 'disabled')
      log.info(`user ${name} was disabled, or had no password, on the old Samba: stays disabled`, {
        code: 'samba-password-not-set',
        subject: name,
      })
    return [{ name, password, hash, uid }]
  })
}

export function passwordChange(user: SambaUser, sambaSID?: string): EntryChange {
  const { name, hash } = user
  return {
    about: `user ${name}`,
    dn: userDn(name),
    attributes: { sambaSID, sambaNTPassword: hash },
  }
}

/** Lets Samba know those who have a password, and locks those out who have none. */
export async function enableUsers(
  { destination, log }: MigrateContext,
  users: readonly SambaUser[],
  results: ReadonlyMap<string, OperationResult>,
): Promise<void> {
  const signals: SignalFor[] = []
  for (const { name, password } of users) {
    const changed = results.get(`user ${name}`)
    if (password === 'missing' || changed?.outcome === 'failed') continue
    const onlyFor = changed ? [changed] : []
    if (password === 'hash')
      onlyFor.push(await destination.accounts.merge(name, { Samba: 'enabled' }))
    if (password === 'disabled')
      onlyFor.push(await destination.accounts.merge(name, { Samba: 'disabled' }))
    if (onlyFor.length > 0) signals.push({ args: [name], onlyFor })
  }
  await destination.signalForEach('user-modify', signals)

  const without = users.filter(({ password }) => password === 'disabled' || password === 'missing')
  if (without.length > 0)
    log.followUp(
      `${without.length} users have no password of Samba, give a new one to those who need it: ${without.map(({ name }) => name).join(', ')}`,
      {
        code: 'users-without-samba-password',
        subject: 'etc/samba/smbpasswd',
        remedy:
          'Set the password on the page Users and groups; for one who was disabled also: db accounts setprop USER Samba enabled; signal-event user-modify USER',
      },
    )
}
