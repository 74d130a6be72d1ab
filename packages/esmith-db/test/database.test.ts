import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Database, DatabaseError, type Change } from '../src/index.js'
import { databaseFile, recordsIn, temporaryFolder } from './support.js'

const isRoot = process.getuid?.() === 0
const merge = (key: string, props: Record<string, string>): Change => ({
  kind: 'merge',
  key,
  props,
  typeWhenNew: 't',
})

function errorOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

/** What the host's tools would stumble over: temporary files and locks that were left. */
function besides(path: string): string[] {
  return readdirSync(dirname(path)).filter((name) => name !== 'accounts')
}

describe('Database.open', () => {
  it('gives name, path and records', () => {
    const path = databaseFile('a=t|b|1\n')
    const database = Database.open(path)
    expect([database.name, database.path, database.readOnly]).toEqual(['accounts', path, false])
    expect(database.table.records()).toEqual([{ key: 'a', type: 't', props: { b: '1' } }])
  })

  it('opens a path of any bytes', () => {
    const folder = `${temporaryFolder()}/\xe9\xff`
    mkdirSync(Buffer.from(folder, 'latin1'))
    writeFileSync(Buffer.from(`${folder}/hosts`, 'latin1'), 'a=1\n')
    expect(Database.open(`${folder}/hosts`).table.keys()).toEqual(['a'])
  })

  it('follows links to the folder, but no link in place of the file', () => {
    const path = databaseFile('a=1\n')
    const folder = temporaryFolder()
    symlinkSync(dirname(path), join(folder, 'db'))
    symlinkSync(path, join(folder, 'link'))
    expect(Database.open(join(folder, 'db/accounts')).table.size).toBe(1)
    expect(errorOf(() => Database.open(join(folder, 'link')))).toMatchObject({
      code: 'DATABASE_SYMBOLIC_LINK',
    })
  })

  it('says what is missing and what to do', () => {
    const path = join(temporaryFolder(), 'accounts')
    const error = errorOf(() => Database.open(path))
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error).toMatchObject({
      code: 'DATABASE_MISSING',
      path,
      message: `cannot open ${path}: no such file`,
      hint: 'look at the path; a database is never made by opening it',
    })
    expect(existsSync(path)).toBe(false)
  })

  it('refuses a directory, a device and a named pipe, at once', () => {
    const folder = temporaryFolder()
    execFileSync('mkfifo', [join(folder, 'pipe')])
    for (const path of [folder, '/dev/null', join(folder, 'pipe')]) {
      expect(errorOf(() => Database.open(path))).toMatchObject({ code: 'DATABASE_NOT_A_FILE' })
    }
  })

  it('refuses a file that no string can hold', () => {
    const path = databaseFile('')
    const file = openSync(path, 'r+')
    ftruncateSync(file, 600 * 1024 ** 2)
    closeSync(file)
    expect(errorOf(() => Database.open(path))).toMatchObject({
      code: 'DATABASE_TOO_LARGE',
      message: `cannot open ${path}: it is larger than 512 MiB`,
    })
  })

  it('says when a file may not be read', (context) => {
    if (isRoot) context.skip('root may do anything')
    const path = databaseFile('a=1\n', 0o200)
    expect(errorOf(() => Database.open(path))).toMatchObject({
      code: 'DATABASE_UNREADABLE',
      message: `cannot read ${path}: permission denied`,
    })
  })

  it('opens a file read-only that may not be written', (context) => {
    if (isRoot) context.skip('root may do anything')
    expect(Database.open(databaseFile('a=1\n', 0o440)).readOnly).toBe(true)
  })

  it('takes a new snapshot when asked', () => {
    const path = databaseFile('a=1\n')
    const database = Database.open(path)
    appendFileSync(path, 'b=2\n')
    expect(database.table.keys()).toEqual(['a'])
    database.reload()
    expect(database.table.keys()).toEqual(['a', 'b'])
  })
})

