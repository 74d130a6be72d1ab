import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fixtureSource, testbed, type Testbed } from '@nethserver-migrate/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const EVENT = 'nethserver-hosts-update'

/** The old server is old.example.com with 192.168.1.1; it served two domains. */
const OLD_SERVER = [
  'SystemName=old',
  'DomainName=example.com',
  'LocalIP=192.168.1.1',
  'ExternalIP=203.0.113.1',
  'InternalInterface=interface|IPAddress|192.168.7.1',
  'ExternalInterface=interface|IPAddress|203.0.113.2',
]
const DOMAINS = 'example.com=domain\nexample.org=domain\n'

interface World {
  readonly like?: 6 | 7
  /** Records of the old hosts database; without them there is none. */
  readonly hosts?: readonly string[]
  /** Further records of the old configuration database. */
  readonly configuration?: readonly string[]
  readonly domains?: string
  /** Databases of the destination, in place of its own. */
  readonly here?: Readonly<Record<string, string>>
}

function oldServer({
  like = 7,
  hosts,
  configuration = [],
  domains = DOMAINS,
  here = {},
}: World = {}): Testbed {
  return testbed({
    like,
    source: {
      databases: {
        configuration: lines([...OLD_SERVER, ...configuration]),
        ...(domains === '' ? {} : { domains }),
        ...(hosts === undefined ? {} : { hosts: lines(hosts) }),
      },
    },
    destination: { databases: here },
  })
}

const lines = (records: readonly string[]) => records.map((record) => `${record}\n`).join('')
const self = (name: string, comment = '') =>
  `${name}=host|Comment|${comment}|HostType|Self|ReverseDNS|yes|Visibility|Global|static|yes`
const remote = (name: string, address: string) =>
  `${name}=host|Comment||ExternalIP|${address}|HostType|Remote`
const local = (name: string, address: string, mac = '') =>
  `${name}=host|Comment|${name}|HostType|Local|InternalIP|${address}|MACAddress|${mac}`

/** Imports hosts, and gives the whole database, what was said, and the events. */
async function imported(hosts: readonly string[], world: World = {}) {
  const t = oldServer({ hosts, ...world })
  const { said, messages } = await t.run(plugin)
  return { records: records(t), said, messages, events: t.events() }
}

function records(t: Testbed): string[] {
  return t.databaseText('hosts').split('\n').filter(Boolean)
}

