import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  manifest,
  temporaryFolder,
  testbed,
  writeTree,
  type Testbed,
  type Tree,
} from '@nethserver-migrate/testkit'
import type { TransferTree } from '../src/destination/file-operations.js'
import type { OperationResult } from '../src/destination/operation.js'
import { importWith } from './helpers/import-with.js'
import { forgetAfter } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'

const isRoot = process.getuid?.() === 0

/** A source with a folder `old`, and a destination with a folder `srv/new`. */
function bedWith(old: Tree, there: Tree = {}): Testbed {
  const below = (folder: string, tree: Tree) =>
    Object.fromEntries(Object.entries(tree).map(([path, entry]) => [`${folder}/${path}`, entry]))
  return testbed({
    source: { files: { old: { directory: true }, ...below('old', old) } },
    destination: { files: below('srv/new', there) },
  })
}

/** Transfers `old` to `srv/new`, or what else is asked for. */
async function transfer(
  bed: Testbed,
  ...requests: readonly Partial<TransferTree>[]
): Promise<{
  results: OperationResult[]
  changes: unknown[]
  said: readonly string[]
  status: string
}> {
  const results: OperationResult[] = []
  const { report, said } = await bed.run(
    pluginOf(async ({ destination }) => {
      results.push(
        ...(await destination.transferTrees(
          (requests.length ? requests : [{}]).map((request) => ({
            from: 'old',
            to: '/srv/new',
            ...request,
          })),
        )),
      )
    }),
  )
  const changes = report.changes.map(({ outcome, change }) => ({ outcome, ...change }))
  return { results, changes, said, status: report.status }
}

/** Paths with what they hold, without owners and modes. */
function entries(bed: Testbed, folder = 'srv/new'): string[] {
  return bed.manifest(folder).map((line) => {
    const [kind, , , ...rest] = line.split(' ')
    const path = rest.join(' ').replace(/ = [0-9a-f]+$/, '')
    return kind === 'f' ? `${path}: ${bed.file(`${folder}/${path}`)}` : `${kind} ${path}`
  })
}

const left = (bed: Testbed) => manifest(join(bed.source, 'old')).map((line) => line.split(' ')[3])

