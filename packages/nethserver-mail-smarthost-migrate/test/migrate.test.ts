import { filesHolding, fixtureSource, testbed, type Testbed } from '@nethserver-migrate/testkit'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const NAMES = 'SystemName=old\nDomainName=example.com\n'

/** What tells one NethServer from another, beside the mail server's record. */
const VARIANTS = {
  6: 'amavisd=service|status|enabled\n',
  7: 'rspamd=service|status|enabled\nsssd=service|Provider|ldap|status|enabled\n',
}

interface World {
  readonly like?: 6 | 7
  readonly host?: string
  /** Props of smtp-auth-proxy; without them there is no such record. */
  readonly proxy?: string
  /** Props of the destination's postfix record that begin with SmartHost. */
  readonly here?: string
}

/** An old server with a smart host, in front of a destination with the records that matter. */
function behind({ like = 7, host = 'smtp.provider.test', proxy, here = '' }: World = {}): Testbed {
  return testbed({
    like,
    source: {
      databases: {
        configuration:
          NAMES +
          `SMTPSmartHost=${host}\n` +
          (proxy === undefined ? '' : `smtp-auth-proxy=service|${proxy}\n`),
      },
    },
    destination: {
      databases: { configuration: `postfix=service${here}|status|enabled\n${VARIANTS[like]}` },
    },
  })
}

/** The props of the record that begin with SmartHost, without that beginning. */
function smartHost(t: Testbed): Record<string, string> {
  const fields = (t.record('configuration', 'postfix') ?? '').split('|').slice(1)
  return Object.fromEntries(
    fields.flatMap((name, index) =>
      index % 2 === 0 && name.startsWith('SmartHost')
        ? [[name.replace('SmartHost', ''), fields[index + 1] ?? '']]
        : [],
    ),
  )
}

const LOGIN = 'Passwd|secret pw=1|Userid|acme@provider.test|status|enabled'

