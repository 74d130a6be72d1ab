import { lstatSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writeTree } from '@nethserver-migrate/testkit'
import plugin from '../src/index.js'
import {
  fileServer,
  ibay,
  permissions,
  type FileServer,
  type World,
} from './helpers/file-server.js'

const isRoot = process.getuid?.() === 0

/** A paragraph of the dump. */
const acl = (path: string, ...lines: readonly string[]) =>
  [`# file: ${path}`, ...lines, '', ''].join('\n')

const PLAIN = ['user::rwx', 'group::r-x', 'other::---']
const FILES = { 'shop/files/a b.txt': '', 'shop/html': { directory: true } } as const

function shop(acls: string, more: FileServer = {}) {
  return fileServer({ accounts: ibay('shop'), files: FILES, acls, ...more })
}

/** The entries alone. */
const entries = (t: ReturnType<typeof shop>, path: string) =>
  permissions(t, path).split(' ').slice(2).join(' ')

describe('the ACLs of the old server', () => {
  it.each<[World, string, string]>([
    ['records', '5001', '5018'],
    ['ldap', '10001', '10018'],
    ['ad', '20001', '20018'],
  ])('are restored with the ids of the same people and groups: %s', async (world, user, group) => {
    const t = shop(
      acl(
        'shop/files/a\\040b.txt',
        ...['user::rw-', 'user:mrossi:rw-\t#effective:r--', 'group::r--'],
        ...['group:tech:rwx\t#effective:r--', 'mask::r--', 'other::---'],
      ),
      { world },
    )
    expect((await t.run(plugin)).said).toEqual([])
    expect(entries(t, 'shop/files/a b.txt')).toBe(
      `user::rw- user:${user}:rw- group::r-- group:${group}:rwx mask::r-- other::---`,
    )
  })

  it.each<[World, string]>([
    ['records', '501'],
    ['ad', '10513'],
  ])('give everybody’s rights to the group of everybody: %s', async (world, id) => {
    const t = shop(
      acl(
        'shop/html',
        ...['user::rwx', 'group::r-x', 'group:shared:rwx', 'mask::rwx', 'other::---'],
        ...['default:user::rwx', 'default:group::r-x', 'default:group:shared:r-x'],
        ...['default:mask::rwx', 'default:other::---'],
      ),
      { world },
    )
    expect((await t.run(plugin)).said).toEqual([])
    expect(entries(t, 'shop/html')).toBe(
      `user::rwx group::r-x group:${id}:rwx mask::rwx other::--- default:user::rwx default:group::r-x default:group:${id}:r-x default:mask::rwx default:other::---`,
    )
  })

  it('lose everybody’s rights where there is no such group, with one warning; the rest is restored', async () => {
    const wanted = ['user::rwx', 'user:mrossi:r-x', 'group::r-x', 'group:shared:rwx', 'mask::rwx']
    const t = shop(
      ['shop/html', 'shop/files/a\\040b.txt']
        .map((path) => acl(path, ...wanted, 'other::---'))
        .join(''),
      { world: 'ldap' },
    )
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning acl-name-unknown domain users@newserver.test'])
    expect(entries(t, 'shop/html')).toBe('user::rwx user:10001:r-x group::r-x mask::rwx other::---')
  })

  it.runIf(isRoot).each<[World, string, readonly string[]]>([
    ['records', 'mrossi', ['5001:5018', '48:48', '500:501', '0:0', '500:500']],
    ['ad', 'mrossi', ['20001:20018', '48:48', '20500:10513', '0:0', '20500:10512']],
  ])('come with the owners of files: %s', async (world, user, owners) => {
    const names = ['theirs', 'web', 'everybody', 'root', 'admin']
    const old = [
      [user, 'tech'],
      ['www', 'www'],
      ['admin', 'shared'],
      ['root', 'root'],
      ['admin', 'admin'],
    ]
    const t = shop(
      names
        .map((name, index) => {
          const [owner = '', group = ''] = old[index] ?? []
          return acl(`shop/${name}`, `# owner: ${owner}`, `# group: ${group}`, ...PLAIN)
        })
        .join(''),
      { world, files: Object.fromEntries(names.map((name) => [`shop/${name}`, ''])) },
    )
    expect((await t.run(plugin)).said).toEqual([])
    expect(names.map((name) => permissions(t, `shop/${name}`).split(' ')[1])).toEqual(owners)
  })

  it.runIf(isRoot)(
    'leave files whose owner is unknown to admin and the group of the folder',
    async () => {
      const t = shop(acl('shop/html', '# owner: leaver', '# group: 5099', ...PLAIN))
      const { said } = await t.run(plugin)
      expect(said).toEqual(['warning acl-name-unknown leaver', 'warning acl-name-unknown 5099'])
      expect(permissions(t, 'shop/html')).toMatch(/ 500:5017 /)
    },
  )

  it('do not touch the folder itself: its event decides', async () => {
    const t = shop(
      acl('shop', 'user::rwx', 'group::rwx', 'other::rwx') + acl('shop/html', ...PLAIN),
    )
    await t.run(plugin)
    expect(entries(t, 'shop')).toBe('user::rwx group::--- other::---')
  })

  it('of a file that is gone, or that is read wrongly, cost one warning each', async () => {
    const t = shop(
      acl('shop/gone', ...PLAIN) +
        acl('shop/html', 'user::rwx', 'group::rwx', 'other::---') +
        acl('shop/files', 'user::rwx', 'nonsense') +
        'user::rwx\n',
    )
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([
      'warning acl-malformed home/e-smith/db/acls.dump:11',
      'warning acl-malformed home/e-smith/db/acls.dump:15',
      'warning acl-file-missing /var/lib/nethserver/ibay/shop/gone',
    ])
    expect(messages.slice(0, 2)).toEqual([
      'home/e-smith/db/acls.dump, line 11: the ACL of shop/files has a part that is none: nonsense; left out',
      'home/e-smith/db/acls.dump, line 15: it names no file; left out',
    ])
    expect(entries(t, 'shop/html')).toBe('user::rwx group::rwx other::---')
  })

  it('are restored again only when more files come', async () => {
    const t = shop(
      acl('shop/html', 'user::rwx', 'group::rwx', 'other::---') + acl('shop/new', ...PLAIN),
    )
    await t.run(plugin)
    const again = await t.run(plugin)
    expect(again.report.status).toBe('unchanged')
    writeTree(t.source, { 'home/e-smith/files/ibays/shop/new': '' })
    const { report, said } = await t.run(plugin)
    expect(said).toEqual([])
    expect(report.changes.map(({ change }) => change.kind)).toEqual(['tree', 'event', 'acls'])
    expect(entries(t, 'shop/new')).toBe(PLAIN.join(' '))
  })

  it('are not there: files keep their plain permissions, with a notice', async () => {
    const t = fileServer({ accounts: ibay('shop'), files: FILES })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice acls-missing home/e-smith/db/acls.dump'])
  })

  it('are an error where a link stands in their place', async () => {
    const t = fileServer({ accounts: ibay('shop'), files: FILES })
    symlinkSync('/etc/passwd', join(t.source, 'home/e-smith/db/acls.dump'))
    const { said } = await t.run(plugin)
    expect(said).toEqual(['error acls-unreadable home/e-smith/db/acls.dump'])
    expect(t.events()).toEqual(['ibay-create shop'])
  })
})

