import { isBytes, show, type Bytes } from './bytes.js'
import { isBlank, namesOf, newProps, trimBlanks, EsmithRecord, type Props } from './record-text.js'

/**
 * What can be asked of a record. Operations: docs/esmith-db.md#operations
 *
 * - `create` makes a new record; with an existing key it is refused (`exists`).
 * - `merge` adds props, new values win, the type stays. A missing record is made with
 *   `typeWhenNew`; without it the outcome is `missing`.
 * - `set` replaces the whole record; without props the type is its value.
 * - `setType`, `deleteProps` and `delete` need an existing record, otherwise `missing`.
 */
export type Change =
  | { readonly kind: 'create'; readonly key: Bytes; readonly type: Bytes; readonly props: Props }
  | {
      readonly kind: 'merge'
      readonly key: Bytes
      readonly props: Props
      readonly typeWhenNew?: Bytes
    }
  | { readonly kind: 'set'; readonly key: Bytes; readonly type: Bytes; readonly props: Props }
  | { readonly kind: 'setType'; readonly key: Bytes; readonly type: Bytes }
  | { readonly kind: 'deleteProps'; readonly key: Bytes; readonly props: readonly Bytes[] }
  | { readonly kind: 'delete'; readonly key: Bytes }

export interface ChangeResult {
  readonly outcome: 'changed' | 'unchanged' | 'exists' | 'missing'
  readonly before: EsmithRecord | undefined
  readonly after: EsmithRecord | undefined
}

/** Each code with why it matters; docs/esmith-db.md#what-is-refused has them as a table. */
const PROBLEMS = {
  pipe: 'has a pipe, which separates fields and has no escape that survives',
  'trailing-backslash': 'ends with a backslash, which would escape the separator after it',
  'backslash-n': 'has a backslash before an n, which would be read as a line feed',
  'line-feed': 'has a line feed, which ends a record',
  'not-bytes': 'has a character that is no byte: encode it first',
  'empty-name': 'is empty',
  'blank-key': 'begins or ends with a blank: no look-up would find it',
  'equals-sign': 'has an equals sign, which ends a key',
  'comment-key': 'begins with #, like a comment',
  'type-name': 'is the type of the record, which is not set or deleted as a prop',
  'trailing-blanks':
    'begins or ends the record with blanks, which the host drops at its next write',
} as const

export type ValueProblemCode = keyof typeof PROBLEMS

/** Why a change cannot be written, or not for long. */
export interface ValueProblem {
  readonly code: ValueProblemCode
  readonly key: Bytes
  /** The prop whose name or value is the problem; absent when it is the key or the type. */
  readonly prop?: Bytes
  /** A fatal one is refused; any other is written as it is. */
  readonly fatal: boolean
  /** For people; it never shows a value. */
  readonly message: string
}

/**
 * What of a change would corrupt the file, or be lost at the next write of the host's own tools.
 * It is complete only with the record as it is now: what the change leaves alone is no problem.
 * Rules: docs/esmith-db.md#what-is-refused
 */
export function validateChange(change: Change, existing?: EsmithRecord): ValueProblem[] {
  return problemsOf(change, existing, recordAfter(change, existing))
}

/** {@link validateChange}, where the record that the change leads to is known. */
export function problemsOf(
  change: Change,
  existing: EsmithRecord | undefined,
  result: EsmithRecord | undefined,
): ValueProblem[] {
  const problems: ValueProblem[] = []
  const add = (found: readonly ValueProblemCode[], part: Part, prop?: Bytes) => {
    for (const code of found) problems.push(newProblem(code, part, change.key, prop))
  }

  add(keyProblems(change), 'key')
  const after = result ?? recordAfter(change, NOTHING)
  if (!after) return problems

  const names = namesOf(after.props)
  if (after.type !== existing?.type) {
    add(broken(TEXT_RULES, after.type), 'type')
    const isCut = names.length > 0 ? isBlank(after.type[0]) : trimBlanks(after.type) !== after.type
    if (isCut) add(['trailing-blanks'], 'type')
  } else if (names.length > 0 && after.type.endsWith('\\')) {
    add(['trailing-backslash'], 'type')
  }

  for (const name of names) {
    const value = after.props[name] ?? ''
    if (existing?.props[name] === value) continue
    add(broken(NAME_RULES, name), 'name', name)
    add(broken(TEXT_RULES, value), 'prop', name)
    // Some records do carry their type as a prop as well; another value there would be ambiguous.
    if (name === 'type' && value !== after.type) add(['type-name'], 'name', name)
  }
  const last = names.at(-1)
  if (last !== undefined && endsInBlanks(after, last) && !endsInBlanks(existing, last)) {
    add(['trailing-blanks'], 'prop', last)
  }
  if (change.kind === 'deleteProps' && change.props.includes('type')) {
    add(['type-name'], 'name', 'type')
  }
  return problems
}

