import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseGroup, parsePasswd, parseShadow, splitNames } from '../src/source/account-files.js'

const anyBytes = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1'))

/** Bytes that a line of an account file is made of, so that the parsers get far. */
const accountText = fc
  .array(
    fc.constantFrom('u', 'v', ':', ':', ',', '\n', '0', '7', 'x', '\r', '\0', '\xe9', ' ', '-'),
  )
  .map((pieces) => pieces.join(''))

describe('etc/passwd of the source', () => {
  it('gives users by name', () => {
    const { entries, badLines } = parsePasswd(
      'root:x:0:0:root:/root:/bin/bash\nrossi:x:5001:5002:Mario Rossi:/home/e-smith/files/users/rossi/home:/bin/false\n',
    )
    expect([...entries.values()]).toEqual([
      { name: 'root', uid: 0, gid: 0, gecos: 'root', home: '/root', shell: '/bin/bash' },
      {
        name: 'rossi',
        uid: 5001,
        gid: 5002,
        gecos: 'Mario Rossi',
        home: '/home/e-smith/files/users/rossi/home',
        shell: '/bin/false',
      },
    ])
    expect(badLines).toEqual([])
  })

  it('keeps the bytes of a Latin-1 name', () => {
    expect(parsePasswd('jose:x:1:1:Jos\xe9:/:/bin/sh').entries.get('jose')?.gecos).toBe('Jos\xe9')
  })

  it('leaves malformed lines out and tells their number and what is wrong', () => {
    const { entries, badLines } = parsePasswd(
      [
        'a:x:1:1::/a:/bin/sh',
        'too:few:fields',
        ':x:2:2::/:/bin/sh',
        'b:x:one:1::/:/bin/sh',
        'c:x:1:-1::/:/bin/sh',
        '',
        'a:x:9:9::/other:/bin/sh',
        'd:x:12345678901:1::/:/bin/sh',
        'e:x:1:1::/:/bin/sh:more',
      ].join('\n'),
    )
    expect([...entries.keys()]).toEqual(['a'])
    expect(entries.get('a')?.uid).toBe(1)
    expect(badLines).toEqual([
      { line: 2, reason: '3 fields instead of 7' },
      { line: 3, reason: 'no name' },
      { line: 4, reason: 'uid or gid is not a number' },
      { line: 5, reason: 'uid or gid is not a number' },
      { line: 7, reason: 'the name stands in an earlier line' },
      { line: 8, reason: 'uid or gid is not a number' },
      { line: 9, reason: '8 fields instead of 7' },
    ])
  })
})

describe('etc/group of the source', () => {
  it('gives groups with their members, blanks trimmed, empty and double ones dropped', () => {
    const { entries } = parseGroup('sales:x:5010:rossi, bianchi,,rossi\nempty:x:5011:\n')
    expect([...entries.values()].map(({ members, ...group }) => [group, [...members]])).toEqual([
      [{ name: 'sales', gid: 5010 }, ['rossi', 'bianchi']],
      [{ name: 'empty', gid: 5011 }, []],
    ])
  })

  it('leaves malformed lines out and tells their number and what is wrong', () => {
    expect(parseGroup('a:x:1\nb:x:b:\n:x:1:\nc:x:1:\nc:x:2:').badLines).toEqual([
      { line: 1, reason: '3 fields instead of 4' },
      { line: 2, reason: 'gid is not a number' },
      { line: 3, reason: 'no name' },
      { line: 5, reason: 'the name stands in an earlier line' },
    ])
  })
})

describe('etc/shadow of the source', () => {
  it('gives the second field by user name', () => {
    const { entries } = parseShadow('rossi:$6$salt$hash:14610:0:99999:7:::\nlocked:!!:1::::::\n')
    expect([...entries.values()]).toEqual([
      { name: 'rossi', hash: '$6$salt$hash' },
      { name: 'locked', hash: '!!' },
    ])
  })

  it('never takes a field of a malformed line for a hash', () => {
    const { entries, badLines } = parseShadow('rossi:$6$salt$hash:14610\n:$6$salt$hash::::::::\n')
    expect([...entries]).toEqual([])
    expect(badLines).toEqual([
      { line: 1, reason: '3 fields instead of 9' },
      { line: 2, reason: '10 fields instead of 9' },
    ])
  })
})

describe('any account file', () => {
  it.each([
    ['passwd', parsePasswd],
    ['group', parseGroup],
    ['shadow', parseShadow],
  ] as const)('is read without an error, whatever bytes %s holds', (_file, parse) => {
    fc.assert(
      fc.property(fc.oneof(anyBytes, accountText), (text) => {
        const { entries, badLines } = parse(text)
        const lines = text.split('\n').filter((line) => line !== '')
        expect(entries.size + badLines.length).toBe(lines.length)
        for (const [name, entry] of entries) {
          expect(entry.name).toBe(name)
          expect(lines.some((line) => line.startsWith(`${name}:`))).toBe(true)
        }
      }),
    )
  })
})

describe('a list of names', () => {
  it('is split at commas, blanks trimmed, empty and double ones dropped, order kept', () => {
    expect(splitNames(' b,a ,, b,c c')).toEqual(['b', 'a', 'c c'])
    expect(splitNames('')).toEqual([])
  })
})