describe('moving a tree within a filesystem', () => {
  it('moves files, folders, dot files, links and named pipes as they are; the folder stays, empty', async () => {
    const bed = bedWith({
      file: { content: 'x', mode: 0o640 },
      '.hidden': { content: 'x', mode: 0o600 },
      'folder/below/deep': { content: 'x', mode: 0o4755 },
      empty: { directory: true, mode: 0o2770 },
      link: { link: 'file' },
      dangling: { link: '/nowhere' },
      'Perch\xe9': { content: 'latin1' },
      'two\nlines': { content: '' },
      '-rf': { content: '' },
    })
    execFileSync('mkfifo', ['-m', '620', join(bed.source, 'old/pipe')])
    const before = manifest(join(bed.source, 'old'))
    const { results, changes, status } = await transfer(bed)
    expect(bed.manifest('srv/new')).toEqual(before)
    expect(left(bed)).toEqual([])
    expect(results).toEqual([{ outcome: 'done', key: 'tree:old:/srv/new' }])
    expect(changes).toEqual([
      {
        outcome: 'done',
        kind: 'tree',
        from: 'old',
        to: '/srv/new',
        keptBoth: [],
        files: 9,
        directories: 3,
        bytes: 9,
      },
    ])
    expect(status).toBe('done')
  })

  it('keeps hard links, sparseness and the times of files and folders', async () => {
    const bed = bedWith({ 'cur/a': 'message', 'new/placeholder': '', disk: '' })
    const old = join(bed.source, 'old')
    linkSync(join(old, 'cur/a'), join(old, 'new/b'))
    execFileSync('truncate', ['-s', '64M', join(old, 'disk')])
    utimesSync(join(old, 'cur/a'), 1_100_000_000, 1_100_000_000)
    utimesSync(join(old, 'cur'), 1_200_000_000, 1_200_000_000)
    await transfer(bed)
    const at = (path: string) => lstatSync(join(bed.root, 'srv/new', path))
    expect(at('cur/a').ino).toBe(at('new/b').ino)
    expect(at('disk').blocks).toBeLessThan(100)
    expect([at('cur/a').mtimeMs / 1000, at('cur').mtimeMs / 1000]).toEqual([
      1_100_000_000, 1_200_000_000,
    ])
  })

  it('makes the folder with the mode asked for, and leaves an existing one alone', async () => {
    const fresh = bedWith({ file: '' })
    await transfer(fresh, { to: '/srv/a/b', mode: 0o750 })
    const mode = (bed: Testbed, path: string) => lstatSync(join(bed.root, path)).mode & 0o7777
    expect([mode(fresh, 'srv/a'), mode(fresh, 'srv/a/b')]).toEqual([0o755, 0o750])
    const there = bedWith({ file: '' }, { '.': { directory: true, mode: 0o711 } })
    await transfer(there, { mode: 0o750 })
    expect(mode(there, 'srv/new')).toBe(0o711)
  })

  it('makes the folder also when there is nothing to move into it, once', async () => {
    const bed = bedWith({})
    expect(await transfer(bed)).toMatchObject({ status: 'done' })
    expect(entries(bed)).toEqual([])
    expect(await transfer(bed)).toMatchObject({ status: 'unchanged' })
  })

  it('moves nothing the second time', async () => {
    const bed = bedWith({ 'folder/file': 'x' })
    await transfer(bed)
    const before = bed.manifest('srv')
    expect(await transfer(bed)).toEqual({
      results: [{ outcome: 'unchanged', key: 'tree:old:/srv/new' }],
      changes: [],
      said: [],
      status: 'unchanged',
    })
    expect(bed.manifest('srv')).toEqual(before)
  })

  it('leaves behind what is excluded, at any depth', async () => {
    const bed = bedWith({
      'home/file': '',
      'Maildir/cur/1': '',
      'a/b/out': 'stays',
      'a/b/in': 'moves',
      'a/home/file': 'moves',
    })
    await transfer(bed, { exclude: ['home', 'Maildir', 'a/b/out', 'missing'] })
    expect(entries(bed)).toEqual([
      'd a',
      'd a/b',
      'a/b/in: moves',
      'd a/home',
      'a/home/file: moves',
    ])
    expect(left(bed)).toEqual([
      'Maildir',
      'Maildir/cur',
      'Maildir/cur/1',
      'a',
      'a/b',
      'a/b/out',
      'home',
      'home/file',
    ])
  })

  it('keeps mode and time of a folder that is made entry by entry', async () => {
    const bed = bedWith({ 'a/out': '', 'a/in': '' })
    const folder = join(bed.source, 'old/a')
    execFileSync('chmod', ['2770', folder])
    utimesSync(folder, 1_200_000_000, 1_200_000_000)
    await transfer(bed, { exclude: ['a/out'] })
    const { mode, mtimeMs } = lstatSync(join(bed.root, 'srv/new/a'))
    expect([mode & 0o7777, mtimeMs / 1000]).toEqual([0o2770, 1_200_000_000])
  })
})

