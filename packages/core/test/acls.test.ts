import { execFileSync } from 'node:child_process'
import { chownSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  programs,
  recording,
  temporaryFolder,
  testbed,
  type Testbed,
  type Tree,
  writeTree,
} from '@nethserver-migrate/testkit'
import {
  AclOperations,
  type Acl,
  type AclEntry,
  type FileAcl,
} from '../src/destination/acl-operations.js'
import type { OperationResult } from '../src/destination/operation.js'
import { OperationRunner } from '../src/destination/operation-runner.js'
import { FileView } from '../src/files/file-view.js'
import { NethServerHost } from '../src/host/nethserver-host.js'
import { Journal } from '../src/journal/journal.js'
import type { Finding } from '../src/report/findings.js'
import { actionLog } from '../src/report/log.js'
import { Interruption } from '../src/run/interruption.js'
import { forgetAfter, journalOf, queueOf } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'

const isRoot = process.getuid?.() === 0

/** `default:group:sales:r-x` and the like. */
function entry(text: string): AclEntry {
  const words = text.split(':')
  const isDefault = words[0] === 'default'
  const [tag, name = '', permissions = ''] = isDefault ? words.slice(1) : words
  return { tag: tag as AclEntry['tag'], permissions, isDefault, ...(name === '' ? {} : { name }) }
}

const PLAIN = 'user::rw- group::r-- other::---'

function acl(path: string, text = PLAIN, owners: Omit<Acl, 'entries'> = {}): FileAcl {
  // A name may hold a blank.
  const texts = text.split(/ (?=(?:default|user|group|mask|other):)/)
  return { path, acl: { entries: texts.map(entry), ...owners } }
}

/** A source with a folder `old`, to go to `srv/new` of a destination that knows a few accounts. */
function bedWith(old: Tree, there: Tree = {}): Testbed {
  const below = (folder: string, tree: Tree) =>
    Object.fromEntries(
      Object.entries(tree).map(([path, content]) => [`${folder}/${path}`, content]),
    )
  return testbed({
    source: { files: { old: { directory: true }, ...below('old', old) } },
    destination: {
      files: {
        'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nrossi:x:7001:7001::/home/rossi:/bin/sh\n',
        'etc/group': 'root:x:0:\nsales:x:7010:rossi\ndomain users:x:7020:\n',
        ...below('srv/new', there),
      },
    },
  })
}

/** Moves `old` to `srv/new` and restores these ACLs there. */
const restoring = (...files: readonly FileAcl[]) =>
  pluginOf(async ({ destination }) => {
    const moved = await destination.transferTree({ from: 'old', to: '/srv/new' })
    await destination.restoreAcls([{ folder: '/srv/new', files, broughtBy: [moved] }])
  })

/** Restores these ACLs in `srv/new`, which nothing is moved to. */
const restoringOnly = (...files: readonly FileAcl[]) =>
  pluginOf(async ({ destination }) => {
    await destination.restoreAcls([{ folder: '/srv/new', files, broughtBy: [] }])
  })

/** The entries of a file in numbers, on one line; its owner too for root. */
function aclOf(bed: Testbed, path: string): string {
  const text = execFileSync('getfacl', ['-nEp', '--', join(bed.root, 'srv/new', path)], {
    encoding: 'latin1',
  })
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join(' ')
}

const ownerOf = (bed: Testbed, path: string) => {
  const { uid, gid } = lstatSync(join(bed.root, 'srv/new', path))
  return `${uid}:${gid}`
}

/** What a run changed, but for what it moved. */
const changesOf = ({ changes }: { changes: readonly { outcome: string; change: object }[] }) =>
  changes
    .filter(({ change }) => !('from' in change))
    .map(({ outcome, change }) => ({ outcome, ...change }))