describe.each([6, 7] as const)('a host name on a NethServer %s', (like) => {
  it('of the old server itself becomes one of the new server', async () => {
    expect(await imported([self('intranet.example.com', 'Our pages')], { like })).toEqual({
      records: ['intranet.example.com=self|Description|Our pages'],
      said: [],
      messages: [],
      events: [EVENT],
    })
  })

  it('of a machine with a hardware address becomes a reservation under its short name', async () => {
    const nas = local('nas.example.com', '192.168.1.20', '00:11:22:33:44:55')
    expect(await imported([nas], { like })).toEqual({
      records: [
        'nas=local|Description|nas.example.com|IpAddress|192.168.1.20|MacAddress|00:11:22:33:44:55',
      ],
      said: [],
      messages: [],
      events: [EVENT],
    })
  })

  it.each([
    ['empty', local('laser.example.com', '192.168.1.60')],
    [
      'missing',
      'laser.example.com=host|Comment|laser.example.com|HostType|Local|InternalIP|192.168.1.60',
    ],
  ])(
    'of a machine with its hardware address %s becomes a name with an address',
    async (_title, host) => {
      expect(await imported([host], { like })).toEqual({
        records: [
          'laser.example.com=remote|Description|laser.example.com|IpAddress|192.168.1.60|MacAddress|',
        ],
        said: [],
        messages: [],
        events: [EVENT],
      })
    },
  )

  it('of a machine elsewhere becomes a name with an address', async () => {
    expect(await imported([remote('branch.example.com', '203.0.113.10')], { like })).toEqual({
      records: ['branch.example.com=remote|Description||IpAddress|203.0.113.10'],
      said: [],
      messages: [],
      events: [EVENT],
    })
  })

  it('is not made again, nor an event signalled, by a second import', async () => {
    const hosts = [
      self('www.example.com'),
      local('nas.example.com', '192.168.1.20', '00:11:22:33:44:55'),
      local('nas.example.org', '192.168.1.21', '00:11:22:33:44:66'),
      local('pc1.example.com', '10.0.0.5', '00:11:22:33:44:77'),
      local('copy.example.com', '192.168.1.20', '00:11:22:33:44:88'),
      local('short', '192.168.1.30', '00:11:22:33:44:99'),
      remote('branch.example.com', '203.0.113.10'),
      remote('blog.example.com', 'hosting.test'),
      self('old.example.com'),
    ]
    const here = { hosts: 'pc1=remote|Description||IpAddress|192.168.1.99\n' }
    const t = oldServer({ like, hosts, here })
    const first = await t.run(plugin)
    const before = [t.databaseText('hosts'), t.events()]
    const { report, said, messages } = await t.run(plugin)
    expect(report.counts.done).toBe(0)
    expect(report.events).toEqual([])
    expect([t.databaseText('hosts'), t.events()]).toEqual(before)
    expect([said, messages]).toEqual([first.said, first.messages])
  })

  it('is imported as the plan says', async () => {
    const hosts = [
      self('www.example.com'),
      local('nas.example.com', '10.0.0.5', '00:11:22:33:44:55'),
      local('nas.example.org', '192.168.1.21', '00:11:22:33:44:66'),
      remote('blog.example.com', 'hosting.test'),
    ]
    const t = oldServer({ like, hosts })
    const plan = await t.run(plugin, { mode: 'plan' })
    expect([records(t), t.events()]).toEqual([[], []])
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
    expect(plan.said).toEqual(said)
  })
})

describe('a record that cannot become a host name is skipped, with a warning:', () => {
  it.each([
    [
      'Local without InternalIP',
      local('a.example.com', ''),
      'host-no-address',
      'it has no InternalIP',
    ],
    [
      'Local without the prop',
      'a.example.com=host|HostType|Local',
      'host-no-address',
      'it has no InternalIP',
    ],
    [
      'Local with a bad InternalIP',
      local('a.example.com', 'x1.2.3.4y'),
      'host-no-address',
      'its InternalIP x1.2.3.4y is no IPv4 address',
    ],
    [
      'Remote without ExternalIP',
      remote('a.example.com', ''),
      'host-no-address',
      'it has no ExternalIP',
    ],
    [
      'another HostType',
      'a.example.com=host|HostType|Sideways',
      'host-type-invalid',
      'its HostType Sideways is unknown',
    ],
    [
      'HostType in other letters',
      'a.example.com=host|HostType|self',
      'host-type-invalid',
      'its HostType self is unknown',
    ],
    ['no HostType', 'a.example.com=host', 'host-type-invalid', 'it has no HostType'],
  ])('%s', async (_title, host, code, why) => {
    expect(await imported([host, self('www2.example.com')])).toEqual({
      records: ['www2.example.com=self|Description|'],
      said: [`warning ${code} hosts/a.example.com`],
      messages: [`host a.example.com is skipped: ${why}`],
      events: [EVENT],
    })
  })

  it.each([
    '-rf',
    'two words',
    'a..example.com',
    'a.example.com.',
    'b\xfccher.example.com',
    '*',
    'a;b',
  ])('a key that is no host name: %s', async (key) => {
    const { records: made, said, messages } = await imported([self(key)])
    const shown = key.replace('\xfc', 'ü')
    expect(made).toEqual([])
    expect(said).toEqual([`warning host-name-invalid hosts/${shown}`])
    expect(messages).toEqual([`host ${shown} is skipped: this is no host name`])
  })

  it('keys that differ by case: the first in byte order is migrated', async () => {
    const hosts = [remote('a.example.com', '203.0.113.3'), remote('A.example.com', '203.0.113.4')]
    const { records: made, said } = await imported(hosts)
    expect(made).toEqual(['A.example.com=remote|Description||IpAddress|203.0.113.4'])
    expect(said).toEqual(['warning key-differs-by-case hosts/a.example.com'])
  })
})

