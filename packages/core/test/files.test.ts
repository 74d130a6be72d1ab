import { lstatSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  manifest,
  temporaryFolder,
  testbed,
  writeTree,
  type Tree,
} from '@nethserver-migrate/testkit'
import type { Destination } from '../src/destination/destination.js'
import type { CopyFile } from '../src/destination/file-operations.js'
import { forgetAfter } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'

const isRoot = process.getuid?.() === 0

function bedWith(destination: Tree, source: Tree = { 'old.key': 'OLD' }) {
  const bed = testbed({
    source: { files: source },
    destination: { files: { etc: { directory: true }, ...destination } },
  })
  return {
    ...bed,
    /** What is in `etc/pki`: mode, name and text. */
    pki: () =>
      manifest(join(bed.root, 'etc/pki')).map((line) => {
        const [kind = '', mode = '', , name = '', ...rest] = line.split(' ')
        return kind === 'f'
          ? `${mode} ${name}: ${bed.file(`etc/pki/${name}`)}`
          : [kind, name, ...rest].join(' ')
      }),
    async ask<Answer>(question: (destination: Destination) => Promise<Answer>) {
      const answers: Answer[] = []
      const { report, said } = await bed.run(
        pluginOf(async ({ destination }) => {
          answers.push(await question(destination))
        }),
      )
      const changes = report.changes.map(({ outcome, change }) => ({ outcome, ...change }))
      return { answer: answers[0], changes, said, status: report.status }
    },
  }
}

const copy =
  (request: Partial<CopyFile> = {}) =>
  (destination: Destination) =>
    destination.copyFile({
      from: 'old.key',
      to: '/etc/pki/key',
      mode: 0o600,
      whenDifferent: 'save-old',
      ...request,
    })

describe('copying a file', () => {
  it('makes it with its mode, and folders on the way; the source keeps it', async () => {
    const bed = bedWith({})
    expect(await bed.ask(copy())).toEqual({
      answer: { outcome: 'done', key: 'file:/etc/pki/key', path: '/etc/pki/key' },
      changes: [
        { outcome: 'done', kind: 'file', from: 'old.key', to: '/etc/pki/key', mode: '0600' },
      ],
      said: [],
      status: 'done',
    })
    expect(bed.pki()).toEqual(['0600 key: OLD'])
    expect(lstatSync(join(bed.source, 'old.key')).size).toBe(3)
  })

  it('changes nothing when the same bytes are there', async () => {
    const bed = bedWith({ 'etc/pki/key': { content: 'OLD', mode: 0o640 } })
    const { ino } = lstatSync(join(bed.root, 'etc/pki/key'))
    expect(await bed.ask(copy())).toMatchObject({
      answer: { outcome: 'unchanged' },
      changes: [],
      status: 'unchanged',
    })
    expect(bed.pki()).toEqual(['0640 key: OLD'])
    expect(lstatSync(join(bed.root, 'etc/pki/key')).ino).toBe(ino)
  })

  it('copies every byte', async () => {
    const content = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const bed = bedWith({}, { 'old.key': { content } })
    await bed.ask(copy())
    expect(bed.file('etc/pki/key')).toBe(content.toString('latin1'))
  })

  it('to a Latin-1 name from a Latin-1 name keeps the bytes of both', async () => {
    const bed = bedWith({}, { 'Perch\xe9': 'x' })
    await bed.ask(copy({ from: 'Perch\xe9', to: '/etc/pki/Perch\xe9' }))
    expect(readdirSync(join(bed.root, 'etc/pki'), 'latin1')).toEqual(['Perch\xe9'])
  })

  it.each<[string, Tree, string]>([
    ['missing', {}, 'SOURCE_MISSING'],
    ['a folder', { 'old.key': { directory: true } }, 'SOURCE_NOT_A_FILE'],
    ['a link', { 'old.key': { link: 'etc/passwd' } }, 'SOURCE_SYMBOLIC_LINK'],
  ])('is an ERROR when it is %s in the source', async (_what, source, code) => {
    const bed = bedWith({}, source)
    expect(await bed.ask(copy())).toMatchObject({
      answer: { outcome: 'failed', path: '/etc/pki/key' },
      changes: [{ outcome: 'failed' }],
      said: [`error ${code} /etc/pki/key`],
    })
    expect(bed.manifest('etc').filter((line) => line.includes('pki'))).toEqual([])
  })
})