describe('restoring ACLs', () => {
  it('gives files the entries, folders also those to hand down, in the ids of the destination', async () => {
    const bed = bedWith({ note: 'x', folder: { directory: true }, bare: '' })
    const { report, said } = await bed.run(
      restoring(
        acl(
          'note',
          'user::rw- user:rossi:rw- group::r-- group:domain users:r-- mask::rw- other::---',
        ),
        acl(
          'folder',
          'user::rwx group::rwx other::--- default:user::rwx default:group::r-x default:group:sales:rwx default:mask::rwx default:other::---',
        ),
        acl('bare', 'user::r-- group::--- other::---'),
      ),
    )
    expect(aclOf(bed, 'note')).toBe(
      'user::rw- user:7001:rw- group::r-- group:7020:r-- mask::rw- other::---',
    )
    expect(aclOf(bed, 'folder')).toBe(
      'user::rwx group::rwx other::--- default:user::rwx default:group::r-x default:group:7010:rwx default:mask::rwx default:other::---',
    )
    expect(aclOf(bed, 'bare')).toBe('user::r-- group::--- other::---')
    expect(changesOf(report)).toEqual([
      { outcome: 'done', kind: 'acls', folder: '/srv/new', files: 3 },
    ])
    expect(said).toEqual([])
  })

  it.runIf(isRoot)(
    'gives files their owners, and keeps those that it is told nothing of',
    async () => {
      const bed = bedWith({ all: '', half: '', none: '' })
      for (const name of ['all', 'half', 'none']) chownSync(join(bed.source, 'old', name), 5, 6)
      await bed.run(
        restoring(
          acl('all', PLAIN, { owner: 'rossi', group: 'sales' }),
          acl('half', PLAIN, { group: 'sales' }),
          acl('none'),
        ),
      )
      expect(['all', 'half', 'none'].map((name) => ownerOf(bed, name))).toEqual([
        '7001:7010',
        '5:7010',
        '5:6',
      ])
    },
  )

  it('keeps setgid and sticky bits of folders', async () => {
    const bed = bedWith({ folder: { directory: true, mode: 0o3770 } })
    await bed.run(restoring(acl('folder', 'user::rwx group::r-x other::---')))
    expect(lstatSync(join(bed.root, 'srv/new/folder')).mode & 0o7777).toBe(0o3750)
  })

  it('removes entries that are not asked for', async () => {
    const bed = bedWith({}, { note: '' })
    execFileSync('setfacl', ['-m', 'u:9:rwx', join(bed.root, 'srv/new/note')])
    await bed.run(restoringOnly(acl('note')))
    expect(aclOf(bed, 'note')).toBe(PLAIN)
  })

  it('leaves the folder itself alone', async () => {
    const bed = bedWith({ note: '' }, { '.': { directory: true, mode: 0o2710 } })
    await bed.run(restoring(acl('note')))
    expect(lstatSync(join(bed.root, 'srv/new')).mode & 0o7777).toBe(0o2710)
  })

  it.each([
    'a blank',
    'new\nline',
    'back\\slash',
    'octal\\040',
    '# file: x',
    'r\xe9sum\xe9',
    'caf\xc3\xa9',
    'cr\rtab\t',
    '-rf',
    'a=1:rwx',
    '*',
  ])('reaches files of any name: %j', async (name) => {
    const wanted = 'user::rw- user:rossi:r-- group::--- mask::r-- other::---'
    const bed = bedWith({ [name]: '', [`${name}.d/below`]: '' })
    const files = [acl(name, wanted), acl(`${name}.d/below`, wanted)]
    const { said } = await bed.run(restoring(...files))
    expect(said).toEqual([])
    // Without its journal, the second import sees for itself what is there.
    rmSync(journalOf(bed))
    const { report } = await bed.run(restoring(...files))
    expect(report.status).toBe('unchanged')
    const there = execFileSync('getfacl', ['-RPnE', '.'], {
      cwd: join(bed.root, 'srv/new'),
      encoding: 'latin1',
    })
    expect(there.split('user:7001:r--')).toHaveLength(3)
  })

  it('is one call for a whole folder, with everything on standard input', async () => {
    const { calls } = programs({ setfacl: recording(), getfacl: recording() })
    const bed = bedWith({ one: '', two: '' })
    await bed.run(restoring(acl('one'), acl('two')))
    expect(calls().map(({ argv }) => argv)).toEqual([
      // For an undo: what the files have had.
      ['getfacl', '--physical', '--numeric', '--', 'one', 'two'],
      ['setfacl', '--restore=-'],
    ])
  })

  it('of several folders goes on after one that fails', async () => {
    const bed = bedWith({}, { 'a/note': '', 'b/note': '' })
    programs({
      setfacl:
        '#!/bin/sh\nif pwd -P | grep -q "/a$"; then echo "setfacl: note: Operation not permitted" >&2; exit 1; fi\nexec /usr/bin/setfacl "$@"\n',
    })
    const results: OperationResult[] = []
    const { said, messages } = await bed.run(
      pluginOf(async ({ destination }) => {
        const files = [acl('note', 'user::r-- group::r-- other::---')]
        results.push(
          ...(await destination.restoreAcls([
            { folder: '/srv/new/a', files, broughtBy: [] },
            { folder: '/srv/new/b', files, broughtBy: [] },
          ])),
        )
      }),
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'done'])
    expect(said).toEqual(['error ACLS_NOT_RESTORED /srv/new/a'])
    expect(messages).toEqual([
      'not all ACLs below /srv/new/a could be restored: setfacl: note: Operation not permitted',
    ])
    expect(aclOf(bed, 'b/note')).toBe('user::r-- group::r-- other::---')
  })
})