describe('an alias', () => {
  it('is skipped, with a warning each and one task for all', async () => {
    const t = oldServer({
      hosts: [remote('blog.example.com', 'hosting.test'), remote('shop.example.com', 'shop.test')],
    })
    const { said, messages, report } = await t.run(plugin)
    expect(records(t)).toEqual([])
    expect(said).toEqual([
      'warning host-alias hosts/blog.example.com',
      'warning host-alias hosts/shop.example.com',
      'follow-up enter-aliases hosts',
    ])
    expect(messages).toEqual([
      'host blog.example.com is skipped: aliases (CNAME) are not migrated, and hosting.test is no IPv4 address',
      'host shop.example.com is skipped: aliases (CNAME) are not migrated, and shop.test is no IPv4 address',
      'enter by hand those aliases of the old server that are still needed: blog.example.com, shop.example.com',
    ])
    expect(report.findings.at(-1)?.remedy).toBe(
      'db hosts set NAME remote IpAddress ADDRESS; signal-event nethserver-hosts-update',
    )
    expect(t.events()).toEqual([])
  })

  it.each(['x1.2.3.4y', '999.1.1.1', '1.2.3', '1.2.3.4/24', '01.2.3.4', '2001:db8::1'])(
    'is what anything but an IPv4 address is taken for: %s',
    async (value) => {
      const { records: made, said } = await imported([remote('a.example.com', value)])
      expect(made).toEqual([])
      expect(said).toEqual([
        'warning host-alias hosts/a.example.com',
        'follow-up enter-aliases hosts',
      ])
    },
  )

  it('that somebody has entered here already is no task any more', async () => {
    const hosts = [remote('blog.example.com', 'hosting.test')]
    const here = 'blog.example.com=remote|Description||IpAddress|198.51.100.7'
    const result = await imported(hosts, { here: { hosts: `${here}\n` } })
    expect(result.records).toEqual([here])
    expect(result.said).toEqual(['warning host-exists hosts/blog.example.com'])
  })
})

describe('a name that the destination has', () => {
  it.each([
    [
      'as one of its own',
      self('a.example.com'),
      'a.example.com=remote|Description||IpAddress|1.2.3.4',
    ],
    [
      'with another address',
      remote('a.example.com', '1.2.3.5'),
      'a.example.com=remote|Description||IpAddress|1.2.3.4',
    ],
    [
      'without a reservation',
      local('a.example.com', '192.168.1.9', '00:11:22:33:44:55'),
      'a.example.com=remote|Description||IpAddress|1.2.3.4',
    ],
  ])('is kept, with a warning: %s', async (_title, host, here) => {
    expect(await imported([host], { here: { hosts: `${here}\n` } })).toEqual({
      records: [here],
      said: ['warning host-exists hosts/a.example.com'],
      messages: ['host a.example.com exists at the destination with other values: kept as it is'],
      events: [],
    })
  })

  it('with the same values needs neither a word nor an event', async () => {
    const here = 'a.example.com=remote|Description||IpAddress|1.2.3.4'
    expect(
      await imported([remote('a.example.com', '1.2.3.4')], { here: { hosts: `${here}\n` } }),
    ).toEqual({
      records: [here],
      said: [],
      messages: [],
      events: [],
    })
  })

  it('is left as a person has changed it since the first import', async () => {
    const t = oldServer({ hosts: [local('nas.example.com', '192.168.1.20', '00:11:22:33:44:55')] })
    await t.run(plugin)
    const changed = 'nas=local|Description|x|IpAddress|192.168.1.22|MacAddress|00:11:22:33:44:56\n'
    writeFileSync(join(t.root, 'var/lib/nethserver/db/hosts'), changed)
    const { said, report } = await t.run(plugin)
    expect(t.databaseText('hosts')).toBe(changed)
    expect([said, report.events]).toEqual([[], []])
  })
})

