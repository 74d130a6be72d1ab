import {
  toDisplay,
  trimBlanks,
  type Destination,
  type EsmithRecord,
} from '@nethserver-migrate/core'

export interface GetmailAccount {
  readonly props: Readonly<Record<string, string>>
  /** What keeps the account from being polled; it is disabled then. */
  readonly problems: readonly string[]
}

/** The old props that something is made of. */
export const USED: readonly string[] = [
  'account',
  'active',
  'nokeep',
  'password',
  'popserver',
  'proto',
  'ssl',
  'username',
]

/** Options of fetchmail that getmail has no place for. */
export const UNUSED: readonly string[] = [
  'Comment',
  'Description',
  'auth',
  'authType',
  'fetchall',
  'folder',
  'interval',
  'limit',
  'port',
  'sslcertck',
  'sslfingerprint',
  'sslproto',
  'timeout',
  'uidl',
]

/** What getmail makes of an account that fetchmail polled. Rule: README.md#migrates */
export function getmailAccount({ props }: EsmithRecord, destination: Destination): GetmailAccount {
  const { nokeep, password = '', proto = '', ssl = '' } = props
  const [account = '', server = '', username = ''] = ['account', 'popserver', 'username'].map(
    (name) => trimBlanks(props[name] ?? ''),
  )
  const retriever = retrieverOf(proto, ssl)
  const problems = [
    ...(account === '' ? ['account is empty'] : []),
    ...(account === '' || hasMailbox(account, destination)
      ? []
      : [`${toDisplay(account)} is no user or group of the destination`]),
    ...(server === '' ? ['popserver is empty'] : []),
    ...(username === '' ? ['username is empty'] : []),
    ...(password === '' ? ['password is empty'] : []),
    ...(retriever === undefined ? [`getmail does not speak the protocol ${toDisplay(proto)}`] : []),
    ...(isWhole(props) ? [] : ['a pipe in its password may have cut the old record']),
  ]
  return {
    props: {
      Account: addressOf(account, destination),
      Delete: deletion(nokeep),
      Password: password,
      Retriever: retriever ?? 'SimplePOP3Retriever',
      Server: server,
      SpamCheck: 'enabled',
      Time: '30',
      Username: username,
      VirusCheck: 'enabled',
      status: problems.length === 0 && props['active'] === 'YES' ? 'enabled' : 'disabled',
    },
    problems,
  }
}

/**
 * After how many days getmail deletes what it fetched, never when it is -1. Any word counts as 0,
 * which deletes at once: only what was deleted before may be deleted from now on.
 */
function deletion(nokeep: string | undefined): string {
  return nokeep === 'YES' ? '0' : '-1'
}

/** A connection that may have been encrypted never becomes one in clear text. */
function retrieverOf(proto: string, ssl: string): string | undefined {
  const protocol = trimBlanks(proto).toLowerCase() || 'pop3'
  const [, name, secure] = /^(pop3|imap)(s?)$/.exec(protocol) ?? []
  if (name === undefined) return undefined
  const clear = secure === '' && /^(|no|off|false|disabled|0)$/i.test(trimBlanks(ssl))
  return `Simple${name.toUpperCase()}${clear ? '' : 'SSL'}Retriever`
}

/**
 * The old tools wrote a pipe of a password as it was. What stood behind it is then read as the name
 * of a prop, so a strange name may be a piece of a password: it is not shown, and not carried over.
 */
function isWhole(props: EsmithRecord['props']): boolean {
  return Object.keys(props).every((name) => USED.includes(name) || UNUSED.includes(name))
}

function addressOf(account: string, { configuration }: Destination): string {
  return account === '' || account.includes('@')
    ? account
    : `${account}@${configuration.type('DomainName') ?? ''}`
}

/** People and their groups: never the account of a service that happens to have the name. */
function hasMailbox(name: string, destination: Destination): boolean {
  const id = destination.findUser(name)?.uid ?? destination.findGroup(name)?.gid ?? 0
  return destination.isPersonalId(id)
}
