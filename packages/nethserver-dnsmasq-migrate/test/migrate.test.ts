import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fixtureSource, testbed, type Testbed } from '@nethserver-migrate/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const EVENT = 'nethserver-dnsmasq-update'
const FOLLOW_UP = 'follow-up switch-off-old-dhcp dhcp/eth0'
const DNSCACHE = 'dnscache=service|TCPPort|53|UDPPort|53|access|private|status|enabled'

const DNSMASQ = {
  6: 'dnsmasq=service|CacheSize|4000|TCPPort|53|UDPPorts|53,67,69|access|private|dhcp-boot||except-interface|virbr0|status|enabled|tftp-status|enabled',
  7: 'dnsmasq=service|CacheSize|4000|DomainRedirection||TCPPort|53|UDPPorts|53,67,69|access|green|dhcp-boot||except-interface|virbr0|status|enabled|tftp-status|enabled',
}

interface World {
  readonly like?: 6 | 7
  /** The record of dhcpd; the default serves 192.168.1.65 to 192.168.1.199. */
  readonly dhcpd?: string
  readonly dnscache?: string
  /** Records that replace the destination's own. */
  readonly here?: {
    readonly configuration?: string
    readonly networks?: string
    readonly dhcp?: string
  }
  /** Whether the destination has a database of DHCP ranges: NethServer 6 before 6.5 has none. */
  readonly hasRanges?: boolean
}

function oldServer({
  like = 7,
  dhcpd = served('192.168.1.65', '192.168.1.199'),
  dnscache = DNSCACHE,
  here = {},
  hasRanges = true,
}: World = {}): Testbed {
  const t = testbed({
    like,
    source: { databases: { configuration: `SystemName=old\n${dhcpd}\n${dnscache}\n` } },
    destination: { databases: { ...here } },
  })
  if (!hasRanges) rmSync(join(t.root, 'var/lib/nethserver/db/dhcp'))
  return t
}

/** The record of a dhcpd that serves, with props that must never be carried over. */
function served(start: string, end: string): string {
  return `dhcpd=service|Bootp|deny|InitscriptOrder|65|UDPPort|9067|access|private|end|${end}|start|${start}|status|enabled`
}

/** The record of a range. */
function range(key: string, start: string, end: string, status = 'enabled'): string {
  return `${key}=range|DhcpGatewayIP||DhcpLeaseTime||DhcpRangeEnd|${end}|DhcpRangeStart|${start}|DhcpStatus|${status}|status|${status}\n`
}

function green(key: string, ipaddr: string, netmask = '255.255.255.0'): string {
  return `${key}=ethernet|bootproto|none|ipaddr|${ipaddr}|netmask|${netmask}|role|green\n`
}

