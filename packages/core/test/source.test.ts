import { execFileSync } from 'node:child_process'
import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, testbed, writeTree, type Tree } from '@nethserver-migrate/testkit'
import { Source } from '../src/source/source.js'
import { importWith } from './helpers/import-with.js'
import { thrownBy } from './helpers/thrown-by.js'

const DB = 'home/e-smith/db'
const CONFIGURATION = `${DB}/configuration`

function backup(tree: Tree = {}): string {
  const folder = temporaryFolder()
  writeTree(folder, { [CONFIGURATION]: 'SystemName=mail\nDomainName=acme.com\n', ...tree })
  return folder
}

function sourceWith(tree: Tree): Source {
  return Source.open(backup(tree))
}

const bytes = (text: string) => ({ content: Buffer.from(text, 'latin1') })

describe('opening a source', () => {
  it('opens an extracted directory, with or without a slash at its end', () => {
    const folder = backup()
    expect(Source.open(folder).hostName).toBe('mail.acme.com')
    expect(Source.open(`${folder}/`).hostName).toBe('mail.acme.com')
  })

  it('finds a backup that lies one folder deeper', () => {
    const folder = temporaryFolder()
    writeTree(folder, { [`smeserver/${CONFIGURATION}`]: '', 'notes.txt': '', 'other/file': '' })
    expect(Source.open(folder).directory).toBe(`${folder}/smeserver`)
  })

  it('says that the backup lies one folder deeper', async () => {
    const folder = temporaryFolder()
    writeTree(folder, { [`smeserver/${CONFIGURATION}`]: '', [`smeserver/${DB}/accounts`]: '' })
    const { report } = await importWith(testbed({ source: { folder } }), [])
    expect(report.findings[0]).toEqual({
      severity: 'notice',
      plugin: '',
      action: '',
      code: 'source-one-deeper',
      subject: folder,
      message: `the backup lies one folder deeper, in ${folder}/smeserver`,
      remedy: '',
    })
  })

  it('prefers the named directory to a backup inside it', () => {
    const folder = backup({ [`old/${CONFIGURATION}`]: '' })
    expect(Source.open(folder).directory).toBe(folder)
  })

  it('does not choose between two backups that lie one folder deeper', () => {
    const folder = temporaryFolder()
    writeTree(folder, { [`a/${CONFIGURATION}`]: '', [`b/${CONFIGURATION}`]: '' })
    expect(thrownBy(() => Source.open(folder))).toMatchObject({ code: 'SOURCE_NOT_A_BACKUP' })
  })

  it('does not look two folders deeper', () => {
    const folder = temporaryFolder()
    writeTree(folder, { [`a/b/${CONFIGURATION}`]: '' })
    expect(thrownBy(() => Source.open(folder))).toMatchObject({ code: 'SOURCE_NOT_A_BACKUP' })
  })

  it('refuses a path that does not exist', () => {
    const path = `${temporaryFolder()}/nowhere`
    expect(thrownBy(() => Source.open(path))).toMatchObject({
      code: 'SOURCE_MISSING',
      message: `cannot read ${path}: no such file or directory`,
      hint: 'give the backup archive, or the directory in which it was extracted',
    })
  })

  it('refuses a directory that holds no backup, and tells what was looked for', () => {
    const folder = temporaryFolder()
    writeTree(folder, { 'etc/passwd': '' })
    expect(thrownBy(() => Source.open(folder))).toMatchObject({
      code: 'SOURCE_NOT_A_BACKUP',
      message: `${folder} is not an SME Server backup: looked for ${CONFIGURATION} and */${CONFIGURATION}`,
      hint: 'extract the whole backup in a directory and name that directory',
    })
  })

  it('does not take a folder called configuration for a database', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, CONFIGURATION), { recursive: true })
    expect(thrownBy(() => Source.open(folder))).toMatchObject({ code: 'SOURCE_NOT_A_BACKUP' })
  })

  it('does not find a backup behind a link inside the directory', () => {
    const real = backup()
    const folder = temporaryFolder()
    writeTree(folder, { link: { link: real }, home: { link: join(real, 'home') } })
    expect(thrownBy(() => Source.open(folder))).toMatchObject({ code: 'SOURCE_NOT_A_BACKUP' })
  })

  it('imports from the directory that a link named by the administrator leads to', async () => {
    const folder = temporaryFolder()
    const bed = testbed()
    writeTree(folder, { migration: { link: bed.source } })
    const { report } = await importWith(bed, [], { source: join(folder, 'migration') })
    expect(report.status).toBe('unchanged')
  })
})

describe('the names of a source', () => {
  it('knows the old server by its host name and its domain', () => {
    const source = sourceWith({})
    expect([source.systemName, source.domainName, source.hostName]).toEqual([
      'mail',
      'acme.com',
      'mail.acme.com',
    ])
  })

  it('has a name for an old server without one', () => {
    expect(sourceWith({ [CONFIGURATION]: '' }).hostName).toBe('unnamed-source')
  })
})