describe('ACLs that name what is not there', () => {
  it('lose the entries of an unknown account, with one warning for it; the rest is restored', async () => {
    const bed = bedWith({ one: '', two: '' })
    const text =
      'user::rw- user:ghost:rw- user:rossi:r-- group::r-- group:ghost:rwx mask::rw- other::---'
    const { said, messages } = await bed.run(
      restoring(acl('one', text), acl('two', text, { owner: 'ghost', group: 'gone' })),
    )
    expect(['one', 'two'].map((name) => aclOf(bed, name))).toEqual(
      Array(2).fill('user::rw- user:7001:r-- group::r-- mask::rw- other::---'),
    )
    expect(said).toEqual([
      'warning acl-name-unknown ghost',
      'warning acl-name-unknown ghost',
      'warning acl-name-unknown gone',
    ])
    expect(messages).toEqual([
      'user ghost is unknown here, left out of owners and ACLs of 2 files, the first is /srv/new/one',
      'group ghost is unknown here, left out of owners and ACLs of 2 files, the first is /srv/new/one',
      'group gone is unknown here, left out of owners and ACLs of /srv/new/two',
    ])
  })

  it('never take a number for an account', async () => {
    const bed = bedWith({ note: '' })
    const { said } = await bed.run(
      restoring(acl('note', 'user::rw- user:7001:rwx group::r-- mask::rwx other::---')),
    )
    expect(aclOf(bed, 'note')).toBe('user::rw- group::r-- mask::rwx other::---')
    expect(said).toEqual(['warning acl-name-unknown 7001'])
  })

  it('are passed over where the file is gone, with a warning that names it', async () => {
    const bed = bedWith({ note: '' })
    const { said, report } = await bed.run(
      restoring(acl('gone/since'), acl('note', 'user::r-- group::--- other::---'), acl('note/x')),
    )
    expect(said).toEqual([
      'warning acl-file-missing /srv/new/gone/since',
      'warning acl-file-missing /srv/new/note/x',
    ])
    expect(changesOf(report)).toMatchObject([{ kind: 'acls', files: 1 }])
    expect(aclOf(bed, 'note')).toBe('user::r-- group::--- other::---')
  })

  it('and no other: nothing is changed', async () => {
    const { calls } = programs({ setfacl: recording(), getfacl: recording() })
    const { report, said } = await bedWith({}, { x: '' }).run(restoringOnly(acl('gone')))
    expect(said).toEqual(['warning acl-file-missing /srv/new/gone'])
    expect(report.changes).toEqual([])
    expect(calls()).toEqual([])
  })
})

