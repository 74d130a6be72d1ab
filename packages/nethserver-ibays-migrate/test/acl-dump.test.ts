import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writeTree } from '@nethserver-migrate/testkit'
import type { AclEntry, FileAcl } from '@nethserver-migrate/core'
import { parseAclDump } from '../src/acl-dump.js'

const PLAIN = 'user::rwx\ngroup::r-x\nother::---\n'

/** The same as text, one line. */
function shown({ path, acl: { owner, group, entries } }: FileAcl): string {
  const lines = entries.map(({ tag, name = '', permissions, isDefault }) =>
    [...(isDefault ? ['default'] : []), tag, name, permissions].join(':'),
  )
  return [path, owner, group, ...lines].join(' ')
}

const parsed = (text: string) => parseAclDump(text).files.map(shown)
const reasons = (text: string) =>
  parseAclDump(text).problems.map(({ line, reason }) => `${line}: ${reason}`)

describe('a dump of ACLs', () => {
  it('is read paragraph by paragraph', () => {
    const text = `# file: shop/html
# owner: admin
# group: shared
# flags: -s-
user::rwx
user:dsmith:rwx\t#effective:r-x
group::r-x
group:domain\\040users:rwx    #effective:r-x
mask::r-x
other::---
default:user::rwx
default:group::r-x
default:other::---

# file: shop/html/a
${PLAIN}`
    expect(parsed(text)).toEqual([
      'shop/html admin shared user::rwx user:dsmith:rwx group::r-x group:domain users:rwx mask::r-x other::--- default:user::rwx default:group::r-x default:other::---',
      'shop/html/a   user::rwx group::r-x other::---',
    ])
    expect(reasons(text)).toEqual([])
  })

  it.each(['', '\n', '\n\n\n'])('may be empty: %j', (text) => {
    expect(parseAclDump(text)).toEqual({ files: [], problems: [] })
  })

  it.each(['', '\n', '\n\n'])('may begin with empty lines: %j', (blank) => {
    const text = `${blank}# file: a\n${PLAIN}\n\n\n# file: b\n`
    expect(parsed(text)).toEqual(['a   user::rwx group::r-x other::---'])
    expect(reasons(text)).toEqual([`${blank.length + 8}: the ACL of b has no user::`])
  })

  it.each([
    ['offer\\040Primary.pdf', 'offer Primary.pdf'],
    ['Ma\xdfstab\\0751.txt', 'Ma\xdfstab=1.txt'],
    ['two\\012lines', 'two\nlines'],
    ['back\\\\slash\\134', 'back\\slash\\'],
    ['\\\\040', '\\040'],
    ['\\400 \\9 \\', '\\400 \\9 \\'],
    ['Pl\xc3\xa4ne', 'Pl\xc3\xa4ne'],
    [' leading', ' leading'],
  ])('spells bytes of names in octal: %s', (written, path) => {
    expect(parseAclDump(`# file: ${written}\n${PLAIN}`).files[0]?.path).toBe(path)
  })

  it.each([
    ['user::rwx\n', '1: it names no file'],
    ['# owner: x\n', '1: it names no file'],
    ['# file: x\n', '1: the ACL of x has no user::'],
    ['# file: x\nuser::rwx\nother::---\n', '1: the ACL of x has no group::'],
    ['# file: x\nuser::rwx\ngroup::r--\n', '1: the ACL of x has no other::'],
    [`\n\n# file: x\n${PLAIN}user:a:rwx\n`, '3: the ACL of x has no mask::'],
    [`# file: x\n${PLAIN}user::r--\n`, '1: the ACL of x says a thing twice'],
    [`# file: x\n${PLAIN}default:user::r--\n`, '1: the ACL of x has no group::'],
    [`# file: x\n${PLAIN}user::rwz\n`, '1: the ACL of x has a part that is none: user::rwz'],
    [`# file: x\n${PLAIN}user:a:b:rwx\n`, '1: the ACL of x has a part that is none: user:a:b:rwx'],
    [`# file: x\n${PLAIN}mask:a:rwx\n`, '1: the ACL of x has a part that is none: mask:a:rwx'],
    [`# file: x\n${PLAIN}other:a:rwx\n`, '1: the ACL of x has a part that is none: other:a:rwx'],
    [`# file: x\n${PLAIN}u:a:rwx\n`, '1: the ACL of x has a part that is none: u:a:rwx'],
    [
      `# file: x\r\n${PLAIN.replace(/\n/g, '\r\n')}`,
      '1: the ACL of x\\x0d has a part that is none: user::rwx\\x0d',
    ],
    [`# comment\n# file: x\n${PLAIN}`, '1: it names no file'],
  ])('has a part that is none: %j', (text, reason) => {
    expect(reasons(text)).toEqual([reason])
    expect(parsed(`${text}\n# file: next\n${PLAIN}`)).toEqual([
      'next   user::rwx group::r-x other::---',
    ])
  })
})