describe('a reservation', () => {
  const MAC = '00:11:22:33:44:55'
  const OTHER_MAC = '00:11:22:33:44:66'
  const nas = `nas=local|Description|nas.example.com|IpAddress|192.168.1.20|MacAddress|${MAC}`
  const bare = (name: string, address: string) =>
    `${name}=remote|Description|${name}|IpAddress|${address}|MacAddress|`

  it('whose short name another one of the old server has becomes a name with an address', async () => {
    const hosts = [
      local('nas.example.com', '192.168.1.20', MAC),
      local('NAS.example.org', '192.168.1.21', OTHER_MAC),
    ]
    expect(await imported(hosts)).toEqual({
      records: [
        `NAS=local|Description|NAS.example.org|IpAddress|192.168.1.21|MacAddress|${OTHER_MAC}`,
        bare('nas.example.com', '192.168.1.20'),
      ],
      said: ['warning no-reservation hosts/nas.example.com'],
      messages: [
        'host nas.example.com gets its name and no reservation: another one is called nas',
      ],
      events: [EVENT],
    })
  })

  it('whose short name the destination has becomes a name with an address', async () => {
    const here = 'nas=remote|Description|mine|IpAddress|192.168.1.99'
    const hosts = [local('nas.example.com', '192.168.1.20', MAC)]
    expect(await imported(hosts, { here: { hosts: `${here}\n` } })).toEqual({
      records: [here, bare('nas.example.com', '192.168.1.20')],
      said: ['warning no-reservation hosts/nas.example.com'],
      messages: [
        'host nas.example.com gets its name and no reservation: the destination has nas already',
      ],
      events: [EVENT],
    })
  })

  it.each([
    ['the same address', '192.168.1.20', OTHER_MAC],
    ['the same hardware address', '192.168.1.21', MAC],
    ['the same hardware address, spelled otherwise', '192.168.1.21', '0-11-22-33-44-55'],
  ])('is not made for %s again: dnsmasq might not start', async (_title, address, mac) => {
    const hosts = [
      local('nas.example.com', '192.168.1.20', MAC),
      local('zip.example.com', address, mac),
    ]
    expect(await imported(hosts)).toEqual({
      records: [nas, bare('zip.example.com', address)],
      said: ['warning no-reservation hosts/zip.example.com'],
      messages: [
        'host zip.example.com gets its name and no reservation: nas has one for this address or this machine',
      ],
      events: [EVENT],
    })
  })

  it('is not made beside one of the destination for the same machine', async () => {
    const here = `old-nas=local|Description||IpAddress|192.168.1.7|MacAddress|${MAC}`
    const hosts = [local('nas.example.com', '192.168.1.20', MAC)]
    const { records: made, said } = await imported(hosts, { here: { hosts: `${here}\n` } })
    expect(made).toEqual([bare('nas.example.com', '192.168.1.20'), here])
    expect(said).toEqual(['warning no-reservation hosts/nas.example.com'])
  })

  it('may have a name without a domain', async () => {
    const { records: made, said } = await imported([local('nas', '192.168.1.20', MAC)])
    expect(made).toEqual([nas.replace('nas.example.com', 'nas')])
    expect(said).toEqual([])
  })

  it.each([
    '00:11:22:33:44',
    '00:11:22:33:44:5g',
    '001122334455',
    'unknown',
    '00:11:22:33:44:55:66',
  ])('needs a hardware address, otherwise the name comes alone: %s', async (mac) => {
    expect(await imported([local('nas.example.com', '192.168.1.20', mac)])).toEqual({
      records: [bare('nas.example.com', '192.168.1.20')],
      said: ['warning no-reservation hosts/nas.example.com'],
      messages: [
        `host nas.example.com gets its name and no reservation: its MACAddress ${mac} is no hardware address`,
      ],
      events: [EVENT],
    })
  })

  it.each([
    ['outside the green network', '10.0.0.20', [], 'is outside the green network'],
    ['that is the one of this server', '192.168.1.2', [], 'is that of this server'],
    [
      'inside the old range of DHCP',
      '192.168.1.65',
      ['dhcpd=service|end|192.168.1.199|start|192.168.1.65|status|enabled'],
      'is inside the DHCP range 192.168.1.65 to 192.168.1.199',
    ],
    [
      'outside and inside',
      '10.0.0.20',
      ['dhcpd=service|end|10.0.0.20|start|10.0.0.10|status|enabled'],
      'is outside the green network and is inside the DHCP range 10.0.0.10 to 10.0.0.20',
    ],
  ])('is made, with a warning, for an address %s', async (_title, address, configuration, odd) => {
    const hosts = [local('nas.example.com', address, MAC)]
    const t = oldServer({ hosts, configuration })
    const { said, messages, report } = await t.run(plugin)
    expect(records(t)).toEqual([nas.replace('192.168.1.20', address)])
    expect(said).toEqual(['warning reservation-address hosts/nas'])
    expect(messages).toEqual([`reservation nas: its address ${address} ${odd}`])
    expect(report.findings[0]?.remedy).toBe(
      'Give it another one: db hosts setprop nas IpAddress ADDRESS; signal-event nethserver-hosts-update',
    )
    expect(t.events()).toEqual([EVENT])
  })

  it.each([
    [
      'just before the old range',
      '192.168.1.64',
      ['dhcpd=service|end|192.168.1.199|start|192.168.1.65|status|enabled'],
    ],
    [
      'just behind it',
      '192.168.1.200',
      ['dhcpd=service|end|192.168.1.199|start|192.168.1.65|status|enabled'],
    ],
    [
      'inside a range that was not served',
      '192.168.1.99',
      ['dhcpd=service|end|192.168.1.199|start|192.168.1.65|status|disabled'],
    ],
    [
      'where the range is none',
      '192.168.1.99',
      ['dhcpd=service|end|zzz|start|192.168.1.65|status|enabled'],
    ],
  ])('is in order with an address %s', async (_title, address, configuration) => {
    const { said } = await imported([local('nas.example.com', address, MAC)], { configuration })
    expect(said).toEqual([])
  })

  it('is warned of inside a range that the destination serves, not one that it does not', async () => {
    const said = async (status: string) => {
      const dhcp = `eth0=range|DhcpRangeEnd|192.168.1.30|DhcpRangeStart|192.168.1.10|status|${status}\n`
      const hosts = [local('nas.example.com', '192.168.1.20', MAC)]
      return (await imported(hosts, { here: { dhcp } })).messages
    }
    expect(await said('enabled')).toEqual([
      'reservation nas: its address 192.168.1.20 is inside the DHCP range 192.168.1.10 to 192.168.1.30',
    ])
    expect(await said('disabled')).toEqual([])
  })

  it('may be in any of several green networks', async () => {
    const networks = ['192.168.1.2', '10.0.0.1']
      .map((ip, index) => `eth${index}=ethernet|ipaddr|${ip}|netmask|255.255.255.0|role|green\n`)
      .join('')
    const hosts = [local('nas.example.com', '10.0.0.20', MAC)]
    expect((await imported(hosts, { here: { networks } })).said).toEqual([])
  })
})

