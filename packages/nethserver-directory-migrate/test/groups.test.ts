import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { accountLine, addAccount, group, oldServer, PROVIDERS, user } from './helpers/old-server.js'

/** What is said of groups alone. */
const ofGroups = (said: readonly string[]) =>
  said.filter((line) => !/users-without-password|home-missing/.test(line))

const ANNA = user('anna', { Uid: '5001' })
const BRUNO = user('bruno', { Uid: '5002' })

describe('a group where accounts are records (NethServer 6)', () => {
  it('gets a record, a group with the old id, and the event, after all users', async () => {
    const t = oldServer({
      like: 6,
      accounts:
        group('sales', { Members: 'anna,bruno', Description: 'Vendite & Co' }) + ANNA + BRUNO,
    })
    await t.run(plugin)
    expect(t.record('accounts', 'sales')).toBe(
      'sales=group|Description|Vendite & Co|Gid|5020|Members|anna,bruno|Uid|5020',
    )
    expect(accountLine(t, 'group', 'sales')).toBe('sales:x:5020:anna,bruno')
    expect(t.events()).toEqual(['user-create anna', 'user-create bruno', 'group-create sales'])
  })

  it('gets a new id when the old one is taken, with a warning', async () => {
    const t = oldServer({ like: 6, accounts: ANNA + group('sales', { Gid: '5001', Uid: '5001' }) })
    const { said } = await t.run(plugin)
    expect(accountLine(t, 'group', 'sales')).toBe('sales:x:5000:')
    expect(t.record('accounts', 'sales')).toContain('|Gid|5000|Members||Uid|5000')
    expect(ofGroups(said)).toEqual(['warning gid-changed sales'])
  })

  it.each(['', '0', '12', 'x'])(
    'gets a new id when the old one is of no use: "%s"',
    async (Gid) => {
      const t = oldServer({ like: 6, accounts: group('sales', { Gid }) })
      await t.run(plugin)
      expect(accountLine(t, 'group', 'sales')).toBe('sales:x:5000:')
    },
  )

  it('is skipped, with a warning, when the destination has a record of its name', async () => {
    const here = 'sales=pseudonym|Account|admin'
    const t = oldServer({
      like: 6,
      accounts: group('sales'),
      destination: { records: { accounts: `${here}\n` } },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning group-exists sales'])
    expect(t.record('accounts', 'sales')).toBe(here)
    expect(t.events()).toEqual([])
  })
})

describe('a group where a local LDAP server has the accounts (NethServer 7)', () => {
  it('is made with its members through the event; no record, no description', async () => {
    const t = oldServer({ accounts: ANNA + BRUNO + group('sales', { Members: 'anna,bruno' }) })
    const before = t.databaseText('accounts')
    await t.run(plugin)
    expect(t.databaseText('accounts')).toBe(before)
    expect(accountLine(t, 'group', 'sales')).toBe('sales:x:10003:anna,bruno')
    expect(t.events().at(-1)).toBe('group-create sales anna bruno')
  })
})

describe.each([6, 7] as const)('groups on a NethServer %s', (like) => {
  const membersOf = (t: ReturnType<typeof oldServer>, name: string) =>
    accountLine(t, 'group', name)?.split(':')[3]

  it('have admin among their members where the source has', async () => {
    const t = oldServer({ like, accounts: ANNA + group('admins', { Members: 'admin,anna' }) })
    const { said } = await t.run(plugin)
    expect(ofGroups(said)).toEqual([])
    expect(membersOf(t, 'admins')).toBe('admin,anna')
  })

  it('have admin among their members whatever its id is', async () => {
    const t = oldServer({
      like,
      accounts: group('admins', { Members: 'admin' }),
      destination: { files: { 'etc/passwd': 'admin:x:400:400::/home/admin:/bin/bash\n' } },
    })
    await t.run(plugin)
    expect(membersOf(t, 'admins')).toBe('admin')
  })

  it('are made without members who have no account, with a warning that names them', async () => {
    const t = oldServer({
      like,
      accounts: ANNA + group('ghosts', { Members: 'anna,ghost,Guest,$(x)' }),
    })
    const { said, messages } = await t.run(plugin)
    expect(ofGroups(said)).toEqual(['warning group-members-unknown ghosts'])
    expect(messages).toContain(
      'group ghosts: members without an account are left out: ghost, Guest, $(x)',
    )
    expect(membersOf(t, 'ghosts')).toBe('anna')
  })

  it('never have accounts of the system among their members', async () => {
    const t = oldServer({ like, accounts: group('web', { Members: 'apache,root' }) })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning group-members-unknown web'])
    expect(membersOf(t, 'web')).toBe('')
  })

  it('drop blanks, empty and double members without a word', async () => {
    const t = oldServer({
      like,
      accounts: ANNA + BRUNO + group('sales', { Members: ' anna , ,bruno,,anna' }),
    })
    const { said } = await t.run(plugin)
    expect(ofGroups(said)).toEqual([])
    expect(membersOf(t, 'sales')).toBe('anna,bruno')
  })

  it('are made empty when Members is missing or empty', async () => {
    const t = oldServer({ like, accounts: group('empty') + 'none=group|Gid|5021\n' })
    const { said } = await t.run(plugin)
    expect(said).toEqual([])
    expect([membersOf(t, 'empty'), membersOf(t, 'none')]).toEqual(['', ''])
  })

  it.each(['shared', 'locals', 'domadmins', 'jabberadmins', 'Domain Users', 'faxmaster'])(
    'that are reserved are a warning: %s',
    async (name) => {
      const t = oldServer({ like, accounts: group(name) })
      const before = t.file('etc/group')
      const { said } = await t.run(plugin)
      expect(said).toEqual([`warning reserved-account ${name}`])
      expect(t.file('etc/group')).toBe(before)
      expect(t.events()).toEqual([])
    },
  )

  it.each(['mail', 'apache', 'users'])(
    'never take the name of a system group: %s',
    async (name) => {
      const t = oldServer({ like, accounts: ANNA + group(name, { Members: 'anna' }) })
      const before = accountLine(t, 'group', name)
      const { said } = await t.run(plugin)
      expect(ofGroups(said)).toHaveLength(1)
      expect(ofGroups(said)[0]).toMatch(/^warning (group-exists|name-of-other-kind) /)
      expect(accountLine(t, 'group', name)).toBe(before)
      expect(t.events()).toHaveLength(1)
    },
  )

  it('that have the name of a user of the destination are a warning', async () => {
    const t = oldServer({ like, accounts: group('mario') })
    addAccount(t, 'passwd', 'mario:x:10050:10000::/home/mario:/bin/bash')
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning name-of-other-kind mario'])
    expect(accountLine(t, 'group', 'mario')).toBeUndefined()
  })

  it.each(['a;b', '$(x)', '-x', 'Sales', 'g'.repeat(32), 'g'.repeat(300)])(
    'with a name that none can have are an error, and the others go on: %s',
    async (name) => {
      const t = oldServer({ like, accounts: group(name) + group('sales', { Gid: '5030' }) })
      const { said, report } = await t.run(plugin)
      expect(said).toEqual([`error account-name-invalid ${name}`])
      expect(report.actions[0]?.outcome).toBe('failed')
      expect(accountLine(t, 'group', 'sales')).toBeDefined()
    },
  )

  it('may have names as long as the larger maxGroupNameLength', async () => {
    const name = 'g'.repeat(40)
    const t = oldServer({ like, accounts: group(name), configuration: 'maxGroupNameLength=40\n' })
    await t.run(plugin)
    expect(accountLine(t, 'group', name)).toBeDefined()
  })

  it('that exist already keep id and members, with a warning', async () => {
    const t = oldServer({ like, accounts: ANNA + group('sales', { Members: 'anna' }) })
    addAccount(t, 'group', 'sales:x:12345:admin')
    const { said } = await t.run(plugin)
    expect(ofGroups(said)).toEqual(['warning group-exists sales'])
    expect(accountLine(t, 'group', 'sales')).toBe('sales:x:12345:admin')
  })

  it('with thousands of members are no matter', async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `user${index}`)
    const accounts = names.map((name, index) => user(name, { Uid: String(6000 + index) })).join('')
    const t = oldServer({ like, accounts: accounts + group('all', { Members: names.join(',') }) })
    await t.run(plugin)
    expect(membersOf(t, 'all')?.split(',')).toHaveLength(3000)
    expect(membersOf(t, 'locals')?.split(',')).toHaveLength(3001)
  })
})

describe.each(['remote-ldap', 'remote-ad'] as const)('groups of a %s server', (provider) => {
  it('are never made; those that are missing are named', async () => {
    const t = oldServer({
      accounts: group('sales') + group('tech'),
      destination: { records: { configuration: PROVIDERS[provider] } },
    })
    addAccount(t, 'group', 'sales:x:70001:')
    const before = t.file('etc/group')
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning group-unknown tech'])
    expect(t.file('etc/group')).toBe(before)
    expect(t.events()).toEqual([])
  })
})