describe('ACLs that lead elsewhere', () => {
  it.each(['/etc/shadow', '../x', 'a/../../x', 'a/..', '..', '.', './note', '', 'a//b', 'a/'])(
    'are refused: %j',
    async (path) => {
      const bed = bedWith({ note: '', 'a/b': '' }, { '../x': '' })
      const before = bed.manifest('srv').filter((line) => !line.includes('new/'))
      const { said } = await bed.run(restoring(acl(path, 'user::rwx group::rwx other::rwx')))
      expect(said).toEqual([`warning acl-path-refused /srv/new/${path}`.replace('//', '/')])
      expect(bed.manifest('srv').filter((line) => !line.includes('new/'))).toEqual(before)
    },
  )

  it('never follow a link, on the way or at the end', async () => {
    const outside = temporaryFolder()
    writeTree(outside, { secret: { content: 'x', mode: 0o600 } })
    const bed = bedWith({
      'link.txt': { link: join(outside, 'secret') },
      folder: { link: outside },
      inner: { link: 'real' },
      'real/note': { content: '', mode: 0o600 },
    })
    const open = 'user::rwx user:rossi:rwx group::rwx mask::rwx other::rwx'
    const { said } = await bed.run(
      restoring(
        ...['link.txt', 'folder', 'folder/secret', 'inner/note'].map((path) =>
          acl(path, open, { owner: 'rossi' }),
        ),
      ),
    )
    expect(said).toEqual([
      'warning acl-link-refused /srv/new/link.txt',
      'warning acl-link-refused /srv/new/folder',
      'warning acl-link-refused /srv/new/folder/secret',
      'warning acl-link-refused /srv/new/inner/note',
    ])
    const secret = lstatSync(join(outside, 'secret'))
    expect([secret.mode & 0o7777, secret.uid]).toEqual([0o600, process.getuid?.()])
    expect(lstatSync(join(bed.root, 'srv/new/real/note')).mode & 0o7777).toBe(0o600)
  })

  it('never follow a link that has taken the place of a file meanwhile', async () => {
    const outside = temporaryFolder()
    writeTree(outside, { secret: { content: 'x', mode: 0o600 } })
    const bed = bedWith({}, { note: '', other: '' })
    const note = join(bed.root, 'srv/new/note')
    // What compares the ACLs runs between the first look and the second.
    programs({
      getfacl: `#!/bin/sh\nln -sf '${outside}/secret' '${note}'\nexec /usr/bin/getfacl "$@"\n`,
    })
    const open = 'user::rwx group::rwx other::rwx'
    await bed.run(restoringOnly(acl('note', open), acl('other', open)))
    expect(lstatSync(join(outside, 'secret')).mode & 0o7777).toBe(0o600)
    expect(aclOf(bed, 'other')).toBe(open)
  })

  it('are an error where the folder itself lies outside of the destination', async () => {
    const outside = temporaryFolder()
    writeTree(outside, { note: { content: 'x', mode: 0o600 } })
    const bed = bedWith({})
    mkdirSync(join(bed.root, 'srv'))
    symlinkSync(outside, join(bed.root, 'srv/new'))
    const { said } = await bed.run(restoringOnly(acl('note', 'user::rwx group::rwx other::rwx')))
    expect(said).toEqual(['error DESTINATION_OUTSIDE_ROOT /srv/new'])
    expect(lstatSync(join(outside, 'note')).mode & 0o7777).toBe(0o600)
  })
})

describe('ACLs that were restored', () => {
  const WANTED = 'user::rw- user:rossi:rw- group::r-- mask::rw- other::---'
  const RESTORED = WANTED.replace('rossi', '7001')

  it('are unchanged the second time, and no program is called', async () => {
    const bed = bedWith({ note: '' })
    await bed.run(restoring(acl('note', WANTED), acl('gone')))
    const { calls } = programs({ setfacl: recording(), getfacl: recording() })
    const { report, said } = await bed.run(restoring(acl('note', WANTED), acl('gone')))
    expect(report.status).toBe('unchanged')
    expect(said).toEqual([])
    expect(calls()).toEqual([])
  })

  it('are unchanged when they are as wanted already, whoever made them so: one call finds out', async () => {
    const bed = bedWith(
      {},
      { note: { content: '', mode: 0o640 }, 'a b/c': { content: '', mode: 0o640 } },
    )
    for (const path of ['note', 'a b/c'])
      execFileSync('setfacl', ['-m', 'u:7001:rw', join(bed.root, 'srv/new', path)])
    const { calls } = programs({
      setfacl: recording(),
      getfacl: recording('/usr/bin/getfacl "$@"'),
    })
    const { report } = await bed.run(
      restoringOnly(acl('note', WANTED), acl('a b/c', WANTED, isRoot ? { owner: 'root' } : {})),
    )
    expect(report.status).toBe('unchanged')
    expect(report.changes).toEqual([])
    expect(calls().map(({ argv }) => argv[0])).toEqual(['getfacl'])
  })

  it.each([
    ['another permission', 'user::rw- user:rossi:r-- group::r-- mask::rw- other::---'],
    ['an entry more', `${WANTED} user:root:r--`],
    ['an entry less', 'user::rw- group::r-- mask::rw- other::---'],
  ])('are restored when they differ: %s', async (_what, wanted) => {
    const bed = bedWith({}, { note: { content: '', mode: 0o640 } })
    execFileSync('setfacl', ['-m', 'u:7001:rw', join(bed.root, 'srv/new/note')])
    const { report } = await bed.run(restoringOnly(acl('note', wanted)))
    expect(changesOf(report)).toMatchObject([{ outcome: 'done', kind: 'acls' }])
  })

  it('and changed by a person since are left as they are', async () => {
    const bed = bedWith({ note: '' })
    await bed.run(restoring(acl('note', WANTED)))
    execFileSync('setfacl', ['-b', join(bed.root, 'srv/new/note')])
    const { report } = await bed.run(restoring(acl('note', WANTED)))
    expect(report.status).toBe('unchanged')
    expect(aclOf(bed, 'note')).toBe('user::rw- group::r-- other::---')
  })

  it('are restored again when more files come', async () => {
    const bed = bedWith({ note: '' })
    await bed.run(restoring(acl('note', WANTED), acl('later', WANTED)))
    writeTree(bed.source, { 'old/later': '' })
    await bed.run(restoring(acl('note', WANTED), acl('later', WANTED)))
    expect(aclOf(bed, 'later')).toBe(RESTORED)
  })

  it('are restored again when an account has become known', async () => {
    const bed = bedWith({ note: '' })
    const wanted = acl('note', WANTED.replace('rossi', 'verdi'))
    await bed.run(restoring(wanted))
    writeTree(bed.root, { 'etc/passwd': 'verdi:x:7003:7003::/home/verdi:/bin/sh\n' })
    const { said } = await bed.run(restoring(wanted))
    expect(said).toEqual([])
    expect(aclOf(bed, 'note')).toBe(WANTED.replace('rossi', '7003'))
  })

  it('are restored by the run that goes on after a kill', async () => {
    const bed = bedWith({ note: '' })
    await bed.run(restoring(acl('note', WANTED)))
    execFileSync('setfacl', ['-b', join(bed.root, 'srv/new/note')])
    forgetAfter(bed, '"kind":"acls"')
    await bed.run(restoring(acl('note', WANTED)))
    expect(aclOf(bed, 'note')).toBe(RESTORED)
  })
})

