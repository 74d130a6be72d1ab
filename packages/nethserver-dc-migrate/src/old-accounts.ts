import {
  accountNameProblem,
  isNetbiosName,
  isReservedAccount,
  splitNames,
  toDisplay,
  type EsmithRecord,
  type MigrateContext,
  type SmbpasswdEntry,
} from '@nethserver-migrate/core'

const SMBPASSWD = 'etc/samba/smbpasswd'

/** What no account of a domain may be longer than. */
const MAXIMUM_LENGTH = 64

export interface OldGroup {
  readonly name: string
  readonly members: readonly string[]
}

export interface OldAccounts {
  /** What becomes smbpasswd: without accounts that every domain has, or that nobody can make. */
  readonly smbpasswd: string
  readonly users: readonly string[]
  readonly groups: readonly OldGroup[]
}

/** Accounts as the upgrade takes them; says what is left out, and who has no password. Rule: README.md#accounts */
export function readAccounts(context: MigrateContext): OldAccounts {
  const { source, log } = context
  const badLines = source.smbpasswd?.badLines ?? []
  if (badLines.length > 0)
    log.warning(
      `${SMBPASSWD}: cannot be read, left out: ${badLines.map(({ line, reason }) => `line ${line} (${reason})`).join(', ')}`,
      {
        code: 'smbpasswd-bad-lines',
        subject: SMBPASSWD,
        remedy: 'Look whether an account that is still needed stands there',
      },
    )
  const entries = [...(source.smbpasswd?.entries.values() ?? [])]
  const accounts = entries.filter((entry) => mayJoin(entry, context))
  const users = accounts.filter(({ name }) => !name.endsWith('$'))
  reportWithoutPassword(users, context)
  const names = users.map(({ name }) => name)
  return {
    smbpasswd: linesOf(source.read(SMBPASSWD), accounts),
    users: names.filter((name) => name !== 'admin'),
    groups: source.accounts
      .records('group')
      .flatMap((record) => oldGroup(record, new Set([...names, 'admin']), context)),
  }
}

function mayJoin({ name }: SmbpasswdEntry, { source, log }: MigrateContext): boolean {
  const shown = toDisplay(name)
  const left = (why: string, code: string) => {
    log.warning(`account ${shown} is not migrated: ${why}`, {
      code,
      subject: shown,
      remedy: 'Make an account with another name by hand if it is still needed',
    })
    return false
  }
  if (name !== 'admin' && isReservedAccount(name))
    return left('the name is reserved for the system', 'reserved-account')
  const isName = name.endsWith('$')
    ? isNetbiosName(name.slice(0, -1))
    : accountNameProblem(name.toLowerCase(), MAXIMUM_LENGTH) === undefined
  if (!isName) return left('no account can have this name', 'account-name-invalid')
  // Samba asks the system for each account that it reads.
  return source.passwd?.entries.has(name)
    ? true
    : left('it stands in smbpasswd, and not in etc/passwd', 'account-not-in-passwd')
}

/** The lines of these accounts as they are, each once. */
function linesOf(text: string, accounts: readonly SmbpasswdEntry[]): string {
  const wanted = new Set(accounts.map(({ name }) => name))
  const lines = text.split('\n').filter((line) => wanted.delete(line.split(':')[0] ?? ''))
  return lines.map((line) => `${line}\n`).join('')
}

function reportWithoutPassword(
  users: readonly SmbpasswdEntry[],
  { source, log }: MigrateContext,
): void {
  const able = new Set(
    users.filter(({ ntHash, disabled }) => ntHash && !disabled).map(({ name }) => name),
  )
  const without = source.accounts
    .records('user')
    .map(({ key }) => key)
    .filter((name) => !able.has(name) && !isReservedAccount(name))
  if (without.length > 0)
    log.followUp(
      `${without.length} users have no password in the domain, or no account, give one to those who need it: ${without.map(toDisplay).join(', ')}`,
      {
        code: 'users-without-password',
        subject: SMBPASSWD,
        remedy: 'Use the page Users and groups',
      },
    )
  if (!able.has('admin'))
    log.followUp('admin had no password of Samba: nobody knows the one that it has in the domain', {
      code: 'admin-without-password',
      subject: 'admin',
      remedy: 'Set one on the page Users and groups before anything else',
    })
}

function oldGroup(
  { key: name, props }: EsmithRecord,
  users: ReadonlySet<string>,
  { log }: MigrateContext,
): OldGroup[] {
  const shown = toDisplay(name)
  const remedy = 'Make a group with another name by hand if it is still needed'
  if (isReservedAccount(name) || users.has(name)) {
    log.warning(
      `group ${shown} is not migrated: ${users.has(name) ? 'a user has this name' : 'the name is reserved for the system'}`,
      {
        code: users.has(name) ? 'name-of-other-kind' : 'reserved-account',
        subject: shown,
        remedy,
      },
    )
    return []
  }
  const problem = accountNameProblem(name, MAXIMUM_LENGTH)
  if (problem) {
    log.error(`group ${shown} is not migrated: its name ${problem}`, {
      code: 'account-name-invalid',
      subject: shown,
      remedy,
    })
    return []
  }
  const all = splitNames(props['Members'] ?? '')
  const unknown = all.filter((member) => !users.has(member))
  if (unknown.length > 0)
    log.warning(
      `group ${name}: members without an account in the domain are left out: ${unknown.map(toDisplay).join(', ')}`,
      {
        code: 'group-members-unknown',
        subject: name,
        remedy: 'Add those who are still needed when their accounts exist',
      },
    )
  return [{ name, members: all.filter((member) => users.has(member)) }]
}