/** The record that a change leads to; nothing when there is none afterwards. */
export function recordAfter(
  change: Change,
  before: EsmithRecord | undefined,
): EsmithRecord | undefined {
  const { key } = change
  switch (change.kind) {
    case 'create':
      return before ?? new EsmithRecord(key, change.type, newProps(change.props))
    case 'set':
      return new EsmithRecord(key, change.type, newProps(change.props))
    case 'merge': {
      const type = before?.type ?? change.typeWhenNew
      if (type === undefined) return undefined
      return new EsmithRecord(key, type, newProps(before?.props ?? {}, change.props))
    }
    case 'setType':
      return before && new EsmithRecord(key, change.type, before.props)
    case 'deleteProps': {
      if (!before) return undefined
      const props = newProps(before.props)
      for (const name of change.props) delete props[name]
      return new EsmithRecord(key, before.type, props)
    }
    case 'delete':
      return undefined
  }
}

export function outcomeOf(
  change: Change,
  before: EsmithRecord | undefined,
  after: EsmithRecord | undefined,
): ChangeResult['outcome'] {
  if (!before && !after) return 'missing'
  if (before && change.kind === 'create') return 'exists'
  return before && after && isSameRecord(before, after) ? 'unchanged' : 'changed'
}

function isSameRecord(a: EsmithRecord, b: EsmithRecord): boolean {
  const names = Object.keys(a.props)
  return (
    a.type === b.type &&
    names.length === Object.keys(b.props).length &&
    names.every((name) => a.props[name] === b.props[name])
  )
}

const NOTHING = new EsmithRecord('', '', newProps())

type Part = 'key' | 'type' | 'name' | 'prop'

function newProblem(code: ValueProblemCode, part: Part, key: Bytes, prop?: Bytes): ValueProblem {
  const owner = `"${show(key)}"`
  const name = `"${show(prop ?? '')}"`
  const subject = {
    key: `key ${owner}`,
    type: `type of ${owner}`,
    name: `prop name ${name} of ${owner}`,
    prop: `prop ${name} of ${owner}`,
  }[part]
  return {
    code,
    key,
    ...(prop === undefined ? {} : { prop }),
    fatal: code !== 'trailing-blanks',
    message: `${subject} ${PROBLEMS[code]}`,
  }
}

interface Rule {
  readonly code: ValueProblemCode
  readonly isBroken: (text: Bytes) => boolean
}

const KEY_RULES: readonly Rule[] = [
  { code: 'empty-name', isBroken: (key) => key === '' },
  { code: 'not-bytes', isBroken: (key) => !isBytes(key) },
  { code: 'pipe', isBroken: (key) => key.includes('|') },
  { code: 'line-feed', isBroken: (key) => key.includes('\n') },
  { code: 'equals-sign', isBroken: (key) => key.includes('=') },
  { code: 'comment-key', isBroken: (key) => key.startsWith('#') },
]

/** Of a type, a value or a prop name. */
const TEXT_RULES: readonly Rule[] = [
  { code: 'not-bytes', isBroken: (text) => !isBytes(text) },
  { code: 'pipe', isBroken: (text) => text.includes('|') },
  { code: 'backslash-n', isBroken: (text) => text.includes('\\n') },
  { code: 'trailing-backslash', isBroken: (text) => text.endsWith('\\') },
]

const NAME_RULES: readonly Rule[] = [
  { code: 'empty-name', isBroken: (name) => name === '' },
  { code: 'line-feed', isBroken: (name) => name.includes('\n') },
  ...TEXT_RULES,
]

function keyProblems({ kind, key }: Change): readonly ValueProblemCode[] {
  if (trimBlanks(key) !== key) return ['blank-key']
  return kind === 'delete' ? NONE : broken(KEY_RULES, key)
}

function broken(rules: readonly Rule[], text: Bytes): readonly ValueProblemCode[] {
  // Hardly a text breaks any: nothing is made for the others.
  return rules.some(({ isBroken }) => isBroken(text))
    ? rules.filter(({ isBroken }) => isBroken(text)).map(({ code }) => code)
    : NONE
}

const NONE: readonly ValueProblemCode[] = []

function endsInBlanks(record: EsmithRecord | undefined, prop: Bytes): boolean {
  return isBlank(record?.props[prop]?.slice(-1))
}
