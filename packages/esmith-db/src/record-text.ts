// The text of a database: lines, fields and escapes. Rules: docs/esmith-db.md#lines, #escapes
import type { Bytes } from './bytes.js'

/** Props by name. The object has no prototype, so a prop may have any name, `__proto__` too. */
export type Props = Readonly<Record<string, Bytes>>

/**
 * One line of a database. The type of a record without props is its value.
 *
 * A class and no literal: when V8 takes the literals of a busy loop for long-lived, each keeps what
 * it refers to until the next full collection, and a large batch takes half as much memory again.
 */
export class EsmithRecord {
  readonly key: Bytes
  readonly type: Bytes
  readonly props: Props

  constructor(key: Bytes, type: Bytes, props: Props) {
    this.key = key
    this.type = type
    this.props = props
  }
}

export interface RecordLine {
  /** Counted from 1. */
  readonly line: number
  readonly key: Bytes
  /** What follows the first `=`; nothing when there is none. */
  readonly raw: Bytes | undefined
}

const COMMENT_OR_BLANK = /^[ \t\v\f\r]*(?:#|$)/

/** The record lines of a file, top to bottom; comments and blank lines are skipped. */
export function* recordLines(text: Bytes): Generator<RecordLine> {
  for (let start = 0, number = 1; start < text.length; number++) {
    const lineFeed = text.indexOf('\n', start)
    const end = lineFeed < 0 ? text.length : lineFeed
    const line = text.slice(start, end)
    start = end + 1
    if (COMMENT_OR_BLANK.test(line)) continue
    const equals = line.indexOf('=')
    yield equals < 0
      ? { line: number, key: line, raw: undefined }
      : { line: number, key: line.slice(0, equals), raw: line.slice(equals + 1) }
  }
}

export function parseRecord(key: Bytes, raw: Bytes): EsmithRecord {
  const fields = splitFields(raw)
  const props = newProps()
  for (let i = 1; i < fields.length; i += 2) {
    props[decode(fields[i] ?? '')] = decode(fields[i + 1] ?? '')
  }
  const type = decode(fields[0] ?? '')
  return new EsmithRecord(key, fields.length > 1 ? keptType(type) : type, props)
}

/** Types are few: each is kept once, not with each record. A file may have others, without end. */
const TYPES = new Map<Bytes, Bytes>()
const MOST_TYPES = 1000

function keptType(type: Bytes): Bytes {
  const kept = TYPES.get(type)
  if (kept !== undefined) return kept
  if (TYPES.size < MOST_TYPES) TYPES.set(type, type)
  return type
}

/**
 * The raw text of a record after a change. What stays equal keeps its raw text, so its `\|` and
 * backslashes survive; props are sorted by byte value. Type and props were validated before.
 * Rules: docs/esmith-db.md#writing
 */
export function rewriteRecord(raw: Bytes, type: Bytes, props: Props): Bytes {
  const kept = raw.includes('\\') ? fieldTexts(raw) : undefined
  const texts = namesOf(props).map((name) => {
    const value = props[name] ?? ''
    const old = kept?.props.get(name)
    return old?.value === value ? old.text : propText(encode(name), encode(value))
  })
  // A backslash at the end would escape the separator: the prop that ends so, which only the last
  // one of a record can, stays the last one. No literal with all the texts: see EsmithRecord.
  return [kept && decode(kept.type) === type ? kept.type : encode(type)]
    .concat(
      texts.filter((text) => !text.endsWith('\\')),
      texts.filter((text) => text.endsWith('\\')),
    )
    .join('|')
}

/** The type of a raw text, and each prop with its text, which encoding may not give back. */
function fieldTexts(raw: Bytes) {
  const props = new Map<Bytes, { value: Bytes; text: Bytes }>()
  const fields = splitFields(raw)
  for (let i = 1; i < fields.length; i += 2) {
    const [name = '', value] = fields.slice(i, i + 2)
    props.set(decode(name), { value: decode(value ?? ''), text: propText(name, value) })
  }
  return { type: fields[0] ?? '', props }
}

/** A name without a value gets an empty one, unless it ends with a backslash: see above. */
function propText(name: Bytes, value: Bytes | undefined): Bytes {
  return value === undefined && name.endsWith('\\') ? name : `${name}|${value ?? ''}`
}

/** The fields of a record: type, name, value, name, value… still escaped. */
export function splitFields(raw: Bytes): Bytes[] {
  return raw.includes('\\') ? raw.split(/(?<!\\)\|/) : raw.split('|')
}

export function decode(field: Bytes): Bytes {
  return field.includes('\\') ? field.replaceAll('\\n', '\n').replaceAll('\\|', '|') : field
}

/** The one escape that can be written: see {@link validateChange} for what cannot. */
function encode(text: Bytes): Bytes {
  return text.includes('\n') ? text.replaceAll('\n', '\\n') : text
}

/** What props inherit: no name at all. */
const NO_NAMES = Object.create(null) as object

/** An object that has all these props and nothing else; of equal names the last one wins. */
export function newProps(...parts: readonly Props[]): Record<string, Bytes> {
  // Not Object.create(null): such objects take five times the memory.
  const props = Object.create(NO_NAMES) as Record<string, Bytes>
  for (const part of parts) Object.assign(props, part)
  return props
}

/** The names of props by byte value. */
export function namesOf(props: Props): Bytes[] {
  const names = Object.keys(props)
  // Mostly they are in that order: sorting takes memory that a large batch feels.
  return names.every((name, index) => index === 0 || (names[index - 1] ?? '') <= name)
    ? names
    : names.sort()
}

export function isBlank(character: string | undefined): boolean {
  return character !== undefined && character !== '' && ' \t\n\v\f\r'.includes(character)
}

const FIRST_VISIBLE = 0x21

/** Without blanks at both ends. Not `trim()`: byte 0xA0 ends many a UTF-8 character, such as à. */
export function trimBlanks(text: Bytes): Bytes {
  // Most have none, and this is called for each look-up.
  if (text.charCodeAt(0) >= FIRST_VISIBLE && text.charCodeAt(text.length - 1) >= FIRST_VISIBLE)
    return text
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  return text.slice(start, end)
}
