import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  manifest,
  programs,
  recording,
  tarOf,
  temporaryFolder,
  testbed,
  writeTree,
  type TarMember,
} from '@nethserver-migrate/testkit'
import { toBuffer } from '../src/files/bytes.js'
import type { Finding } from '../src/report/findings.js'
import { noProgress } from '../src/report/progress.js'
import type { DiskRoom } from '../src/files/disk-room.js'
import { Interruption } from '../src/run/interruption.js'
import { extractArchive } from '../src/source/extract-archive.js'
import { importWith } from './helpers/import-with.js'
import { pluginOf } from './helpers/plugin-of.js'

const isRoot = process.getuid?.() === 0

/** A folder with an archive of `content`, and a folder beside it to extract in. */
function archiveOf(content: Buffer, name = 'smeserver.tgz') {
  const folder = temporaryFolder()
  const archive = join(folder, name)
  writeFileSync(archive, content)
  return { folder, archive, work: join(folder, 'work') }
}

function packed(tree: string, ...options: readonly string[]): Buffer {
  return execFileSync('tar', ['-c', ...options, '-C', tree, '.'], { maxBuffer: 1 << 28 })
}

function extract({ archive, work }: { archive: string; work: string }) {
  return extractArchive(archive, work, {
    progress: noProgress,
    interruption: new Interruption(),
  })
}

function inWork(work: string): string[] {
  return existsSync(work) ? readdirSync(work) : []
}

