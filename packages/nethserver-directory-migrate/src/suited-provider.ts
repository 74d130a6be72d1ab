import { toDisplay, type AccountsProvider, type LookContext } from '@nethserver-migrate/core'

/** What takes the place of the old server in its Windows domain. */
export interface SuitedProvider {
  /** The old role of Samba, as it is shown. */
  readonly role: string
  /** With its article, for a sentence. */
  readonly title: string
  /** Whether the destination has it. */
  readonly isHere: boolean
}

/** Old role of Samba → the provider that can take its place. */
const SUITED: ReadonlyMap<string, readonly [provider: AccountsProvider, title: string]> = new Map([
  ['ADS', ['remote-ad', 'the same remote Active Directory']],
  ['PDC', ['local-ad', 'a local Active Directory']],
])

/**
 * The accounts provider for the Samba role of the old server; nothing where any will do. Where
 * accounts are records, Samba itself has the role. Rule: README.md#migrates
 */
export function suitedProvider({ source, destination }: LookContext): SuitedProvider | undefined {
  const { accountsProvider } = destination
  const role = source.configuration.prop('smb', 'ServerRole') ?? ''
  const suited = SUITED.get(role)
  if (!suited || accountsProvider === 'accounts-database') return undefined
  const [provider, title] = suited
  return { role: toDisplay(role), title, isHere: accountsProvider === provider }
}

/** Whether there is anybody who needs a provider. */
export function hasAccounts({ source }: Pick<LookContext, 'source'>): boolean {
  return ['user', 'group'].some((type) => source.accounts.records(type).length > 0)
}
