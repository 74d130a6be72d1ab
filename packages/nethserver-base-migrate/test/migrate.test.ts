import type { Coverage } from '@nethserver-migrate/core'
import { certificatePair, fixtureSource, manifest, testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { covers, leavesOut } from '../src/coverage.js'

const OLD_NAMES = 'SystemName=old\nDomainName=example.com\n'

/** A source whose configuration has these records, and nothing that other parts would warn of. */
function withConfiguration(
  records: string,
  { like = 7, here }: { like?: 6 | 7; here?: string } = {},
) {
  return testbed({
    like,
    source: {
      databases: { configuration: OLD_NAMES + records, networks: '' },
      files: { 'root/.profile': '' },
    },
    destination: here === undefined ? {} : { databases: { configuration: here } },
  })
}

describe.each([6, 7] as const)('password strength on a NethServer %s', (like) => {
  it('is merged: what the source sets wins, the rest stays', async () => {
    const t = withConfiguration(
      'passwordstrength=configuration|Admin|strong|Ibays|none|Users|normal\n',
      { like },
    )
    await t.run(plugin)
    const expires = like === 6 ? 'yes' : 'no'
    expect(t.record('configuration', 'passwordstrength')).toBe(
      `passwordstrength=configuration|Admin|strong|Ibays|none|MaxPassAge|180|MinPassAge|0|PassExpires|${expires}|PassWarning|7|Users|normal`,
    )
    expect(t.events()).toEqual(['password-policy-update'])
  })

  it('is applied even when nothing in it changes', async () => {
    const t = withConfiguration('passwordstrength=configuration|Users|strong\n', { like })
    await t.run(plugin)
    expect(t.events()).toEqual(['password-policy-update'])
  })
})

describe('password strength', () => {
  it('is made where the destination has no such record', async () => {
    const t = withConfiguration('passwordstrength=configuration|Users|normal\n', {
      here: 'OrganizationContact=configuration\n',
    })
    await t.run(plugin)
    expect(t.record('configuration', 'passwordstrength')).toBe(
      'passwordstrength=configuration|Users|normal',
    )
  })

  it('never imports TCPPort, TCPPorts, UDPPort or UDPPorts', async () => {
    const t = withConfiguration(
      'passwordstrength=configuration|TCPPort|1|TCPPorts|2|UDPPort|3|UDPPorts|4|Users|normal\n',
      { here: 'passwordstrength=configuration|Users|strong\n' },
    )
    await t.run(plugin)
    expect(t.record('configuration', 'passwordstrength')).toBe(
      'passwordstrength=configuration|Users|normal',
    )
  })
})

describe('account limits', () => {
  const limits = (t: ReturnType<typeof testbed>) =>
    ['MinUid', 'maxAcctNameLength', 'maxGroupNameLength', 'maxIbayNameLength'].map(
      (limit) => t.record('configuration', limit)?.split('=')[1],
    )

  it('of the destination stay where they are larger', async () => {
    const t = withConfiguration(
      'MinUid=500\nmaxAcctNameLength=12\nmaxGroupNameLength=12\nmaxIbayNameLength=12\n',
    )
    await t.run(plugin)
    expect(limits(t)).toEqual(['5000', '31', '31', '30'])
  })

  it('of the source are taken where they are larger', async () => {
    const t = withConfiguration(
      'MinUid=7000\nmaxAcctNameLength=40\nmaxGroupNameLength=32\nmaxIbayNameLength=100\n',
    )
    await t.run(plugin)
    expect(limits(t)).toEqual(['7000', '40', '32', '100'])
  })

  it('of the source are taken where the destination has none', async () => {
    const t = withConfiguration('MinUid=500\nmaxAcctNameLength=12\n', {
      here: 'pki=configuration\nmaxAcctNameLength=many\n',
    })
    await t.run(plugin)
    expect(limits(t)).toEqual(['500', '12', undefined, undefined])
  })

  it.each(['many', '-5', '12.5', '0x20', '99999999999999999999'])(
    'that are no usable number are a warning: %s',
    async (value) => {
      const t = withConfiguration(`MinUid=${value}\n`)
      expect((await t.run(plugin)).said).toEqual([
        'warning limit-not-a-number configuration/MinUid',
      ])
      expect(limits(t)[0]).toBe('5000')
    },
  )
})

describe.each([6, 7] as const)('contacts on a NethServer %s', (like) => {
  const DEFAULTS = {
    City: 'Hometown',
    Company: 'Example Org',
    Department: 'Main',
    PhoneNumber: '575-1685',
    Street: '123 Main Street',
  }
  const contacts = (values: Partial<typeof DEFAULTS> = {}) => {
    const { City, Company, Department, PhoneNumber, Street } = { ...DEFAULTS, ...values }
    return `OrganizationContact=configuration|City|${City}|Company|${Company}|CountryCode||Department|${Department}|PhoneNumber|${PhoneNumber}|State||Street|${Street}`
  }

  it('get the five values of ldap under their new names', async () => {
    const t = withConfiguration(
      'ldap=service|TCPPort|389|access|private|defaultCity|Rimini|defaultCompany|Acme & Söhne|defaultDepartment|Sales|defaultPhoneNumber|555-0100|defaultStreet|Via dei Test 12|status|enabled\n',
      { like },
    )
    await t.run(plugin)
    expect(t.record('configuration', 'OrganizationContact')).toBe(
      contacts({
        City: 'Rimini',
        Company: 'Acme & Söhne',
        Department: 'Sales',
        PhoneNumber: '555-0100',
        Street: 'Via dei Test 12',
      }),
    )
  })

  it('keep what the source has left unset or empty', async () => {
    const t = withConfiguration(
      'ldap=service|defaultCity|Rimini|defaultCompany||status|enabled\n',
      {
        like,
      },
    )
    await t.run(plugin)
    expect(t.record('configuration', 'OrganizationContact')).toBe(contacts({ City: 'Rimini' }))
  })

  it('stay when the source has none', async () => {
    const t = withConfiguration('ldap=service|status|enabled\n', { like })
    const { messages } = await t.run(plugin)
    expect(t.record('configuration', 'OrganizationContact')).toBe(contacts())
    expect(messages).toContain('ldap of the source has no contact data: the contacts here stay')
  })
})

describe('contacts', () => {
  it('are made, with what is set, where the destination has no such record', async () => {
    const t = withConfiguration('ldap=service|defaultCity|Rimini\n', {
      here: 'MinUid=5000\npki=configuration\n',
    })
    await t.run(plugin)
    expect(t.record('configuration', 'OrganizationContact')).toBe(
      'OrganizationContact=configuration|City|Rimini',
    )
  })

  it('are not made from nothing', async () => {
    const t = withConfiguration('ldap=service\n', { here: 'pki=configuration\n' })
    await t.run(plugin)
    expect(t.record('configuration', 'OrganizationContact')).toBeUndefined()
  })

  it('lose a pipe, with a warning', async () => {
    const t = withConfiguration(String.raw`ldap=service|defaultCity|Ri\|mini` + '\n', {
      here: 'OrganizationContact=configuration|City|Hometown\n',
    })
    const { said } = await t.run(plugin)
    expect(t.record('configuration', 'OrganizationContact')).toBe(
      'OrganizationContact=configuration|City|Rimini',
    )
    expect(said).toEqual(['warning pipe-stripped configuration/OrganizationContact City'])
  })
})

describe('what the source does not have', () => {
  it('is passed over part by part, each with a word', async () => {
    const t = withConfiguration('')
    const before = t.databaseText('configuration')
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([])
    expect(messages).toEqual([
      'passwordstrength is not in the source configuration database: the policy here stays',
      'MinUid is not in the source configuration database: the value here stays',
      'maxAcctNameLength is not in the source configuration database: the value here stays',
      'maxGroupNameLength is not in the source configuration database: the value here stays',
      'maxIbayNameLength is not in the source configuration database: the value here stays',
      'ldap of the source has no contact data: the contacts here stay',
      'modSSL is not in the source configuration database: the certificate here stays',
    ])
    expect(t.databaseText('configuration')).toBe(before)
  })
})

describe('what is never imported', () => {
  it.each([6, 7] as const)('stays as it is on a NethServer %s', async (like) => {
    const t = withConfiguration(
      `PasswordSet=yes
UnsavedChanges=yes
bootstrap-console=configuration|Run|yes
dns=configuration|NameServers|10.9.9.9
DNSForwarder=10.9.9.9
sysconfig=configuration|ProductName|SME Server
SystemMode=servergateway
LocalIP=10.9.9.1
LocalNetmask=255.0.0.0
GatewayIP=10.9.9.254
ActiveAccounts=99
ConsoleMode=auto
ExternalInterface=interface|Name|eth1
InternalInterface=interface|IPAddress|10.9.9.1
`,
      { like },
    )
    const before = [t.databaseText('configuration'), t.databaseText('networks')]
    await t.run(plugin)
    expect([t.databaseText('configuration'), t.databaseText('networks')]).toEqual(before)
  })

  it('is said of custom templates, as a task with their names', async () => {
    const t = testbed({
      source: {
        databases: { networks: '' },
        files: {
          'root/.profile': '',
          'etc/e-smith/templates-custom/etc/httpd/conf/httpd.conf/90mine': 'x',
          'etc/e-smith/templates-user-custom/.qmail': 'x',
        },
      },
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['follow-up custom-templates etc/e-smith/templates-custom'])
    expect(messages.at(-1)).toBe(
      'look at the 2 custom templates of the old server, none is migrated: etc/e-smith/templates-custom/etc/httpd/conf/httpd.conf/90mine, etc/e-smith/templates-user-custom/.qmail',
    )
    expect(t.manifest('etc').filter((line) => line.includes('templates'))).toEqual([])
  })
})

describe.each([6, 7] as const)('all parts together on a NethServer %s', (like) => {
  const { key, certificate } = certificatePair('old.example.com')
  const full = () =>
    testbed({
      like,
      source: {
        databases: {
          configuration: `${OLD_NAMES}MinUid=9000\nldap=service|defaultCity|Rimini\nmodSSL=service|crt|\npasswordstrength=configuration|Users|normal\n`,
          networks:
            '10.8.0.0=network|Mask|255.255.0.0|Router|192.168.1.253\n172.16.0.0=network|Mask|255.240.0.0\n',
        },
        files: {
          'home/e-smith/ssl.key/old.example.com.key': key,
          'home/e-smith/ssl.crt/old.example.com.crt': certificate,
          'root/notes': 'n',
          'root/.ssh/authorized_keys': 'ssh-rsa AAAAold me\n',
          'etc/e-smith/templates-custom/etc/motd/10mine': 'x',
        },
      },
    })
  const state = (t: ReturnType<typeof full>) => ({
    files: [...t.manifest('etc'), ...t.manifest('root')],
    databases: t.manifest('var/lib/nethserver/db'),
    events: t.events(),
  })

  it('signal their events in order', async () => {
    const t = full()
    const { report } = await t.run(plugin)
    expect(report.status).toBe('done')
    expect(t.events()).toEqual([
      'password-policy-update',
      'certificate-update',
      'static-routes-save',
      like === 6 ? 'interface-update' : 'trusted-networks-modify',
    ])
  })

  it('change nothing and signal nothing in a second run', async () => {
    const t = full()
    await t.run(plugin)
    const before = state(t)
    const { report } = await t.run(plugin)
    expect(report.status).toBe('unchanged')
    expect(report.counts).toMatchObject({ done: 0, skipped: 0, failed: 0, pending: 0 })
    expect(report.events).toEqual([])
    expect(state(t)).toEqual(before)
  })

  it('are planned as they are then imported, and a plan touches nothing', async () => {
    const t = full()
    const [before, sourceBefore] = [state(t), manifest(t.source)]
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(state(t)).toEqual(before)
    expect(manifest(t.source)).toEqual(sourceBefore)
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
    expect(plan.said).toEqual(said)
  })
})

describe('the sample backup', () => {
  it.each([6, 7] as const)('gives a NethServer %s what base carries over', async (like) => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const { said, report } = await t.run(plugin)
    expect(report.status).toBe('done')
    expect(said).toEqual(['follow-up custom-templates etc/e-smith/templates-custom'])
    expect(t.record('configuration', 'OrganizationContact')).toBe(
      'OrganizationContact=configuration|City|Rimini|Company|Acme Widgets S.r.l.|CountryCode||Department|Main|PhoneNumber|555-0100|State||Street|Via dei Test 12',
    )
    expect(t.record('configuration', 'pki')).toContain('|ChainFile|/etc/pki/tls/chain.pem|')
    expect(t.databaseText('networks').split('\n').slice(0, 3)).toEqual([
      '10.8.0.0=network|Mask|255.255.0.0',
      '172.16.4.0=network|Mask|255.255.252.0',
      '192.168.50.0=network|Mask|255.255.255.0',
    ])
    expect(t.databaseText('routes')).toBe(
      '10.8.0.0=static|Description|Migrated from local network 10.8.0.0|Mask|255.255.0.0|Router|192.168.1.253\n',
    )
    expect(
      t.manifest('root').map((line) => line.replace(/^\S+ (\S+) \S+ (.*) = .*$/, '$1 $2')),
    ).toEqual(
      expect.arrayContaining([
        '0600 .ssh/authorized_keys',
        '0755 bin/rotate-fax.sh',
        '0644 contrib install.log',
      ]),
    )
    expect(t.manifest('root').join('\n')).not.toContain('.my.cnf')
    expect(t.events()).toEqual([
      'password-policy-update',
      'certificate-update',
      'static-routes-save',
      like === 6 ? 'interface-update' : 'trusted-networks-modify',
    ])
  })
})

describe('the data of the plugin', () => {
  it('names nothing both as carried over and as left out', () => {
    const parts = (named: readonly Coverage[]) =>
      named.flatMap((part) => {
        if ('tree' in part) return [part.tree]
        const subject = `${part.database}/${part.key ?? part.type ?? ''}`
        return part.props ? part.props.map((prop) => `${subject} ${prop}`) : [subject]
      })
    const left = new Set(parts(leavesOut))
    expect(parts(covers).filter((part) => left.has(part))).toEqual([])
  })
})