describe('copying a file over a different one, saving the old', () => {
  it('keeps the mode and the owner of the old one, and the old one beside', async () => {
    const bed = bedWith({
      'etc/pki/key': { content: 'NEW', mode: 0o644, ...(isRoot ? { owner: [27, 27] } : {}) },
    })
    expect(await bed.ask(copy())).toMatchObject({
      answer: { outcome: 'done', path: '/etc/pki/key' },
    })
    expect(bed.pki()).toEqual(['0644 key: OLD', '0644 key.before-migration: NEW'])
    if (isRoot) expect(lstatSync(join(bed.root, 'etc/pki/key'))).toMatchObject({ uid: 27, gid: 27 })
  })

  it('saves it under the first free name', async () => {
    const bed = bedWith({ 'etc/pki/key': 'NEW', 'etc/pki/key.before-migration': 'older' })
    await bed.ask(copy())
    expect(bed.pki().map((line) => line.slice(5))).toEqual([
      'key: OLD',
      'key.before-migration: older',
      'key.before-migration-2: NEW',
    ])
  })

  it('does not save the same bytes twice', async () => {
    const bed = bedWith({ 'etc/pki/key': 'NEW', 'etc/pki/key.before-migration': 'NEW' })
    await bed.ask(copy())
    expect(bed.pki().map((line) => line.slice(5))).toEqual([
      'key: OLD',
      'key.before-migration: NEW',
    ])
  })

  it('does not come back over what the administrator has put there since', async () => {
    const bed = bedWith({ 'etc/pki/key': 'NEW' })
    await bed.ask(copy())
    writeFileSync(join(bed.root, 'etc/pki/key'), 'RENEWED')
    expect(await bed.ask(copy())).toMatchObject({ answer: { outcome: 'unchanged' }, changes: [] })
    expect(bed.pki().map((line) => line.slice(5))).toEqual([
      'key: RENEWED',
      'key.before-migration: NEW',
    ])
  })

  it('is finished by the next run after a kill, with one saved file', async () => {
    const bed = bedWith({ 'etc/pki/key': 'NEW' })
    await bed.ask(copy())
    forgetAfter(bed, '"begin":1,')
    // Killed after the old one was saved, and before it was replaced.
    writeFileSync(join(bed.root, 'etc/pki/key'), 'NEW')
    expect(await bed.ask(copy())).toMatchObject({ answer: { outcome: 'done' } })
    expect(bed.pki().map((line) => line.slice(5))).toEqual([
      'key: OLD',
      'key.before-migration: NEW',
    ])
  })

  it('replaces a link itself: what it leads to is not touched, and the link is saved', async () => {
    const outside = temporaryFolder()
    writeTree(outside, { canary: 'alive' })
    const bed = bedWith({ 'etc/pki/key': { link: join(outside, 'canary') } })
    expect(await bed.ask(copy())).toMatchObject({ answer: { outcome: 'done' }, said: [] })
    expect(bed.pki()).toEqual(['0600 key: OLD', `l key.before-migration -> ${outside}/canary`])
    expect(manifest(outside).map((line) => line.split(' ')[3])).toEqual(['canary'])
  })

  it('replaces a dangling link in the same way', async () => {
    const bed = bedWith({
      'etc/pki/key': { link: 'nowhere' },
      'etc/pki/key.before-migration': { content: 'older', mode: 0o640 },
    })
    await bed.ask(copy())
    expect(bed.pki()).toEqual([
      '0600 key: OLD',
      '0640 key.before-migration: older',
      'l key.before-migration-2 -> nowhere',
    ])
  })

  it('does not replace a folder: an ERROR, and nothing is left beside', async () => {
    const bed = bedWith({ 'etc/pki/key/file': 'x' })
    expect(await bed.ask(copy())).toMatchObject({
      answer: { outcome: 'failed' },
      said: ['error EISDIR /etc/pki/key'],
    })
    expect(bed.pki()).toEqual(['d key', '0644 key/file: x'])
  })
})

