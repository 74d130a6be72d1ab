import { describe, expect, it } from 'vitest'
import { RecordTable, validateChange, type Change } from '../src/index.js'
import { recordsOf } from './support.js'

/** Applies changes to a text; gives the outcomes and the text afterwards. */
function apply(text: string, ...changes: Change[]): [outcomes: string[], text: string] {
  const table = RecordTable.parse(text)
  const outcomes = changes.map((change) => table.apply(change).outcome)
  return [outcomes, recordsOf(table)]
}

const merge = (props: Record<string, string>, key = 'k'): Change => ({ kind: 'merge', key, props })

describe('create', () => {
  const create: Change = { kind: 'create', key: 'k', type: 'user', props: { b: '2', a: '1' } }

  it('makes a record with its props sorted', () => {
    expect(apply('j=1\n', create)).toEqual([['changed'], 'j=1\nk=user|a|1|b|2\n'])
  })

  it('leaves an existing record alone', () => {
    expect(apply('k=group\n', create)).toEqual([['exists'], 'k=group\n'])
  })

  it('makes a record of a line without an equals sign', () => {
    expect(apply('k\n', create)).toEqual([['changed'], 'k=user|a|1|b|2\n'])
  })

  it('writes a record without type and props', () => {
    expect(apply('', { ...create, type: '', props: {} })).toEqual([['changed'], 'k=\n'])
  })
})

describe('merge', () => {
  it('adds props, takes new values, keeps the type, sorts by byte', () => {
    expect(apply('k=t|b|1|a|1\n', merge({ b: '2', B: '3', '10': 'x', '9': 'y' }))).toEqual([
      ['changed'],
      'k=t|10|x|9|y|B|3|a|1|b|2\n',
    ])
  })

  it('keeps the type of an existing record', () => {
    expect(apply('k=t\n', { ...merge({ a: '1' }), typeWhenNew: 'u' } as Change)).toEqual([
      ['changed'],
      'k=t|a|1\n',
    ])
  })

  it('makes a missing record when it knows the type', () => {
    expect(apply('', { kind: 'merge', key: 'k', props: { a: '1' }, typeWhenNew: 'u' })).toEqual([
      ['changed'],
      'k=u|a|1\n',
    ])
  })

  it('makes no record without a type', () => {
    expect(apply('', merge({ a: '1' }))).toEqual([['missing'], ''])
  })

  it('changes nothing, not even the order, when all values are there', () => {
    expect(apply('k=t|b|1|a|1|a|2|c\n', merge({ a: '2', b: '1', c: '' }))).toEqual([
      ['unchanged'],
      'k=t|b|1|a|1|a|2|c\n',
    ])
  })

  it('gives an odd prop its empty value and drops an earlier duplicate', () => {
    expect(apply('k=t|a|1|a|2|b\n', merge({ c: '3' }))).toEqual([['changed'], 'k=t|a|2|b||c|3\n'])
  })

  it('keeps the escapes of props it does not change', () => {
    expect(apply('k=t\\nu|p|this \\| that|q|c:\\x\n', merge({ a: 'one\ntwo' }))).toEqual([
      ['changed'],
      'k=t\\nu|a|one\\ntwo|p|this \\| that|q|c:\\x\n',
    ])
  })

  it('leaves a value alone that has the new value already, with a pipe in it too', () => {
    expect(apply('k=t|p|x\\|y\n', merge({ p: 'x|y', q: '1' }))).toEqual([
      ['changed'],
      'k=t|p|x\\|y|q|1\n',
    ])
  })

  it('keeps a missing type missing', () => {
    expect(apply('k=|a|1\n', merge({ b: '2' }))).toEqual([['changed'], 'k=|a|1|b|2\n'])
  })

  it('keeps last a prop that ends with a backslash, which would escape a separator', () => {
    expect(apply('k=t|a|c:\\\n', merge({ b: '2' }))).toEqual([['changed'], 'k=t|b|2|a|c:\\\n'])
    expect(apply('k=t|a|1|b\\\n', merge({ c: '2' }))).toEqual([['changed'], 'k=t|a|1|c|2|b\\\n'])
    expect(apply('k=t|a|c:\\\n', merge({ a: '1', b: '2' }))).toEqual([['changed'], 'k=t|a|1|b|2\n'])
  })

  it('refuses to add props to a value that ends with a backslash', () => {
    const table = RecordTable.parse('k=c:\\\n')
    expect(() => table.apply(merge({ a: '1' }))).toThrow('type of "k" ends with a backslash')
    expect(recordsOf(table)).toBe('k=c:\\\n')
  })

  it('writes a prop name that objects have a meaning for', () => {
    const props = Object.fromEntries([['__proto__', '1']])
    expect(apply('k=t\n', merge(props))).toEqual([['changed'], 'k=t|__proto__|1\n'])
  })
})

