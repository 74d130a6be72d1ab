import { show, type Bytes } from './bytes.js'
import { decode, isBlank, recordLines, splitFields, trimBlanks } from './record-text.js'

/** Each code with what it means; docs/esmith-db.md#findings has them as a table. */
const FINDINGS = {
  'no-value': 'the line has no equals sign: there is no record',
  'empty-key': 'the key is empty',
  'blank-key': 'the key begins or ends with a blank: no look-up finds the record',
  'duplicate-key': 'the key is on an earlier line too: only the last one holds',
  'case-clash': 'the key differs from an earlier one in upper and lower case only',
  'carriage-return': 'the line ends with a carriage return, which is part of the last value',
  'trailing-blanks': 'the record ends with blanks, which the host drops when it changes the record',
  'nul-byte': 'the record has a NUL byte',
  'missing-type': 'the record begins with a pipe: it has no type',
  'odd-fields': 'a prop has no value: a pipe inside a value may have shifted the fields',
  'empty-prop-name': 'a prop has an empty name',
  'duplicate-prop': 'the prop is there twice: only the last one holds',
  'type-prop': 'a prop is called type: it cannot be told from the type of the record',
  'escaped-pipe': 'an escaped pipe is in the record: the host strips it when it changes the record',
  'escaped-line-feed': 'a backslash before an n is read as a line feed, in a path too',
} as const

export type RecordFindingCode = keyof typeof FINDINGS

/** Something odd in the text of a database; the record is read all the same. */
export interface RecordFinding {
  readonly code: RecordFindingCode
  /** Counted from 1. */
  readonly line: number
  readonly key: Bytes
  readonly prop?: Bytes
  /** For people; it never shows a value. */
  readonly message: string
}

/** All that is odd in the text of a database, top to bottom. Rules: docs/esmith-db.md#findings */
export function findOddities(text: Bytes): RecordFinding[] {
  const findings: RecordFinding[] = []
  const spellings = new Map<Bytes, Set<Bytes>>()
  for (const { line, key, raw } of recordLines(text)) {
    const find: Find = (code, prop) => {
      const subject = prop === undefined ? show(key) : `prop "${show(prop)}" of ${show(key)}`
      const message = `line ${line}, ${subject}: ${FINDINGS[code]}`
      findings.push({ code, line, key, ...(prop === undefined ? {} : { prop }), message })
    }
    findInKey(key, spellings, find)
    if (raw === undefined) find('no-value')
    else findInValue(raw, find)
  }
  return findings
}

type Find = (code: RecordFindingCode, prop?: Bytes) => void

function findInKey(key: Bytes, spellings: Map<Bytes, Set<Bytes>>, find: Find): void {
  if (key === '') find('empty-key')
  if (trimBlanks(key) !== key) find('blank-key')
  const folded = key.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
  const known = spellings.get(folded)
  if (known?.has(key)) find('duplicate-key')
  else if (known) find('case-clash')
  spellings.set(folded, (known ?? new Set()).add(key))
}

function findInValue(raw: Bytes, find: Find): void {
  if (raw.endsWith('\r')) find('carriage-return')
  else if (isBlank(raw.slice(-1))) find('trailing-blanks')
  if (raw.includes('\0')) find('nul-byte')
  if (raw.startsWith('|')) find('missing-type')
  if (raw.includes('\\n')) find('escaped-line-feed')
  if (raw.includes('\\|')) find('escaped-pipe')

  const fields = splitFields(raw)
  const names = fields.filter((_, index) => index % 2 === 1)
  if (names.includes('')) find('empty-prop-name')
  if (fields.length % 2 === 0) {
    // No name from such a record: where fields are shifted, it may be a piece of a password.
    find('odd-fields')
    return
  }
  const seen = new Set<Bytes>()
  for (const name of names.map(decode)) {
    if (name === 'type') find('type-prop', name)
    if (seen.has(name)) find('duplicate-prop', name)
    seen.add(name)
  }
}
