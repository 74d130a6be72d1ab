import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { fileServer, ibay, WORLDS, type FileServer, type World } from './helpers/file-server.js'

/** Imports one ibay, and gives its record and what was said of it. */
async function imported(
  props: Readonly<Record<string, string | undefined>>,
  more: FileServer = {},
) {
  const t = fileServer({
    accounts: ibay('shop', props),
    files: { 'shop/files/x': '' },
    acls: '',
    ...more,
  })
  const { said, messages } = await t.run(plugin)
  return { record: t.record('accounts', 'shop') ?? '', said, messages }
}

const prop = (record: string, name: string) => new RegExp(`\\|${name}\\|([^|]*)`).exec(record)?.[1]

describe.each(WORLDS)('an ibay, where accounts are of the world of %s', (world) => {
  const suffix = world === 'records' ? '' : '@newserver.test'

  it('becomes a shared folder of the same group, marked as migrated', async () => {
    const { record, said } = await imported({ Name: 'B\xc3\xbccher & more' }, { world })
    expect(record).toBe(
      `shop=ibay|AclRead||AclWrite||Description|B\xc3\xbccher & more [migration]|GroupAccess|rw|OtherAccess||OwningGroup|sales${suffix}`,
    )
    expect(said).toEqual([])
  })

  it.each([
    ['wr-admin-rd-group', 'r', ''],
    ['wr-group-rd-group', 'rw', ''],
    ['wr-group-rd-everyone', 'rw', 'r'],
  ])('keeps its access: %s', async (UserAccess, group, other) => {
    const { record, said } = await imported({ UserAccess }, { world })
    expect([prop(record, 'GroupAccess'), prop(record, 'OtherAccess')]).toEqual([group, other])
    expect(said).toEqual([])
  })

  it.each([
    ['wr-nobody-rd-nobody', 'wr-nobody-rd-nobody, which is unknown'],
    ['', 'not set'],
    [undefined, 'not set'],
  ])('is closed to others where its access is %s, with a warning', async (UserAccess, what) => {
    const { record, said, messages } = await imported({ UserAccess }, { world })
    expect([prop(record, 'GroupAccess'), prop(record, 'OtherAccess')]).toEqual(['rw', ''])
    expect(said).toEqual(['warning ibay-user-access accounts/shop'])
    expect(messages).toEqual([
      `shared folder shop: its UserAccess is ${what}; the group may read and write, nobody else may do anything`,
    ])
  })

  it.each([undefined, ''])('without a name is called by its key', async (Name) => {
    const { record } = await imported({ Name }, { world })
    expect(prop(record, 'Description')).toBe('shop [migration]')
  })
})

describe('the group of an ibay', () => {
  it.each<[World, string, string]>([
    ['records', 'shared', 'locals'],
    ['ldap', 'shared', 'root'],
    ['ad', 'shared', 'domain users@newserver.test'],
    ['records', 'sales', 'sales'],
    ['ldap', 'sales', 'sales@newserver.test'],
    ['ad', 'sales', 'sales@newserver.test'],
    ['records', 'admin', 'admin'],
  ])('of the world of %s: %s becomes %s', async (world, Group, group) => {
    const { record, said } = await imported({ Group }, { world })
    expect(prop(record, 'OwningGroup')).toBe(group)
    expect(said).toEqual([])
  })

  it.each<[World, string | undefined, string, string]>([
    ['ldap', 'admin', 'root', 'its group admin is none of a NethServer 7'],
    ['ad', 'admin', 'domain admins@newserver.test', 'its group admin is none of a NethServer 7'],
    ...(
      [
        ['nobodys', 'its group nobodys is unknown here'],
        ['', 'it has no group'],
        [undefined, 'it has no group'],
        ['mrossi', 'its group mrossi is that of a user'],
        ['mail', 'its group mail belongs to the system here'],
      ] as const
    ).flatMap(([Group, problem]): [World, string | undefined, string, string][] => [
      ['records', Group, 'locals', problem],
      ['ldap', Group, 'root', problem],
      ['ad', Group, 'domain users@newserver.test', problem],
    ]),
  ])('of the world of %s: %s becomes %s, with a warning', async (world, Group, group, problem) => {
    const accounts = `${ibay('shop', { Group })}mrossi=user|Uid|5001\n`
    const { record, said, messages } = await imported({}, { world, accounts })
    expect(prop(record, 'OwningGroup')).toBe(group)
    expect(said).toEqual(['warning ibay-owning-group accounts/shop'])
    expect(messages).toEqual([`shared folder shop: ${problem}, it will belong to ${group}`])
  })
})