describe.each([6, 7] as const)('the DHCP range of a NethServer %s', (like) => {
  it('is a record of the green interface; dnsmasq is left alone', async () => {
    const t = oldServer({ like })
    const before = t.databaseText('configuration')
    const { said } = await t.run(plugin)
    expect(t.databaseText('dhcp')).toBe(range('eth0', '192.168.1.65', '192.168.1.199'))
    expect(t.databaseText('configuration')).toBe(before)
    expect(t.events()).toEqual([EVENT])
    expect(said).toEqual([FOLLOW_UP])
  })

  it('belongs to the green interface whose network has it, otherwise to the first one', async () => {
    const imported = async (start: string, end: string) => {
      const networks =
        green('eth2', '192.168.1.2') + green('br0', '10.0.0.1') + 'eth0=ethernet|role|bridged\n'
      const t = oldServer({ like, dhcpd: served(start, end), here: { networks } })
      await t.run(plugin)
      return t.databaseText('dhcp')
    }
    expect(await imported('10.0.0.5', '10.0.0.9')).toBe(range('br0', '10.0.0.5', '10.0.0.9'))
    expect(await imported('192.168.1.5', '192.168.1.9')).toBe(
      range('eth2', '192.168.1.5', '192.168.1.9'),
    )
    expect(await imported('172.16.0.5', '172.16.0.9')).toBe(
      range('br0', '172.16.0.5', '172.16.0.9', 'disabled'),
    )
  })

  it.each([
    ['outside the network', '10.0.0.5', '10.0.0.9', 'it is not inside the green network of eth0'],
    [
      'beginning before the network',
      '192.168.0.250',
      '192.168.1.9',
      'it is not inside the green network of eth0',
    ],
    [
      'ending behind the network',
      '192.168.1.250',
      '192.168.2.9',
      'it is not inside the green network of eth0',
    ],
    [
      'beginning with the network itself',
      '192.168.1.0',
      '192.168.1.9',
      'it is not inside the green network of eth0',
    ],
    [
      'ending with the broadcast address',
      '192.168.1.9',
      '192.168.1.255',
      'it is not inside the green network of eth0',
    ],
    ['backwards', '192.168.1.199', '192.168.1.65', 'it ends before it begins'],
    ['without a start', '', '192.168.1.65', 'these are not two addresses'],
    ['without an end', '192.168.1.65', '', 'these are not two addresses'],
    ['of something else', '65', '192.168.1.999', 'these are not two addresses'],
  ])('arrives disabled, with a warning, when it is one %s', async (_title, start, end, why) => {
    const t = oldServer({ like, dhcpd: served(start, end) })
    const { said, messages, report } = await t.run(plugin)
    expect(t.databaseText('dhcp')).toBe(range('eth0', start, end, 'disabled'))
    expect(said).toEqual(['warning dhcp-range-disabled dhcp/eth0'])
    expect(messages).toEqual([
      `the DHCP range ${start || '(nothing)'} to ${end || '(nothing)'} arrives disabled: ${why}`,
    ])
    expect(report.findings[0]?.remedy).toBe(
      'Enter another range: db dhcp setprop eth0 DhcpRangeStart START DhcpRangeEnd END DhcpStatus enabled status enabled; signal-event nethserver-dnsmasq-update',
    )
    expect(t.events()).toEqual([EVENT])
  })

  it('arrives disabled when the green interface has no address yet', async () => {
    const t = oldServer({ like, here: { networks: 'eth0=ethernet|bootproto|dhcp|role|green\n' } })
    const { said } = await t.run(plugin)
    expect(t.databaseText('dhcp')).toBe(range('eth0', '192.168.1.65', '192.168.1.199', 'disabled'))
    expect(said).toEqual(['warning dhcp-range-disabled dhcp/eth0'])
  })

  it('is told in a warning where there is no green interface', async () => {
    const t = oldServer({ like, here: { networks: 'eth0=ethernet|role|red\n' } })
    const { said, messages } = await t.run(plugin)
    expect(t.databaseText('dhcp')).toBe('')
    expect(said).toEqual(['warning no-green-interface networks'])
    expect(messages).toEqual([
      'the destination has no green interface: DHCP for 192.168.1.65 to 192.168.1.199 is not migrated',
    ])
    expect(t.events()).toEqual([])
  })

  it('that is there already is kept, with a warning that tells the old one', async () => {
    const here = range('eth0', '192.168.1.100', '192.168.1.110')
    const t = oldServer({ like, here: { dhcp: here } })
    const { said, messages } = await t.run(plugin)
    expect(t.databaseText('dhcp')).toBe(here)
    expect(said).toEqual(['warning dhcp-exists dhcp/eth0'])
    expect(messages).toEqual([
      'dhcp/eth0 exists at the destination with other values: kept as it is; the old server served 192.168.1.65 to 192.168.1.199',
    ])
    expect(t.events()).toEqual([])
  })

  it('that is there already with the same values needs no event', async () => {
    const here = range('eth0', '192.168.1.65', '192.168.1.199')
    const t = oldServer({ like, here: { dhcp: here } })
    const { said } = await t.run(plugin)
    expect(t.databaseText('dhcp')).toBe(here)
    expect(said).toEqual([FOLLOW_UP])
    expect(t.events()).toEqual([])
  })

  it.each([
    [
      'was disabled',
      'dhcpd=service|end|192.168.1.199|start|192.168.1.65|status|disabled',
      'dhcpd was not enabled on the old server, its range was 192.168.1.65 to 192.168.1.199',
    ],
    [
      'had no status',
      'dhcpd=service',
      'dhcpd was not enabled on the old server, its range was (nothing) to (nothing)',
    ],
    [
      'had no dhcpd',
      '',
      'dhcpd is not in the source configuration database: it counts as disabled',
    ],
  ])('is not made when the old server %s', async (_title, dhcpd, message) => {
    const t = oldServer({ like, dhcpd })
    const before = t.databaseText('configuration')
    const { said, messages } = await t.run(plugin)
    expect(messages).toEqual([message])
    expect(said).toEqual([])
    expect(t.databaseText('dhcp')).toBe('')
    expect(t.databaseText('configuration')).toBe(before)
    expect(t.events()).toEqual([])
  })

  it('is not touched again when a person has mended it since the first import', async () => {
    const t = oldServer({ like, dhcpd: served('10.0.0.5', '10.0.0.9') })
    await t.run(plugin)
    const mended = range('eth0', '192.168.1.5', '192.168.1.9')
    writeFileSync(join(t.root, 'var/lib/nethserver/db/dhcp'), mended)
    const { said, report } = await t.run(plugin)
    expect(t.databaseText('dhcp')).toBe(mended)
    expect(said).toEqual([FOLLOW_UP])
    expect(report.events).toEqual([])
  })
})