describe('a name of the old server', () => {
  const REMEDY = (name: string) =>
    `If it is to lead here: db hosts set ${name} self; signal-event nethserver-hosts-update`

  it.each([
    ['its own', self('old.example.com'), 'it is the name of the old server itself'],
    [
      'its own in other letters',
      self('OLD.Example.COM'),
      'it is the name of the old server itself',
    ],
    [
      'its own with an address',
      remote('old.example.com', '198.51.100.1'),
      'it is the name of the old server itself',
    ],
    ['its own without a type', 'old.example.com=host', 'it is the name of the old server itself'],
    [
      'one with its local address',
      local('files.example.com', '192.168.1.1'),
      'it leads to the address of the old server itself',
    ],
    [
      'one reserved for itself',
      local('files.example.com', '192.168.1.1', '00:11:22:33:44:55'),
      'it leads to the address of the old server itself',
    ],
    [
      'one with the address of its inner interface',
      local('files.example.com', '192.168.7.1'),
      'it leads to the address of the old server itself',
    ],
    [
      'one with its public address',
      remote('files.example.com', '203.0.113.1'),
      'it leads to the address of the old server itself',
    ],
    [
      'one with the address of its outer interface',
      remote('files.example.com', '203.0.113.2'),
      'it leads to the address of the old server itself',
    ],
    [
      'one in a domain that it did not serve',
      self('www.gone.test'),
      'it leads to the old server, which did not serve its domain',
    ],
  ])('is left out, with a notice: %s', async (_title, host, why) => {
    const name = host.slice(0, host.indexOf('='))
    const t = oldServer({ hosts: [host] })
    const { said, messages, report } = await t.run(plugin)
    expect(records(t)).toEqual([])
    expect(said).toEqual([`notice own-name hosts/${name}`])
    expect(messages).toEqual([`host ${name} is left out: ${why}`])
    expect(report.findings[0]?.remedy).toBe(REMEDY(name))
    expect(t.events()).toEqual([])
  })

  it('is left out, with a notice, where it is that of the new server', async () => {
    const t = oldServer({
      hosts: [self('NS.newserver.test'), local('ns.example.com', '192.168.1.9')],
    })
    const { said, messages, report } = await t.run(plugin)
    expect(records(t)).toEqual([
      'ns.example.com=remote|Description|ns.example.com|IpAddress|192.168.1.9|MacAddress|',
    ])
    expect(said).toEqual(['notice own-name hosts/NS.newserver.test'])
    expect(messages).toEqual([
      'host NS.newserver.test is left out: it is the name of this server, which needs no record',
    ])
    expect(report.findings[0]?.remedy).toBe('')
  })

  it('is migrated in every domain that it served, and when it is such a domain', async () => {
    const hosts = [
      self('shop.example.com'),
      self('shop.Example.org'),
      self('example.org'),
      self('shop.sub.example.org'),
    ]
    const { records: made, said } = await imported(hosts, { domains: 'Example.ORG=domain\n' })
    expect(made).toEqual([
      'example.org=self|Description|',
      'shop.Example.org=self|Description|',
      'shop.example.com=self|Description|',
    ])
    expect(said).toEqual(['notice own-name hosts/shop.sub.example.org'])
  })

  it('is migrated in any domain where the backup does not tell what it served', async () => {
    const { records: made } = await imported([self('shop.gone.test')], { domains: '' })
    expect(made).toEqual(['shop.gone.test=self|Description|'])
  })

  it('that every old server has is migrated, with one notice for all', async () => {
    const names = ['ftp', 'mail', 'proxy', 'wpad', 'www'].flatMap((name) => [
      `${name}.example.com`,
      `${name}.example.org`,
    ])
    const {
      records: made,
      said,
      messages,
    } = await imported([...names.map((name) => self(name)), self('www.gone.test')])
    expect(made).toEqual(names.map((name) => `${name}=self|Description|`))
    expect(said).toEqual(['notice own-name hosts/www.gone.test', 'notice standard-names hosts'])
    expect(messages[1]).toBe(
      'names that every old server gave itself (ftp, mail, proxy, wpad, www) lead here now, in example.com, example.org',
    )
  })

  it('that every old server has is not spoken of where the destination keeps another one', async () => {
    const here = 'www.example.com=remote|Description||IpAddress|192.168.1.80\n'
    const { said } = await imported([self('www.example.com')], { here: { hosts: here } })
    expect(said).toEqual(['warning host-exists hosts/www.example.com'])
  })
})

