import {
  toDisplay,
  trimBlanks,
  type EsmithRecord,
  type MigrateContext,
  type NewUser,
} from '@nethserver-migrate/core'
import { mayBeAccount, personalId } from './account-names.js'

/** Prop of an old user → prop of the new record and of the organisation's contact data. */
const CONTACTS: readonly (readonly [from: string, to: string, fallback: string])[] = [
  ['City', 'City', 'Default City'],
  ['Company', 'Company', 'Default Company'],
  ['Dept', 'Department', 'Default Department'],
  ['Phone', 'PhoneNumber', ''],
  ['Street', 'Street', 'Default Street'],
]

/**
 * Makes the users that the destination does not have. Rule: README.md#migrates
 * @returns the old records whose password and files are to follow.
 */
export async function migrateUsers(context: MigrateContext): Promise<EsmithRecord[]> {
  const candidates = context.source.accounts
    .records('user')
    // Every server has an admin of its own; password and files have rules of their own.
    .filter(({ key }) => key !== 'admin')
    .filter(({ key }) => mayBeAccount(key, 'user', context))
  return context.destination.accountsProvider.startsWith('remote')
    ? candidates.filter(({ key }) => isKnown(key, context))
    : createUsers(candidates, context)
}

async function createUsers(
  candidates: readonly EsmithRecord[],
  context: MigrateContext,
): Promise<EsmithRecord[]> {
  const { destination, log } = context
  const users = candidates.map((user) => newUser(user, context))
  const results = await destination.createUsers(users)
  return candidates.filter(({ key: name, props }, index) => {
    const { outcome, id } = results[index] ?? { outcome: 'failed', id: undefined }
    if (outcome === 'exists') return mayFollowExisting(name, context)
    if (outcome === 'failed') return false
    const old = props['Uid'] ?? ''
    if (destination.accountsProvider === 'accounts-database' && old !== '' && String(id) !== old)
      log.warning(
        `user ${name}: the id ${toDisplay(old)} cannot be kept (taken, or not one of a person), the new one is ${id}`,
        {
          code: 'uid-changed',
          subject: name,
          remedy: 'Look for files of the old id outside of the home directory',
        },
      )
    return true
  })
}

/** An account that no import made keeps its own record; with a provider its files are joined. */
function mayFollowExisting(name: string, { destination, log }: MigrateContext): boolean {
  const known = destination.findUser(name)
  const follows =
    destination.accountsProvider === 'local-ldap' &&
    known !== undefined &&
    destination.isPersonalId(known.uid)
  log.warning(
    follows
      ? `user ${name} exists at the destination: kept, it gets password and files of the old server`
      : `user ${name}: the destination has an account or record of this name already, skipped with password and files`,
    {
      code: 'user-exists',
      subject: name,
      remedy: follows
        ? 'Make sure that both are the same person'
        : 'Compare both; the old files are still in the source',
    },
  )
  return follows
}

/** With a provider elsewhere only files are migrated, and never into the folder of a service. */
function isKnown(name: string, { destination, log }: MigrateContext): boolean {
  const known = destination.findUser(name)
  if (known && destination.isPersonalId(known.uid)) return true
  log.warning(
    known
      ? `user ${name} is an account of the system at the destination: its files are not migrated`
      : `user ${name} is unknown to the accounts provider: its files are not migrated`,
    {
      code: known ? 'user-exists' : 'user-unknown',
      subject: name,
      remedy: known
        ? 'Copy the files by hand; they are still in the source'
        : 'Make the account at the provider, then run the same command again',
    },
  )
  return false
}

function newUser({ key, props }: EsmithRecord, { destination }: MigrateContext): NewUser {
  const { FirstName: first = '', LastName: last = '', Uid: uid } = props
  const organisation = destination.configuration.get('OrganizationContact')?.props
  // What equals the organisation's own data is left empty, so that it follows later changes.
  const contacts = CONTACTS.map(([from, to, fallback]): [string, string] => {
    const value = props[from] ?? ''
    return [to, value === (organisation ? organisation[to] : fallback) ? '' : value]
  })
  return {
    name: key,
    fullName: trimBlanks(`${first} ${last}`.replace(/[\x00-\x1f\x7f]+/g, ' ')) || key,
    uid: personalId(uid, destination),
    props: { FirstName: first, LastName: last, ...Object.fromEntries(contacts) },
  }
}