it('an import into a NethServer 7 leaves dnsmasq alone whatever the old DNS cache was', async () => {
  const t = oldServer({ dnscache: 'dnscache=service|access|localhost|status|disabled' })
  const before = t.databaseText('configuration')
  const { said } = await t.run(plugin)
  expect(t.databaseText('configuration')).toBe(before)
  expect(said).toEqual([FOLLOW_UP])
})

it('an import into a NethServer 7 without a database of ranges makes one', async () => {
  const [usual, t] = [oldServer(), oldServer({ hasRanges: false })]
  const { said } = await t.run(plugin)
  expect(said).toEqual((await usual.run(plugin)).said)
  expect(t.databaseText('dhcp').trim()).toBe(usual.databaseText('dhcp').trim())
  expect(t.events()).toEqual([EVENT])
})

describe('the DNS cache of a NethServer 6', () => {
  /** What comes of dnsmasq when the old server had this DNS cache. */
  async function dnsmasqAfter(world: World) {
    const t = oldServer({ like: 6, dhcpd: 'dhcpd=service|status|disabled', ...world })
    const { said } = await t.run(plugin)
    const [, access, status] =
      /\|access\|([^|]*)\|.*\|status\|([^|]*)\|/.exec(t.record('configuration', 'dnsmasq') ?? '') ??
      []
    return { access, status, said, events: t.events() }
  }

  it('has the status and the access of the old one, and nothing else of it', async () => {
    const t = oldServer({
      like: 6,
      dhcpd: '',
      dnscache:
        'dnscache=service|DNSForwarder|9.9.9.9|TCPPort|9053|UDPPort|9053|access|public|status|disabled',
    })
    await t.run(plugin)
    expect(t.record('configuration', 'dnsmasq')).toBe(
      DNSMASQ[6]
        .replace('access|private', 'access|public')
        .replace('|status|enabled|', '|status|disabled|'),
    )
    expect(t.events()).toEqual([EVENT])
  })

  it.each([
    ['has neither', 'dnscache=service'],
    ['has both empty', 'dnscache=service|access||status|'],
    ['is missing', ''],
  ])('is private and disabled where the old one %s', async (_title, dnscache) => {
    expect(await dnsmasqAfter({ dnscache })).toEqual({
      access: 'private',
      status: 'disabled',
      said: [],
      events: [EVENT],
    })
  })

  it('is spoken of where the old server has none', async () => {
    const t = oldServer({ like: 6, dnscache: '', dhcpd: '' })
    expect((await t.run(plugin)).messages).toEqual([
      'dhcpd is not in the source configuration database: it counts as disabled',
      'dnscache is not in the source configuration database: it counts as disabled',
    ])
  })

  it('stays enabled, with a notice, while DHCP is wanted', async () => {
    const dnscache = 'dnscache=service|access|private|status|disabled'
    const wanted = { dnscache, dhcpd: served('192.168.1.65', '192.168.1.199') }
    const notice = 'notice dnsmasq-enabled-for-dhcp configuration/dnsmasq status'
    expect(await dnsmasqAfter(wanted)).toEqual({
      access: 'private',
      status: 'enabled',
      said: [FOLLOW_UP, notice],
      events: [EVENT],
    })
    // Also where a person has to enter another range first, and where the destination had one.
    const outside = { dnscache, dhcpd: served('10.0.0.5', '10.0.0.9') }
    expect(await dnsmasqAfter(outside)).toMatchObject({ status: 'enabled' })
    const dhcp = range('eth0', '192.168.1.5', '192.168.1.9')
    expect(await dnsmasqAfter({ dnscache, here: { dhcp } })).toMatchObject({ status: 'enabled' })
    const off = range('eth0', '192.168.1.5', '192.168.1.9', 'disabled')
    expect(await dnsmasqAfter({ dnscache, here: { dhcp: off } })).toMatchObject({
      status: 'disabled',
    })
  })

  it('makes the record where the package is installed without it', async () => {
    const t = testbed({
      like: 6,
      source: { databases: { configuration: `SystemName=old\n${DNSCACHE}\n` } },
      destination: {
        databases: { configuration: 'DomainName=newserver.test\n' },
        files: { 'var/lib/nethserver/migration/packages': 'nethserver-dnsmasq\n' },
      },
    })
    await t.run(plugin)
    expect(t.record('configuration', 'dnsmasq')).toBe(
      'dnsmasq=service|access|private|status|enabled',
    )
    expect(t.events()).toEqual([EVENT])
  })
})