describe('an import', () => {
  it('without an old hosts database does nothing', async () => {
    const t = oldServer()
    const { messages, said, report } = await t.run(plugin)
    expect(messages).toEqual(['the source has no hosts database: nothing to do'])
    expect(said).toEqual([])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(t.events()).toEqual([])
  })

  it('looks at records of type host alone', async () => {
    const { records: made, said } = await imported([
      'remark=note|Comment|not a host',
      self('a.example.com'),
    ])
    expect(made).toEqual(['a.example.com=self|Description|'])
    expect(said).toEqual([])
  })

  it('into a destination without a hosts database is one error', async () => {
    const t = oldServer({ hosts: [self('a.example.com'), self('b.example.com')] })
    rmSync(join(t.root, 'var/lib/nethserver/db/hosts'))
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['error no-hosts-database hosts'])
    expect(report.status).toBe('failed')
    expect(t.events()).toEqual([])
  })

  it('is skipped, with a notice, where nothing serves host names', async () => {
    const t = oldServer({
      hosts: [self('a.example.com')],
      here: { configuration: 'SystemName=ns\n' },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-hosts-migrate'])
    expect(records(t)).toEqual([])
  })

  it('keeps comments to the byte, without pipes', async () => {
    const comment = 'T\xfcr \\| caf\xc3\xa9 = #'
    const { records: made, said } = await imported([self('a.example.com', comment)])
    expect(made).toEqual(['a.example.com=self|Description|T\xfcr  caf\xc3\xa9 = #'])
    expect(said).toEqual(['warning pipe-stripped hosts/a.example.com Description'])
  })

  it('writes nothing but addresses and host names, and each reservation once', async () => {
    const piece = fc.constantFrom(
      '1',
      '20',
      '255',
      '256',
      '192',
      '168',
      '.',
      '.',
      '.',
      'x',
      ' ',
      ':',
    )
    const address = fc.oneof(
      fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join('')),
      fc.nat(9).map((byte) => `192.168.1.${byte}`),
    )
    const mac = fc.constantFrom(
      '',
      '00:11:22:33:44:55',
      '00:11:22:33:44:66',
      '0:11:22:33:44:66',
      'x',
    )
    const name = fc
      .constantFrom('a', 'b', 'A', '-a', 'c d')
      .chain((host) =>
        fc.constantFrom('example.com', 'example.org').map((domain) => `${host}.${domain}`),
      )
    const host = fc.oneof(
      fc.tuple(name, address, mac).map((parts) => local(...parts)),
      fc.tuple(name, address).map((parts) => remote(...parts)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(host, { maxLength: 12 }), async (hosts) => {
        const { records: made } = await imported(hosts)
        for (const record of made)
          expect(record).toMatch(/^\w+(\.\w+)*=\w+\|.*\|IpAddress\|(\d{1,3}\.){3}\d{1,3}(\||$)/)
        const reserved = made.filter((record) => record.includes('=local|'))
        const unique = (pattern: RegExp) =>
          new Set(reserved.map((record) => pattern.exec(record)?.[1]))
        expect(unique(/IpAddress\|([^|]*)/).size).toBe(reserved.length)
        expect(unique(/MacAddress\|(.*)$/).size).toBe(reserved.length)
      }),
      { numRuns: 40 },
    )
  })
})