describe('set, setType, deleteProps, delete', () => {
  it('replaces a whole record, and keeps the text of what stays equal', () => {
    expect(
      apply('k=t|a|x\\|y|b|2\n', { kind: 'set', key: 'k', type: 'u', props: { a: 'x|y' } }),
    ).toEqual([['changed'], 'k=u|a|x\\|y\n'])
  })

  it('sets a value', () => {
    const set: Change = { kind: 'set', key: 'k', type: 'new\nvalue', props: {} }
    expect(apply('k=t|a|1\n', set)).toEqual([['changed'], 'k=new\\nvalue\n'])
    expect(apply('', set)).toEqual([['changed'], 'k=new\\nvalue\n'])
    expect(apply('k=new\\nvalue\n', set)).toEqual([['unchanged'], 'k=new\\nvalue\n'])
  })

  it('sets the type of a record that exists', () => {
    const setType: Change = { kind: 'setType', key: 'k', type: 'u' }
    expect(apply('k=t|b|1|a|2\n', setType)).toEqual([['changed'], 'k=u|a|2|b|1\n'])
    expect(apply('k=u|b|1|a|2\n', setType)).toEqual([['unchanged'], 'k=u|b|1|a|2\n'])
    expect(apply('', setType)).toEqual([['missing'], ''])
  })

  it('deletes props', () => {
    const deleteProps: Change = { kind: 'deleteProps', key: 'k', props: ['b', 'x|y', 'none'] }
    expect(apply('k=t|b|1|a|2\n', deleteProps)).toEqual([['changed'], 'k=t|a|2\n'])
    expect(apply('k=t|c|1|a|2\n', deleteProps)).toEqual([['unchanged'], 'k=t|c|1|a|2\n'])
    expect(apply('', deleteProps)).toEqual([['missing'], ''])
  })

  it('deletes a record, under the empty key too', () => {
    expect(
      apply('=x\nj=1\nk=2\n', { kind: 'delete', key: 'k' }, { kind: 'delete', key: '' }),
    ).toEqual([['changed', 'changed'], 'j=1\n'])
    expect(apply('j=1\n', { kind: 'delete', key: 'k' })).toEqual([['missing'], 'j=1\n'])
  })
})

describe('the result of a change', () => {
  it('has the record before and after', () => {
    const table = RecordTable.parse('k=t|a|1\n')
    const { outcome, before, after } = table.apply(merge({ b: '2' }))
    expect({ outcome, before, after }).toEqual({
      outcome: 'changed',
      before: { key: 'k', type: 't', props: { a: '1' } },
      after: { key: 'k', type: 't', props: { a: '1', b: '2' } },
    })
    expect(table.get('k')).toEqual(after)
    expect(table.apply({ kind: 'delete', key: 'k' }).after).toBe(undefined)
  })

  it('does not reach the table it was cloned from, nor the clone', () => {
    const table = RecordTable.parse('k=t|a|1\n')
    const clone = table.clone()
    table.apply(merge({ a: '2' }))
    clone.apply(merge({ a: '3' }))
    clone.apply({ kind: 'set', key: 'new', type: '', props: {} })
    expect([recordsOf(table), recordsOf(clone)]).toEqual(['k=t|a|2\n', 'k=t|a|3\nnew=\n'])
  })
})