describe('extracting an archive', () => {
  it.each([
    ['a plain archive', []],
    ['a gzip archive', ['--gzip']],
    ['an xz archive', ['--xz']],
    ['a bzip2 archive', ['--bzip2']],
  ])('knows %s by its content, whatever its name', async (_format, options) => {
    const tree = temporaryFolder()
    writeTree(tree, {
      'home/e-smith/db/configuration': 'SystemName=mail\n',
      'etc/shadow': { content: 'root:*:1::::::\n', mode: 0o600 },
    })
    const { directory, extracted, refused } = await extract(
      archiveOf(packed(tree, ...options), 'backup.zip'),
    )
    expect(manifest(directory)).toEqual(manifest(tree))
    expect({ extracted, refused }).toEqual({ extracted: true, refused: [] })
  })

  it('keeps modes, set-id bits and empty folders', async () => {
    const tree = temporaryFolder()
    writeTree(tree, {
      'bin/tool': { content: '#!/bin/sh\n', mode: 0o4755 },
      'private/key': { content: 'k', mode: 0o400 },
      shared: { directory: true, mode: 0o2770 },
      locked: { directory: true, mode: 0o500 },
    })
    const { directory } = await extract(archiveOf(packed(tree)))
    expect(manifest(directory)).toEqual(manifest(tree))
  })

  it('keeps the times of files, and of folders that are filled afterwards', async () => {
    const tree = temporaryFolder()
    writeTree(tree, { 'folder/file': 'x' })
    utimesSync(join(tree, 'folder/file'), 1_100_000_000, 1_100_000_000)
    utimesSync(join(tree, 'folder'), 1_200_000_000, 1_200_000_000)
    const { directory } = await extract(archiveOf(packed(tree)))
    const seconds = (path: string) => lstatSync(join(directory, path)).mtimeMs / 1000
    expect([seconds('folder/file'), seconds('folder')]).toEqual([1_100_000_000, 1_200_000_000])
  })

  it('keeps owners by number, also ones that this machine does not know', async (context) => {
    if (!isRoot) context.skip('only root may give files away')
    const tree = temporaryFolder()
    writeTree(tree, {
      'home/rossi': { directory: true, owner: [5001, 5002] },
      'home/rossi/file': { content: 'x', owner: [65123, 65124] },
      'home/rossi/link': { link: 'file', owner: [5001, 5002] },
    })
    const { directory } = await extract(archiveOf(packed(tree)))
    expect(manifest(directory)).toEqual(manifest(tree))
    expect(manifest(directory).map((line) => line.split(' ')[2])).toContain('65123:65124')
  })

  it('keeps a sparse file sparse', async () => {
    const tree = temporaryFolder()
    writeTree(tree, { 'disk.img': 'begin' })
    truncateSync(join(tree, 'disk.img'), 64 << 20)
    const { directory } = await extract(archiveOf(packed(tree, '--sparse')))
    const { size, blocks } = lstatSync(join(directory, 'disk.img'))
    expect(size).toBe(64 << 20)
    expect(blocks * 512).toBeLessThan(1 << 20)
  })

  it('keeps hard links', async () => {
    const tree = temporaryFolder()
    writeTree(tree, { 'Maildir/cur/a': 'message' })
    mkdirSync(join(tree, 'Maildir/new'))
    linkSync(join(tree, 'Maildir/cur/a'), join(tree, 'Maildir/new/b'))
    const { directory } = await extract(archiveOf(packed(tree)))
    expect(lstatSync(join(directory, 'Maildir/cur/a')).ino).toBe(
      lstatSync(join(directory, 'Maildir/new/b')).ino,
    )
  })

  it('keeps the bytes of names: Latin-1, UTF-8, line feeds, blanks', async () => {
    const tree = temporaryFolder()
    writeTree(tree, {
      'Perch\xe9.txt': '1',
      'Perch\xc3\xa9.txt': '2',
      'two\nlines': '3',
      '-rf *': '4',
    })
    const { directory } = await extract(archiveOf(packed(tree)))
    expect(readdirSync(directory, 'latin1').sort()).toEqual([
      '-rf *',
      'Perch\xc3\xa9.txt',
      'Perch\xe9.txt',
      'two\nlines',
    ])
  })

  it('works in a folder whatever bytes its name has', async () => {
    const { archive, folder } = archiveOf(tarOf([{ file: 'etc/passwd', content: 'root' }]))
    const work = join(folder, 'M\xe4rz\n')
    const { directory } = await extract({ archive, work })
    expect(readFileSync(toBuffer(`${directory}/etc/passwd`), 'utf8')).toBe('root')
    expect(readdirSync(folder, { encoding: 'latin1' }).sort()).toEqual([
      'M\xe4rz\n',
      'smeserver.tgz',
    ])
  })

  it('keeps a named pipe', async () => {
    const tree = temporaryFolder()
    execFileSync('mkfifo', ['-m', '620', join(tree, 'initctl')])
    const { directory } = await extract(archiveOf(packed(tree)))
    expect(manifest(directory)).toEqual(manifest(tree))
  })

  it.each([1, 7, 100_000])('may be followed by %i empty blocks', async (blocks) => {
    const content = tarOf([{ file: 'etc/passwd', content: 'root' }])
    const archive = Buffer.concat([content, Buffer.alloc(blocks * 512)])
    const { directory, refused } = await extract(archiveOf(archive))
    expect({ files: readdirSync(directory), refused }).toEqual({ files: ['etc'], refused: [] })
  })

  it('says how far it is, from nothing to the size of the archive', async () => {
    const content = packed(temporaryFolder())
    const { archive, work } = archiveOf(content)
    const said: (string | number)[] = []
    await extractArchive(archive, work, {
      progress: {
        start: (title, total) => {
          said.push(title, total)
          let done = 0
          return { advance: (bytes) => (done += bytes), stop: () => said.push(done) }
        },
      },
      interruption: new Interruption(),
    })
    expect(said).toEqual(['extracting smeserver.tgz', content.length, content.length])
  })

  it('does not extract the same archive a second time', async () => {
    const paths = archiveOf(tarOf([{ file: 'etc/passwd', content: 'root' }]))
    const first = await extract(paths)
    writeFileSync(join(first.directory, 'etc/passwd'), 'already moved')
    expect(await extract(paths)).toEqual({
      directory: first.directory,
      extracted: false,
      refused: [],
      repeated: [],
    })
    expect(readFileSync(join(first.directory, 'etc/passwd'), 'utf8')).toBe('already moved')
  })

  it('extracts an archive again that has changed', async () => {
    const paths = archiveOf(tarOf([{ file: 'etc/passwd', content: 'old' }]))
    const first = await extract(paths)
    writeFileSync(paths.archive, tarOf([{ file: 'etc/passwd', content: 'new' }]))
    utimesSync(paths.archive, 1_100_000_000, 1_100_000_000)
    const second = await extract(paths)
    expect(second.extracted).toBe(true)
    expect(readFileSync(join(first.directory, 'etc/passwd'), 'utf8')).toBe('old')
    expect(readFileSync(join(second.directory, 'etc/passwd'), 'utf8')).toBe('new')
  })

  it('takes away what a killed run has left, and nothing else', async () => {
    const paths = archiveOf(tarOf([{ file: 'a' }]))
    const { directory } = await extract(paths)
    const partial = directory.replace('/source-', '/partial-')
    execFileSync('mv', [directory, partial])
    writeTree(partial, { 'half/a': 'half' })
    writeTree(paths.work, { 'journal.jsonl': '' })
    expect((await extract(paths)).directory).toBe(directory)
    expect(inWork(paths.work).sort()).toEqual(
      ['journal.jsonl', directory.slice(paths.work.length + 1)].sort(),
    )
    expect(readdirSync(directory)).toEqual(['a'])
  })

  it('makes a work folder that only its owner can look into', async () => {
    const paths = archiveOf(tarOf([{ file: 'a' }]))
    await extract(paths)
    expect(lstatSync(paths.work).mode & 0o777).toBe(0o700)
  })

  it('is not stopped by a Ctrl-C for the run: tar has a process group of its own', async () => {
    const paths = archiveOf(tarOf([{ file: 'a' }]))
    const { calls } = programs({
      tar: recording('read -r pid _ _ _ group _ </proc/$$/stat; note="$pid $group"'),
    })
    await extract(paths)
    const [pid, group] = calls()[0]?.note.split(' ') ?? []
    expect(group).toBe(pid)
  })

  it('removes what it had extracted when it is stopped', async () => {
    const { archive, work } = archiveOf(packed(temporaryFolder()))
    const tar = execFileSync('which', ['tar'], { encoding: 'utf8' }).trim()
    programs({ tar: `#!/bin/sh\n${tar} "$@"\nexec sleep 60\n` })
    const interruption = new Interruption()
    const progress = {
      start: () => ({ advance: () => interruption.request('SIGTERM'), stop: () => undefined }),
    }
    await expect(extractArchive(archive, work, { progress, interruption })).rejects.toMatchObject({
      code: 'INTERRUPTED',
      signal: 'SIGTERM',
    })
    expect(inWork(work)).toEqual([])
  })
})

