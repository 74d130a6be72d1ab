import { describe, expect, it } from 'vitest'
import { fixtureSource } from '@nethserver-migrate/testkit'
import plugin from '../src/index.js'
import { webServer } from './helpers/web-server.js'

const IBAYS = [
  ...['Primary', 'accounting', 'archive', 'catalog', 'clients', 'downloads', 'drawings'],
  ...['extranet', 'hrdocs', 'intranet', 'legacy', 'library', 'notices', 'partners', 'policies'],
  ...['pricelist', 'projects', 'shop', 'strange', 'website', 'wiki'],
]

const sample = (like: 6 | 7) => webServer({ like, folder: fixtureSource(), folders: IBAYS })

describe.each([6, 7] as const)('the sample backup', (like) => {
  it(`has its reverse proxies passed on by a NethServer ${like}`, async () => {
    const t = sample(like)
    await t.run(plugin)
    expect(t.databaseText('proxypass')).toBe(
      'crm=ProxyPass|Description|CRM  sales|HTTP|off|HTTPS|on|Target|https://crm.example.org/?a=1&b=2|ValidFrom|\n' +
        'intranetapp=ProxyPass|Description|Intranet application|HTTP|on|HTTPS|on|Target|http://192.168.1.50:8080/app/|ValidFrom|192.168.1.0/24\n',
    )
    expect(t.events()).toEqual(['nethserver-httpd-update'])
  })

  it(`is unchanged by a second import to a NethServer ${like}, and said the same of`, async () => {
    const t = sample(like)
    const first = await t.run(plugin)
    const after = ['accounts', 'configuration', 'proxypass'].map((name) => t.databaseText(name))
    const { report, said } = await t.run(plugin)
    expect([report.counts.done, report.events, said]).toEqual([0, [], first.said])
    expect(['accounts', 'configuration', 'proxypass'].map((name) => t.databaseText(name))).toEqual(
      after,
    )
  })

  it(`is planned as it is then imported to a NethServer ${like}`, async () => {
    const t = sample(like)
    const plan = await t.run(plugin, { mode: 'plan' })
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect([plan.report.events, plan.said]).toEqual([report.events, said])
  })
})

describe('the sample backup on a NethServer 6', () => {
  it('shows its ibays on the web as before', async () => {
    const t = sample(6)
    const { said } = await t.run(plugin)
    const web = IBAYS.map((name) => {
      const record = t.record('accounts', name) ?? ''
      const value = (prop: string) => new RegExp(`\\|${prop}\\|([^|]*)`).exec(record)?.[1] ?? '-'
      return [
        name,
        ...[
          'HttpStatus',
          'HttpAccess',
          'HttpPasswordStatus',
          'HttpAliasType',
          'HttpCgiBinStatus',
        ].map(value),
        value('HttpPasswordValue').replace(/^(\{CRYPT\}\$.).*/, '$1'),
      ].join(' ')
    })
    expect(web).toEqual([
      'Primary enabled public disabled root enabled ',
      'accounting enabled private enabled default disabled {CRYPT}$5',
      'archive enabled public enabled default disabled {CRYPT}$5',
      'catalog enabled public disabled default disabled ',
      'clients enabled public enabled default disabled ',
      'downloads enabled public enabled default disabled {CRYPT}$5',
      'drawings enabled private disabled default disabled ',
      'extranet enabled public enabled default enabled {CRYPT}$5',
      'hrdocs enabled private enabled default disabled {CRYPT}$5',
      'intranet enabled private disabled default disabled ',
      'legacy disabled public disabled default disabled ',
      'library enabled private enabled default disabled {CRYPT}$5',
      'notices disabled public disabled default disabled ',
      'partners enabled public enabled default disabled {CRYPT}$1',
      'policies disabled public disabled default disabled ',
      'pricelist enabled public enabled default disabled {CRYPT}$1',
      'projects disabled public disabled default disabled ',
      'shop enabled public disabled root enabled ',
      'strange disabled public disabled default disabled ',
      'website enabled public disabled root enabled ',
      'wiki enabled private disabled default enabled ',
    ])
    expect(said).toEqual([
      'warning pipe-stripped proxypass/crm Description',
      'warning ibay-public-access accounts/legacy',
      'warning ibay-public-access accounts/strange',
      'notice ibay-password-for-all accounts/archive',
      'warning ibay-password-missing accounts/clients',
      'notice ibay-password-for-all accounts/downloads',
      'notice ibay-password-for-all accounts/extranet',
      'warning ibay-password-weak accounts/partners',
      'warning ibay-password-weak accounts/pricelist',
      'follow-up ibay-ssl accounts/shop',
      'follow-up web-server-access accounts',
      'follow-up ibay-hosts accounts/Primary',
      'follow-up ibay-hosts accounts/shop',
      'follow-up ibay-hosts accounts/website',
      'warning content-missing domains/gone.test',
      'follow-up domain-content domains/gone.test',
    ])
  })
})

describe('the sample backup on a NethServer 7', () => {
  it('makes a task of each ibay that was on the web', async () => {
    const t = sample(7)
    const { said, report } = await t.run(plugin)
    const tasks = report.findings.filter(({ code }) => code === 'ibay-web-access')
    expect(
      tasks.map(
        ({ subject, message }) => subject + (/ could become (.*)$/.exec(message)?.[1] ?? ''),
      ),
    ).toEqual([
      'accounts/Primarythe document root of the web server',
      ...['accounting', 'archive'].map((name) => `accounts/${name}a virtual host with a password`),
      'accounts/cataloga folder below the document root',
      ...['clients', 'downloads'].map((name) => `accounts/${name}a virtual host with a password`),
      'accounts/drawingsa virtual host',
      ...['extranet', 'hrdocs'].map((name) => `accounts/${name}a virtual host with a password`),
      'accounts/intraneta virtual host',
      ...['library', 'partners', 'pricelist'].map(
        (name) => `accounts/${name}a virtual host with a password`,
      ),
      ...['shop', 'website', 'wiki'].map((name) => `accounts/${name}a virtual host`),
    ])
    expect(said.filter((line) => !line.includes('ibay-web-access'))).toEqual([
      'warning pipe-stripped proxypass/crm Description',
      'warning ibay-public-access accounts/legacy',
      'warning ibay-public-access accounts/strange',
      'warning content-missing domains/gone.test',
      'follow-up domain-content domains/gone.test',
    ])
    expect(t.databaseText('accounts')).not.toContain('Http')
  })
})