describe('validateChange', () => {
  const value = (text: string): Change => merge({ a: '1', bad: text, z: '1' })
  const name = (text: string): Change => merge({ [text]: '1' })
  const key = (text: string): Change => merge({ a: '1' }, text)
  const type = (text: string): Change => ({ kind: 'setType', key: 'k', type: text })

  it.each<[string, Change, unknown[]]>([
    ['a pipe in a value', value('a|b'), ['pipe', 'bad']],
    ['a backslash at the end of a value', value('c:\\'), ['trailing-backslash', 'bad']],
    ['a backslash before an n in a value', value('c:\\new'), ['backslash-n', 'bad']],
    ['a character that is no byte', value('€'), ['not-bytes', 'bad']],
    ['a pipe in a type', type('a|b'), ['pipe']],
    ['a backslash at the end of a type', type('a\\'), ['trailing-backslash']],
    ['a backslash before an n in a type', type('a\\n'), ['backslash-n']],
    ['a pipe in a prop name', name('a|b'), ['pipe', 'a|b']],
    ['a line feed in a prop name', name('a\nb'), ['line-feed', 'a\nb']],
    ['a backslash at the end of a prop name', name('a\\'), ['trailing-backslash', 'a\\']],
    ['a backslash before an n in a prop name', name('\\n'), ['backslash-n', '\\n']],
    ['an empty prop name', name(''), ['empty-name', '']],
    ['a prop called type', name('type'), ['type-name', 'type']],
    [
      'the deletion of the type',
      { kind: 'deleteProps', key: 'k', props: ['type'] },
      ['type-name', 'type'],
    ],
    ['a pipe in a key', key('a|b'), ['pipe']],
    ['a line feed in a key', key('a\nb'), ['line-feed']],
    ['an equals sign in a key', key('a=b'), ['equals-sign']],
    ['a key like a comment', key('#a'), ['comment-key']],
    ['an empty key', key(''), ['empty-name']],
    ['blanks around a key', key('a '), ['blank-key']],
    ['blanks around a key to delete', { kind: 'delete', key: ' a' }, ['blank-key']],
    ['a key that is no byte string', key('€'), ['not-bytes']],
  ])('refuses %s', (_, change, [code, prop]) => {
    const problems = validateChange(change)
    expect(problems.map((problem) => [problem.code, problem.prop, problem.fatal])).toEqual([
      [code, prop, true],
    ])
    const table = RecordTable.parse('k=t\n')
    expect(() => table.apply(change)).toThrow('cannot write the record: ')
    expect(recordsOf(table)).toBe('k=t\n')
  })

  it('accepts any other byte', () => {
    const props = { 'a=b #\0\xff': '= # \t\r\0\xff\n\\x\\ ', z: ' z' }
    const change: Change = { kind: 'create', key: 'k #\0\xff', type: '= #\0\xff\n', props }
    expect(validateChange(change)).toEqual([])
    const table = RecordTable.parse('')
    table.apply(change)
    expect(RecordTable.parse(table.serialize()).records()).toEqual([
      { key: 'k #\0\xff', type: '= #\0\xff\n', props },
    ])
  })

  it('finds nothing in what a change leaves as it is', () => {
    const existing = RecordTable.parse('k=t|a|x\\|y|b|1 |type|x\n').get('k')
    const change = merge({ a: 'x|y', b: '1 ', type: 'x' })
    expect(validateChange(change, existing)).toEqual([])
    expect(validateChange(change).map(({ code }) => code)).toEqual(['pipe', 'type-name'])
  })

  it('accepts a prop called type that repeats the type of the record, as sources have it', () => {
    const change: Change = { kind: 'create', key: 'k', type: 'ldap', props: { type: 'ldap' } }
    expect(validateChange(change)).toEqual([])
    expect(apply('', change)).toEqual([['changed'], 'k=ldap|type|ldap\n'])
  })

  it('says what is wrong, with key and prop and without the value', () => {
    const [problem] = validateChange(merge({ Password: 'tip|top' }, 'mrossi'))
    expect(problem?.message).toBe(
      'prop "Password" of "mrossi" has a pipe, which separates fields and has no escape that survives',
    )
  })

  it.each<[string, Change, string | undefined]>([
    ['of the last prop', merge({ a: '1 ' }), 'a'],
    ['at both ends of a value', { kind: 'set', key: 'k', type: ' x ', props: {} }, undefined],
    ['before the type', { kind: 'create', key: 'k', type: '\tx', props: { a: '1' } }, undefined],
  ])('warns of blanks %s, which are written all the same', (_, change, prop) => {
    const problems = validateChange(change)
    expect(problems.map((problem) => [problem.code, problem.prop, problem.fatal])).toEqual([
      ['trailing-blanks', prop, false],
    ])
    expect(RecordTable.parse('').apply({ typeWhenNew: '', ...change } as Change).outcome).toBe(
      'changed',
    )
  })

  it('warns of no blanks that are inside the record', () => {
    const existing = RecordTable.parse('k=t|status|enabled\n').get('k')
    expect(validateChange(merge({ PrinterName: ' ' }), existing)).toEqual([])
    expect(validateChange(merge({ zone: ' ' }), existing).map(({ prop }) => prop)).toEqual(['zone'])
  })
})