describe.each([
  [6, 'nethserver-mail-common-update'],
  [7, 'nethserver-mail-smarthost-save'],
] as const)('the smart host on a NethServer %s', (like, event) => {
  it('is enabled under its name, without TLS where nobody logs in, and applied', async () => {
    const t = behind({ like })
    const { said } = await t.run(plugin)
    expect(t.record('configuration', 'postfix')).toBe(
      'postfix=service|SmartHostName|smtp.provider.test|SmartHostPassword||SmartHostPort|25|SmartHostStatus|enabled|SmartHostTlsStatus|disabled|SmartHostUsername||status|enabled',
    )
    expect(said).toEqual([])
    expect(t.events()).toEqual([event])
  })

  it('gets user and password, and TLS with a warning, so that neither travels in clear', async () => {
    const t = behind({ like, proxy: `PeerPort|2525|${LOGIN}` })
    const { said, messages } = await t.run(plugin)
    expect(t.record('configuration', 'postfix')).toBe(
      'postfix=service|SmartHostName|smtp.provider.test|SmartHostPassword|secret pw=1|SmartHostPort|2525|SmartHostStatus|enabled|SmartHostTlsStatus|enabled|SmartHostUsername|acme@provider.test|status|enabled',
    )
    expect(said).toEqual(['warning smarthost-tls-enabled configuration/postfix'])
    expect(messages).toEqual([
      'smart host smtp.provider.test: TLS is enabled, so that the password never travels in clear as it may have done before',
    ])
  })

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['blank', ' \t '],
  ])('of the destination stays when the old server has none: %s', async (_what, host) => {
    const here = '|SmartHostName|own.test|SmartHostPort|587|SmartHostStatus|enabled'
    const t = testbed({
      like,
      source: {
        databases: {
          configuration: `${NAMES}${host === undefined ? '' : `SMTPSmartHost=${host}\n`}smtp-auth-proxy=service|${LOGIN}\n`,
        },
      },
      destination: {
        databases: { configuration: `postfix=service${here}|status|enabled\n${VARIANTS[like]}` },
      },
    })
    const before = t.databaseText('configuration')
    const { said, messages, report } = await t.run(plugin)
    expect(t.databaseText('configuration')).toBe(before)
    expect(said).toEqual([])
    expect(messages).toEqual([
      'SMTPSmartHost is not set on the old server: the smart host here stays',
    ])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(t.events()).toEqual([])
  })

  it('changes and signals nothing the second time', async () => {
    const t = behind({ like, proxy: `PeerPort|465|${LOGIN}` })
    const first = await t.run(plugin)
    const after = t.databaseText('configuration')
    const { report, said } = await t.run(plugin)
    expect(report.counts.done).toBe(0)
    expect(t.databaseText('configuration')).toBe(after)
    expect(t.events()).toEqual([event])
    expect(said).toEqual(first.said)
  })

  it('is planned as it is then imported, and planning changes nothing', async () => {
    const t = behind({ like, proxy: LOGIN })
    const before = t.databaseText('configuration')
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(t.databaseText('configuration')).toBe(before)
    expect(t.events()).toEqual([])
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toMatchObject([{ name: event, args: [] }])
    expect(plan.said).toEqual(said)
  })

  it('of the sample backup arrives with its password, which stands nowhere else', async () => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const others = t.databaseText('configuration').replace(/^postfix=.*\n/m, '')
    const plan = await t.run(plugin, { mode: 'plan' })
    const { said, report } = await t.run(plugin)
    expect(smartHost(t)).toEqual({
      Status: 'enabled',
      Name: 'smtp.provider.test',
      Port: '587',
      TlsStatus: 'enabled',
      Username: 'acme@provider.test',
      Password: 'Relay pw with blank=12',
    })
    expect(t.record('configuration', 'postfix')).toContain('|TCPPorts|25,465,587|')
    expect(t.databaseText('configuration').replace(/^postfix=.*\n/m, '')).toBe(others)
    expect(said).toEqual(['warning smarthost-tls-enabled configuration/postfix'])
    expect(t.events()).toEqual([event])
    expect(filesHolding(t.root, 'Relay pw')).toEqual(['var/lib/nethserver/db/configuration'])
    expect(JSON.stringify([plan, report])).not.toContain('Relay pw')
  })
})

describe('the name of the smart host', () => {
  it.each([
    [' smtp.provider.test\t', 'smtp.provider.test', '25'],
    ['[1.2.3.4]', '1.2.3.4', '25'],
    ['smtp.provider.test:2525', 'smtp.provider.test', '2525'],
    ['[smtp.provider.test]:587', 'smtp.provider.test', '587'],
  ])('comes without blanks, brackets and port: "%s"', async (host, Name, Port) => {
    const t = behind({ host })
    await t.run(plugin)
    expect(smartHost(t)).toMatchObject({ Status: 'enabled', Name, Port })
  })

  it.each([
    'smtp provider test',
    'a.test,b.test',
    'me:pw@smtp.provider.test',
    '$(reboot)',
    'a\\|b.test',
    'B\xc3\xbccher.test',
  ])(
    'that is none leaves the smart host here alone, with a warning that does not repeat it: "%s"',
    async (host) => {
      const t = behind({ host, proxy: LOGIN, here: '|SmartHostName|own.test' })
      const before = t.databaseText('configuration')
      const { said, messages } = await t.run(plugin)
      expect(t.databaseText('configuration')).toBe(before)
      expect(said).toEqual(['warning smarthost-no-host configuration/SMTPSmartHost'])
      expect(messages.join()).not.toContain(host)
      expect(t.events()).toEqual([])
    },
  )
})