describe('the sample backup', () => {
  it.each([6, 7] as const)('gives a NethServer %s its host names', async (like) => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const { said } = await t.run(plugin)
    expect(records(t)).toEqual([
      'branch.example.com=remote|Description|Branch office|IpAddress|203.0.113.10',
      'camera.example.com=remote|Description|T\xc3\xbcr|IpAddress|192.168.1.61|MacAddress|',
      'ftp.example.com=self|Description|',
      'laser.example.com=remote|Description|Printer|IpAddress|192.168.1.60|MacAddress|',
      'mail.example.com=self|Description|',
      'nas=local|Description|Backup storage|IpAddress|192.168.1.20|MacAddress|00:11:22:33:44:55',
      'nas.example.org=remote|Description|Second storage|IpAddress|192.168.1.21|MacAddress|',
      'proxy.example.com=self|Description|',
      'wpad.example.com=self|Description|',
      'www.example.com=self|Description|',
      'www.example.org=self|Description|Site of the other domain',
    ])
    expect(said).toEqual([
      'notice own-name hosts/acme.example.com',
      'warning host-alias hosts/blog.example.com',
      'warning host-no-address hosts/noip.example.com',
      'warning host-type-invalid hosts/nothing.example.com',
      'warning host-type-invalid hosts/odd.example.com',
      'follow-up enter-aliases hosts',
      'warning no-reservation hosts/nas.example.org',
      'notice standard-names hosts',
    ])
    expect(t.events()).toEqual([EVENT])
  })
})