describe('copying a file beside a different one', () => {
  const beside = copy({ whenDifferent: 'put-beside' })

  it('leaves that one, and tells where the copy lies', async () => {
    const bed = bedWith({ 'etc/pki/key': { content: 'NEW', mode: 0o644 } })
    expect(await bed.ask(beside)).toMatchObject({
      answer: {
        outcome: 'done',
        key: 'file:/etc/pki/key.migrated',
        path: '/etc/pki/key.migrated',
      },
      changes: [{ to: '/etc/pki/key.migrated' }],
    })
    expect(bed.pki()).toEqual(['0644 key: NEW', '0600 key.migrated: OLD'])
  })

  it('takes the first free name', async () => {
    const bed = bedWith({ 'etc/pki/key': 'NEW', 'etc/pki/key.migrated': 'older' })
    expect((await bed.ask(beside)).answer?.path).toBe('/etc/pki/key.migrated-2')
  })

  it('is unchanged the second time, and tells the same place', async () => {
    const bed = bedWith({ 'etc/pki/key': 'NEW' })
    await bed.ask(beside)
    expect(await bed.ask(beside)).toMatchObject({
      answer: { outcome: 'unchanged', path: '/etc/pki/key.migrated' },
      changes: [],
    })
  })

  it('comes back to the same place when it was removed', async () => {
    const bed = bedWith({ 'etc/pki/key': 'NEW' })
    await bed.ask(beside)
    rmSync(join(bed.root, 'etc/pki/key.migrated'))
    expect(await bed.ask(beside)).toMatchObject({ answer: { path: '/etc/pki/key.migrated' } })
    expect(bed.pki().map((line) => line.slice(5))).toEqual(['key: NEW', 'key.migrated: OLD'])
  })

  it('stays as it is, and where it is, when the source has another one by now', async () => {
    const bed = bedWith({ 'etc/pki/key': 'NEW' })
    await bed.ask(beside)
    writeTree(bed.root, { 'etc/pki/key.migrated': 'renewed by hand' })
    expect(await bed.ask(beside)).toMatchObject({
      answer: { outcome: 'unchanged', path: '/etc/pki/key.migrated' },
    })
  })

  it('needs no name of its own when nothing is there', async () => {
    const bed = bedWith({})
    expect((await bed.ask(beside)).answer?.path).toBe('/etc/pki/key')
  })
})

describe('writing a file', () => {
  const write = (content: string) => (destination: Destination) =>
    destination.writeFile({ to: '/etc/pki/conf', content, mode: 0o640 })

  it('makes it with its mode', async () => {
    const bed = bedWith({})
    expect(await bed.ask(write('a\xe9\n'))).toMatchObject({
      answer: { outcome: 'done', key: 'file:/etc/pki/conf' },
      changes: [{ kind: 'file', to: '/etc/pki/conf', mode: '0640' }],
    })
    expect(bed.pki()).toEqual(['0640 conf: a\xe9\n'])
  })

  it('keeps the mode of the one that is there, and saves it', async () => {
    const bed = bedWith({ 'etc/pki/conf': { content: 'theirs', mode: 0o604 } })
    await bed.ask(write('ours'))
    expect(bed.pki()).toEqual(['0604 conf: ours', '0604 conf.before-migration: theirs'])
  })

  it('changes nothing when it holds the same', async () => {
    const bed = bedWith({ 'etc/pki/conf': 'same' })
    expect(await bed.ask(write('same'))).toMatchObject({ status: 'unchanged', changes: [] })
    expect(bed.pki().map((line) => line.slice(5))).toEqual(['conf: same'])
  })

  it('leaves no temporary file, and takes away one that a killed run has left', async () => {
    const outside = temporaryFolder()
    writeTree(outside, { canary: 'alive' })
    const bed = bedWith({
      'etc/pki/.conf.nethserver-migrate': { link: join(outside, 'canary') },
    })
    await bed.ask(write('ours'))
    expect(bed.pki()).toEqual(['0640 conf: ours'])
    expect(manifest(outside)[0]).toMatch(/^f .* canary = /)
  })
})

