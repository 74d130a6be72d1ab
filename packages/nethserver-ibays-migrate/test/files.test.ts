import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeTree, type Testbed } from '@nethserver-migrate/testkit'
import plugin from '../src/index.js'
import {
  fileServer,
  folders,
  ibay,
  permissions,
  WORLDS,
  type World,
} from './helpers/file-server.js'

const isRoot = process.getuid?.() === 0
const IBAYS = 'home/e-smith/files/ibays'

/** The plugin as it is when its second action does not come to run. */
const beginOnly = (() => {
  const [name] = Object.keys(plugin.actions)
  const [action] = Object.values(plugin.actions)
  if (name === undefined || !action) throw new Error('no actions')
  return {
    ...plugin,
    actions: { [name]: action },
    createlinks: { 'migration-import': { actions: { [name]: 30 } } },
  }
})()

const SHOP = {
  'shop/files/offer 1.pdf': { content: 'offer', mode: 0o660 },
  'shop/html': { directory: true, mode: 0o2770 },
  'shop/html/index.html': { content: '<p>', mode: 0o640 },
  'shop/html/logo.png': { link: '../files/logo.png' },
  'shop/cgi-bin': { directory: true, mode: 0o2770 },
} as const

const SHOP_HERE = [
  'd 0700 shop',
  'd 2770 shop/cgi-bin',
  'd 0755 shop/files',
  expect.stringMatching(/^f 0660 shop\/files\/offer 1.pdf = /),
  'd 2770 shop/html',
  expect.stringMatching(/^f 0640 shop\/html\/index.html = /),
  'l 0777 shop/html/logo.png -> ../files/logo.png',
]

function journal(t: Testbed): string[] {
  return readFileSync(join(t.root, 'var/lib/nethserver/migration/journal.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const { operation } = JSON.parse(line || '{}') as { operation?: { key: string } }
      return operation ? [operation.key.replace(/:[0-9a-f]{16}$/, '')] : []
    })
}

