import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesHolding } from '@nethserver-migrate/testkit'
import plugin from '../src/index.js'
import { ibay, webServer, type WebServer } from './helpers/web-server.js'

const HASH = '$6$salt$0123456789abcdef'

/** Imports the web access of one ibay on a NethServer 6. */
async function imported(props: Readonly<Record<string, string | undefined>>, more: WebServer = {}) {
  const t = webServer({ accounts: ibay('shop', props), shadow: { shop: HASH }, ...more })
  const { said, messages, report } = await t.run(plugin)
  const record = t.record('accounts', 'shop') ?? ''
  const web: Record<string, string> = Object.fromEntries(
    [...record.matchAll(/\|(Http\w+|OtherAccess)\|([^|]*)/g)].map(
      ([, name = '', value = '']): [string, string] => [name, value],
    ),
  )
  return { record, web, said, messages, remedies: report.findings.map(({ remedy }) => remedy), t }
}

describe('the web access of a shared folder of a NethServer 6', () => {
  it.each([
    ['none', 'disabled', 'public', 'disabled', ''],
    ['local', 'enabled', 'private', 'disabled', 'r'],
    ['local-pw', 'enabled', 'private', 'enabled', 'r'],
    ['global', 'enabled', 'public', 'disabled', 'r'],
    ['global-pw', 'enabled', 'public', 'enabled', 'r'],
  ])('is that of its ibay: %s', async (PublicAccess, status, access, password, other) => {
    const { record, said } = await imported({ PublicAccess })
    expect(record).toBe(
      `shop=ibay-migrate|HttpAccess|${access}|HttpAliasType|default|HttpCgiBinStatus|disabled|HttpPasswordStatus|${password}|HttpPasswordValue|{CRYPT}${HASH}|HttpProfileType|migration|HttpStatus|${status}|HttpVirtualHost|__ANY__|OtherAccess|${other}`,
    )
    expect(said).toEqual([])
  })

  it('asks everybody for the password that was asked from outside only, with a notice', async () => {
    const pw = await imported({ PublicAccess: 'global-pw' })
    const { record, said, messages } = await imported({ PublicAccess: 'global-pw-remote' })
    expect(record).toBe(pw.record)
    expect(said).toEqual(['notice ibay-password-for-all accounts/shop'])
    expect(messages).toEqual([
      'shared folder shop: the old server asked for its password from outside only, now everybody is asked',
    ])
  })

  it.each([
    ['galactic', 'galactic, which is unknown'],
    ['', 'not set'],
    [undefined, 'not set'],
  ])('is none where the old value says nothing, with a warning: %s', async (PublicAccess, what) => {
    const { web, said, messages } = await imported({ PublicAccess })
    expect(web).toMatchObject({ HttpStatus: 'disabled', OtherAccess: '' })
    expect(said).toEqual(['warning ibay-public-access accounts/shop'])
    expect(messages).toEqual([
      `accounts/shop: its PublicAccess is ${what}; it is not shown on the web`,
    ])
  })

  it.each([
    ['enabled', 'enabled'],
    ['disabled', 'disabled'],
    ['', 'disabled'],
    ['maybe', 'disabled'],
    [undefined, 'disabled'],
  ])('runs programs only where they ran before: %s', async (CgiBin, HttpCgiBinStatus) => {
    const { web } = await imported({ PublicAccess: 'global', CgiBin })
    expect(web).toMatchObject({ HttpCgiBinStatus })
  })

  it('keeps the access of others that the shared folder has, unless it is on the web', async () => {
    const here = { accounts: 'shop=ibay-migrate|OtherAccess|rw\n' }
    const none = await imported({ PublicAccess: 'none' }, { folders: [], here })
    const local = await imported({ PublicAccess: 'local' }, { folders: [], here })
    expect([none.web['OtherAccess'], local.web['OtherAccess']]).toEqual(['rw', 'r'])
  })

  it.each(['wr-admin-rd-group', 'wr-group-rd-group', undefined])(
    'is a task where only a group may read its files: %s',
    async (UserAccess) => {
      const accounts = ['open', 'hidden', 'shop', 'wiki'].map((name) =>
        ibay(name, {
          PublicAccess: name === 'hidden' ? 'none' : 'global',
          ...(name === 'open' ? {} : { UserAccess }),
        }),
      )
      const folders = ['open', 'hidden', 'shop', 'wiki']
      const { said, messages, remedies } = await imported(
        {},
        { accounts: accounts.join(''), folders },
      )
      expect(said).toEqual(['follow-up web-server-access accounts'])
      expect(messages).toEqual([
        'let the web server read the pages that only a group may read: shop, wiki',
      ])
      expect(remedies).toEqual([
        'setfacl -RPm u:apache:rX,d:u:apache:rX /var/lib/nethserver/ibay/shop/* /var/lib/nethserver/ibay/wiki/*',
      ])
    },
  )

  it('is a task where it was shown with encryption only', async () => {
    const shown = await imported({ PublicAccess: 'global', SSL: 'enabled' })
    const hidden = await imported({ PublicAccess: 'none', SSL: 'enabled' })
    expect(shown.said).toEqual(['follow-up ibay-ssl accounts/shop'])
    expect(hidden.said).toEqual([])
  })
})