describe('a tree that meets another one', () => {
  it('is merged into its folders, entry by entry', async () => {
    const bed = bedWith(
      { 'docs/2010/a': 'old', 'docs/b': 'old', 'music/c': 'old' },
      { 'docs/2010/z': 'new', 'docs/y': 'new' },
    )
    expect(await transfer(bed)).toMatchObject({
      changes: [{ files: 3, directories: 1, keptBoth: [] }],
      said: [],
    })
    expect(entries(bed)).toEqual([
      'd docs',
      'd docs/2010',
      'docs/2010/a: old',
      'docs/2010/z: new',
      'docs/b: old',
      'docs/y: new',
      'd music',
      'music/c: old',
    ])
  })

  it('is kept beside what is different there, under the first free name, and said', async () => {
    const bed = bedWith(
      { report: 'old', 'docs/plan': 'old plan' },
      {
        report: 'new',
        'report.migrated': 'an older one',
        'docs/plan': 'new plan',
      },
    )
    const { changes, said } = await transfer(bed)
    expect(entries(bed)).toEqual([
      'd docs',
      'docs/plan: new plan',
      'docs/plan.migrated: old plan',
      'report: new',
      'report.migrated: an older one',
      'report.migrated-2: old',
    ])
    expect(changes).toMatchObject([{ keptBoth: ['docs/plan.migrated', 'report.migrated-2'] }])
    expect(said).toEqual([
      'notice exists-kept-both /srv/new/docs/plan.migrated',
      'notice exists-kept-both /srv/new/report.migrated-2',
    ])
  })

  it.each<[string, Tree, Tree, string[]]>([
    [
      'a folder beside a file',
      { x: 'file', 'y/below': 'old' },
      { 'x/below': 'new', y: 'file' },
      [
        'd x',
        'x/below: new',
        'x.migrated: file',
        'y: file',
        'd y.migrated',
        'y.migrated/below: old',
      ],
    ],
    ['a link beside a file', { x: { link: 'a' } }, { x: 'file' }, ['x: file', 'l x.migrated -> a']],
    [
      'a link beside another link',
      { x: { link: 'a' } },
      { x: { link: 'b' } },
      ['l x -> b', 'l x.migrated -> a'],
    ],
    [
      'a file beside a link to the same bytes',
      { x: 'same' },
      { target: 'same', x: { link: 'target' } },
      ['target: same', 'l x -> target', 'x.migrated: same'],
    ],
  ])('keeps both: %s', async (_what, old, there, expected) => {
    const bed = bedWith(old, there)
    await transfer(bed)
    expect(entries(bed)).toEqual(expected)
    expect(left(bed)).toEqual([])
  })

  it('leaves in the source what is the same there: bytes, or the target of a link', async () => {
    const bed = bedWith(
      { same: 'x', link: { link: 'same' }, 'folder/same': 'y' },
      { same: 'x', link: { link: 'same' }, 'folder/same': 'y' },
    )
    utimesSync(join(bed.source, 'old/same'), 1_100_000_000, 1_100_000_000)
    const before = bed.manifest('srv/new')
    expect(await transfer(bed)).toMatchObject({ status: 'unchanged', changes: [], said: [] })
    expect(bed.manifest('srv/new')).toEqual(before)
    expect(left(bed)).toEqual(['folder', 'folder/same', 'link', 'same'])
  })

  it('keeps both of two files that differ in their last byte only', async () => {
    const big = (last: string) => ({ content: Buffer.from(`${'x'.repeat(200_000)}${last}`) })
    const bed = bedWith({ file: big('a') }, { file: big('b') })
    utimesSync(join(bed.source, 'old/file'), 1_100_000_000, 1_100_000_000)
    await transfer(bed)
    expect(readdirSync(join(bed.root, 'srv/new'))).toEqual(['file', 'file.migrated'])
  })

  it('keeps both of two files that have their size and time in common, not their bytes', async () => {
    const bed = bedWith({ file: 'old' }, { file: 'new' })
    for (const file of [join(bed.source, 'old/file'), join(bed.root, 'srv/new/file')])
      utimesSync(file, 1_100_000_000, 1_100_000_000)
    await transfer(bed)
    expect(entries(bed)).toEqual(['file: new', 'file.migrated: old'])
  })

  it('does not read again what an earlier import has copied: size and time tell', async () => {
    const bed = bedWith({ file: 'old' })
    const plugin = pluginOf(async ({ destination }) => {
      await destination.transferTree({ from: 'old', to: '/srv/new' })
    })
    utimesSync(join(bed.source, 'old/file'), 1_100_000_000, 1_100_000_000)
    await importWith(bed, [plugin], { transfer: 'copy' })
    const copy = join(bed.root, 'srv/new/file')
    writeFileSync(copy, 'new')
    utimesSync(copy, 1_100_000_000, 1_100_000_000)
    const { report } = await importWith(bed, [plugin], { transfer: 'copy' })
    expect(report.changes).toEqual([])
    expect(entries(bed)).toEqual(['file: new'])
  })

  it('is the same after a second run, with what was kept beside', async () => {
    const bed = bedWith({ a: 'old', 'b/c': 'old' }, { a: 'new', b: 'file' })
    await transfer(bed)
    const before = bed.manifest('srv')
    expect(await transfer(bed)).toMatchObject({ status: 'unchanged', said: [] })
    expect(bed.manifest('srv')).toEqual(before)
  })

  it('from two folders of the source is joined, also where a folder is made entry by entry', async () => {
    const bed = bedWith({ 'home/.ssh/id': 'id', 'home/.ssh/agent': 'stays', '.ssh/known': 'hosts' })
    const { results } = await transfer(
      bed,
      { from: 'old/home', exclude: ['.ssh/agent'] },
      { from: 'old', exclude: ['home'] },
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done'])
    expect(entries(bed)).toEqual(['d .ssh', '.ssh/id: id', '.ssh/known: hosts'])
  })

  it('from two folders of the source keeps both of two different files', async () => {
    const bed = bedWith({ 'home/notes': 'one', notes: 'two' })
    for (const name of ['home/notes', 'notes'])
      utimesSync(join(bed.source, 'old', name), 1_100_000_000, 1_100_000_000)
    await transfer(bed, { from: 'old/home' }, { from: 'old', exclude: ['home'] })
    expect(entries(bed)).toEqual(['notes: one', 'notes.migrated: two'])
  })
})

describe('a symbolic link', () => {
  it('of the source is moved itself, and what it leads to is left alone', async () => {
    const outside = temporaryFolder()
    writeTree(outside, { 'folder/canary': 'alive' })
    const before = manifest(outside)
    const bed = bedWith({
      absolute: { link: join(outside, 'folder') },
      file: { link: join(outside, 'folder/canary') },
    })
    await transfer(bed)
    expect(entries(bed)).toEqual([
      `l absolute -> ${outside}/folder`,
      `l file -> ${outside}/folder/canary`,
    ])
    expect(manifest(outside)).toEqual(before)
  })

  it.each(['link', 'link/below'])('of the source is no folder to move from: %s', async (from) => {
    const outside = temporaryFolder()
    writeTree(outside, { 'below/canary': 'alive' })
    const bed = bedWith({ link: { link: outside } })
    const { results, said } = await transfer(bed, { from: `old/${from}` })
    expect(results).toMatchObject([{ outcome: 'failed' }])
    expect(said).toEqual(['error SOURCE_SYMBOLIC_LINK /srv/new'])
    expect(existsSync(join(outside, 'below/canary'))).toBe(true)
  })

  it('of the destination is not followed: a folder of its name lies beside it', async () => {
    const outside = temporaryFolder()
    writeTree(outside, { canary: 'alive' })
    const before = manifest(outside)
    const bed = bedWith({ 'docs/file': 'x', 'docs/canary': 'dead' }, { docs: { link: outside } })
    await transfer(bed)
    expect(entries(bed)).toEqual([
      `l docs -> ${outside}`,
      'd docs.migrated',
      'docs.migrated/canary: dead',
      'docs.migrated/file: x',
    ])
    expect(manifest(outside)).toEqual(before)
  })
})

describe('a destination path that leads out of the destination', () => {
  it.each<[string, string, (outside: string) => Tree]>([
    ['a link on the way', '/srv/way/new', (outside) => ({ 'srv/way': { link: outside } })],
    ['a link in its place', '/srv/way', (outside) => ({ 'srv/way': { link: outside } })],
    [
      'a chain of links',
      '/srv/one/new',
      (outside) => ({ 'srv/one': { link: 'two' }, 'srv/two': { link: outside } }),
    ],
    [
      'a link with dots',
      '/srv/way/new',
      (outside) => ({ 'srv/way': { link: `../../../../../../../..${outside}` } }),
    ],
    ['dots', '/srv/../../new', () => ({})],
  ])('through %s is refused, and nothing is touched', async (_what, to, treeFor) => {
    const outside = temporaryFolder()
    writeTree(outside, { canary: 'alive' })
    const bed = testbed({
      source: { files: { 'old/file': 'x', 'old/canary': 'dead' } },
      destination: { files: { srv: { directory: true }, ...treeFor(outside) } },
    })
    const around = () => [
      manifest(outside),
      readdirSync(join(bed.root, '..')),
      bed.manifest('srv'),
      left(bed),
    ]
    const before = around()
    const { results, said } = await transfer(bed, { to })
    expect(results).toMatchObject([{ outcome: 'failed' }])
    const code = to.includes('..') ? 'DESTINATION_PATH_UPWARDS' : 'DESTINATION_OUTSIDE_ROOT'
    expect(said).toEqual([`error ${code} ${to}`])
    expect(around()).toEqual(before)
  })

  it('is fine through a link that stays inside', async () => {
    const bed = bedWith({ file: 'x' }, { 'real/folder/.keep': '', way: { link: 'real' } })
    await transfer(bed, { to: '/srv/new/way/folder' })
    expect(entries(bed, 'srv/new/real/folder')).toEqual(['.keep: ', 'file: x'])
  })
})

describe('what cannot be moved', () => {
  async function socketAt(path: string): Promise<void> {
    const server = createServer()
    await new Promise<void>((listening) => server.listen(path, listening))
    onTestFinished(() => void server.close())
  }

  it('is a socket: it stays in the source, is said, and the rest of its folder moves', async () => {
    const bed = bedWith({ 'run/file': 'x', 'run/deep/file': 'y' })
    await socketAt(join(bed.source, 'old/run/agent'))
    const { said, status } = await transfer(bed)
    expect(entries(bed)).toEqual(['d run', 'd run/deep', 'run/deep/file: y', 'run/file: x'])
    expect(left(bed)).toEqual(['run', 'run/agent'])
    expect(said).toEqual(['warning special-file-left old/run/agent'])
    expect(status).toBe('done')
  })

  it('is a device', async (context) => {
    if (!isRoot) context.skip('only root may make a device node')
    const bed = bedWith({ file: 'x' })
    execFileSync('mknod', [join(bed.source, 'old/null'), 'c', '1', '3'])
    const { said } = await transfer(bed)
    expect(entries(bed)).toEqual(['file: x'])
    expect(said).toEqual(['warning special-file-left old/null'])
  })

  it.each([
    ['missing', 'SOURCE_MISSING'],
    ['old/file', 'SOURCE_NOT_A_DIRECTORY'],
  ])('is %s: an ERROR, and the next tree is moved', async (from, code) => {
    const bed = bedWith({ file: 'x' })
    const { results, said, status } = await transfer(bed, { from }, {})
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'done'])
    expect(said).toEqual([`error ${code} /srv/new`])
    expect(status).toBe('failed')
    expect(entries(bed)).toEqual(['file: x'])
  })
})