describe('a NethServer 6 without a database of ranges', () => {
  /** What comes of the props of DHCP. */
  async function dhcpProps(world: World = {}) {
    const t = oldServer({ like: 6, hasRanges: false, ...world })
    const { said, messages } = await t.run(plugin)
    const record = t.record('configuration', 'dnsmasq') ?? ''
    return {
      props: /DhcpRangeEnd.*DhcpStatus\|\w+/.exec(record)?.[0],
      said,
      messages,
      events: t.events(),
    }
  }

  it('has the range in dnsmasq', async () => {
    expect(await dhcpProps()).toEqual({
      props: 'DhcpRangeEnd|192.168.1.199|DhcpRangeStart|192.168.1.65|DhcpStatus|enabled',
      said: ['follow-up switch-off-old-dhcp configuration/dnsmasq'],
      messages: ['switch DHCP off on the old server: two servers must not answer in one network'],
      events: [EVENT],
    })
  })

  it.each([
    [
      'is outside the green network',
      { dhcpd: served('10.0.0.5', '10.0.0.9') },
      'it is not inside the green network of eth0',
    ],
    [
      'has no green network',
      { dhcpd: served('10.0.0.5', '10.0.0.9'), here: { networks: '' } },
      'the destination has no green interface',
    ],
  ])('has it disabled, with a warning, when it %s', async (_title, world, why) => {
    expect(await dhcpProps(world)).toEqual({
      props: 'DhcpRangeEnd|10.0.0.9|DhcpRangeStart|10.0.0.5|DhcpStatus|disabled',
      said: ['warning dhcp-range-disabled configuration/dnsmasq'],
      messages: [`the DHCP range 10.0.0.5 to 10.0.0.9 arrives disabled: ${why}`],
      events: [EVENT],
    })
  })

  it.each([
    [
      'was disabled',
      'dhcpd=service|end|192.168.1.9|start|192.168.1.5|status|disabled',
      'DhcpRangeEnd|192.168.1.9|DhcpRangeStart|192.168.1.5|DhcpStatus|disabled',
    ],
    ['was missing', '', 'DhcpRangeEnd||DhcpRangeStart||DhcpStatus|disabled'],
  ])('has it disabled, without a warning, when dhcpd %s', async (_title, dhcpd, props) => {
    expect(await dhcpProps({ dhcpd })).toMatchObject({ props, said: [], events: [EVENT] })
  })
})