describe('making a link', () => {
  const link =
    (to: string, target = '../var/lib/nethserver/migration/admin') =>
    (destination: Destination) =>
      destination.makeLink({ to, target })

  it('makes it with its target as it is', async () => {
    const bed = bedWith({})
    expect(await bed.ask(link('/etc/pki/here', '../target'))).toMatchObject({
      answer: { outcome: 'done', key: 'link:/etc/pki/here' },
      changes: [{ kind: 'link', to: '/etc/pki/here', target: '../target' }],
    })
    expect(bed.pki()).toEqual(['l here -> ../target'])
  })

  it('puts the local time in the place of <TIMESTAMP>', async () => {
    const bed = bedWith({})
    const stamp = (date: Date) => {
      const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
      return local.toISOString().replace(/\D/g, '').slice(0, 14)
    }
    const before = stamp(new Date())
    await bed.ask(link('/root/admin-migration-<TIMESTAMP>'))
    const [name = ''] = readdirSync(join(bed.root, 'root'))
    expect(name).toMatch(/^admin-migration-\d{14}$/)
    const made = name.slice('admin-migration-'.length)
    expect(made >= before && made <= stamp(new Date())).toBe(true)
    expect(readlinkSync(join(bed.root, 'root', name))).toBe('../var/lib/nethserver/migration/admin')
  })

  it('makes no second one with another time', async () => {
    const bed = bedWith({ 'root/admin-migration-20250102030405': { link: 'admin' } })
    expect(await bed.ask(link('/root/admin-migration-<TIMESTAMP>', 'admin'))).toMatchObject({
      answer: { outcome: 'unchanged' },
      changes: [],
    })
    expect(readdirSync(join(bed.root, 'root'))).toEqual(['admin-migration-20250102030405'])
  })

  it('makes one beside links with other targets, and files with such names', async () => {
    const bed = bedWith({
      'root/admin-migration-20250102030405': { link: 'other' },
      'root/admin-migration-20250102030406': 'a file',
    })
    await bed.ask(link('/root/admin-migration-<TIMESTAMP>', 'admin'))
    expect(readdirSync(join(bed.root, 'root'))).toHaveLength(3)
  })

  it.each<[string, Tree, string]>([
    ['file', { 'etc/pki/here': { content: 'own', mode: 0o644 } }, '0644 here: own'],
    ['other link', { 'etc/pki/here': { link: 'mine' } }, 'l here -> mine'],
  ])('does not replace a %s of its name: the plugin is told', async (_what, there, left) => {
    const bed = bedWith(there)
    expect(await bed.ask(link('/etc/pki/here', 'target'))).toMatchObject({
      answer: { outcome: 'exists' },
      changes: [{ outcome: 'skipped', kind: 'link' }],
      said: [],
    })
    expect(bed.pki()).toEqual([left])
  })

  it('gives it its owner, never what it points to', async (context) => {
    context.skip(!isRoot, 'owners of files can be given by root alone')
    const bed = bedWith({ 'etc/pki/key': { content: '', owner: [1, 1] } })
    await bed.ask((destination) =>
      destination.makeLink({ to: '/etc/pki/link', target: 'key', owner: { user: 'uucp' } }),
    )
    expect(bed.manifest('etc/pki').map((line) => line.split(' = ')[0])).toEqual([
      'f 0644 1:1 key',
      'l 0777 10:14 link -> key',
    ])
  })
})

describe('what lies at the destination', () => {
  it('is seen with what the run has brought, also by a plan', async () => {
    const bed = bedWith({ 'etc/pki/key': '' }, { 'old/a': '', 'old/b/c': '' })
    const seen: unknown[] = []
    const plugin = pluginOf(async ({ destination }) => {
      await destination.transferTree({ from: 'old', to: '/etc/new' })
      seen.push(
        destination.list('/etc/new/b'),
        destination.kind('/etc/new/b'),
        destination.kind('/etc/new/a'),
        destination.kind('/etc/new/x'),
        destination.list('/etc/pki'),
      )
    })
    const expected = [['c'], 'directory', 'file', 'missing', ['key']]
    await bed.run(plugin, { mode: 'plan' })
    await bed.run(plugin)
    expect(seen).toEqual([...expected, ...expected])
  })
})

describe('reading a file of the destination', () => {
  it('gives its bytes, and nothing for what is no regular file', async () => {
    const bed = bedWith({
      'etc/a': { content: Buffer.from('\xff\n', 'latin1') },
      'etc/b': { link: 'a' },
    })
    const { answer } = await bed.ask(async (destination) =>
      ['/etc/a', 'etc/a', '/etc/b', '/etc', '/etc/missing'].map((path) =>
        destination.readFile(path),
      ),
    )
    expect(answer).toEqual(['\xff\n', '\xff\n', undefined, undefined, undefined])
  })
})

describe('looking into a folder of the destination', () => {
  it('gives the names in it in byte order, odd ones as they are', async () => {
    const files = {
      'etc/pki/b': '',
      'etc/pki/a/x': '',
      'etc/pki/Soci\xe9t\xe9': '',
      'etc/pki/Z': '',
    }
    const bed = bedWith(files)
    const { answer } = await bed.ask(async (destination) => destination.list('/etc/pki'))
    expect(answer).toEqual(['Soci\xe9t\xe9', 'Z', 'a', 'b'])
  })

  it('gives nothing where there is none: missing, a file, a link', async () => {
    const files = { 'etc/file': '', 'etc/link': { link: '/etc' } }
    const { answer } = await bedWith(files).ask(async (destination) =>
      ['/etc/missing', '/etc/file', '/etc/link'].map((path) => destination.list(path)),
    )
    expect(answer).toEqual([[], [], []])
  })
})