describe('the files of an ibay', () => {
  it('are moved into a closed folder of the same name', async () => {
    const t = fileServer({ accounts: ibay('shop'), files: SHOP, acls: '' })
    expect((await t.run(plugin)).said).toEqual([])
    expect(folders(t)).toEqual(SHOP_HERE)
    expect(existsSync(join(t.source, IBAYS, 'shop/html'))).toBe(false)
  })

  it.runIf(isRoot).each<[World, string]>([
    ['records', '500:5017'],
    ['ldap', '9999:10017'],
    ['ad', '20500:20017'],
  ])('belong to admin and the group of the folder, in the world of %s', async (world, owner) => {
    const t = fileServer({ world, accounts: ibay('shop'), files: SHOP, acls: '' })
    await t.run(plugin)
    const owners = t.manifest('var/lib/nethserver/ibay').map((line) => line.split(' ')[2])
    expect(owners).toEqual(SHOP_HERE.map(() => owner))
  })

  it.runIf(isRoot)('belong to root where neither admin nor the group is known', async () => {
    const t = fileServer({
      world: 'ldap',
      accounts: ibay('shop', { Group: 'shared' }),
      files: SHOP,
      acls: '',
      here: { files: { 'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n' } },
    })
    await t.run(plugin)
    expect(permissions(t, 'shop/html')).toBe('2000 0:0 user::rwx group::rwx other::---')
  })

  it('come before the record is that of a shared folder, and that before its event', async () => {
    const t = fileServer({
      accounts: ibay('shop'),
      files: SHOP,
      acls: '# file: shop/html\nuser::rwx\ngroup::rwx\nother::---\n',
    })
    await t.run(plugin)
    expect(journal(t)).toEqual([
      'record:accounts/shop',
      `tree:${IBAYS}/shop:/var/lib/nethserver/ibay/shop`,
      'record:accounts/shop',
      'event:nethserver-ibays-migrate-commit:{"event":"ibay-create","args":["shop"]}',
      'acls:/var/lib/nethserver/ibay/shop',
    ])
  })

  it('are joined with those of a shared folder that is there; what differs is kept beside', async () => {
    const t = fileServer({
      accounts: ibay('shop'),
      files: { 'shop/files/a': 'old', 'shop/files/b': 'b' },
      acls: '',
      here: {
        accounts: 'shop=ibay|Description|Mine\n',
        files: { 'var/lib/nethserver/ibay/shop/files/a': 'new' },
      },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual([
      'warning ibay-exists accounts/shop',
      'notice exists-kept-both /var/lib/nethserver/ibay/shop/files/a.migrated',
    ])
    const file = (name: string) => t.file(`var/lib/nethserver/ibay/shop/files/${name}`)
    expect(['a', 'a.migrated', 'b'].map(file)).toEqual(['new', 'old', 'b'])
    expect(t.events()).toEqual(['ibay-create shop'])
  })

  it('may be missing: the folder is made all the same, with a warning', async () => {
    const t = fileServer({ accounts: ibay('shop'), acls: '' })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning ibay-data-missing accounts/shop'])
    expect(t.record('accounts', 'shop')).toMatch(/^shop=ibay\|/)
    expect(t.events()).toEqual(['ibay-create shop'])
  })

  it('follow with the next run when they came too late for the first', async () => {
    const t = fileServer({ accounts: ibay('shop'), acls: '' })
    await t.run(plugin)
    writeTree(t.source, { [`${IBAYS}/shop/files/x`]: 'x' })
    expect((await t.run(plugin)).said).toEqual([])
    expect(t.file('var/lib/nethserver/ibay/shop/files/x')).toBe('x')
    expect(t.events()).toEqual(['ibay-create shop', 'ibay-create shop'])
  })

  it('that cannot be moved are an error: no event, the next ibay, and all of it in the next run', async () => {
    const t = fileServer({
      accounts: ibay('shop') + ibay('zebra'),
      files: { ...SHOP, 'zebra/x': '' },
      acls: '# file: shop/html\nuser::rwx\ngroup::rwx\nother::---\n',
    })
    const [folder, aside] = ['shop', 'aside'].map((name) => join(t.source, IBAYS, name))
    if (folder === undefined || aside === undefined) throw new Error('no folders')
    renameSync(folder, aside)
    symlinkSync('aside', folder)
    const first = await t.run(plugin)
    expect(first.said).toEqual([
      'error SOURCE_SYMBOLIC_LINK /var/lib/nethserver/ibay/shop',
      'warning folder-without-ibay aside',
    ])
    expect(t.record('accounts', 'shop')).toMatch(/^shop=ibay-migrate\|/)
    expect(t.events()).toEqual(['ibay-create zebra'])

    rmSync(folder)
    renameSync(aside, folder)
    const { said } = await t.run(plugin)
    expect(said).toEqual([])
    expect(t.record('accounts', 'shop')).toMatch(/^shop=ibay\|/)
    expect(folders(t).slice(0, SHOP_HERE.length)).toEqual(SHOP_HERE)
    expect(t.events()).toEqual(['ibay-create zebra', 'ibay-create shop'])
  })
})

describe('folders without an ibay', () => {
  it('are left in the source, and named', async () => {
    const t = fileServer({
      accounts: `${ibay('shop')}mrossi=user|Uid|5001\n`,
      files: { 'shop/x': '', 'forgotten/x': '', 'mrossi/x': '', 'Soci\xe9t\xe9/x': '' },
      acls: '',
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual([
      'warning folder-without-ibay Société',
      'warning folder-without-ibay forgotten',
      'warning folder-without-ibay mrossi',
    ])
    expect(existsSync(join(t.source, IBAYS, 'forgotten/x'))).toBe(true)
    expect(folders(t)).toHaveLength(2)
  })
})

describe('between the two actions', () => {
  it('others may add to the record; nobody takes it for a shared folder', async () => {
    const t = fileServer({ accounts: ibay('shop'), files: SHOP, acls: '' })
    await t.run(beginOnly)
    expect(t.record('accounts', 'shop')).toMatch(/^shop=ibay-migrate\|/)
    expect(t.events()).toEqual([])
    expect(existsSync(join(t.root, 'var/lib/nethserver/ibay'))).toBe(false)
    const database = join(t.root, 'var/lib/nethserver/db/accounts')
    writeFileSync(
      database,
      readFileSync(database, 'latin1').replace(/^shop=.*/m, '$&|SmbStatus|enabled'),
      'latin1',
    )
    await t.run(plugin)
    expect(t.record('accounts', 'shop')).toBe(
      'shop=ibay|AclRead||AclWrite||Description|A folder [migration]|GroupAccess|rw|OtherAccess||OwningGroup|sales|SmbStatus|enabled',
    )
    expect(t.events()).toEqual(['ibay-create shop'])
  })

  it('a kill leaves half-made folders, which the next run completes, even without its journal', async () => {
    const t = fileServer({ accounts: ibay('shop'), files: SHOP, acls: '' })
    await t.run(beginOnly)
    rmSync(join(t.root, 'var/lib/nethserver/migration/journal.jsonl'))
    const { said } = await t.run(plugin)
    expect(said).toEqual([])
    expect(t.record('accounts', 'shop')).toMatch(/^shop=ibay\|/)
    expect(folders(t)).toEqual(SHOP_HERE)
  })

  it('folders that another run has left half-made are completed too', async () => {
    const t = fileServer({ accounts: '', acls: '', here: { accounts: 'older=ibay-migrate|A|1\n' } })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning ibay-data-missing accounts/older'])
    expect(t.record('accounts', 'older')).toBe('older=ibay|A|1')
  })
})

describe.each(WORLDS)('shared folders, in the world of %s', (world) => {
  const build = () =>
    fileServer({
      world,
      accounts: ibay('shop') + ibay('empty', { UserAccess: undefined }) + ibay('mail'),
      files: { ...SHOP, 'forgotten/x': '' },
      acls: '# file: shop/html\n# owner: mrossi\n# group: shared\nuser::rwx\nuser:dsmith:r-x\ngroup::rwx\nmask::rwx\nother::---\n',
      here: { accounts: 'own=ibay|Description|Mine\n' },
    })

  it('are unchanged by a second import, which signals nothing', async () => {
    const t = build()
    const first = await t.run(plugin)
    const after = [t.databaseText('accounts'), t.manifest('var/lib/nethserver/ibay'), t.events()]
    const { report, said } = await t.run(plugin)
    expect(report.counts.done).toBe(0)
    expect(report.events).toEqual([])
    expect(said).toEqual(first.said)
    expect([t.databaseText('accounts'), t.manifest('var/lib/nethserver/ibay'), t.events()]).toEqual(
      after,
    )
  })

  it('are planned as they are then made, and planning changes nothing', async () => {
    const t = build()
    const before = [t.databaseText('accounts'), t.manifest('var')]
    const plan = await t.run(plugin, { mode: 'plan' })
    expect([t.databaseText('accounts'), t.manifest('var')]).toEqual(before)
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
    expect(plan.said).toEqual(said)
  })

  it('are left to those who change them after the import', async () => {
    const t = build()
    await t.run(plugin)
    const database = join(t.root, 'var/lib/nethserver/db/accounts')
    const text = readFileSync(database, 'latin1').replace('A folder [migration]', 'Our shop')
    writeFileSync(database, text, 'latin1')
    const { report } = await t.run(plugin)
    expect(report.counts.done).toBe(0)
    expect(readFileSync(database, 'latin1')).toBe(text)
  })
})