describe('ACLs that lead out of the shared folders', () => {
  it('are not restored, and named', async () => {
    const open = ['# owner: mrossi', 'user::rwx', 'group::rwx', 'other::rwx']
    const paths = ['/etc/passwd', '/etc/group', '../shadow', 'shop/../../db/accounts', 'nobodys/x']
    const t = shop(paths.map((path) => acl(path, ...open)).join(''), {
      more: { 'home/e-smith/files/ibays/forgotten/x': '' },
    })
    const before = t.manifest('etc')
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([
      'warning acl-path-refused /etc/passwd',
      'warning acl-path-refused ../shadow',
      'warning acl-path-refused nobodys/x',
      'warning acl-path-refused /var/lib/nethserver/ibay/shop/../../db/accounts',
      'warning folder-without-ibay forgotten',
    ])
    expect(messages[0]).toBe(
      'home/e-smith/db/acls.dump names /etc/passwd (and 1 more), which is in no ibay: its ACL is not restored',
    )
    expect(t.manifest('etc')).toEqual(before)
    expect(lstatSync(join(t.root, 'var/lib/nethserver/db/accounts')).mode & 0o777).toBe(0o640)
  })

  it('through a hostile link change nothing behind it; the link arrives as it was', async () => {
    const outside = temporaryFolder()
    writeTree(outside, { shadow: { content: 'root:!', mode: 0o600 } })
    const open = ['# owner: mrossi', '# group: tech', 'user::rwx', 'group::rwx', 'other::rwx']
    const t = shop(acl('shop/secret.txt', ...open) + acl('shop/out/shadow', ...open), {
      files: {
        'shop/secret.txt': { link: join(outside, 'shadow') },
        'shop/out': { link: outside },
      },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual([
      'warning acl-link-refused /var/lib/nethserver/ibay/shop/secret.txt',
      'warning acl-link-refused /var/lib/nethserver/ibay/shop/out/shadow',
    ])
    const { mode, uid } = lstatSync(join(outside, 'shadow'))
    expect([mode & 0o777, uid]).toEqual([0o600, process.getuid?.()])
    expect(
      t.manifest('var/lib/nethserver/ibay/shop').map((line) => line.replace(/ \d+:\d+/, '')),
    ).toEqual([`l 0777 out -> ${outside}`, `l 0777 secret.txt -> ${outside}/shadow`])
  })
})