describe('the owner of what was moved', () => {
  it('is the account asked for, for every entry and the new folder, links themselves included', async (context) => {
    if (!isRoot) context.skip('only root may give files away')
    const outside = temporaryFolder()
    writeTree(outside, { canary: 'alive' })
    const bed = bedWith({
      'a/b/file': { content: 'x', owner: [5001, 5002] },
      link: { link: join(outside, 'canary') },
    })
    const before = manifest(outside)
    const { changes } = await transfer(bed, { owner: { user: 'mysql' } })
    expect(bed.manifest('srv').map((line) => line.split(' ').slice(2, 4).join(' '))).toEqual([
      '27:27 new',
      '27:27 new/a',
      '27:27 new/a/b',
      '27:27 new/a/b/file',
      '27:27 new/link',
    ])
    expect(manifest(outside)).toEqual(before)
    expect(changes).toMatchObject([{ owner: 'mysql' }])
  })

  it('has the group asked for', async (context) => {
    if (!isRoot) context.skip('only root may give files away')
    const bed = bedWith({ file: 'x' })
    const { changes } = await transfer(bed, { owner: { user: 'mysql', group: 'locals' } })
    expect(bed.manifest('srv/new')[0]).toMatch(/^f 0644 27:10000 file/)
    expect(changes).toMatchObject([{ owner: 'mysql:locals' }])
  })

  it('is not given to what was there before', async (context) => {
    if (!isRoot) context.skip('only root may give files away')
    const bed = bedWith({ 'docs/old': '' }, { 'docs/new': '' })
    await transfer(bed, { owner: { user: 'mysql' } })
    expect(bed.manifest('srv/new').map((line) => line.split(' ').slice(2, 4).join(' '))).toEqual([
      '0:0 docs',
      '0:0 docs/new',
      '27:27 docs/old',
    ])
  })

  it.each<[string, TransferTree['owner']]>([
    ['user', { user: 'nobody-knows' }],
    ['group', { user: 'root', group: 'nobody-knows' }],
  ])('is not known as a %s: an ERROR, and nothing is moved', async (_what, owner) => {
    const bed = bedWith({ file: 'x' })
    const { said } = await transfer(bed, { ...(owner ? { owner } : {}) })
    expect(said).toEqual(['error DESTINATION_UNKNOWN_ACCOUNT /srv/new'])
    expect(left(bed)).toEqual(['file'])
    expect(existsSync(join(bed.root, 'srv/new'))).toBe(false)
  })
})