describe('an archive that means harm', () => {
  /** The manifest of what was extracted, when nothing outside has changed. */
  async function extractBeside(membersFor: (outside: string) => readonly TarMember[]) {
    const outside = temporaryFolder()
    writeTree(outside, { canary: 'alive', 'folder/kept': '' })
    const before = manifest(outside)
    const { directory, refused } = await extract(archiveOf(tarOf(membersFor(outside))))
    expect(manifest(outside)).toEqual(before)
    return {
      refused,
      names: manifest(directory).map((line) => line.split(' ').slice(3).join(' ')),
      text: (path: string) => readFileSync(join(directory, path), 'utf8'),
    }
  }

  it('has absolute names: they lose their slash', async () => {
    const { refused, text } = await extractBeside(() => [{ file: '/etc/passwd', content: 'own' }])
    expect(text('etc/passwd')).toBe('own')
    expect(refused).toEqual(["Removing leading `/' from member names"])
  })

  it('has absolute names that lead to a file of this machine: it is not touched', async () => {
    const { refused } = await extractBeside((outside) => [
      { file: `${outside}/canary`, content: 'dead' },
    ])
    expect(refused).toEqual(["Removing leading `/' from member names"])
  })

  it.each(['../canary', 'a/../../canary', 'etc/..'])(
    'has the name %s: it is refused, the rest is extracted',
    async (name) => {
      const { refused, names } = await extractBeside(() => [
        { file: name, content: 'dead' },
        { file: 'rest' },
      ])
      expect(refused.at(-1)).toBe(`${name}: Member name contains '..'`)
      expect(names).toEqual([expect.stringMatching(/^rest /)])
    },
  )

  it.each<[string, (outside: string) => string]>([
    ['an absolute target', (outside) => outside],
    ['a target with dots', (outside) => `../../../../../../..${outside}`],
  ])('writes through a link with %s: the file is refused', async (_what, target) => {
    const { refused } = await extractBeside((outside) => [
      { symbolicLink: 'way', target: target(outside) },
      { file: 'way/canary', content: 'dead' },
      { file: 'way/new', content: 'dead' },
      { directory: 'way/folder2' },
    ])
    expect(refused).toEqual([
      'way/canary: Cannot open: Not a directory',
      'way/new: Cannot open: Not a directory',
      'way/folder2: Cannot mkdir: Not a directory',
    ])
  })

  it('writes through a chain of links: the file is refused', async () => {
    const { refused } = await extractBeside((outside) => [
      { symbolicLink: 'one', target: 'two' },
      { symbolicLink: 'two', target: outside },
      { file: 'one/canary', content: 'dead' },
    ])
    expect(refused).toEqual(['one/canary: Cannot open: Not a directory'])
  })

  it.each<[string, (outside: string) => readonly TarMember[]]>([
    ['a link that leads outside', () => []],
    ['a hard link to one', () => [{ hardLink: 'hard', target: 'link' }]],
  ])('writes over %s: nothing outside is changed', async (_what, more) => {
    const { refused } = await extractBeside((outside) => [
      { symbolicLink: 'link', target: `${outside}/canary` },
      ...more(outside),
      { file: 'link', content: 'dead' },
      { file: 'hard', content: 'dead' },
    ])
    expect(refused).toEqual([])
  })

  it.each<[string, (outside: string) => string]>([
    ['an absolute target', (outside) => `${outside}/canary`],
    ['a target with dots', (outside) => `../../../../../../..${outside}/canary`],
  ])('has a hard link with %s: nothing outside is linked', async (_what, target) => {
    const { refused, names } = await extractBeside((outside) => [
      { hardLink: 'hard', target: target(outside) },
      { file: 'rest' },
    ])
    expect(names).toEqual([expect.stringMatching(/^rest /)])
    expect(refused).toHaveLength(2)
    expect(refused[0]).toMatch(/^Removing leading `.*' from hard link targets$/)
    expect(refused[1]).toMatch(/^hard: Cannot hard link to .*: No such file or directory$/)
  })

  it('has device nodes and named pipes: they stay among themselves, in a closed folder', async (context) => {
    if (!isRoot) context.skip('only root can make device nodes')
    const { archive, work } = archiveOf(
      tarOf([
        { device: 'disk', kind: 'block' },
        { device: 'terminal', kind: 'character' },
        { namedPipe: 'pipe' },
      ]),
    )
    const { directory, refused } = await extract({ archive, work })
    const kinds = ['disk', 'terminal', 'pipe'].map((name) => lstatSync(join(directory, name)))
    expect(kinds.map((stats) => [stats.isBlockDevice(), stats.isFIFO()])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ])
    expect(lstatSync(work).mode & 0o777).toBe(0o700)
    expect(refused).toEqual([])
  })

  it('has files of tomorrow beside what is refused: the rest is good all the same', async () => {
    const tree = temporaryFolder()
    writeTree(tree, { tomorrow: 'x' })
    const tomorrow = Date.now() / 1000 + 86_400
    utimesSync(join(tree, 'tomorrow'), tomorrow, tomorrow)
    const whole = packed(tree)
    const { archive, work } = archiveOf(
      Buffer.concat([
        whole.subarray(0, 1024 + 512),
        tarOf([{ file: '../outside', content: 'dead' }]),
      ]),
    )
    const { directory, refused } = await extract({ archive, work })
    expect(readdirSync(directory)).toEqual(['tomorrow'])
    expect(refused).toContain("../outside: Member name contains '..'")
  })

  it('has names more than once: the last file counts and the name is told, folders may come again', async () => {
    const { archive, work } = archiveOf(
      tarOf([
        { directory: 'etc/' },
        { file: 'etc/passwd', content: 'first' },
        { directory: 'etc/' },
        { file: 'etc/group' },
        { file: './etc//./passwd', content: 'second' },
        { file: 'etc/passwd', content: 'third' },
      ]),
    )
    const { directory, repeated } = await extract({ archive, work })
    expect(readFileSync(join(directory, 'etc/passwd'), 'utf8')).toBe('third')
    expect(repeated).toEqual(['etc/passwd'])
  })

  it('has names of 300 characters, escape sequences and line feeds: they are told without them', async () => {
    const long = `${'x'.repeat(90)}/../${'x'.repeat(5)}`
    const { refused } = await extractBeside(() => [
      { file: '../\u001b[2J\nred', content: 'dead' },
      { file: long, content: 'dead' },
    ])
    expect(refused).toEqual([
      "Removing leading `../' from member names",
      "../\\033[2J\\nred: Member name contains '..'",
      `Removing leading \`${'x'.repeat(90)}/../' from member names`,
      `${long}: Member name contains '..'`,
    ])
  })

  it('turns a folder into a link that leads outside and fills it: nothing is written there', async () => {
    await extractBeside((outside) => [
      { directory: 'etc' },
      { symbolicLink: 'etc', target: outside },
      { file: 'etc/canary', content: 'dead' },
    ])
  })
})