describe('a plan to restore ACLs', () => {
  it('lists what the import then does, and changes nothing', async () => {
    const bed = bedWith({ note: '', 'folder/below': '', link: { link: 'note' } })
    const plugin = restoring(
      ...['note', 'folder', 'folder/below', 'link', 'gone', '../x'].map((path) => acl(path)),
    )
    const { calls } = programs({ setfacl: recording() })
    const plan = await bed.run(plugin, { mode: 'plan' })
    expect(calls()).toEqual([])
    const { report, said } = await bed.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.changes.map(({ outcome }) => outcome)).toEqual(['pending', 'pending'])
    expect(plan.said).toEqual(said)
  })

  it('knows the accounts that the run would make', async () => {
    const bed = testbed({ like: 6, source: { files: { 'old/note': '' } } })
    const plugin = pluginOf(async ({ destination }) => {
      await destination.createUsers([{ name: 'neri', fullName: 'Neri', uid: 5009, props: {} }])
      const moved = await destination.transferTree({ from: 'old', to: '/srv/new' })
      await destination.restoreAcls([
        {
          folder: '/srv/new',
          files: [acl('note', 'user::rw- user:neri:r-- group::r-- mask::r-- other::---')],
          broughtBy: [moved],
        },
      ])
    })
    expect((await bed.run(plugin, { mode: 'plan' })).said).toEqual([])
    await bed.run(plugin)
    expect(aclOf(bed, 'note')).toBe('user::rw- user:5009:r-- group::r-- mask::r-- other::---')
  })
})