describe('the port of the smart host', () => {
  const nobody = 'Passwd||Userid||status|disabled'

  it.each([
    ['', '25'],
    ['25', '25'],
    [' 587 ', '587'],
    ['0026', '26'],
    ['65535', '65535'],
  ])('is that of smtp-auth-proxy, and 25 without one: "%s"', async (peerPort, Port) => {
    const t = behind({ proxy: `PeerPort|${peerPort}|${nobody}` })
    const { said } = await t.run(plugin)
    expect(smartHost(t)).toMatchObject({ Port, TlsStatus: 'disabled' })
    expect(said).toEqual([])
  })

  it.each([
    ['in smtp-auth-proxy, with a login', 'smtp.provider.test', `PeerPort|465|${LOGIN}`],
    ['in smtp-auth-proxy, without one', 'smtp.provider.test', `PeerPort|465|${nobody}`],
    ['behind the name', 'smtp.provider.test:465', nobody],
  ])('465 becomes 587 with TLS, and one warning: %s', async (_where, host, proxy) => {
    const t = behind({ host, proxy })
    const { said, messages } = await t.run(plugin)
    expect(smartHost(t)).toMatchObject({ Port: '587', TlsStatus: 'enabled' })
    expect(said).toEqual(['warning smarthost-port-465 configuration/postfix'])
    expect(messages).toEqual([
      'smart host smtp.provider.test: port 465 of the old server is replaced by 587 with TLS',
    ])
  })

  it.each(['0', '65536', '-1', '25.5', 'smtp', '0x19', '99999999999'])(
    'that is no port becomes 25, with a warning: "%s"',
    async (peerPort) => {
      const t = behind({ proxy: `PeerPort|${peerPort}|${nobody}` })
      const { said } = await t.run(plugin)
      expect(smartHost(t)).toMatchObject({ Port: '25', TlsStatus: 'disabled' })
      expect(said).toEqual(['warning smarthost-port-invalid configuration/postfix'])
    },
  )

  it('behind the name wins over another one in smtp-auth-proxy, with a warning', async () => {
    const t = behind({ host: 'smtp.provider.test:2525', proxy: `PeerPort|587|${nobody}` })
    const { said } = await t.run(plugin)
    expect(smartHost(t)).toMatchObject({ Name: 'smtp.provider.test', Port: '2525' })
    expect(said).toEqual(['warning smarthost-two-ports configuration/postfix'])
  })

  it('may stand in both places when it is the same', async () => {
    const t = behind({ host: 'smtp.provider.test:587', proxy: `PeerPort|587|${nobody}` })
    expect((await t.run(plugin)).said).toEqual([])
  })
})

describe('user and password of the smart host', () => {
  it('are emptied, and TLS is off, when smtp-auth-proxy is disabled', async () => {
    const t = behind({
      proxy: 'Passwd|secret|PeerPort|2525|Userid|me|status|disabled',
      here: '|SmartHostPassword|old|SmartHostTlsStatus|enabled|SmartHostUsername|old',
    })
    const { said } = await t.run(plugin)
    expect(smartHost(t)).toMatchObject({
      Port: '2525',
      TlsStatus: 'disabled',
      Username: '',
      Password: '',
    })
    expect(said).toEqual([])
  })

  it('are no login, and need no TLS, when smtp-auth-proxy is enabled with neither', async () => {
    const t = behind({ proxy: 'status|enabled' })
    const { said } = await t.run(plugin)
    expect(smartHost(t)).toMatchObject({ TlsStatus: 'disabled', Username: '', Password: '' })
    expect(said).toEqual([])
  })

  it('keep their bytes: signs, blanks, UTF-8, a line end', async () => {
    const password = '  p=w; $(x) "\'\\x \xc3\xa0\\n#'
    const t = behind({ proxy: `Passwd|${password}|Userid|J\xfcrgen|status|enabled` })
    await t.run(plugin)
    expect(smartHost(t)).toMatchObject({ Username: 'J\xfcrgen', Password: password })
  })

  it('lose a pipe in the user name, with a warning', async () => {
    const t = behind({ proxy: 'Passwd|secret|Userid|a\\|b|status|enabled' })
    const { said } = await t.run(plugin)
    expect(smartHost(t)).toMatchObject({ Status: 'enabled', Username: 'ab', Password: 'secret' })
    expect(said).toEqual([
      'warning smarthost-tls-enabled configuration/postfix',
      'warning pipe-stripped configuration/postfix SmartHostUsername',
    ])
  })
})

