import { createHash } from 'node:crypto'
import { isSecretProp } from '@nethserver-migrate/esmith-db'
import { toBuffer, type Bytes } from '../files/bytes.js'
import type { UndoLines } from './undo-data.js'

/**
 * What follows the key of a line, with a digest in the place of each secret: enough to tell later
 * whether it is still as the import left it. Passwords that an import brings are in the files that
 * need them alone. docs/journal.md
 */
export function maskedLine(
  format: UndoLines['format'],
  key: Bytes,
  line: Bytes | null,
): Bytes | null {
  if (line === null) return null
  return format === 'accounts' ? digest(line) : maskedRecord(key, line)
}

function maskedRecord(key: Bytes, raw: Bytes): Bytes {
  const [type = '', ...fields] = raw.split('|')
  return [
    isSecretProp(key) ? digest(type) : type,
    ...fields.map((field, index) =>
      index % 2 === 1 && isSecretProp(fields[index - 1] ?? '') ? digest(field) : field,
    ),
  ].join('|')
}

function digest(secret: Bytes): Bytes {
  return secret === '' ? '' : createHash('sha256').update(toBuffer(secret)).digest('hex')
}