describe('where the machine of a staged destination cannot do it', () => {
  const files = [
    acl('a b', 'user::rw- group::r-- group:domain users:rwx mask::rwx other::---', {
      ...(isRoot ? { owner: 'rossi', group: 'sales' } : {}),
    }),
    acl('folder', 'user::rwx group::rwx other::---'),
  ]
  const INPUT = [
    '# file: /srv/new/a\\040b',
    ...(isRoot ? ['# owner: rossi', '# group: sales'] : []),
    '# flags: ---',
    'user::rw-',
    'group::r--',
    'group:domain\\040users:rwx',
    'mask::rwx',
    'other::---',
    '',
    '# file: /srv/new/folder',
    '# flags: -s-',
    'user::rwx',
    'group::rwx',
    'other::---',
    '',
    '',
  ].join('\n')

  const tree = { 'a b': '', folder: { directory: true, mode: 0o2770 } } as const
  const secret = (bed: Testbed) =>
    join(bed.root, 'var/lib/nethserver/migration/secrets/acls-srv-new')

  it.each([
    [
      'the filesystem has no ACLs',
      () => {
        programs({
          setfacl:
            '#!/bin/sh\ncat >/dev/null\necho "setfacl: a b: Operation not supported" >&2\nexit 1\n',
        })
      },
    ],
    [
      'it has no setfacl',
      () => {
        programs(
          { flock: '#!/bin/sh\nexec /usr/bin/flock "$@"\n', sync: '#!/bin/sh\n' },
          { alone: true },
        )
      },
    ],
  ])('they are queued, by name: %s', async (_what, prepare) => {
    const bed = bedWith(tree)
    prepare()
    const { report, messages } = await bed.run(restoring(...files))
    expect(messages).toEqual([
      'ACLs below /srv/new cannot be set here: they wait for the host itself',
    ])
    expect(changesOf(report)).toMatchObject([{ outcome: 'done', kind: 'acls', files: 2 }])
    expect(readFileSync(queueOf(bed), 'utf8')).toBe(
      '{"command":["setfacl","--restore=-"],"input":"/var/lib/nethserver/migration/secrets/acls-srv-new"}\n',
    )
    expect(readFileSync(secret(bed), 'latin1')).toBe(INPUT)
    expect(lstatSync(secret(bed)).mode & 0o777).toBe(0o600)
    const again = await bed.run(restoring(...files))
    expect(again.report.status).toBe('unchanged')
  })

  it('the queued text is one that setfacl takes', async () => {
    const bed = bedWith(tree)
    programs({ setfacl: '#!/bin/sh\necho "x: Operation not supported"\nexit 1\n' })
    await bed.run(restoring(...files))
    const text = readFileSync(secret(bed), 'latin1')
      .replaceAll('/srv/new/', `${bed.root}/srv/new/`)
      .replace('domain\\040users', '7020')
      .replace(/# owner.*\n# group.*\n/, '')
    execFileSync('/usr/bin/setfacl', ['--restore=-'], { input: text })
    expect(aclOf(bed, 'a b')).toBe('user::rw- group::r-- group:7020:rwx mask::rwx other::---')
    expect(lstatSync(join(bed.root, 'srv/new/folder')).mode & 0o7777).toBe(0o2770)
  })
})

describe('on a live host', () => {
  /** Restores one ACL below a folder of this machine; gives how it ended and what was said. */
  async function restoreLive(folder: string, file: FileAcl) {
    const findings: Finding[] = []
    const host = new NethServerHost()
    const journal = Journal.open(join(temporaryFolder(), 'journal.jsonl'), {
      id: 'run',
      at: '',
      event: 'migration-import',
      sourceHost: 'old',
      sourcePath: '',
      fingerprint: '',
    })
    const runner = new OperationRunner({
      mode: 'apply',
      host,
      journal,
      interruption: new Interruption(),
    })
    const log = actionLog('plugin', 'action', (finding) => findings.push(finding))
    runner.enterAction({ plugin: 'plugin', action: 'action', log })
    const acls = new AclOperations({
      host,
      runner,
      view: new FileView(),
      accounts: host,
      performTasks: (tasks) => host.perform(tasks),
    })
    const [result] = await acls.restoreAcls([{ folder, files: [file], broughtBy: [] }])
    journal.close()
    return { outcome: result?.outcome, findings }
  }
  const GETENT =
    '#!/bin/sh\n[ "$2" = rossi@ad.test ] && echo "$2:x:7001:7001::/home/rossi:/bin/sh"\n'
  const WANTED = 'user::rw- user:rossi@ad.test:rw- group::r-- mask::rw- other::---'

  it('ACLs are restored with the ids of its own accounts', async () => {
    const folder = temporaryFolder()
    writeTree(folder, { note: '' })
    programs({ getent: GETENT })
    const { outcome, findings } = await restoreLive(folder, acl('note', WANTED))
    expect([outcome, findings]).toEqual(['done', []])
    expect(execFileSync('getfacl', ['-nEp', join(folder, 'note')], { encoding: 'utf8' })).toContain(
      'user:7001:rw-',
    )
  })

  it.each([
    ['a filesystem without ACLs', 'Operation not supported', 1],
    ['a kill', '', 137],
  ])('%s is an error: nothing is put off', async (_what, message, status) => {
    const folder = temporaryFolder()
    writeTree(folder, { note: '' })
    programs({
      getent: GETENT,
      setfacl: `#!/bin/sh\ncat >/dev/null\necho "${message && `setfacl: x: ${message}`}" >&2\nexit ${status}\n`,
    })
    const { outcome, findings } = await restoreLive(folder, acl('note', WANTED))
    expect(outcome).toBe('failed')
    expect(findings).toMatchObject([
      {
        severity: 'error',
        code: 'ACLS_NOT_RESTORED',
        message: `not all ACLs below ${folder} could be restored: ${message ? `setfacl: x: ${message}` : 'exit status 137'}`,
      },
    ])
  })
})
