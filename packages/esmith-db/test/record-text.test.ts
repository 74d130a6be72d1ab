import { describe, expect, it } from 'vitest'
import { namesOf, RecordTable } from '../src/index.js'
import { recordsOf } from './support.js'

describe('reading the lines of a database', () => {
  it.each([
    ['a value', 'SystemName=mail', { key: 'SystemName', type: 'mail', props: {} }],
    ['an empty value', 'key=', { key: 'key', type: '', props: {} }],
    ['an empty key', '=x', { key: '', type: 'x', props: {} }],
    [
      'a type and props',
      'smb=service|status|enabled|TCPPorts|139,445',
      { key: 'smb', type: 'service', props: { status: 'enabled', TCPPorts: '139,445' } },
    ],
    [
      'an equals sign inside a value',
      'k=t|a|b=c=d',
      { key: 'k', type: 't', props: { a: 'b=c=d' } },
    ],
    ['a hash inside a value', 'k=t|a|b#c', { key: 'k', type: 't', props: { a: 'b#c' } }],
    [
      'blanks inside and around values',
      'k=t|a| spaced |b|x  ',
      { key: 'k', type: 't', props: { a: ' spaced ', b: 'x  ' } },
    ],
    ['a carriage return', 'k=t|a|1\r', { key: 'k', type: 't', props: { a: '1\r' } }],
    [
      'empty values, the last one too',
      'k=t|a||b|1|c|',
      { key: 'k', type: 't', props: { a: '', b: '1', c: '' } },
    ],
    ['an odd number of fields', 'k=t|a|1|b', { key: 'k', type: 't', props: { a: '1', b: '' } }],
    ['an empty prop name', 'k=t|', { key: 'k', type: 't', props: { '': '' } }],
    ['no type', 'k=|a|1', { key: 'k', type: '', props: { a: '1' } }],
    ['a prop twice: the last one', 'k=t|a|1|a|2', { key: 'k', type: 't', props: { a: '2' } }],
    [
      'prop names in upper and lower case',
      'k=t|a|1|A|2',
      { key: 'k', type: 't', props: { a: '1', A: '2' } },
    ],
    [
      'bytes that are no UTF-8, as they are',
      'ren\xe9=t|Name|B\xc3\xbccher\0',
      { key: 'ren\xe9', type: 't', props: { Name: 'B\xc3\xbccher\0' } },
    ],
    [
      'a key that ends with byte A0, as à does in UTF-8',
      'contabilit\xc3\xa0=t',
      { key: 'contabilit\xc3\xa0', type: 't', props: {} },
    ],
  ])('reads %s', (_, line, record) => {
    expect(RecordTable.parse(`${line}\n`).records()).toEqual([record])
    expect(RecordTable.parse(Buffer.from(line, 'latin1')).get(record.key)).toEqual(record)
  })

  it('reads prop names that objects have a meaning for', () => {
    const table = RecordTable.parse('k=t|__proto__|1|constructor|2\n')
    expect(Object.entries(table.get('k')?.props ?? {})).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
    expect(table.prop('k', 'toString')).toBe(undefined)
  })

  it('skips comments and blank lines', () => {
    const table = RecordTable.parse('# a=1\n  \t# b=1\n\n \t\v\f\r\nc=1\n')
    expect(table.keys()).toEqual(['c'])
  })

  it('accepts a last line without a line feed', () => {
    expect(RecordTable.parse('a=1\nb=2').keys()).toEqual(['a', 'b'])
  })

  it('lists a line without an equals sign, which is no record until the file is rewritten', () => {
    const table = RecordTable.parse('NoEquals\n')
    expect([table.keys(), table.has('NoEquals'), table.get('NoEquals')]).toEqual([
      ['NoEquals'],
      false,
      undefined,
    ])
    expect(recordsOf(table)).toBe('NoEquals=\n')
  })

  it('lists a key with blanks around it, which no look-up finds, and writes it back', () => {
    const table = RecordTable.parse(' a=1\nb =2\n\tc\t=3\n')
    expect(table.keys()).toEqual(['\tc\t', ' a', 'b '])
    expect([table.get(' a'), table.get('a'), table.records()]).toEqual([undefined, undefined, []])
    expect(recordsOf(table)).toBe('\tc\t=3\n a=1\nb =2\n')
  })

  it('takes the last of two lines with the same key', () => {
    const table = RecordTable.parse('a=1\nb=2\na=3\n')
    expect([table.size, table.type('a'), recordsOf(table)]).toEqual([2, '3', 'a=3\nb=2\n'])
  })

  it('trims the key of every look-up', () => {
    const table = RecordTable.parse('a=t|x|1\n')
    expect([table.has(' a'), table.type('a\t'), table.prop(' a ', 'x'), table.raw('\na')]).toEqual([
      true,
      't',
      '1',
      't|x|1',
    ])
  })

  it('gives the type as the prop `type`, whatever prop has that name', () => {
    const table = RecordTable.parse('a=user|type|odd\n')
    expect(table.prop('a', 'type')).toBe('user')
  })

  it('lists records by key, in byte order', () => {
    const table = RecordTable.parse('b=1\n\xe0=1\na=1\nB=1\n10=1\n9=1\n')
    expect(table.records().map(({ key }) => key)).toEqual(['10', '9', 'B', 'a', 'b', '\xe0'])
  })

  it('finds records by one part of their type, literally', () => {
    const table = RecordTable.parse('a=user\nb=user,foo\nc=ibay-migrate\nd=ibay\ne=us.r\nf=\n')
    const keys = (type: string) => table.records(type).map(({ key }) => key)
    expect([keys('user'), keys('foo'), keys('ibay'), keys('us.r'), keys('')]).toEqual([
      ['a', 'b'],
      ['b'],
      ['d'],
      ['e'],
      ['f'],
    ])
  })

  it('does not look for an equals sign beyond the line, which would take minutes here', () => {
    expect(RecordTable.parse('x\n'.repeat(2_000_000)).keys()).toEqual(['x'])
  })
})