describe.each([
  ['a pipe', 'Userid|me|status|enabled|Passwd|top\\|secret'],
  ['a backslash at its end', 'Userid|me|status|enabled|Passwd|topsecret\\'],
])('a password with %s', (_what, proxy) => {
  it('is left empty, and the smart host disabled, with an ERROR and a task; mail goes on', async () => {
    const t = behind({ proxy })
    const { said, messages, report } = await t.run(plugin)
    expect(t.record('configuration', 'postfix')).toBe(
      'postfix=service|SmartHostName|smtp.provider.test|SmartHostPassword||SmartHostPort|25|SmartHostStatus|disabled|SmartHostTlsStatus|enabled|SmartHostUsername|me|status|enabled',
    )
    expect(said).toEqual([
      'warning smarthost-tls-enabled configuration/postfix',
      'error secret-not-writable configuration/postfix SmartHostPassword',
      'follow-up enter-secret configuration/postfix SmartHostPassword',
    ])
    expect(messages.join()).not.toContain('secret')
    expect(report.actions[0]?.outcome).toBe('failed')
    expect(t.events()).toEqual(['nethserver-mail-smarthost-save'])
    expect(filesHolding(t.root, 'top')).not.toContain('var/lib/nethserver/db/configuration')
  })

  it('does not replace the one that somebody has entered by hand since', async () => {
    const t = behind({ proxy })
    await t.run(plugin)
    const byHand = t
      .databaseText('configuration')
      .replace('Password||', 'Password|by hand|')
      .replace('Status|disabled', 'Status|enabled')
    writeFileSync(join(t.root, 'var/lib/nethserver/db/configuration'), byHand)
    const { said, report } = await t.run(plugin)
    expect(smartHost(t)).toMatchObject({ Status: 'enabled', Password: 'by hand' })
    expect(said).toEqual(['warning smarthost-tls-enabled configuration/postfix'])
    expect(report.counts.done).toBe(0)
  })

  it('never leaves another host with the password of this one', async () => {
    const t = behind({
      proxy,
      here: '|SmartHostName|other.test|SmartHostPassword|theirs|SmartHostStatus|enabled|SmartHostUsername|me',
    })
    await t.run(plugin)
    expect(smartHost(t)).toMatchObject({ Status: 'disabled', Password: '' })
  })
})

describe('the smart host', () => {
  it('is applied by the older event on a NethServer 7 that still has amavisd', async () => {
    const t = testbed({
      source: { databases: { configuration: `${NAMES}SMTPSmartHost=smtp.provider.test\n` } },
      destination: {
        databases: {
          configuration: 'amavisd=service\npostfix=service\nsssd=service|Provider|ldap\n',
        },
      },
    })
    await t.run(plugin)
    expect(t.events()).toEqual(['nethserver-mail-smarthost-update'])
  })

  it.each(['nethserver-mail-smarthost', 'nethserver-mail-common'])(
    'gets a record where %s is installed and has none',
    async (name) => {
      const t = testbed({
        source: { databases: { configuration: `${NAMES}SMTPSmartHost=smtp.provider.test\n` } },
        destination: {
          databases: { configuration: 'rspamd=service\nsssd=service|Provider|ldap\n' },
          files: { 'var/lib/nethserver/migration/packages': `${name}\n` },
        },
      })
      await t.run(plugin)
      expect(t.record('configuration', 'postfix')).toBe(
        'postfix=service|SmartHostName|smtp.provider.test|SmartHostPassword||SmartHostPort|25|SmartHostStatus|enabled|SmartHostTlsStatus|disabled|SmartHostUsername|',
      )
    },
  )

  it('is skipped, with a notice, where no mail package is installed', async () => {
    const t = testbed({
      source: { databases: { configuration: `${NAMES}SMTPSmartHost=smtp.provider.test\n` } },
      destination: { databases: { configuration: 'sssd=service|Provider|ldap\n' } },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-mail-smarthost-migrate'])
    expect(t.databaseText('configuration')).toBe('sssd=service|Provider|ldap\n')
  })
})
