import type { Bytes } from '../files/bytes.js'

/** Whether a name may be that of a Windows computer or workgroup: up to 15 of A-Z, 0-9, `-` and `_`. */
export function isNetbiosName(name: Bytes): boolean {
  // Never what a program could take for an option.
  return /^[A-Z0-9_][A-Z0-9_-]{0,14}$/i.test(name)
}
