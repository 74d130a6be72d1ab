import { execFileSync } from 'node:child_process'
import { existsSync, linkSync, lstatSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import {
  manifest,
  programs,
  temporaryFolder,
  testbed,
  type Testbed,
  type Tree,
  writeTree,
} from '@nethserver-migrate/testkit'
import type { TransferTree } from '../src/destination/file-operations.js'
import { forgetAfter } from './helpers/journal-lines.js'
import { importWith } from './helpers/import-with.js'
import { pluginOf } from './helpers/plugin-of.js'

const isRoot = process.getuid?.() === 0
const MEMORY = '/dev/shm'
const STATE = 'var/lib/nethserver/migration'
const PARTIAL = `${STATE}/.nethserver-migrate-partial`

/** Two ways to the same rules. Each gives the folder for a source. */
const WAYS = [
  ['with --transfer copy', () => temporaryFolder(), 'copy'],
  ['across filesystems', otherFilesystem, 'move'],
] as const

function otherFilesystem(context: TestContext): string {
  const device = (path: string) => statSync(path, { throwIfNoEntry: false })?.dev
  if (device(MEMORY) === undefined || device(MEMORY) === device(tmpdir()))
    context.skip(`${MEMORY} is no other filesystem than ${tmpdir()}`)
  const folder = mkdtempSync(join(MEMORY, 'nethserver-migrate-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe.each(WAYS)('a transfer %s', (_way, sourceFolder, mode) => {
  /** A source with a folder `old`, and a destination with a folder `srv/new`. */
  function bedWith(context: TestContext, old: Tree, there: Tree = {}): Testbed {
    const below = (folder: string, tree: Tree) =>
      Object.fromEntries(Object.entries(tree).map(([path, entry]) => [`${folder}/${path}`, entry]))
    const folder = sourceFolder(context)
    writeTree(folder, {
      'home/e-smith/db/configuration': 'SystemName=old\nDomainName=example.com\n',
      'home/e-smith/db/accounts': '',
      old: { directory: true },
      ...below('old', old),
    })
    return testbed({
      source: { folder },
      destination: { files: { 'srv/new': { directory: true }, ...below('srv/new', there) } },
    })
  }

  async function transfer(bed: Testbed, request: Partial<TransferTree> = {}) {
    const plugin = pluginOf(async ({ destination }) => {
      await destination.transferTree({ from: 'old', to: '/srv/new', ...request })
    })
    const { report } = await importWith(bed, [plugin], { only: [plugin.name], transfer: mode })
    return {
      status: report.status,
      change: report.changes[0]?.change,
      said: report.findings.map(({ severity, code, message }) => [severity, code, message]),
    }
  }

  const names = (bed: Testbed) => bed.manifest('srv/new').map((line) => line.split(' ')[3])

  it('copies everything as it is, and the source stays whole', async (context) => {
    const bed = bedWith(context, {
      file: { content: 'x', mode: 0o640 },
      '.hidden': { content: 'x', mode: 0o600 },
      'folder/below/tool': { content: 'x', mode: 0o4755 },
      empty: { directory: true, mode: 0o2770 },
      link: { link: 'file' },
      dangling: { link: '/nowhere' },
      'Perch\xe9': { content: 'latin1' },
      'two\nlines': { content: '' },
      '-rf *': { content: '' },
      ...(isRoot ? { owned: { content: 'x', owner: [5001, 5002] } } : {}),
    })
    execFileSync('mkfifo', ['-m', '620', join(bed.source, 'old/pipe')])
    const before = manifest(join(bed.source, 'old'))
    const { status, change } = await transfer(bed)
    expect(bed.manifest('srv/new')).toEqual(before)
    expect(manifest(join(bed.source, 'old'))).toEqual(before)
    expect(status).toBe('done')
    expect(change).toMatchObject({ files: isRoot ? 10 : 9, directories: 3, keptBoth: [] })
  })

  it('takes cp alone where nothing was begun', async (context) => {
    const bed = bedWith(context, { a: 'a', 'b/c': 'c' })
    programs({ rsync: '#!/bin/sh\nexit 1\n' })
    expect((await transfer(bed)).status).toBe('done')
  })

  it('keeps hard links, holes and times', async (context) => {
    const bed = bedWith(context, { 'cur/a': 'message', 'new/x': '', disk: 'begin' })
    const old = join(bed.source, 'old')
    linkSync(join(old, 'cur/a'), join(old, 'new/b'))
    execFileSync('truncate', ['-s', '32M', join(old, 'disk')])
    utimesSync(join(old, 'cur/a'), 1_100_000_000, 1_100_000_000)
    utimesSync(join(old, 'cur'), 1_200_000_000, 1_200_000_000)
    await transfer(bed)
    const at = (path: string) => lstatSync(join(bed.root, 'srv/new', path))
    expect(at('cur/a').ino).toBe(at('new/b').ino)
    expect(at('disk').size).toBe(32 << 20)
    expect(at('disk').blocks * 512).toBeLessThan(1 << 20)
    expect([at('cur/a').mtimeMs / 1000, at('cur').mtimeMs / 1000]).toEqual([
      1_100_000_000, 1_200_000_000,
    ])
  })

  it('copies the content of a folder with a Latin-1 name', async (context) => {
    const bed = bedWith(context, { 'Perch\xe9/file': 'x' })
    const { said } = await transfer(bed, { from: 'old/Perch\xe9', to: '/srv/new/Perch\xe9' })
    expect(said).toEqual([])
    expect(names(bed)).toEqual(['Perché', 'Perché/file'])
  })

  it('copies nothing a second time, with what was kept beside, excluded or left', async (context) => {
    const bed = bedWith(
      context,
      {
        report: 'old',
        'docs/plan': 'old',
        'docs/out': 'stays',
        'folder/a': 'a',
        link: { link: 'a' },
      },
      { report: 'new', docs: 'a file', folder: 'another file', link: { link: 'b' } },
    )
    await transfer(bed, { exclude: ['docs/out'] })
    const before = bed.manifest('srv')
    expect(names(bed)).toEqual([
      'docs',
      'docs.migrated',
      'docs.migrated/plan',
      'folder',
      'folder.migrated',
      'folder.migrated/a',
      'link',
      'link.migrated',
      'report',
      'report.migrated',
    ])
    expect(await transfer(bed, { exclude: ['docs/out'] })).toEqual({
      status: 'unchanged',
      change: undefined,
      said: [],
    })
    expect(bed.manifest('srv')).toEqual(before)
  })

  it('leaves a socket in the source, also in a folder that is kept beside a file', async (context) => {
    const bed = bedWith(context, { 'run/file': 'x' }, { run: 'a file' })
    const server = createServer()
    await new Promise<void>((listening) =>
      server.listen(join(bed.source, 'old/run/agent'), listening),
    )
    onTestFinished(() => void server.close())
    const { said } = await transfer(bed)
    expect(names(bed)).toEqual(['run', 'run.migrated', 'run.migrated/file'])
    expect(said.map(([, code]) => code)).toEqual(['special-file-left', 'exists-kept-both'])
  })

  it('gives the copies to their owner, not what they were copied from', async (context) => {
    if (!isRoot) context.skip('only root may give files away')
    const bed = bedWith(context, {
      'a/file': { content: 'x', owner: [5001, 5002] },
      link: { link: '/etc/passwd' },
    })
    const before = [manifest(join(bed.source, 'old')), statSync('/etc/passwd').uid]
    await transfer(bed, { owner: { user: 'mysql' } })
    expect(bed.manifest('srv/new').map((line) => line.split(' ')[2])).toEqual([
      '27:27',
      '27:27',
      '27:27',
    ])
    expect([manifest(join(bed.source, 'old')), statSync('/etc/passwd').uid]).toEqual(before)
  })

  it('takes away what a killed copy has left, and copies the rest', async (context) => {
    const bed = bedWith(context, { a: 'a', 'b/c': 'c' })
    writeTree(bed.root, { [`${PARTIAL}/0/gone/x`]: 'not in the source any more' })
    const { status } = await transfer(bed)
    expect(status).toBe('done')
    expect(names(bed)).toEqual(['a', 'b', 'b/c'])
    expect(existsSync(join(bed.root, PARTIAL))).toBe(false)
    expect(bed.file('srv/new/a')).toBe('a')
  })

  it('takes away what a copy has left that was killed at its very end', async (context) => {
    const bed = bedWith(context, { a: 'a' })
    await transfer(bed)
    forgetAfter(bed, '"begin":1,')
    writeTree(bed.root, { [`${PARTIAL}/b`]: '' })
    await transfer(bed)
    expect(names(bed)).toEqual(['a'])
    expect(existsSync(join(bed.root, PARTIAL))).toBe(false)
  })

  it('gives a folder its time back that a killed run has begun to fill', async (context) => {
    const bed = bedWith(context, { 'a/b/stays': 'x', 'a/b/c': 'c', 'a/d': 'd' })
    const at = (folder: string, path: string) => join(folder, path)
    for (const path of ['a/b', 'a'])
      utimesSync(at(bed.source, `old/${path}`), 1_200_000_000, 1_200_000_000)
    const request = { exclude: ['a/b/stays'] }
    await transfer(bed, request)
    forgetAfter(bed, '"begin":1,')
    // What went into it after its time was written down.
    for (const path of ['a/b', 'a'])
      for (const folder of [at(bed.root, 'srv/new'), at(bed.source, 'old')])
        utimesSync(at(folder, path), 1_700_000_000, 1_700_000_000)
    await transfer(bed, request)
    for (const path of ['a/b', 'a'])
      expect(lstatSync(at(bed.root, `srv/new/${path}`)).mtimeMs / 1000).toBe(1_200_000_000)
  })

  /** More names than a socket holds, so that a program which does not read them is noticed. */
  const MANY = Object.fromEntries(
    Array.from({ length: 1500 }, (_, number) => [`${'x'.repeat(200)}${number}`, '']),
  )

  it.for<[string, string, string, RegExp, Tree]>([
    [
      'fails',
      '#!/bin/sh\necho "rsync: write failed: No space left on device (28)" >&2\nexit 11\n',
      'COPY_FAILED',
      /old could not be copied: rsync: write failed: No space left on device \(28\)$/,
      { a: 'a' },
    ],
    [
      'is killed',
      '#!/bin/sh\nkill -9 $$\n',
      'COPY_FAILED',
      /old could not be copied: rsync: was killed by SIGKILL$/,
      { a: 'a' },
    ],
    [
      'stops reading',
      '#!/bin/sh\nexit 0\n',
      'COPY_FAILED',
      /old could not be copied: rsync: stopped reading its input$/,
      MANY,
    ],
    [
      'copies nothing',
      '#!/bin/sh\ncat >/dev/null\n',
      'COPY_DIFFERS',
      /changed while it was copied, or the copy is not whole$/,
      { a: 'a' },
    ],
  ])(
    'is an ERROR when the program that copies %s, and done by the next run',
    async ([, text, code, message, old], context) => {
      const bed = bedWith(context, old)
      const path = process.env['PATH']
      programs({ cp: text, rsync: text })
      const { status, said } = await transfer(bed)
      expect(status).toBe('failed')
      expect(said).toEqual([['error', code, expect.stringMatching(message)]])
      expect(names(bed)).toEqual([])

      process.env['PATH'] = path
      expect((await transfer(bed)).status).toBe('done')
      expect(names(bed)).toHaveLength(Object.keys(old).length)
    },
  )

  const NAMES = [
    '-rf',
    '*',
    'a b',
    'back\\slash',
    '\\156',
    'line\nfeed',
    'caf\u00e9',
    'z'.repeat(200),
  ]
  const mail: Tree = {
    ...Object.fromEntries(NAMES.map((name) => [name, { content: name, mode: 0o666 }])),
    'folder/run': { content: 'x', mode: 0o4755 },
    sticky: { directory: true, mode: 0o3775 },
    link: { link: '../folder' },
  }
  const claimed = (bed: Testbed) =>
    [...bed.manifest('srv/new')].map((line) => line.split(' ').slice(0, 3).join(' '))

  it.skipIf(!isRoot)(
    'gives what is closed to its owner and takes its ACLs off, in the same way with and without tar',
    async (context) => {
      const request = { owner: { user: 'vmail', group: 'vmail' }, closed: true }
      const manifests = []
      for (const tar of [undefined, '#!/bin/sh\nexit 2\n']) {
        const bed = bedWith(context, mail)
        const old = join(bed.source, 'old')
        linkSync(join(old, '*'), join(old, 'linked'))
        utimesSync(join(old, 'a b'), 1_200_000_000.25, 1_300_000_000.123)
        execFileSync('setfacl', ['-R', '-m', 'u:1234:rwx,d:u:1234:rwx', join(old, 'folder')])
        const path = process.env['PATH']
        if (tar !== undefined) programs({ tar })
        const { status, said } = await transfer(bed, request)
        process.env['PATH'] = path
        expect({ status, said }).toEqual({ status: 'done', said: [] })
        const there = join(bed.root, 'srv/new')
        expect(execFileSync('getfacl', ['-pRs', there], { encoding: 'utf8' })).toBe('')
        expect(lstatSync(join(there, '*')).ino).toBe(lstatSync(join(there, 'linked')).ino)
        const { mtimeMs } = lstatSync(join(there, 'a b'))
        expect(mtimeMs).toBe(lstatSync(join(old, 'a b')).mtimeMs)
        manifests.push(bed.manifest('srv/new'))
        expect(new Set(claimed(bed))).toEqual(
          new Set(['f 0600 498:498', 'f 0700 498:498', 'd 0700 498:498', 'l 0777 498:498']),
        )
      }
      expect(manifests[1]).toEqual(manifests[0])
    },
  )

  it('brings hundreds of folders, and one that meets another in its target after it', async (context) => {
    const numbers = Array.from({ length: 450 }, (_none, number) => number)
    const textOf = (number: number) => (number === 200 ? 'of another size' : `${number}`)
    const bed = bedWith(
      context,
      Object.fromEntries(numbers.map((number) => [`${number}/file`, textOf(number)])),
    )
    const plugin = pluginOf(async ({ destination }) => {
      await destination.transferTrees(
        numbers.map((number) => ({
          from: `old/${number}`,
          to: `/srv/new/${number === 200 ? 199 : number}`,
        })),
      )
    })
    const { report } = await importWith(bed, [plugin], { only: [plugin.name], transfer: mode })
    expect(report.counts).toMatchObject({ done: 450, failed: 0 })
    const wanted = numbers.map((number) => [
      number === 200 ? '199/file.migrated' : `${number}/file`,
      textOf(number),
    ])
    expect(names(bed).filter((name) => name?.includes('file'))).toEqual(
      wanted.map(([path = '']) => path).sort(),
    )
    for (const [path = '', text] of wanted) expect(bed.file(`srv/new/${path}`)).toBe(text)
  })

  it('goes on where a copy of the same was cut short, with rsync', async (context) => {
    const bed = bedWith(context, { a: 'whole', b: 'rest' })
    const path = process.env['PATH']
    // cp copies one of the two, and rsync is not there.
    programs({
      cp: '#!/bin/sh\nmkdir -p .$(dirname $6) && PATH=$(echo "$PATH" | cut -d: -f2-) cp -a $6 .$6\nexit 1\n',
      rsync: '#!/bin/sh\nexit 12\n',
    })
    expect((await transfer(bed)).status).toBe('failed')
    process.env['PATH'] = path
    programs({ cp: '#!/bin/sh\nexit 1\n' })
    expect((await transfer(bed)).status).toBe('done')
    expect(names(bed)).toEqual(['a', 'b'])
  })

  it('carries over what can be copied when another folder cannot', async (context) => {
    const bed = bedWith(context, { 'good/a': 'a', 'bad/b': 'b' })
    programs({
      cp: '#!/bin/sh\nexit 1\n',
      rsync:
        '#!/bin/sh\nlist=$(mktemp); cat >$list\ngrep -qz /bad/ $list && { echo "rsync: b: Input/output error" >&2; exit 23; }\nPATH=$(echo "$PATH" | cut -d: -f2-) exec rsync "$@" <$list\n',
    })
    const plugin = pluginOf(async ({ destination }) => {
      await destination.transferTrees([
        { from: 'old/good', to: '/srv/new/good' },
        { from: 'old/bad', to: '/srv/new/bad' },
      ])
    })
    const { report } = await importWith(bed, [plugin], { only: [plugin.name], transfer: mode })
    expect(report.changes.map(({ outcome }) => outcome)).toEqual(['done', 'failed'])
    expect(names(bed)).toEqual(['bad', 'good', 'good/a'])
  })

  it('is an ERROR when there is no program that copies', async (context) => {
    const bed = bedWith(context, { a: 'a' })
    programs({ sync: '#!/bin/sh\n', flock: '#!/bin/sh\n' }, { alone: true })
    const { said } = await transfer(bed)
    expect(said).toEqual([
      ['error', 'COPY_FAILED', expect.stringMatching(/: rsync: no such program$/)],
    ])
  })

  it('never overwrites what another program has made meanwhile', async (context) => {
    const bed = bedWith(context, { a: 'a' })
    const target = join(bed.root, 'srv/new/a')
    programs({
      cp: `#!/bin/sh\nPATH=$(echo "$PATH" | cut -d: -f2-)\ncp "$@" && echo other >${target}\n`,
    })
    const { said } = await transfer(bed)
    expect(said).toEqual([
      [
        'error',
        'TARGET_APPEARED',
        `${target} was made by another program during the import: not overwritten`,
      ],
    ])
    expect(bed.file('srv/new/a')).toBe('other\n')
  })
})