describe('the password of a shared folder of a NethServer 6', () => {
  it.each(['!!', '*', `!${HASH}`, '', 'plain text', undefined])(
    'that is none (%s) is empty, the pages stay closed; warning',
    async (hash) => {
      const shadow: Record<string, string> = hash === undefined ? { other: '*' } : { shop: hash }
      const { web, said, messages } = await imported({ PublicAccess: 'global-pw' }, { shadow })
      expect(web).toMatchObject({
        HttpStatus: 'enabled',
        HttpPasswordStatus: 'enabled',
        HttpPasswordValue: '',
      })
      expect(said).toEqual(['warning ibay-password-missing accounts/shop'])
      expect(messages).toEqual([
        'shared folder shop: its pages ask for a password, and the old server had none that can be imported; they stay closed',
      ])
    },
  )

  it('need not be there where none is asked', async () => {
    const { web, said } = await imported({ PublicAccess: 'global' }, { shadow: { shop: '!!' } })
    expect(web).toMatchObject({ HttpPasswordStatus: 'disabled', HttpPasswordValue: '' })
    expect(said).toEqual([])
  })

  it('in an old, weak form is imported, with a warning where it is asked', async () => {
    const shadow = { shop: '$1$salt$0123456789' }
    const asked = await imported({ PublicAccess: 'local-pw' }, { shadow })
    const notAsked = await imported({ PublicAccess: 'local' }, { shadow })
    expect(asked.web).toMatchObject({ HttpPasswordValue: '{CRYPT}$1$salt$0123456789' })
    expect([asked.said, notAsked.said]).toEqual([['warning ibay-password-weak accounts/shop'], []])
  })

  it('cannot be imported without the shadow file: one error, and the rest is', async () => {
    const t = webServer({
      accounts: ibay('a', { PublicAccess: 'global-pw' }) + ibay('b', { PublicAccess: 'local-pw' }),
      folders: ['a', 'b'],
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['error shadow-missing etc/shadow'])
    expect(t.record('accounts', 'b')).toContain(
      '|HttpPasswordStatus|enabled|HttpPasswordValue||HttpProfileType|migration|HttpStatus|enabled|',
    )
  })

  it('is not missed where no ibay asks for one', async () => {
    const t = webServer({ accounts: ibay('shop', { PublicAccess: 'global' }) })
    expect((await t.run(plugin)).said).toEqual([])
  })

  it('stands in the database and nowhere else', async () => {
    const t = webServer({
      accounts: ibay('shop', { PublicAccess: 'global-pw' }),
      shadow: { shop: HASH },
    })
    const plan = await t.run(plugin, { mode: 'plan' })
    const { report } = await t.run(plugin)
    expect(JSON.stringify([plan, report])).not.toContain('0123456789abcdef')
    expect(filesHolding(t.root, '0123456789abcdef')).toEqual(['var/lib/nethserver/db/accounts'])
  })
})

describe('the site of a shared folder of a NethServer 6', () => {
  const DOMAINS =
    'example.com=domain|Content|Primary\nexample.org=domain|Content|website\nnodesc.test=domain|Content|Primary\n'
  const HOSTS =
    'www.example.org=host|HostType|Self\nwww.example.com=host|HostType|Remote\nftp.example.org=host|HostType|Self\n'

  it('is every host where a domain showed the ibay, its own name below it otherwise', async () => {
    const site = await imported(
      { PublicAccess: 'global' },
      { domains: 'a.test=domain|Content|shop\n' },
    )
    const name = await imported({ PublicAccess: 'global' }, { domains: DOMAINS, folders: ['shop'] })
    expect([site.web, name.web]).toMatchObject([
      { HttpAliasType: 'root', HttpVirtualHost: '__ANY__' },
      { HttpAliasType: 'default', HttpVirtualHost: '__ANY__' },
    ])
    expect(site.said).toEqual([])
  })

  const several = (access = 'global') =>
    webServer({
      accounts:
        ibay('Primary', { PublicAccess: 'global' }) +
        ibay('website', { PublicAccess: access }) +
        ibay('other', { PublicAccess: 'global' }),
      domains: DOMAINS,
      hosts: HOSTS,
      folders: ['Primary', 'other', 'website'],
    })

  it('is a task where several would be that of every host, with the commands that decide', async () => {
    const t = several()
    const { said, messages, report } = await t.run(plugin)
    expect(said).toEqual([
      'follow-up ibay-hosts accounts/Primary',
      'follow-up ibay-hosts accounts/website',
    ])
    expect(messages).toEqual([
      'Primary, website would each be the site of every host: give shared folder Primary its own, example.com, nodesc.test',
      'Primary, website would each be the site of every host: give shared folder website its own, example.org, www.example.org',
    ])
    expect(report.findings.map(({ remedy }) => remedy)).toEqual([
      'db accounts setprop Primary HttpStatus enabled HttpAliasType root HttpVirtualHost example.com,nodesc.test && signal-event ibay-modify Primary',
      'db accounts setprop website HttpStatus enabled HttpAliasType root HttpVirtualHost example.org,www.example.org && signal-event ibay-modify website',
    ])
  })

  it('is none where only one is on the web', async () => {
    expect((await several('none').run(plugin)).said).toEqual([])
  })

  it('is none any longer once a person has decided', async () => {
    const t = several()
    await t.run(plugin)
    const database = join(t.root, 'var/lib/nethserver/db/accounts')
    const decided = readFileSync(database, 'latin1')
      .replace(/^(website=.*)__ANY__/m, '$1example.org')
      .replace(/=ibay-migrate/g, '=ibay')
    writeFileSync(database, decided, 'latin1')
    const { said, report } = await t.run(plugin)
    expect([said, report.counts.done]).toEqual([[], 0])
    expect(readFileSync(database, 'latin1')).toBe(decided)
  })

  it('of a domain whose content is no ibay is a warning, and a task', async () => {
    const t = webServer({
      domains:
        "gone.test=domain|Content|missing\nodd'.test=domain|Content|missing\nempty.test=domain|Content|\nnone.test=domain\n",
      hosts: 'www.gone.test=host|HostType|Self\n',
      folders: [],
    })
    const { said, messages, report } = await t.run(plugin)
    expect(said).toEqual([
      'warning content-missing domains/gone.test',
      'follow-up domain-content domains/gone.test',
      "warning content-missing domains/odd'.test",
      "follow-up domain-content domains/odd'.test",
    ])
    expect(messages.slice(0, 2)).toEqual([
      'domains/gone.test: its content was missing, which is no ibay of the old server',
      'say what gone.test, www.gone.test shows, if it is still needed',
    ])
    expect(report.findings.filter((_, index) => index % 2).map(({ remedy }) => remedy)).toEqual([
      'With the name of a shared folder for FOLDER: db accounts setprop FOLDER HttpStatus enabled HttpAliasType root HttpVirtualHost gone.test,www.gone.test && signal-event ibay-modify FOLDER',
      "With the name of a shared folder for FOLDER: db accounts setprop FOLDER HttpStatus enabled HttpAliasType root HttpVirtualHost 'odd'\\''.test' && signal-event ibay-modify FOLDER",
    ])
  })
})

describe('an ibay on a NethServer 6', () => {
  it('that has become no shared folder is an error, and the next one is migrated', async () => {
    const t = webServer({
      accounts:
        ibay('shop', { PublicAccess: 'global' }) + ibay('zebra', { PublicAccess: 'global' }),
      folders: ['zebra'],
      here: { accounts: 'shop=group|Members|\n' },
    })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['error ibay-missing accounts/shop'])
    expect(report.actions.map(({ outcome }) => outcome)).toEqual(['unchanged', 'failed'])
    expect(t.record('accounts', 'shop')).toBe('shop=group|Members|')
    expect(t.record('accounts', 'zebra')).toContain('|HttpStatus|enabled|')
  })

  it('whose shared folder is whole, and without web settings, gets them and the event', async () => {
    const { web, t } = await imported(
      { PublicAccess: 'global' },
      { folders: [], here: { accounts: 'shop=ibay|OtherAccess|\n' } },
    )
    expect(web).toMatchObject({ HttpStatus: 'enabled', OtherAccess: 'r' })
    expect(t.events()).toEqual(['ibay-modify shop'])
  })

  it('whose shared folder is whole, with web settings, changes nothing in them', async () => {
    const here = 'shop=ibay|HttpStatus|disabled|OtherAccess|'
    const { record, said, messages, t } = await imported(
      { PublicAccess: 'global' },
      { folders: [], here: { accounts: `${here}\n` } },
    )
    expect([record, said, t.events()]).toEqual([here, [], []])
    expect(messages).toEqual(['shared folder shop has web settings: they stay as they are'])
  })

  it('that is half-made gets no event of its own', async () => {
    const { t } = await imported({ PublicAccess: 'global' })
    expect(t.events()).toEqual([])
  })

  it('is migrated as it was planned, once', async () => {
    const t = webServer({
      accounts: ibay('a', { PublicAccess: 'global-pw' }) + ibay('b', { PublicAccess: 'local' }),
      domains: 'a.test=domain|Content|a\nb.test=domain|Content|b\n',
      shadow: { a: HASH },
      folders: ['a', 'b'],
    })
    const plan = await t.run(plugin, { mode: 'plan' })
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.said).toEqual(said)
    const after = t.databaseText('accounts')
    const again = await t.run(plugin)
    expect([again.report.status, again.said]).toEqual(['unchanged', said])
    expect(t.databaseText('accounts')).toBe(after)
  })
})
