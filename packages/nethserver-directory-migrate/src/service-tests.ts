import {
  toDisplay,
  type Bytes,
  type ServiceContext,
  type ServiceTest,
} from '@nethserver-migrate/core'

const HOMES = '/var/lib/nethserver/home'

/** Who can be looked up after an import. Rule: README.md#check-afterwards */
export function serviceTests(context: ServiceContext): ServiceTest[] {
  const { configuration, accountsProvider } = context.destination
  const record = accountsProvider === 'accounts-database' ? 'slapd' : 'sssd'
  const users = importedUsers(context)
  const tests: ServiceTest[] = users.length === 0 ? [] : [{ kind: 'accounts', record, users }]
  const uri = configuration.prop('sssd', 'LdapURI') || 'ldap://127.0.0.1'
  if (accountsProvider === 'local-ldap') tests.push({ kind: 'directory', record: 'slapd', uri })
  if (accountsProvider === 'remote-ldap') tests.push({ kind: 'directory', record, uri })
  return tests
}

/** Those that were made; with an account of another origin those whose files have come. */
function importedUsers({ source, imported }: ServiceContext): Bytes[] {
  const made = new Set<string>()
  for (const change of imported) {
    if (change.kind === 'user') made.add(change.name)
    if (change.kind === 'tree' && change.to.startsWith(`${HOMES}/`))
      made.add(change.to.slice(HOMES.length + 1))
  }
  return source.accounts
    .records('user')
    .map(({ key }) => key)
    .filter((key) => made.has(toDisplay(key)))
}