describe('a transfer that was killed', () => {
  it('is finished by the next run, and reported as the whole it is', async () => {
    const tree: Tree = { a: 'a', 'b/c': 'c', 'b/d': 'd', e: 'e' }
    const bed = bedWith(tree, { e: 'other' })
    const first = await transfer(bed)
    const whole = entries(bed)
    forgetAfter(bed, '"begin":1,')
    // Two entries had not been moved yet.
    renameSync(join(bed.root, 'srv/new/b'), join(bed.source, 'old/b'))
    renameSync(join(bed.root, 'srv/new/e.migrated'), join(bed.source, 'old/e'))
    const second = await transfer(bed)
    expect(entries(bed)).toEqual(whole)
    expect(left(bed)).toEqual([])
    expect(second.changes).toEqual(first.changes)
  })

  it('in the middle of a folder made entry by entry is finished there', async () => {
    const bed = bedWith({ 'a/b/one': '1', 'a/b/two': '2', 'a/out': 'stays' })
    mkdirSync(join(bed.root, 'srv/new/a/b'), { recursive: true })
    writeFileSync(join(bed.root, 'srv/new/a/b/one'), '1')
    execFileSync('rm', [join(bed.source, 'old/a/b/one')])
    await transfer(bed, { exclude: ['a/out'] })
    expect(entries(bed)).toEqual(['d a', 'd a/b', 'a/b/one: 1', 'a/b/two: 2'])
    expect(left(bed)).toEqual(['a', 'a/b', 'a/out'])
  })
})

it('bears the longest names: on their own, below a folder, and beside another of the name', async () => {
  const long = 'n'.repeat(255)
  const bed = bedWith(
    { [`${long}/${long}`]: 'old', [`${'f'.repeat(255)}`]: 'old' },
    { [`${long}/${long}`]: 'new', [`${'f'.repeat(255)}`]: 'new' },
  )
  const { status, said } = await transfer(bed)
  expect([status, said.map((line) => line.replace(/ .*/, ''))]).toEqual([
    'done',
    ['notice', 'notice'],
  ])
  const cut = (letter: string) => `${letter.repeat(246)}.migrated`
  expect([
    bed.file(`srv/new/${long}/${long}`),
    bed.file(`srv/new/${long}/${cut('n')}`),
    bed.file(`srv/new/${cut('f')}`),
  ]).toEqual(['new', 'old', 'old'])
})