describe('the name of an ibay', () => {
  it('that the destination has as a shared folder: both are joined, with a warning', async () => {
    const here = 'shop=ibay|AclRead|mrossi|Description|Mine|GroupAccess|r|Own|1|SmbStatus|enabled'
    const { record, said } = await imported({}, { here: { accounts: `${here}\n` } })
    expect(record).toBe(
      'shop=ibay|AclRead||AclWrite||Description|A folder [migration]|GroupAccess|rw|OtherAccess||Own|1|OwningGroup|sales|SmbStatus|enabled',
    )
    expect(said).toEqual(['warning ibay-exists accounts/shop'])
  })

  it.each(['user|Uid|5002', 'group|Members|', 'pseudonym|Account|x'])(
    'that the destination has for something else is an error, and both stay: %s',
    async (text) => {
      const t = fileServer({
        accounts: ibay('shop') + ibay('other'),
        files: { 'shop/files/x': '', 'other/files/x': '' },
        acls: '',
        here: { accounts: `shop=${text}\n` },
      })
      const { said, messages } = await t.run(plugin)
      expect(t.record('accounts', 'shop')).toBe(`shop=${text}`)
      expect(said).toEqual(['error ibay-name accounts/shop'])
      expect(messages).toEqual([
        `ibay shop is not migrated: the destination has a ${text.replace(/\|.*/, '')} of this name`,
      ])
      expect(t.events()).toEqual(['ibay-create other'])
    },
  )

  it.each([
    ['mail', 'the system has a group of this name'],
    ['apache', 'the system has a user of this name'],
    ['..', 'its name'],
    ['a/../../b', 'its name'],
    ['-rf', 'its name'],
    ['.hidden', 'its name'],
    ['end.', 'its name'],
    ['two words', 'its name'],
    ['1st', 'its name'],
    ['x'.repeat(256), 'no folder can have a name of more than 255 bytes'],
    ['B\xc3\xbccher', 'its name'],
  ])('is an error, and the next one is migrated: %s', async (name, problem) => {
    const t = fileServer({
      accounts: ibay(name) + ibay('zebra'),
      files: { 'zebra/files/x': '' },
      acls: '',
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(/^error ibay-name accounts\//)
    expect(messages[0]).toContain(` is not migrated: ${problem}`)
    expect(t.record('accounts', name)).toBeUndefined()
    expect(t.events()).toEqual(['ibay-create zebra'])
  })

  it('may have capital letters, like Primary', async () => {
    const t = fileServer({ accounts: ibay('Primary'), files: { 'Primary/html/x': '' }, acls: '' })
    expect((await t.run(plugin)).said).toEqual([])
    expect(t.events()).toEqual(['ibay-create Primary'])
  })

  it.each([
    ['maxIbayNameLength=12\n', 30, 0],
    ['maxIbayNameLength=12\n', 31, 1],
    ['maxIbayNameLength=40\n', 40, 0],
    ['maxIbayNameLength=40\n', 41, 1],
  ])(
    'may be as long as the larger limit of both servers (%j); %i letters',
    async (configuration, length, warnings) => {
      const name = 'a'.repeat(length)
      const t = fileServer({
        accounts: ibay(name),
        files: { [`${name}/x`]: '' },
        acls: '',
        configuration,
      })
      const { said } = await t.run(plugin)
      expect(said).toEqual(Array(warnings).fill(`warning ibay-name-long accounts/${name}`))
      expect(t.events()).toEqual([`ibay-create ${name}`])
    },
  )

  it('that differs from another in case only is skipped, with a warning', async () => {
    const t = fileServer({
      accounts: ibay('Shop') + ibay('shop'),
      files: { 'Shop/x': '', 'shop/x': '' },
      acls: '',
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning key-differs-by-case accounts/shop'])
    expect(t.events()).toEqual(['ibay-create Shop'])
  })
})

describe('a source without ibays', () => {
  it.each(WORLDS)('is nothing to do, in the world of %s', async (world) => {
    const t = fileServer({ world, accounts: 'mrossi=user|Uid|5001\n', acls: '' })
    const { messages, report } = await t.run(plugin)
    expect(messages).toEqual(['the old server has no ibays: nothing to do'])
    expect(report.changes).toEqual([])
    expect(t.events()).toEqual([])
  })
})

describe('shared folders', () => {
  it('are skipped, with a notice, where the file server is not installed', async () => {
    const t = fileServer({
      accounts: ibay('shop'),
      here: { files: { 'var/lib/nethserver/migration/packages': 'nethserver-httpd\n' } },
    })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-ibays-migrate'])
    expect(report.findings[0]?.remedy).toContain('install nethserver-samba')
  })

  it.each(['nethserver-ibays', 'nethserver-samba'])('are migrated where %s is', async (name) => {
    const t = fileServer({
      accounts: ibay('shop'),
      files: { 'shop/x': '' },
      acls: '',
      here: { files: { 'var/lib/nethserver/migration/packages': `${name}\n` } },
    })
    expect((await t.run(plugin)).said).toEqual([])
    expect(t.events()).toEqual(['ibay-create shop'])
  })
})
