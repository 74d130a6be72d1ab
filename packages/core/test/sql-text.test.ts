import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readOptions, writeOption } from '../src/mysql/option-file.js'
import { quoteName, quoteText, unquoteName, unquoteText } from '../src/mysql/sql-text.js'
import { anyBytes } from './helpers/any-bytes.js'

describe('a text in SQL', () => {
  it('is read as it was written, whatever it holds, and written on one line', () => {
    fc.assert(
      fc.property(anyBytes(), (text) => {
        const literal = quoteText(text)
        expect(literal).not.toMatch(/[\n\r]/)
        expect(unquoteText(literal)).toBe(text)
      }),
    )
  })

  it.each([
    [String.raw`'It\'s'`, "It's"],
    [`'It''s'`, "It's"],
    [`'a""b'`, 'a""b'],
    [`"a""b''c"`, `a"b''c`],
    [String.raw`'a\nb\tc\rd\\e\0f\Zg\bh'`, 'a\nb\tc\rd\\e\0f\x1ag\bh'],
    [String.raw`'my\_db \% \q'`, String.raw`my\_db \% q`],
    ["'two\nlines'", 'two\nlines'],
  ])('is read as the server reads it: %s', (literal, text) => {
    expect(unquoteText(literal)).toBe(text)
  })
})

describe('a name in SQL', () => {
  it('is read as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(anyBytes(), (name) => {
        expect(unquoteName(quoteName(name))).toBe(name)
      }),
    )
  })

  it('may stand without quotes', () => {
    expect(unquoteName('user')).toBe('user')
  })
})

describe('an option file', () => {
  it('gives every value back that was written into it', () => {
    fc.assert(
      fc.property(anyBytes(), (password) => {
        const text = `[client]\n${writeOption('user', 'root')}${writeOption('password', password)}`
        expect([...readOptions(text, 'client')]).toEqual([
          ['user', 'root'],
          ['password', password],
        ])
      }),
    )
  })

  it('has its values in sections, without the blanks around them', () => {
    const text = [
      'password=nobody',
      '[mysqld]',
      'password = server',
      ' [client] ',
      '# password = old',
      '; password = older',
      'user     = root  ',
      'password=  secret word\t',
      'quick',
      '!include /etc/other.cnf',
      '[mysql]',
      'password = other',
      '[client]',
      'max_allowed_packet=16M\r',
    ].join('\n')
    expect([...readOptions(text, 'client')]).toEqual([
      ['user', 'root'],
      ['password', 'secret word'],
      ['max-allowed-packet', '16M'],
    ])
  })

  it.each([
    ['"a # b"', 'a # b'],
    ["'a \" b'", 'a " b'],
    ['a # comment', 'a'],
    ['a#b', 'a'],
    [String.raw`"a \" # b"`, 'a " # b'],
    [String.raw`a\sb\\c\qd`, String.raw`a b\c\qd`],
    ['"half', '"half'],
    ['a = b', 'a = b'],
    ['', ''],
  ])('has quotes, comments and escapes: %s', (value, expected) => {
    expect(readOptions(`[client]\npassword = ${value}`, 'client').get('password')).toBe(expected)
  })

  it('counts the last of several values', () => {
    const text = '[client]\npassword=a\n[mysqld]\n[client]\npassword=b'
    expect(readOptions(text, 'client').get('password')).toBe('b')
  })
})