describe('Database.create', () => {
  it('makes an empty database, mode 0640, in the group of the folder', async () => {
    const folder = temporaryFolder()
    if (isRoot) chownSync(folder, 0, 4)
    const database = Database.create(join(folder, 'hosts'))
    const { mode, gid } = statSync(join(folder, 'hosts'))
    expect([mode & 0o7777, gid]).toEqual([0o640, statSync(folder).gid])
    await database.commit([merge('a', { b: '1' })])
    expect(recordsIn(join(folder, 'hosts'))).toBe('a=t|b|1\n')
  })

  it('refuses an existing file, and a link', () => {
    const path = databaseFile('a=1\n')
    const link = join(temporaryFolder(), 'link')
    symlinkSync(join(temporaryFolder(), 'nowhere'), link)
    for (const taken of [path, link]) {
      expect(errorOf(() => Database.create(taken))).toMatchObject({ code: 'DATABASE_EXISTS' })
    }
    expect(readFileSync(path, 'latin1')).toBe('a=1\n')
  })

  it('says when the folder is missing', () => {
    const path = join(temporaryFolder(), 'none/hosts')
    expect(errorOf(() => Database.create(path))).toMatchObject({
      code: 'DATABASE_NOT_WRITTEN',
      message: `cannot write ${path}: no such file or directory`,
    })
  })
})