describe.each([
  ['NethServer 6', { like: 6 }],
  ['NethServer 6 before 6.5', { like: 6, hasRanges: false }],
  ['NethServer 7', { like: 7 }],
] as const)('an import into a %s', (_title, world) => {
  const WORLD = { ...world, dnscache: 'dnscache=service|access|public|status|disabled' }
  const databases = (t: Testbed) => [
    t.databaseText('configuration'),
    'hasRanges' in world ? '' : t.databaseText('dhcp'),
  ]

  it('changes nothing and signals nothing the second time', async () => {
    const t = oldServer(WORLD)
    const first = await t.run(plugin)
    const before = [...databases(t), t.events()]
    const { report, said } = await t.run(plugin)
    expect(report.counts.done).toBe(0)
    expect(report.events).toEqual([])
    expect([...databases(t), t.events()]).toEqual(before)
    expect([...said].sort()).toEqual([...first.said].sort())
  })

  it('does what the plan says', async () => {
    const t = oldServer(WORLD)
    const before = databases(t)
    const plan = await t.run(plugin, { mode: 'plan' })
    expect([...databases(t), t.events()]).toEqual([...before, []])
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
    expect(plan.said).toEqual(said)
  })

  it('is skipped, with a notice, where dnsmasq is not installed', async () => {
    const t = oldServer({ ...WORLD, here: { configuration: 'DomainName=newserver.test\n' } })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-dnsmasq-migrate'])
    expect(report.findings[0]?.remedy).toContain('install nethserver-dnsmasq')
    expect(t.events()).toEqual([])
  })
})

it('a range is enabled only when both of its ends are machines of the green network, in order', async () => {
  const address = fc.oneof(
    fc
      .tuple(fc.constantFrom('192.168.1', '192.168.0', '192.168.2', '10.0.0'), fc.nat(300))
      .map(([net, host]) => `${net}.${host}`),
    fc.constantFrom(
      '',
      ' 192.168.1.9 ',
      '192.168.1',
      'x',
      '192.168.01.9',
      '0192.168.1.9',
      '192.168.1.9/24',
    ),
  )
  await fc.assert(
    fc.asyncProperty(address, address, async (start, end) => {
      const t = oldServer({ dhcpd: served(start, end) })
      await t.run(plugin)
      const [from, to] = [start, end].map(
        (text) => /^192\.168\.1\.(0|[1-9]\d*)$/.exec(text.trim())?.[1],
      )
      const isServed =
        from !== undefined &&
        to !== undefined &&
        0 < Number(from) &&
        Number(from) <= Number(to) &&
        Number(to) < 255
      expect(t.databaseText('dhcp')).toContain(`|DhcpStatus|${isServed ? 'enabled' : 'disabled'}|`)
    }),
    { numRuns: 40 },
  )
})

describe('the sample backup', () => {
  it.each([6, 7] as const)('gives a NethServer %s its DHCP range', async (like) => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const { said } = await t.run(plugin)
    expect(t.databaseText('dhcp')).toBe(range('eth0', '192.168.1.65', '192.168.1.199'))
    expect(t.record('configuration', 'dnsmasq')).toBe(DNSMASQ[like])
    expect(t.record('configuration', 'dns')).toBe('dns=configuration|NameServers|8.8.4.4,8.8.8.8')
    expect(t.events()).toEqual([EVENT])
    expect(said).toEqual([FOLLOW_UP])
  })
})