describe('the databases of a source', () => {
  it('reads a database by name, and gives nothing for one that is missing', () => {
    const source = sourceWith({ [`${DB}/hosts`]: 'a.acme.com=host|HostType|Self\n' })
    expect(source.database('hosts')?.prop('a.acme.com', 'HostType')).toBe('Self')
    expect(source.database('domains')).toBeUndefined()
  })

  it('refuses to go on without the accounts database', () => {
    expect(thrownBy(() => sourceWith({}).accounts)).toMatchObject({
      code: 'SOURCE_DATABASE_MISSING',
      message: 'cannot read home/e-smith/db/accounts: no such file in the source',
      hint: 'extract the whole backup, then run the same command again',
    })
  })

  it('keeps the bytes of values, UTF-8 and Latin-1 mixed', () => {
    const source = sourceWith({
      [`${DB}/accounts`]: bytes('u=user|FirstName|Jos\xe9|LastName|Jos\xc3\xa9\n'),
    })
    expect({ ...source.accounts.get('u')?.props }).toEqual({
      FirstName: 'Jos\xe9',
      LastName: 'Jos\xc3\xa9',
    })
  })

  it('does not follow a link in place of a database', () => {
    const outside = temporaryFolder()
    writeTree(outside, { accounts: 'u=user\n' })
    const source = sourceWith({ [`${DB}/accounts`]: { link: join(outside, 'accounts') } })
    expect(thrownBy(() => source.accounts)).toMatchObject({
      code: 'SOURCE_SYMBOLIC_LINK',
      message: 'home/e-smith/db/accounts leads through a symbolic link in the source: not followed',
    })
  })

  it('does not read a database outside of the database folder', () => {
    const source = sourceWith({ 'home/e-smith/secret': 'a=b\n' })
    expect(thrownBy(() => source.database('../secret'))).toMatchObject({
      code: 'SOURCE_SYMBOLIC_LINK',
    })
  })

  it('names all databases in byte order, without dumps, folders and links', () => {
    const source = sourceWith({
      [`${DB}/hosts`]: '',
      [`${DB}/Zones`]: '',
      [`${DB}/accounts`]: '',
      [`${DB}/accounts.lock`]: '',
      [`${DB}/mysql.dump`]: '',
      [`${DB}/folder/x`]: '',
      [`${DB}/link`]: { link: 'hosts' },
    })
    expect(source.databaseNames()).toEqual(['Zones', 'accounts', 'configuration', 'hosts'])
  })

  it('lists what is odd in the databases read so far, by database and line', () => {
    const source = sourceWith({ [`${DB}/accounts`]: 'u=user\nno value\n' })
    void source.accounts
    expect(source.databaseFindings()).toEqual([
      {
        database: 'accounts',
        finding: {
          code: 'no-value',
          line: 2,
          key: 'no value',
          message: expect.stringMatching(/^line 2, /) as string,
        },
      },
    ])
  })
})