describe('commit', () => {
  it('writes a batch at once, and gives a result per change', async () => {
    const path = databaseFile('# old\nb=t|z|1|a|1\na=1')
    const database = Database.open(path)
    const { written, results } = await database.commit([
      merge('c', { x: 'one\ntwo' }),
      { kind: 'create', key: 'a', type: 'u', props: {} },
      { kind: 'delete', key: 'd' },
      merge('c', { y: '2' }),
    ])
    expect([written, ...results.map(({ outcome }) => outcome)]).toEqual([
      true,
      'changed',
      'exists',
      'missing',
      'changed',
    ])
    expect(results[3]?.before?.props).toEqual({ x: 'one\ntwo' })
    expect(recordsIn(path)).toBe('a=1\nb=t|z|1|a|1\nc=t|x|one\\ntwo|y|2\n')
    expect(database.table.keys()).toEqual(['a', 'b', 'c'])
    expect(besides(path)).toEqual([])
  })

  it('changes the file as it is now, not as it was read', async () => {
    const path = databaseFile('a=t|x|1\n')
    const database = Database.open(path)
    writeFileSync(path, 'a=t|x|2|y|2\nb=new\n')
    await database.commit([merge('a', { z: '3' })])
    expect(recordsIn(path)).toBe('a=t|x|2|y|2|z|3\nb=new\n')
  })

  it('sees a change that left size, inode and time of the file as they were', async () => {
    const path = databaseFile('a=t|x|1\n')
    const database = Database.open(path)
    const { atime, mtime } = statSync(path)
    writeFileSync(path, 'a=t|x|2\n')
    utimesSync(path, atime, mtime)
    await database.commit([merge('a', { z: '3' })])
    expect(recordsIn(path)).toBe('a=t|x|2|z|3\n')
  })

  it('follows another one, each with a snapshot of its own', async () => {
    const path = databaseFile('a=1\n')
    const database = Database.open(path)
    const first = database.table
    await database.commit([{ kind: 'delete', key: 'x' }])
    const unchanged = database.table
    await database.commit([merge('b', {})])
    const second = database.table
    await database.commit([{ kind: 'delete', key: 'a' }])
    expect([first, unchanged, second, database.table].map((table) => table.keys())).toEqual([
      ['a'],
      ['a'],
      ['a', 'b'],
      ['b'],
    ])
    expect(recordsIn(path)).toBe('b=t\n')
  })

  it('does not write what was done to a clone of the snapshot', async () => {
    const path = databaseFile('a=1\n')
    const database = Database.open(path)
    database.table.clone().apply({ kind: 'delete', key: 'a' })
    await database.commit([merge('b', {})])
    expect(recordsIn(path)).toBe('a=1\nb=t\n')
  })

  it('leaves the file alone when its records would stay the same', async () => {
    const path = databaseFile('# no order\nb=1\na=t|y|1|x|2\nodd\n')
    const before = statSync(path, { bigint: true })
    const { written } = await Database.open(path).commit([
      merge('a', { x: '2' }),
      { kind: 'create', key: 'c', type: '', props: {} },
      { kind: 'delete', key: 'c' },
    ])
    const { ino, mtimeNs } = statSync(path, { bigint: true })
    expect([written, ino, mtimeNs]).toEqual([false, before.ino, before.mtimeNs])
    expect(besides(path)).toEqual([])
  })

  it.each([0o600, 0o640, 0o664])('keeps mode %o', async (mode) => {
    const path = databaseFile('a=1\n', mode)
    await Database.open(path).commit([merge('b', {})])
    expect(statSync(path).mode & 0o7777).toBe(mode)
  })

  it('keeps the owner', async (context) => {
    if (!isRoot) context.skip('only root can give files away')
    const path = databaseFile('a=1\n')
    chownSync(path, 1, 4)
    await Database.open(path).commit([merge('b', {})])
    const { uid, gid, mode } = statSync(path)
    expect([uid, gid, mode & 0o7777]).toEqual([1, 4, 0o640])
  })

  it('replaces the file and does not write into the old one', async () => {
    const path = databaseFile('a=1\n')
    const old = join(dirname(path), 'hard-link')
    linkSync(path, old)
    await Database.open(path).commit([merge('b', {})])
    expect([readFileSync(old, 'latin1'), recordsIn(path)]).toEqual(['a=1\n', 'a=1\nb=t\n'])
  })

  it('is not disturbed by what a killed program left', async () => {
    const path = databaseFile('a=1\n')
    writeFileSync(`${path}.${process.pid}`, 'x=a much longer text\n'.repeat(100))
    writeFileSync(`${path}.lock`, '')
    await Database.open(path).commit([merge('b', {})])
    expect(recordsIn(path)).toBe('a=1\nb=t\n')
    expect(besides(path)).toEqual([`accounts.${process.pid}`])
  })

  it('removes the temporary files that killed commits left, and nothing else', async () => {
    const path = databaseFile('a=1\n')
    const stale = ['0123456789abcdef', 'ffffffffffffffff']
    const files = [
      'accounts.bak',
      'accounts.0123456789abcdef.txt',
      'accounts.0123456789ABCDEF',
      'accounts.0123456789abcde',
      'accounts.0123456789abcdef0',
      'accounts-0123456789abcdef',
      'myaccounts.0123456789abcdef',
      'hosts.0123456789abcdef',
    ]
    const others = [...files, 'accounts.aaaaaaaaaaaaaaaa', 'accounts.bbbbbbbbbbbbbbbb'].sort()
    const folder = dirname(path)
    for (const end of stale) writeFileSync(`${path}.${end}`, 'x')
    for (const name of files) writeFileSync(join(folder, name), 'x')
    mkdirSync(`${path}.aaaaaaaaaaaaaaaa`)
    symlinkSync(join(folder, 'accounts.bak'), `${path}.bbbbbbbbbbbbbbbb`)

    const database = Database.open(path)
    expect(besides(path)).toEqual(expect.arrayContaining(stale.map((end) => `accounts.${end}`)))
    await database.commit([merge('b', {})])
    expect(besides(path).sort()).toEqual(others)
    expect(files.map((name) => readFileSync(join(folder, name), 'latin1'))).toEqual(
      files.map(() => 'x'),
    )
    expect(recordsIn(path)).toBe('a=1\nb=t\n')
  })

  it('writes nothing when one change of the batch cannot be written', async () => {
    const path = databaseFile('a=1\n')
    const commit = Database.open(path).commit([merge('b', {}), merge('c', { Password: 'tip|top' })])
    const error = await commit.catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'DATABASE_UNWRITABLE_CHANGE',
      path,
      message: `cannot write to ${path}: prop "Password" of "c" has a pipe, which separates fields and has no escape that survives`,
    })
    expect([readFileSync(path, 'latin1'), besides(path)]).toEqual(['a=1\n', []])
  })

  it('refuses a read-only database', async () => {
    const path = databaseFile('a=1\n')
    const database = Database.open(path, { readOnly: true })
    await expect(database.commit([merge('b', {})])).rejects.toMatchObject({
      code: 'DATABASE_READ_ONLY',
      message: `cannot change ${path}: it was opened read-only`,
    })
    expect([readFileSync(path, 'latin1'), besides(path)]).toEqual(['a=1\n', []])
  })

  it('does not bring back a database that was removed', async () => {
    const folder = temporaryFolder()
    const database = Database.create(join(folder, 'accounts'))
    execFileSync('rm', [database.path])
    await expect(database.commit([merge('b', {})])).rejects.toMatchObject({
      code: 'DATABASE_MISSING',
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('says when the folder may not be written', async (context) => {
    if (isRoot) context.skip('root may do anything')
    const path = databaseFile('a=1\n')
    chmodSync(dirname(path), 0o500)
    await expect(Database.open(path).commit([merge('b', {})])).rejects.toMatchObject({
      code: 'DATABASE_LOCK_FAILED',
      message: `cannot lock ${path}.lock: permission denied`,
    })
    chmodSync(dirname(path), 0o700)
  })
})