describe('the size of what an archive holds', () => {
  /** df as it would answer on a filesystem with so many bytes left. */
  const roomFor = (bytes: number) =>
    programs({
      df: `#!/bin/sh\necho Filesystem 1024-blocks Used Available Capacity Mounted on\necho none 9 1 ${Math.floor(bytes / 1024)} 1% /small\n`,
    })

  const FORMATS = [
    ['gzip', ['--gzip']],
    ['xz', ['--xz']],
    ['bzip2', ['--bzip2']],
    ['plain', []],
  ] as const

  it.each(FORMATS)('is told before anything is written: %s', async (_format, options) => {
    const tree = temporaryFolder()
    writeTree(tree, { zeros: { content: Buffer.alloc(3 << 20) } })
    const { archive, work } = archiveOf(packed(tree, ...options))
    const told: [size: number, room: DiskRoom, there: string[]][] = []
    await extractArchive(archive, work, {
      progress: noProgress,
      interruption: new Interruption(),
      onMeasured: (size, room) => told.push([size, room, inWork(work)]),
    })
    const [[size = 0, room, there] = []] = told
    expect(told).toHaveLength(1)
    expect(size).toBe(packed(tree).length)
    expect(room?.available).toBeGreaterThan(size)
    expect(there).toEqual([])
  })

  it.each(FORMATS)(
    'is more than there is room for: nothing is written, and nothing is left: %s',
    async (_format, options) => {
      const tree = temporaryFolder()
      writeTree(tree, { zeros: { content: Buffer.alloc(3 << 20) } })
      const { archive, work } = archiveOf(packed(tree, ...options))
      roomFor(2_000_000)
      await expect(extract({ archive, work })).rejects.toMatchObject({
        code: 'ARCHIVE_NO_ROOM',
        message: `${archive} expands to more than the 2 MB that the filesystem /small has room for: not extracted`,
      })
      expect(inWork(work)).toEqual([])
    },
  )

  it('is not extracted where nobody can tell how much room there is', async () => {
    const paths = archiveOf(tarOf([{ file: 'a' }]))
    programs({ df: '#!/bin/sh\nexit 1\n' })
    await expect(extract(paths)).rejects.toMatchObject({ code: 'ROOM_UNKNOWN' })
    expect(inWork(paths.work)).toEqual([])
  })

  it('is not looked for any further once there is no room: a bomb ends soon', async () => {
    const part = execFileSync('gzip', ['-c'], { input: Buffer.alloc(64 << 20), maxBuffer: 1 << 27 })
    // One after the other they are one stream: 256 GB, which would take minutes.
    const { archive, work } = archiveOf(Buffer.concat(Array.from({ length: 4096 }, () => part)))
    roomFor(1 << 20)
    const started = Date.now()
    await expect(extract({ archive, work })).rejects.toMatchObject({ code: 'ARCHIVE_NO_ROOM' })
    expect(Date.now() - started).toBeLessThan(10_000)
    expect(inWork(work)).toEqual([])
  })

  it('is not to be had when it is interrupted: nothing is left', async () => {
    const tree = temporaryFolder()
    writeTree(tree, { big: { content: Buffer.alloc(4 << 20, 'x') } })
    const { archive, work } = archiveOf(packed(tree, '--gzip'))
    const interruption = new Interruption()
    const progress = {
      start: () => ({ advance: () => interruption.request('SIGTERM'), stop: () => undefined }),
    }
    await expect(extractArchive(archive, work, { progress, interruption })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    })
    expect(inWork(work)).toEqual([])
  })
})

