import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fixtureSource, manifest } from '@nethserver-migrate/testkit'
import plugin from '../src/index.js'
import { fileServer, permissions, type World } from './helpers/file-server.js'

const isRoot = process.getuid?.() === 0

const IBAYS = [
  ...['Primary', 'accounting', 'archive', 'catalog', 'clients', 'downloads', 'drawings'],
  ...['extranet', 'hrdocs', 'intranet', 'legacy', 'library', 'notices', 'partners', 'policies'],
  ...['pricelist', 'projects', 'shop', 'strange', 'website', 'wiki'],
]

/** `path` and, behind it, what a file holds or where a link points. */
const contents = (lines: readonly string[]) =>
  lines.map((line) => line.split(' ').slice(3).join(' '))

describe.each<[World, string, string, string]>([
  ['records', 'locals', '501 5018 5007', ''],
  ['ad', 'domain users@newserver.test', '10513 20018 20007', '@newserver.test'],
])('the sample backup, in the world of %s', (world, everybody, ids, suffix) => {
  const [shared = '', tech = '', dsmith = ''] = ids.split(' ')

  it('gives all its ibays, with all their files, to shared folders', async () => {
    const folder = fixtureSource()
    const before = contents(manifest(join(folder, 'home/e-smith/files/ibays')))
    const t = fileServer({ world, folder })
    const { said } = await t.run(plugin)
    expect(said).toEqual([
      'warning ibay-user-access accounts/legacy',
      'warning ibay-owning-group accounts/strange',
      'warning ibay-user-access accounts/strange',
      'warning ibay-data-missing accounts/strange',
      'warning acl-file-missing /var/lib/nethserver/ibay/projects/files/deleted since.txt',
      `warning acl-name-unknown ghostuser${suffix}`,
      'warning folder-without-ibay forgotten',
    ])
    expect(t.events()).toEqual(IBAYS.map((name) => `ibay-create ${name}`))
    // One has no files in the source: its folder is made all the same.
    expect(contents(t.manifest('var/lib/nethserver/ibay'))).toEqual(
      [...before.filter((line) => !line.startsWith('forgotten')), 'strange'].sort(),
    )
    const records = t
      .databaseText('accounts')
      .split('\n')
      .filter((line) => line.includes('=ibay'))
    expect(records.map((line) => line.split('=')[0])).toEqual(IBAYS)
    expect(t.record('accounts', 'library')).toBe(
      `library=ibay|AclRead||AclWrite||Description|B\xc3\xbccher & Normen [migration]|GroupAccess|rw|OtherAccess|r|OwningGroup|${everybody}`,
    )
    expect(t.record('accounts', 'strange')).toBe(
      `strange=ibay|AclRead||AclWrite||Description|Odd [migration]|GroupAccess|rw|OtherAccess||OwningGroup|${everybody}`,
    )
  })

  it('gives its files the ACLs that they had', async () => {
    const t = fileServer({ world, folder: fixtureSource() })
    await t.run(plugin)
    const withoutOwner = (path: string) => permissions(t, path).replace(/\d+:\d+ /, '')
    expect(withoutOwner('projects/files')).toBe(
      `2000 user::rwx group::rwx group:${shared}:r-x group:${tech}:rwx mask::rwx other::--- default:user::rwx default:group::rwx default:group:${shared}:r-x default:mask::rwx default:other::---`,
    )
    expect(withoutOwner('drawings/files/Pläne')).toBe(
      `2000 user::rwx user:${dsmith}:rwx group::rwx group:${shared}:rwx mask::rwx other::---`,
    )
    expect(withoutOwner('hrdocs/files')).toBe('2000 user::rwx group::r-x mask::rwx other::---')
    expect(withoutOwner('policies')).toBe('0 user::rwx group::--- other::---')
  })

  it.runIf(isRoot)('leaves no file to an id of the old server', async () => {
    const t = fileServer({ world, folder: fixtureSource() })
    await t.run(plugin)
    const owners = new Set(t.manifest('var/lib/nethserver/ibay').map((line) => line.split(' ')[2]))
    const admin = world === 'records' ? 500 : 20500
    const groups = [shared, ...[17, 18, 19, 20, 21].map((id) => String(Number(tech) - 18 + id))]
    expect([...owners].sort()).toEqual(groups.map((id) => `${admin}:${id}`).sort())
  })

  it('brings the hostile link as a link', async () => {
    const t = fileServer({ world, folder: fixtureSource() })
    await t.run(plugin)
    expect(contents(t.manifest('var/lib/nethserver/ibay/website/html'))).toContain(
      'secret.txt -> /etc/shadow',
    )
  })

  it('is unchanged by a second import', async () => {
    const t = fileServer({ world, folder: fixtureSource() })
    await t.run(plugin)
    const after = [t.databaseText('accounts'), t.manifest('var/lib/nethserver/ibay'), t.events()]
    const { report } = await t.run(plugin)
    expect([report.counts.done, report.counts.failed, report.events]).toEqual([0, 0, []])
    expect([t.databaseText('accounts'), t.manifest('var/lib/nethserver/ibay'), t.events()]).toEqual(
      after,
    )
  })

  it('is planned as it is then imported', async () => {
    const t = fileServer({ world, folder: fixtureSource() })
    const plan = await t.run(plugin, { mode: 'plan' })
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect([plan.report.events, plan.said]).toEqual([report.events, said])
  })
})

describe('the sample backup, with an LDAP provider', () => {
  it('lacks the group of everybody, which is said once', async () => {
    const t = fileServer({ world: 'ldap', folder: fixtureSource() })
    const { said } = await t.run(plugin)
    expect(said.filter((line) => line.includes('acl-name'))).toEqual([
      'warning acl-name-unknown domain users@newserver.test',
      'warning acl-name-unknown ghostuser@newserver.test',
    ])
    expect(permissions(t, 'projects/files').split(' ').slice(2, 6)).toEqual([
      'user::rwx',
      'group::rwx',
      'group:10018:rwx',
      'mask::rwx',
    ])
  })
})
