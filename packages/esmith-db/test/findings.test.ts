import { describe, expect, it } from 'vitest'
import { RecordTable } from '../src/index.js'

const found = (text: string) =>
  RecordTable.parse(text).findings.map(({ code, line, key, prop }) =>
    prop === undefined ? [code, line, key] : [code, line, key, prop],
  )

describe('findings', () => {
  it.each([
    ['a line without an equals sign', '\nNoEquals\n', [['no-value', 2, 'NoEquals']]],
    ['an empty key', '=x\n', [['empty-key', 1, '']]],
    ['a key with blanks', '# c\n a =x\n', [['blank-key', 2, ' a ']]],
    ['a key twice', 'a=1\nb=1\na=2\n', [['duplicate-key', 3, 'a']]],
    ['keys that differ in case', 'Info=1\ninfo=1\n', [['case-clash', 2, 'info']]],
    ['a carriage return', 'a=t|b|1\r\n', [['carriage-return', 1, 'a']]],
    ['trailing blanks', 'a=t|b|1 \n', [['trailing-blanks', 1, 'a']]],
    ['a NUL byte', 'a=t|b|\0\n', [['nul-byte', 1, 'a']]],
    ['a missing type', 'a=|b|1\n', [['missing-type', 1, 'a']]],
    ['an odd number of fields', 'a=t|b|1|c\n', [['odd-fields', 1, 'a']]],
    ['an empty prop name', 'a=t||1\n', [['empty-prop-name', 1, 'a']]],
    ['a prop twice', 'a=t|b|1|b|2\n', [['duplicate-prop', 1, 'a', 'b']]],
    ['a prop called type', 'a=t|type|1\n', [['type-prop', 1, 'a', 'type']]],
    ['an escaped pipe', 'a=t|b|x\\|y\n', [['escaped-pipe', 1, 'a']]],
    ['an escaped line feed', 'a=t|b|c:\\new\n', [['escaped-line-feed', 1, 'a']]],
  ])('tell of %s', (_, text, expected) => {
    expect(found(text)).toEqual(expected)
  })

  it('are none for an orderly database', () => {
    expect(found('# a comment\n\na=t|b|1|c|\nb=\n\xe0=x\n')).toEqual([])
  })

  it('know no upper and lower case of bytes that are no ASCII letters', () => {
    expect(found('\xc3\x89=1\n\xe3\x89=1\n')).toEqual([])
  })

  it('name line, key and meaning, on one line, and never a value', () => {
    const table = RecordTable.parse('a=1\nb\xc3\xa0\x1b=user|Password|tip|top|secret\\|pipe\n')
    expect(table.findings.map(({ message }) => message)).toEqual([
      'line 2, bà\\x1b: an escaped pipe is in the record: the host strips it when it changes the record',
    ])
  })

  it('name no prop of a record whose fields are shifted: it may be a piece of a password', () => {
    const { findings } = RecordTable.parse('a=user|Password|tip|top|status|top\n')
    expect(findings.map(({ code, prop }) => [code, prop])).toEqual([['odd-fields', undefined]])
    expect(JSON.stringify(findings)).not.toContain('top')
  })

  it('stay those of the text that was read', () => {
    const table = RecordTable.parse('a=t|b|1|b|2\n')
    table.apply({ kind: 'merge', key: 'a', props: { c: '1' } })
    expect(table.findings).toHaveLength(1)
    expect(table.clone().findings).toEqual(table.findings)
  })
})
