import { testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

function withNetworks(
  networks: string,
  { like = 7, here = {} }: { like?: 6 | 7; here?: Record<string, string> } = {},
) {
  return testbed({
    like,
    source: { databases: { networks }, files: { 'root/.profile': '' } },
    destination: { records: here },
  })
}

/** The records that the import added. */
function added(t: ReturnType<typeof testbed>, database: 'networks' | 'routes'): string[] {
  return t
    .databaseText(database)
    .split('\n')
    .filter((line) => /=(network|static)\|/.test(line))
}

describe.each([6, 7] as const)('trusted networks on a NethServer %s', (like) => {
  const networksEvent = like === 6 ? 'interface-update' : 'trusted-networks-modify'

  it('are made with their mask alone, and applied', async () => {
    const t = withNetworks(
      '172.16.4.0=network|Mask|255.255.252.0|Removable|no|VPN|no\n192.168.50.0=network|Mask|255.255.255.0|Router||SystemLocalNetwork|\n',
      { like },
    )
    await t.run(plugin)
    expect(added(t, 'networks')).toEqual([
      '172.16.4.0=network|Mask|255.255.252.0',
      '192.168.50.0=network|Mask|255.255.255.0',
    ])
    expect(added(t, 'routes')).toEqual([])
    expect(t.events()).toEqual(['password-policy-update', networksEvent])
  })

  it('bring the route to them, applied before', async () => {
    const t = withNetworks('10.8.0.0=network|Mask|255.255.0.0|Router|192.168.1.253\n', { like })
    await t.run(plugin)
    expect(added(t, 'networks')).toEqual(['10.8.0.0=network|Mask|255.255.0.0'])
    expect(added(t, 'routes')).toEqual([
      '10.8.0.0=static|Description|Migrated from local network 10.8.0.0|Mask|255.255.0.0|Router|192.168.1.253',
    ])
    expect(t.events()).toEqual(['password-policy-update', 'static-routes-save', networksEvent])
  })

  it('are left alone, and no interface is touched, where only a route is new', async () => {
    const t = withNetworks('10.8.0.0=network|Mask|255.255.0.0|Router|192.168.1.253\n', {
      like,
      here: { networks: '10.8.0.0=network|Description|Branch|Mask|255.0.0.0\n' },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning network-exists networks/10.8.0.0'])
    expect(added(t, 'networks')).toEqual(['10.8.0.0=network|Description|Branch|Mask|255.0.0.0'])
    expect(added(t, 'routes')).toHaveLength(1)
    expect(t.events()).toEqual(['password-policy-update', 'static-routes-save'])
  })

  it('are not applied again by a second run, which changes nothing', async () => {
    const t = withNetworks('10.8.0.0=network|Mask|255.255.0.0|Router|192.168.1.253\n', { like })
    await t.run(plugin)
    const before = [t.databaseText('networks'), t.databaseText('routes')]
    const again = await t.run(plugin)
    expect(again.report.counts.done).toBe(0)
    expect(again.report.events).toEqual([])
    expect([t.databaseText('networks'), t.databaseText('routes')]).toEqual(before)
  })
})

describe('the networks of the source', () => {
  it('never bring its green network', async () => {
    const t = withNetworks(
      '192.168.7.0=network|Mask|255.255.255.0|Router|default|SystemLocalNetwork|yes\n',
    )
    const { said } = await t.run(plugin)
    expect(said).toEqual([])
    expect(added(t, 'networks')).toEqual([])
    expect(t.events()).toEqual(['password-policy-update'])
  })

  it.each([
    ['without a mask', '10.0.0.0=network|Router|192.168.1.253'],
    ['with an empty mask', '10.0.0.0=network|Mask|'],
    ['with a mask that has holes', '10.0.0.0=network|Mask|255.0.255.0'],
    ['with a mask that is no address', '10.0.0.0=network|Mask|/8'],
    ['with a mask of zeros', '10.0.0.0=network|Mask|0.0.0.0'],
  ])('are skipped with a warning: one %s', async (_title, record) => {
    const t = withNetworks(`${record}\n172.16.0.0=network|Mask|255.240.0.0\n`)
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning network-invalid networks/10.0.0.0'])
    expect(added(t, 'networks')).toEqual(['172.16.0.0=network|Mask|255.240.0.0'])
    expect(added(t, 'routes')).toEqual([])
  })

  it.each(['office', '10.0.0', '999.0.0.0', '10.0.0.0;reboot', '2001:db8::'])(
    'are skipped with a warning when the key is no address: %s',
    async (key) => {
      const t = withNetworks(`${key}=network|Mask|255.0.0.0\n`)
      const { said } = await t.run(plugin)
      expect(said).toEqual([`warning network-invalid networks/${key}`])
      expect(added(t, 'networks')).toEqual([])
    },
  )

  it.each(['default', 'router.example.com', '192.168.1'])(
    'are made without a route when the router is no address: %s',
    async (router) => {
      const t = withNetworks(`10.8.0.0=network|Mask|255.255.0.0|Router|${router}\n`)
      const { said } = await t.run(plugin)
      expect(said).toEqual(['warning router-no-address networks/10.8.0.0'])
      expect(added(t, 'networks')).toEqual(['10.8.0.0=network|Mask|255.255.0.0'])
      expect(added(t, 'routes')).toEqual([])
      expect(t.events()).toEqual(['password-policy-update', 'trusted-networks-modify'])
    },
  )

  it('keep a route of the destination, with a warning', async () => {
    const here = '10.8.0.0=static|Description|mine|Mask|255.255.0.0|Router|192.168.1.9'
    const t = withNetworks('10.8.0.0=network|Mask|255.255.0.0|Router|192.168.1.253\n', {
      here: { routes: `${here}\n` },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning route-exists routes/10.8.0.0'])
    expect(added(t, 'routes')).toEqual([here])
    expect(t.events()).toEqual(['password-policy-update', 'trusted-networks-modify'])
  })

  it('are of type network: nothing else is looked at', async () => {
    const t = withNetworks('eth9=ethernet|role|red\n10.1.0.0=ipsec|Mask|255.255.0.0\n')
    const before = t.databaseText('networks')
    expect((await t.run(plugin)).said).toEqual([])
    expect(t.databaseText('networks')).toBe(before)
  })

  it('may be missing: a warning, and root is migrated all the same', async () => {
    const t = testbed({ source: { files: { 'root/notes': 'n' } } })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning networks-missing home/e-smith/db/networks'])
    expect(t.file('root/notes')).toBe('n')
    expect(t.events()).toEqual(['password-policy-update'])
  })
})
