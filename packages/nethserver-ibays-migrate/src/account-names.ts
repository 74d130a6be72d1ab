import type { Destination } from '@nethserver-migrate/core'

/** What accounts of the system are called on a NethServer. Rule: README.md#names-of-accounts */
const USERS: ReadonlyMap<string, string> = new Map([['www', 'apache']])
const GROUPS: ReadonlyMap<string, string> = new Map([
  ['shared', 'locals'],
  ['www', 'apache'],
])
const GROUPS_OF_A_PROVIDER: ReadonlyMap<string, string> = new Map([
  ['admin', 'domain admins'],
  ['shared', 'domain users'],
  ['www', 'apache'],
])

/** Whether accounts come from a provider, as they do on a NethServer 7. */
export function hasProvider({ accountsProvider }: Destination): boolean {
  return accountsProvider !== 'accounts-database'
}

/** What a group of the old server is called at the destination, in a record. */
export function groupName(old: string, destination: Destination): string {
  const names = hasProvider(destination) ? GROUPS_OF_A_PROVIDER : GROUPS
  return withDomain(names.get(old) ?? old, destination)
}

export function userName(old: string, destination: Destination): string {
  return withDomain(USERS.get(old) ?? old, destination)
}

/** How the system itself spells the name in a record; nothing when it does not know the group. */
export function knownGroup(name: string, destination: Destination): string | undefined {
  return spellings(name).find((spelling) => destination.findGroup(spelling))
}

export function knownUser(name: string, destination: Destination): string | undefined {
  return spellings(name).find((spelling) => destination.findUser(spelling))
}

function withDomain(name: string, destination: Destination): string {
  const domain = destination.configuration.type('DomainName') ?? ''
  return hasProvider(destination) && domain !== '' ? `${name}@${domain}` : name
}

/** With its domain, and without: so the account files of a system have it. */
function spellings(name: string): string[] {
  return [name, name.replace(/@.*/s, '')]
}
