import type { Bytes } from '../files/bytes.js'

/** Accounts that every destination has, or that Active Directory brings: never made from a source. */
const RESERVED_USERS = new Set([
  'admin',
  'administrator',
  'guest',
  'krbtgt',
  'postmaster',
  'root',
  'vmail',
])

const RESERVED_GROUPS = new Set([
  'domadmins',
  'domain users',
  'domcomputers',
  'domguests',
  'faxmaster',
  'jabberadmins',
  'locals',
  'shared',
  'spamtrainers',
])

/** Whether an account of this name belongs to the system, in any case of letters. docs/accounts.md#reserved */
export function isReservedAccount(name: Bytes): boolean {
  const lower = name.toLowerCase()
  return RESERVED_USERS.has(lower) || RESERVED_GROUPS.has(lower)
}

/**
 * Why a name cannot be an account of the destination, or nothing. The rule also keeps names out
 * that a program could take for an option or a path. docs/accounts.md#names
 * @param maximum in bytes.
 */
export function accountNameProblem(name: Bytes, maximum: number): string | undefined {
  if (name.length > maximum) return `is longer than ${maximum} characters`
  if (!/^[a-z]/.test(name)) return 'does not begin with a small letter from a to z'
  if (!/^[0-9a-z._-]+$/.test(name)) return 'may hold only a to z, 0 to 9, dot, dash and underscore'
  return name.endsWith('.') ? 'ends in a dot' : undefined
}
