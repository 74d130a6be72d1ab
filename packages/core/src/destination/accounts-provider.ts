import type { EsmithRecord } from '@nethserver-migrate/esmith-db'

/**
 * Where the accounts of a destination live: records of its `accounts` database, or a provider
 * that is read through sssd. docs/accounts.md#providers
 */
export type AccountsProvider =
  'accounts-database' | 'local-ldap' | 'remote-ldap' | 'local-ad' | 'remote-ad' | 'none'

/** Reads it from the configuration database, never from a version number. */
export function accountsProvider(configuration: {
  get(key: string): EsmithRecord | undefined
}): AccountsProvider {
  const sssd = configuration.get('sssd')
  if (!sssd) return 'accounts-database'
  const enabled = (key: string) => configuration.get(key)?.props['status'] === 'enabled'
  switch (sssd.props['Provider']) {
    case 'ldap':
      return enabled('slapd') && isLocal(sssd.props['LdapURI']) ? 'local-ldap' : 'remote-ldap'
    case 'ad':
      return enabled('nsdc') ? 'local-ad' : 'remote-ad'
    default:
      return 'none'
  }
}

function isLocal(uri = ''): boolean {
  return uri === '' || /^ldaps?:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/.test(uri)
}