describe('what getfacl prints', () => {
  const NAMES = [
    'a b',
    'x=1',
    'two\nlines',
    'back\\slash',
    '\\040',
    'r\xe9sum\xe9',
    '# file: y',
    'tab\t',
    '-rf',
  ]

  it('is read as it was meant', () => {
    const folder = temporaryFolder()
    writeTree(folder, Object.fromEntries(NAMES.map((name) => [`ibay/${name}`, ''])))
    execFileSync('setfacl', ['-d', '-m', 'u:4711:rwx,m:r', join(folder, 'ibay')])
    execFileSync('setfacl', ['-R', '-m', 'g:4712:rwx,m:r', join(folder, 'ibay')])
    const text = execFileSync('getfacl', ['--recursive', 'ibay'], {
      cwd: folder,
      encoding: 'latin1',
    })
    const { files, problems } = parseAclDump(text)
    expect(problems).toEqual([])
    expect(files.map(({ path }) => path).sort()).toEqual(
      ['ibay', ...NAMES.map((name) => `ibay/${name}`)].sort(),
    )
    const about4712 = files.flatMap(({ acl }) =>
      acl.entries.filter(({ name, isDefault }) => name === '4712' && !isDefault),
    )
    expect(about4712).toEqual(
      Array(NAMES.length + 1).fill({
        tag: 'group',
        name: '4712',
        permissions: 'rwx',
        isDefault: false,
      }),
    )
  })
})

const byte = fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code))
const name = fc.string({ unit: byte, minLength: 1, maxLength: 12 })
const permissions = fc
  .tuple(fc.constantFrom('r', '-'), fc.constantFrom('w', '-'), fc.constantFrom('x', '-'))
  .map((bits) => bits.join(''))

function entriesOf(isDefault: boolean): fc.Arbitrary<AclEntry[]> {
  const named = fc.record({
    tag: fc.constantFrom('user' as const, 'group' as const),
    name,
    permissions,
    isDefault: fc.constant(isDefault),
  })
  const base = (['user', 'group', 'mask', 'other'] as const).map((tag) =>
    permissions.map((bits): AclEntry => ({ tag, permissions: bits, isDefault })),
  )
  return fc
    .tuple(
      fc.tuple(...base),
      fc.uniqueArray(named, { selector: ({ tag, name: who }) => `${tag}:${who}`, maxLength: 4 }),
    )
    .map(([fixed, more]) => [...fixed, ...more])
}

const file: fc.Arbitrary<FileAcl> = fc
  .record({
    path: name,
    owner: fc.option(name, { nil: undefined }),
    group: fc.option(name, { nil: undefined }),
    entries: fc
      .tuple(entriesOf(false), fc.option(entriesOf(true), { nil: [] }))
      .map((parts) => parts.flat()),
  })
  .map(({ path, owner, group, entries }) => ({
    path,
    acl: {
      entries,
      ...(owner === undefined ? {} : { owner }),
      ...(group === undefined ? {} : { group }),
    },
  }))

/** As getfacl spells it, with more in octal than it would. */
function written({ path, acl: { owner, group, entries } }: FileAcl): string {
  const quoted = (text: string) =>
    text.replace(
      /[\x00-\x20=:#\\\x7f]/g,
      (found) => `\\${found.charCodeAt(0).toString(8).padStart(3, '0')}`,
    )
  return [
    `# file: ${quoted(path)}`,
    ...(owner === undefined ? [] : [`# owner: ${quoted(owner)}`]),
    ...(group === undefined ? [] : [`# group: ${quoted(group)}`]),
    ...entries.map((entry) =>
      [
        ...(entry.isDefault ? ['default'] : []),
        entry.tag,
        quoted(entry.name ?? ''),
        entry.permissions,
      ].join(':'),
    ),
    '',
  ].join('\n')
}

describe('any dump', () => {
  it('gives back what was written, whatever the names', () => {
    fc.assert(
      fc.property(fc.array(file, { maxLength: 5 }), (files) => {
        expect(parseAclDump(files.map(written).join('\n'))).toEqual({ files, problems: [] })
      }),
    )
  })

  it('is read without an exception, and what is taken from it is whole', () => {
    const piece = fc.constantFrom(
      ...['# file: ', '# owner: ', 'user', 'group', 'other', 'mask', 'default:', ':', '::', 'rwx'],
      ...['r--', '\n', '\n', '\n\n', '\\040', '\\', 'a', '..', '/', '#effective:', '\t'],
    )
    const nearly = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: byte }), nearly), (text) => {
        const { files, problems } = parseAclDump(text)
        const paragraphs = text.split(/\n\n+/).filter((part) => part.replace(/\n/g, '') !== '')
        expect(files.length + problems.length).toBe(paragraphs.length)
        for (const { acl } of files) {
          const tags = acl.entries.filter(({ name: who, isDefault }) => !who && !isDefault)
          expect(tags.map(({ tag }) => tag)).toEqual(
            expect.arrayContaining(['user', 'group', 'other']),
          )
        }
      }),
    )
  })
})