describe('a path that leads out of the destination', () => {
  const requests: readonly (readonly [
    string,
    (to: string) => (to: Destination) => Promise<unknown>,
  ])[] = [
    ['copy', (to) => copy({ to })],
    ['put beside', (to) => copy({ to, whenDifferent: 'put-beside' })],
    ['write', (to) => (destination) => destination.writeFile({ to, content: 'x', mode: 0o600 })],
    ['link', (to) => (destination) => destination.makeLink({ to, target: 'x' })],
  ]

  it.each(
    requests.flatMap(([name, request]) =>
      [
        ['/etc/way/file', 'OUTSIDE_ROOT'],
        ['/etc/way/deep/file', 'OUTSIDE_ROOT'],
        ['/../file', 'PATH_UPWARDS'],
        ['/etc/../../file', 'PATH_UPWARDS'],
        ['/etc/missing/../../../file', 'PATH_UPWARDS'],
      ].map(([to = '', code = '']) => [name, to, code, request] as const),
    ),
  )('is refused to %s %s, and nothing outside is touched', async (_name, to, code, request) => {
    const outside = temporaryFolder()
    writeTree(outside, { canary: 'alive' })
    const bed = bedWith({ 'etc/way': { link: outside } })
    const around = () => [manifest(outside), readdirSync(join(bed.root, '..')), bed.manifest('etc')]
    const before = around()
    expect(await bed.ask(request(to))).toMatchObject({
      answer: { outcome: 'failed' },
      status: 'failed',
      said: [`error DESTINATION_${code} ${to}`],
    })
    expect(around()).toEqual(before)
  })

  it('is refused to read', async () => {
    const outside = temporaryFolder()
    writeTree(outside, { canary: 'alive' })
    const bed = bedWith({ 'etc/way': { link: outside } })
    const { said } = await bed.ask(async (destination) => destination.readFile('/etc/way/canary'))
    expect(said).toEqual(['error DESTINATION_OUTSIDE_ROOT nethserver-test-migrate'])
  })
})

describe('making a folder', () => {
  const FAX = { to: '/var/lib/fax', mode: 0o2775, owner: { user: 'uucp' } } as const
  const change = {
    kind: 'folder',
    to: '/var/lib/fax',
    mode: '2775',
    owner: 'uucp',
  }
  const make = (destination: Destination) => destination.makeFolder(FAX)

  it('gives it its mode and owner, and holds the second time', async (context) => {
    context.skip(!isRoot, 'owners of files can be given by root alone')
    const bed = bedWith({})
    expect(await bed.ask(make)).toMatchObject({
      changes: [{ outcome: 'done', ...change }],
      said: [],
    })
    expect(bed.manifest('var/lib').find((line) => line.endsWith(' fax'))).toBe('d 2775 10:14 fax')
    expect((await bed.ask(make)).status).toBe('unchanged')
  })

  it('mends the one that is there, and keeps what is in it', async (context) => {
    context.skip(!isRoot, 'owners of files can be given by root alone')
    const bed = bedWith({ 'var/lib/fax/old.pdf': { content: 'OLD', mode: 0o600, owner: [1, 1] } })
    expect((await bed.ask(make)).changes).toEqual([{ outcome: 'done', ...change }])
    expect(bed.manifest('var/lib').filter((line) => line.includes(' fax'))).toEqual([
      'd 2775 10:14 fax',
      expect.stringMatching(/^f 0600 1:1 fax\/old.pdf = /),
    ])
  })

  it('fails where something else has the name, and leaves that alone', async () => {
    const bed = bedWith({ 'var/lib/fax': 'a file' })
    const { status, said } = await bed.ask(make)
    expect({ status, said, there: bed.file('var/lib/fax') }).toEqual({
      status: 'failed',
      said: ['error DESTINATION_NOT_A_FOLDER /var/lib/fax'],
      there: 'a file',
    })
  })
})

describe('the owner of a single file', () => {
  it('is given to a new one and to one that is replaced, not to what is saved', async (context) => {
    context.skip(!isRoot, 'owners of files can be given by root alone')
    const bed = bedWith({ 'etc/pki/old': { content: 'MINE', mode: 0o640, owner: [1, 1] } })
    const owner = { user: 'uucp' }
    await bed.ask(async (destination) => {
      await copy({ owner })(destination)
      await destination.writeFile({ to: '/etc/pki/new', content: 'NEW', mode: 0o644, owner })
      await destination.writeFile({ to: '/etc/pki/old', content: 'NEWER', mode: 0o644, owner })
    })
    expect(bed.manifest('etc/pki').map((line) => line.split(' = ')[0])).toEqual([
      'f 0600 10:14 key',
      'f 0644 10:14 new',
      'f 0640 10:14 old',
      'f 0640 1:1 old.before-migration',
    ])
  })
})