describe('the files of a source', () => {
  const NAMES = ['Perch\xe9', 'Perch\xc3\xa9', 'two\nlines', '-rf', 'a b', '.hidden']
  const tree = Object.fromEntries(NAMES.map((name) => [`ibay/${name}`, bytes(`of ${name}`)]))

  it('lists names as bytes, in byte order', () => {
    expect(sourceWith(tree).list('ibay')).toEqual([
      '-rf',
      '.hidden',
      'Perch\xc3\xa9',
      'Perch\xe9',
      'a b',
      'two\nlines',
    ])
  })

  it('lists nothing where there is no folder', () => {
    const source = sourceWith({ file: '' })
    expect([source.list('missing'), source.list('file')]).toEqual([[], []])
  })

  it.each(NAMES)('reads the file %j', (name) => {
    expect(sourceWith(tree).read(`ibay/${name}`)).toBe(`of ${name}`)
  })

  it('reads every byte as it is', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value))
    expect(sourceWith({ file: { content: all } }).read('file')).toBe(all.toString('latin1'))
  })

  it('tells what lies at a path without following a link', () => {
    const folder = backup({
      'etc/passwd': '',
      'file-link': { link: 'etc/passwd' },
      'folder-link': { link: 'etc' },
      dangling: { link: 'nowhere' },
    })
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const source = Source.open(folder)
    const paths = [
      '',
      'etc',
      '/etc/',
      './etc',
      'etc/passwd',
      'etc/passwd/below',
      'missing/passwd',
      'pipe',
      'file-link',
      'folder-link',
      'folder-link/passwd',
      'dangling',
      'etc/../etc',
      '..',
    ]
    expect(Object.fromEntries(paths.map((path) => [path, source.kind(path)]))).toEqual({
      '': 'directory',
      etc: 'directory',
      '/etc/': 'directory',
      './etc': 'directory',
      'etc/passwd': 'file',
      'etc/passwd/below': 'missing',
      'missing/passwd': 'missing',
      pipe: 'other',
      'file-link': 'link',
      'folder-link': 'link',
      'folder-link/passwd': 'link',
      dangling: 'link',
      'etc/../etc': 'link',
      '..': 'link',
    })
    expect(paths.filter((path) => source.has(path))).toEqual([
      '',
      'etc',
      '/etc/',
      './etc',
      'etc/passwd',
    ])
  })

  it.each([
    ['missing', 'SOURCE_MISSING', 'cannot read missing: no such file or directory'],
    ['etc', 'SOURCE_NOT_A_FILE', 'etc in the source is not a regular file'],
    ['pipe', 'SOURCE_NOT_A_FILE', 'pipe in the source is not a regular file'],
    [
      'link',
      'SOURCE_SYMBOLIC_LINK',
      'link leads through a symbolic link in the source: not followed',
    ],
    [
      'way/passwd',
      'SOURCE_SYMBOLIC_LINK',
      'way/passwd leads through a symbolic link in the source: not followed',
    ],
    [
      'etc/../etc/passwd',
      'SOURCE_SYMBOLIC_LINK',
      'etc/../etc/passwd leads through a symbolic link in the source: not followed',
    ],
  ])('does not read %s: %s', (path, code, message) => {
    const folder = backup({
      'etc/passwd': '',
      link: { link: 'etc/passwd' },
      way: { link: 'etc' },
    })
    execFileSync('mkfifo', [join(folder, 'pipe')])
    expect(thrownBy(() => Source.open(folder).read(path))).toMatchObject({ code, message })
  })

  it.each(['nul\0byte', 'x'.repeat(256), 'y/'.repeat(3000)])(
    'knows that nothing can be called %j',
    (name) => {
      const source = sourceWith({ 'etc/passwd': '' })
      expect([source.kind(name), source.kind(`etc/${name}/below`), source.list(name)]).toEqual([
        'missing',
        'missing',
        [],
      ])
      expect(thrownBy(() => source.read(name))).toMatchObject({ code: 'SOURCE_MISSING' })
    },
  )

  it('never leads out of it, whatever the path', () => {
    const outside = temporaryFolder()
    writeTree(outside, { 'etc/passwd': 'canary', passwd: 'canary' })
    const folder = backup({
      'etc/passwd': 'own',
      'etc/up': { link: '../..' },
      'etc/round': { link: 'round' },
      out: { link: outside },
      'home/out': { link: `${outside}/passwd` },
    })
    const source = Source.open(folder)
    const part = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '',
        'etc',
        'passwd',
        'up',
        'round',
        'out',
        'home',
        outside,
        folder,
      ),
      fc
        .string({ unit: 'binary', maxLength: 5 })
        .map((text) => Buffer.from(text).toString('latin1')),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.boolean(), (parts, absolute) => {
        const path = (absolute ? '/' : '') + parts.join('/')
        const kind = source.kind(path)
        if (kind === 'file') expect(source.read(path)).not.toContain('canary')
        if (kind === 'directory')
          expect(`${realpathSync(source.path(path))}/`.startsWith(`${folder}/`)).toBe(true)
        if (kind !== 'directory') expect(source.list(path)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it.each(['etc/passwd/', 'etc/passwd/.', '/etc//passwd//'])('has nothing at %s', (path) => {
    expect(sourceWith({ 'etc/passwd': 'own' }).kind(path)).toBe('missing')
  })

  it('lists nothing behind a link', () => {
    const source = sourceWith({ 'real/file': '', link: { link: 'real' } })
    expect(source.list('link')).toEqual([])
  })
})

describe('the fingerprint of a source', () => {
  const tree = { [`${DB}/accounts`]: 'u=user\n', 'etc/shadow': 'u:x:::::::\n' }

  it('is the same for the same databases and accounts elsewhere, whatever other files there are', () => {
    expect(sourceWith({ ...tree, 'root/file': 'x' }).fingerprint()).toBe(
      sourceWith(tree).fingerprint(),
    )
  })

  it.each<[string, Tree]>([
    ['a record changes', { [`${DB}/accounts`]: 'u=group\n' }],
    ['a database appears', { [`${DB}/hosts`]: '' }],
    ['a password changes', { 'etc/shadow': 'u:y:::::::\n' }],
    ['a group appears', { 'etc/group': 'g:x:1:\n' }],
  ])('changes when %s', (_what, change) => {
    expect(sourceWith({ ...tree, ...change }).fingerprint()).not.toBe(
      sourceWith(tree).fingerprint(),
    )
  })

  it('changes when bytes move from the end of a database to the beginning of the next', () => {
    expect(sourceWith({ [`${DB}/a`]: 'xy', [`${DB}/b`]: 'z' }).fingerprint()).not.toBe(
      sourceWith({ [`${DB}/a`]: 'x', [`${DB}/b`]: 'yz' }).fingerprint(),
    )
  })
})