describe('an archive that cannot be extracted', () => {
  const whole = () => {
    const tree = temporaryFolder()
    writeTree(tree, {
      'a/one': { content: Buffer.alloc(3000, 'one') },
      'b/two': { content: Buffer.alloc(3000, 'two') },
    })
    return tree
  }
  const hint =
    'copy the archive from the old server again and compare its checksum; what had been extracted was removed'

  it.each([
    ['gzip', ['--gzip']],
    ['xz', ['--xz']],
    ['bzip2', ['--bzip2']],
    ['plain', []],
  ])(
    'is refused when a %s archive ends too early, and nothing is left',
    async (_format, options) => {
      const content = packed(whole(), ...options)
      const { archive, work } = archiveOf(content.subarray(0, content.length >> 1))
      await expect(extract({ archive, work })).rejects.toMatchObject({
        code: 'ARCHIVE_BROKEN',
        message: expect.stringMatching(
          /smeserver\.tgz cannot be extracted: .*[Uu]nexpected/,
        ) as string,
        hint,
      })
      expect(inWork(work)).toEqual([])
    },
  )

  it.each([1, 2, 3, 4, 5])(
    'is refused when a plain archive ends after block %i',
    async (blocks) => {
      const content = tarOf([{ file: 'one', content: 'x'.repeat(600) }, { file: 'two' }])
      const { archive, work } = archiveOf(content.subarray(0, blocks * 512))
      await expect(extract({ archive, work })).rejects.toMatchObject({
        code: 'ARCHIVE_BROKEN',
        message: `${archive} cannot be extracted: unexpected end of the archive`,
      })
      expect(inWork(work)).toEqual([])
    },
  )

  it('is refused when bytes in its middle are damaged', async () => {
    const content = packed(whole(), '--gzip')
    content.fill(0xff, content.length >> 1, (content.length >> 1) + 40)
    const { archive, work } = archiveOf(content)
    await expect(extract({ archive, work })).rejects.toMatchObject({ code: 'ARCHIVE_BROKEN', hint })
    expect(inWork(work)).toEqual([])
  })

  it.each([
    ['text', Buffer.from('not an archive\n'.repeat(100))],
    ['zero bytes', Buffer.alloc(10240)],
    ['two bytes', Buffer.from('PK')],
    ['nothing', Buffer.alloc(0)],
  ])('is refused when it holds %s', async (_what, content) => {
    const { archive, work } = archiveOf(content)
    await expect(extract({ archive, work })).rejects.toMatchObject({
      code: 'ARCHIVE_UNKNOWN_FORMAT',
      message: `${archive} is neither a directory nor a tar archive (.tar, .tgz, .tar.gz, .tar.xz, .tar.bz2)`,
      hint: 'give the backup archive, or the directory in which it was extracted',
    })
    expect(inWork(work)).toEqual([])
  })

  it('is refused when something else was compressed', async () => {
    const { archive, work } = archiveOf(
      execFileSync('gzip', ['-c'], { input: 'not an archive\n'.repeat(100) }),
    )
    await expect(extract({ archive, work })).rejects.toMatchObject({ code: 'ARCHIVE_BROKEN' })
    expect(inWork(work)).toEqual([])
  })

  it('is refused when tar is killed, also after a harmless message', async () => {
    const paths = archiveOf(tarOf([{ file: 'a' }]))
    programs({
      tar: `#!/bin/sh\necho "tar: Removing leading \\\`/' from member names" >&2\nkill -9 $$\n`,
    })
    await expect(extract(paths)).rejects.toMatchObject({ code: 'ARCHIVE_BROKEN' })
    expect(inWork(paths.work)).toEqual([])
  })

  it('is refused when the disk is full, also for a folder', async () => {
    const paths = archiveOf(tarOf([{ file: 'a' }]))
    programs({
      tar: `#!/bin/sh\necho "tar: home: Cannot mkdir: No space left on device" >&2\nexit 2\n`,
    })
    await expect(extract(paths)).rejects.toMatchObject({
      code: 'ARCHIVE_BROKEN',
      message: `${paths.archive} cannot be extracted: tar: home: Cannot mkdir: No space left on device`,
    })
    expect(inWork(paths.work)).toEqual([])
  })

  it('is refused when there is no tar', async () => {
    const paths = archiveOf(tarOf([{ file: 'a' }]))
    programs({ df: '#!/bin/sh\necho none 9 1 999999 1% /\n' }, { alone: true })
    await expect(extract(paths)).rejects.toMatchObject({
      code: 'ARCHIVE_BROKEN',
      message: expect.stringContaining('ENOENT') as string,
    })
    expect(inWork(paths.work)).toEqual([])
  })
})

