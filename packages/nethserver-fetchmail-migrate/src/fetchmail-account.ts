import {
  toDisplay,
  trimBlanks,
  type Destination,
  type EsmithRecord,
} from '@nethserver-migrate/core'

export interface FetchmailAccount {
  readonly props: Readonly<Record<string, string>>
  /** What keeps the account from being polled; it is made inactive then. */
  readonly problems: readonly string[]
  /** Whether the password is one that a database can hold. Otherwise it is left empty there. */
  readonly hasWritablePassword: boolean
}

export const KNOWN: readonly string[] = [
  'Comment',
  'Description',
  'account',
  'active',
  'auth',
  'authType',
  'fetchall',
  'folder',
  'interval',
  'limit',
  'nokeep',
  'password',
  'popserver',
  'port',
  'proto',
  'ssl',
  'sslcertck',
  'sslfingerprint',
  'sslproto',
  'timeout',
  'uidl',
  'username',
]

/** An old account as the new fetchmail polls it. Rule: README.md#accounts */
export function fetchmailAccount(
  { props: old }: EsmithRecord,
  destination: Destination,
): FetchmailAccount {
  const names = Object.keys(old)
  const props = Object.fromEntries(
    names
      .filter((name) => KNOWN.includes(name))
      .map((name) => [name, cleaned(name, old[name] ?? '')]),
  )
  const { account = '', password = '' } = props
  const hasWritablePassword = !/\||\\$/.test(password)
  const problems = [
    ...['account', 'popserver', 'username', 'password']
      .filter((name) => !props[name])
      .map((name) => `${name} is empty`),
    ...(account === '' || isUser(account, destination) || isGroup(account, destination)
      ? []
      : [`${toDisplay(account)} is no user or group of the destination`]),
    // The old tools wrote a pipe of a password as it was. What stood behind it is then read as the
    // name of a prop: as a piece of a password it is neither shown nor carried over.
    ...(names.every((name) => KNOWN.includes(name))
      ? []
      : ['a pipe in its password may have cut the old record']),
  ]
  return {
    props: {
      ...props,
      ...(account === '' ? {} : { account: recipient(account, destination) }),
      // Unset, the new server would poll the account and delete its mail there.
      active:
        old['active'] === 'YES' && problems.length === 0 && hasWritablePassword ? 'YES' : 'NO',
      nokeep: old['nokeep'] === 'YES' ? 'YES' : 'NO',
      proto: props['proto'] || 'pop3',
    },
    problems,
    hasWritablePassword,
  }
}

/** A password may begin or end with blanks, names do not. */
function cleaned(name: string, value: string): string {
  return name === 'password' ? value : trimBlanks(value)
}

/** Where accounts are not records, the mail system knows a group by its address only. */
function recipient(name: string, destination: Destination): string {
  const domain = destination.configuration.type('DomainName')
  return domain &&
    destination.accountsProvider !== 'accounts-database' &&
    !isUser(name, destination) &&
    isGroup(name, destination)
    ? `${name}@${domain}`
    : name
}

function isUser(name: string, destination: Destination): boolean {
  return isPersonal(destination.findUser(name)?.uid, destination)
}

function isGroup(name: string, destination: Destination): boolean {
  return isPersonal(destination.findGroup(name)?.gid, destination)
}

/** Never the account of a service that happens to have the name. */
function isPersonal(id: number | undefined, destination: Destination): boolean {
  return id !== undefined && destination.isPersonalId(id)
}
