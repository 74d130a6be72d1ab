import { describe, expect, it } from 'vitest'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import plugin from '../src/index.js'
import { webServer } from './helpers/web-server.js'

const UPDATE = 'nethserver-httpd-update'
const CIPHERS = 'DEFAULT:!EXP:!SSLv2:!DES:!IDEA:!SEED:+3DES'
const CRM =
  'crm=ProxyPass|Description|CRM|HTTP|off|HTTPS|on|Target|https://crm.example.org:8443/?a=1&b=2|ValidFrom|'

const server = (configuration: string, like: 6 | 7 = 6, accounts = '') =>
  webServer({ like, configuration, accounts, folders: [] })

describe('the web server of a NethServer 6', () => {
  it.each([
    ['access|private|status|disabled', 'private', 'disabled'],
    ['access|public|status|enabled', 'public', 'enabled'],
    ['access|localhost', 'localhost', 'enabled'],
    ['status|disabled', 'public', 'disabled'],
    ['access||status|', 'public', 'enabled'],
  ])('takes over access and status: %s', async (props, access, status) => {
    const t = server(`httpd-e-smith=service|TCPPort|99|TCPPorts|98|ShowPHP|no|${props}\n`)
    expect((await t.run(plugin)).said).toEqual([])
    expect(t.record('configuration', 'httpd')).toBe(
      `httpd=service|SSLCipherSuite|${CIPHERS}|TCPPorts|80,443|access|${access}|status|${status}`,
    )
  })

  it('has the defaults where the old server has no record', async () => {
    const t = server('')
    const { said, report } = await t.run(plugin)
    expect([said, report.changes, t.events()]).toEqual([[], [], []])
    expect(t.record('configuration', 'httpd')).toContain('|access|public|status|enabled')
  })

  it('gets a record where the package is installed without one', async () => {
    const t = webServer({
      configuration: 'httpd-e-smith=service|access|private|status|enabled\n',
      here: {
        databases: { configuration: 'SystemName=ns\n' },
        files: { 'var/lib/nethserver/migration/packages': 'nethserver-httpd\n' },
      },
    })
    await t.run(plugin)
    expect(t.record('configuration', 'httpd')).toBe('httpd=service|access|private|status|enabled')
    expect(t.events()).toEqual([UPDATE])
  })
})

describe('the web server of a NethServer 7', () => {
  it('keeps its access and status', async () => {
    const t = server('httpd-e-smith=service|access|private|status|disabled\n', 7)
    const before = t.databaseText('configuration')
    const { said, report } = await t.run(plugin)
    expect([said, report.changes, t.events()]).toEqual([[], [], []])
    expect(t.databaseText('configuration')).toBe(before)
  })
})

describe.each([6, 7] as const)('the web server of a NethServer %s', (like) => {
  it('never takes over the ciphers: a notice shows them, and the command that would', async () => {
    const t = server("modSSL=service|CipherSuite|ALL:!aDH:'$x'\n", like)
    const before = t.databaseText('configuration')
    const { said, messages, report } = await t.run(plugin)
    expect(t.databaseText('configuration')).toBe(before)
    expect(said).toEqual(['notice cipher-suite-left-out configuration/modSSL CipherSuite'])
    expect(messages).toEqual([
      "modSSL CipherSuite of the old server is not imported, today it is weak: ALL:!aDH:'$x'",
    ])
    expect(report.findings[0]?.remedy).toBe(
      `If old clients need it: config setprop httpd SSLCipherSuite 'ALL:!aDH:'\\''$x'\\''' && signal-event nethserver-httpd-update`,
    )
  })

  it('passes on what the old one did, with the ports of the other servers', async () => {
    const t = server('', like, `${CRM}\n`)
    const { said } = await t.run(plugin)
    expect(t.databaseText('proxypass')).toBe(`${CRM}\n`)
    expect([said, t.events()]).toEqual([[], [UPDATE]])
  })

  it('never takes over a port of the old server', async () => {
    const t = server('', like, 'x=ProxyPass|TCPPort|1|TCPPorts|2|Target|http://a:8080/|UDPPort|3\n')
    await t.run(plugin)
    expect(t.databaseText('proxypass')).toBe('x=ProxyPass|Target|http://a:8080/\n')
  })

  it('keeps what it passes on itself, and takes over the rest', async () => {
    const t = webServer({
      like,
      accounts: `${CRM}\nwiki=ProxyPass|Target|http://wiki/\n`,
      here: { databases: { proxypass: 'crm=ProxyPass|Target|http://own/\n' } },
    })
    const { said, messages } = await t.run(plugin)
    expect(t.databaseText('proxypass')).toBe(
      'crm=ProxyPass|Target|http://own/\nwiki=ProxyPass|Target|http://wiki/\n',
    )
    expect(said).toEqual([])
    expect(messages).toEqual(['proxypass/crm exists at the destination: kept as it is'])
  })

  it('gets the database where it is missing, and only then', async () => {
    const path = 'var/lib/nethserver/db/proxypass'
    const [t, none] = [server('', like, `${CRM}\n`), server('', like)]
    for (const bed of [t, none]) rmSync(join(bed.root, path))
    expect((await t.run(plugin)).said).toEqual([])
    await none.run(plugin)
    expect(t.databaseText('proxypass')).toBe(`${CRM}\n`)
    expect(existsSync(join(none.root, path))).toBe(false)
  })

  it('loses a pipe of a description, with a warning', async () => {
    const t = server('', like, CRM.replace('CRM|', String.raw`CRM \| sales|`))
    const { said } = await t.run(plugin)
    expect(t.databaseText('proxypass')).toBe(`${CRM.replace('CRM|', 'CRM  sales|')}\n`)
    expect(said).toEqual(['warning pipe-stripped proxypass/crm Description'])
  })

  it('of keys that differ in case only passes on the first, with a warning', async () => {
    const t = server('', like, 'CRM=ProxyPass|Target|http://a/\ncrm=ProxyPass|Target|http://b/\n')
    const { said } = await t.run(plugin)
    expect(t.databaseText('proxypass')).toBe('CRM=ProxyPass|Target|http://a/\n')
    expect(said).toEqual(['warning key-differs-by-case accounts/crm'])
  })

  it('is unchanged by a second import, which signals nothing', async () => {
    const configuration = 'httpd-e-smith=service|access|private\nmodSSL=service|CipherSuite|ALL\n'
    const t = server(configuration, like, `${CRM}\n`)
    const first = await t.run(plugin)
    const { report, said } = await t.run(plugin)
    expect([report.counts.done, report.events, said]).toEqual([0, [], first.said])
    expect(t.events()).toEqual([UPDATE])
  })

  it('is changed as it was planned', async () => {
    const t = server('httpd-e-smith=service|access|private\n', like, `${CRM}\n`)
    const before = [t.databaseText('configuration'), t.databaseText('proxypass')]
    const plan = await t.run(plugin, { mode: 'plan' })
    expect([t.databaseText('configuration'), t.databaseText('proxypass')]).toEqual(before)
    const { report } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
  })

  it('is passed over, with a notice, where it is not installed', async () => {
    const t = webServer({
      like,
      configuration: 'httpd-e-smith=service|status|enabled\n',
      here: { databases: { configuration: 'SystemName=ns\n' } },
    })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-httpd-migrate'])
    expect(report.findings[0]?.remedy).toContain('install nethserver-httpd')
  })
})