describe('reading escapes', () => {
  it.each([
    ['backslash and n as a line feed', 'k=t|a|one\\ntwo', 't', 'one\ntwo'],
    ['backslash and n in the type', 'k=t\\nu|a|1', 't\nu', '1'],
    ['an escaped pipe as a pipe that separates nothing', 'k=t|a|R&D \\| Test', 't', 'R&D | Test'],
    ['an escaped pipe at the end', 'k=t|a|pw=1\\||b|2', 't', 'pw=1|'],
    ['two backslashes and a pipe as a backslash and a pipe', 'k=t|a|x\\\\|c', 't', 'x\\|c'],
    ['two backslashes and an n as a backslash and a line feed', 'k=t|a|x\\\\n', 't', 'x\\\n'],
    ['other backslashes as they are', 'k=t|a|\\a\\\\b', 't', '\\a\\\\b'],
    ['a Windows path with a line feed in it', 'k=t|a|c:\\new', 't', 'c:\new'],
    ['a backslash at the end of the record', 'k=t|a|c:\\', 't', 'c:\\'],
  ])('reads %s', (_, line, type, a) => {
    const table = RecordTable.parse(line)
    expect([table.type('k'), table.prop('k', 'a'), table.raw('k')]).toEqual([
      type,
      a,
      line.slice(2),
    ])
    expect(recordsOf(table)).toBe(`${line}\n`)
  })
})

describe('writing a database', () => {
  it('begins with five comment lines and the local time', () => {
    const table = RecordTable.parse('a=1\n')
    const lines = table
      .serialize(new Date(2026, 10, 3, 1, 32, 29))
      .toString('latin1')
      .split('\n')
    expect(lines.slice(0, 6).every((line) => line.startsWith('#'))).toBe(true)
    expect(lines.slice(4)).toEqual(['#', '# updated: Tue Nov  3 01:32:29 2026', 'a=1', ''])
  })

  it('drops comments and blank lines, sorts keys by byte, and keeps each record to the byte', () => {
    const table = RecordTable.parse(
      '# c\n\nb=t|z|1|a|2|a|3\n  # d\n\xe9=x  \nA=t|a|1|b\n a=\\|\\n\\\n=e\nz|z=\r\n',
    )
    expect(recordsOf(table)).toBe('=e\n a=\\|\\n\\\nA=t|a|1|b\nb=t|z|1|a|2|a|3\nz|z=\r\n\xe9=x  \n')
  })

  it('writes an empty database as its header', () => {
    expect(recordsOf(RecordTable.parse(''))).toBe('')
  })
})

describe('the names of props', () => {
  it.each([
    ['in order', { Account: '1', status: '2' }],
    ['in another order', { status: '2', Account: '1' }],
  ])('are given by byte value: %s', (_how, props) => {
    expect(namesOf(props)).toEqual(['Account', 'status'])
  })
})

describe('the types of records', () => {
  it('may be more than are kept once', () => {
    const lines = Array.from({ length: 3_000 }, (_none, index) => `k${1_000 + index}=t${index}|a|1`)
    const table = RecordTable.parse(lines.join('\n'))
    expect(table.records().map(({ type }) => type)).toEqual(
      lines.map((_line, index) => `t${index}`),
    )
  })
})
