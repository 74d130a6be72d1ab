import type { Bytes } from '../files/bytes.js'

export type PasswordHash =
  /** A hash that can be carried over; `weak` for DES and MD5. */
  | { readonly kind: 'password'; readonly hash: Bytes; readonly weak: boolean }
  /** `!` or `*` before or instead of a hash: the account is kept locked. */
  | { readonly kind: 'locked' }
  /** Nothing at all: no password was ever set. */
  | { readonly kind: 'none' }
  /** Something that no crypt(3) makes: never imported. */
  | { readonly kind: 'unknown' }

const CRYPT = /^\$(1|2[abxy]?|5|6|7|y|gy|md5)\$[\x21-\x39\x3b-\x7e]+$/
const DES = /^[./0-9A-Za-z]{13}$/

/** What the second field of a shadow line stands for. docs/accounts.md#passwords */
export function passwordHash(field: Bytes | undefined): PasswordHash {
  if (field === undefined || field === '') return { kind: 'none' }
  if (field.startsWith('!') || field.startsWith('*')) return { kind: 'locked' }
  if (DES.test(field)) return { kind: 'password', hash: field, weak: true }
  if (CRYPT.test(field)) return { kind: 'password', hash: field, weak: field.startsWith('$1$') }
  return { kind: 'unknown' }
}