describe('an import from an archive', () => {
  const STATE = 'var/lib/nethserver/migration'

  function backup(folder: string): Buffer {
    return tarOf([
      { file: `${folder}home/e-smith/db/configuration`, content: 'SystemName=mail\n' },
      { file: `${folder}home/e-smith/db/accounts` },
      { file: '../outside', content: 'dead' },
    ])
  }

  const said = (findings: readonly Finding[]) =>
    findings.map(({ severity, code, message }) => [severity, code, message])

  it('extracts it beside the journal of the destination, and says what was refused', async () => {
    const bed = testbed()
    const { archive } = archiveOf(backup(''))
    const plugin = pluginOf(({ source, log }) => log.info(source.hostName))
    const { report } = await importWith(bed, [plugin], { source: archive, only: [plugin.name] })
    const [name] = readdirSync(join(bed.root, STATE)).filter((entry) => entry.startsWith('source-'))
    const refused = 'the archive holds an entry that was not extracted as it is: '
    expect(said(report.findings)).toEqual([
      ['info', 'archive-size', expect.stringMatching(/ expands to 1 MB; .* has room for /)],
      ['info', 'archive-extracted', `${archive} was extracted in ${bed.root}/${STATE}/${name}`],
      ['warning', 'archive-entry-refused', `${refused}Removing leading \`../' from member names`],
      ['warning', 'archive-entry-refused', `${refused}../outside: Member name contains '..'`],
      ['info', 'message', 'mail'],
    ])
    expect(report.source).toBe(archive)
  })

  it('says which names the archive has more than once', async () => {
    const bed = testbed()
    const accounts = { file: 'home/e-smith/db/accounts' }
    const { archive } = archiveOf(
      tarOf([
        { file: 'home/e-smith/db/configuration', content: 'SystemName=mail\n' },
        accounts,
        accounts,
      ]),
    )
    const { report } = await importWith(bed, [], { source: archive })
    expect(
      report.findings
        .filter(({ severity }) => severity === 'warning')
        .map(({ code, subject }) => [code, subject]),
    ).toEqual([['archive-entry-repeated', archive]])
  })

  it('finds it again, and a backup one folder deeper in it', async () => {
    const bed = testbed()
    const { archive } = archiveOf(backup('smeserver/'))
    await importWith(bed, [], { source: archive })
    const { report } = await importWith(bed, [], { source: archive })
    const directory = expect.stringMatching(new RegExp(`${STATE}/source-[0-9a-f]+`)) as string
    expect(said(report.findings.slice(0, 2))).toEqual([
      ['info', 'archive-extracted', directory],
      ['notice', 'source-one-deeper', directory],
    ])
    expect(report.findings[0]?.message).toContain('had been extracted in')
  })

  it('leaves nothing behind when the archive is broken', async () => {
    const bed = testbed()
    const { archive } = archiveOf(backup('').subarray(0, 1024))
    await expect(importWith(bed, [], { source: archive })).rejects.toMatchObject({
      code: 'ARCHIVE_BROKEN',
    })
    expect(readdirSync(join(bed.root, STATE))).toEqual(['lock'])
  })
})
