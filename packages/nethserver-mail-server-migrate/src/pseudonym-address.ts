import { isHostName, type Bytes } from '@nethserver-migrate/core'

/** A part of a name in an address, as RFC 5322 has it without quotes; bytes above ASCII are letters. */
const ATOM = /^[\w!#$%&'*+=?^`{|}~\x80-\xff-]+$/

/**
 * Whether a key is an address that the mail server can look up: a name, perhaps with a domain. One
 * with a blank would be another line of its tables than it seems. Rule: README.md#pseudonyms
 */
export function isPseudonymAddress(key: Bytes): boolean {
  const at = key.lastIndexOf('@')
  const domain = key.slice(at + 1)
  const name = key.slice(0, at)
  return (
    name.split('.').every((part) => ATOM.test(part)) &&
    // Mail servers refuse those, since programs take them for options.
    !name.startsWith('-') &&
    (domain === '' || isHostName(domain))
  )
}
