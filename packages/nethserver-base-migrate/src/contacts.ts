import type { MigrateContext } from '@nethserver-migrate/core'

/** Old prop of `ldap` → prop of `OrganizationContact`. */
const CONTACTS = [
  ['defaultCity', 'City'],
  ['defaultCompany', 'Company'],
  ['defaultDepartment', 'Department'],
  ['defaultPhoneNumber', 'PhoneNumber'],
  ['defaultStreet', 'Street'],
] as const

/** The organisation's contact data, as far as the source has set it. Rule: README.md#migrates */
export async function migrateContacts({ source, destination, log }: MigrateContext): Promise<void> {
  const old = source.configuration.get('ldap')?.props ?? {}
  const contacts = CONTACTS.flatMap(([from, to]) => (old[from] ? [[to, old[from]] as const] : []))
  if (contacts.length === 0)
    return log.info('ldap of the source has no contact data: the contacts here stay')

  await destination.configuration.merge('OrganizationContact', Object.fromEntries(contacts), {
    typeWhenNew: 'configuration',
  })
}
