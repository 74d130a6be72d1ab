import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifest, temporaryFolder, writeTree } from '@nethserver-migrate/testkit'
import plugin from '../src/index.js'
import { ibay, webServer, type WebServer } from './helpers/web-server.js'

const isRoot = process.getuid?.() === 0

/** What a NethServer 7 says of one ibay. */
async function asked(
  props: Readonly<Record<string, string | undefined>>,
  more: Partial<WebServer> = {},
) {
  const t = webServer({ like: 7, accounts: ibay('shop', props), shadow: {}, ...more })
  const before = t.databaseText('accounts')
  const { said, report } = await t.run(plugin)
  expect([t.databaseText('accounts'), t.events()]).toEqual([before, []])
  return { said, tasks: report.findings.map(({ message, remedy }) => [message, remedy]) }
}

const COPY = 'rsync -a --backup --safe-links --chown='
const PAGES = '/var/lib/nethserver/ibay/shop/html/'

describe('an ibay that was on the web, on a NethServer 7', () => {
  it('with a site of its own could be a virtual host', async () => {
    const { said, tasks } = await asked(
      { PublicAccess: 'global', CgiBin: 'enabled', Name: 'Our shop' },
      {
        domains: 'example.org=domain|Content|shop\n',
        hosts: 'www.example.org=host|HostType|Self\n',
      },
    )
    expect(said).toEqual(['follow-up ibay-web-access accounts/shop'])
    expect(tasks).toEqual([
      [
        'ibay shop was on the web for everybody, without a password, as example.org, www.example.org, with programs in cgi-bin; shared folders are not, it could become a virtual host',
        "db vhosts set shop vhost Access public Description 'Our shop [migration]' ForceSslStatus disabled FtpStatus disabled PasswordStatus disabled PasswordValue '' ServerNames example.org,www.example.org status enabled" +
          ` && signal-event vhost-create shop && ${COPY}ftp:apache --chmod=D750,F640 ${PAGES} /var/lib/nethserver/vhost/shop/`,
      ],
    ])
  })

  it.each([
    ['local-pw', 'private', 'for the local network, with a password, as /shop'],
    ['global-pw', 'public', 'for everybody, with a password, as /shop'],
    ['global-pw-remote', 'public', 'for everybody, with a password from outside, as /shop'],
  ])('with a password could be a virtual host with one: %s', async (PublicAccess, access, was) => {
    const { said, tasks } = await asked({ PublicAccess })
    expect(said).toEqual(['follow-up ibay-web-access accounts/shop'])
    expect(tasks).toEqual([
      [
        `ibay shop was on the web ${was}; shared folders are not, it could become a virtual host with a password`,
        `db vhosts set shop vhost Access ${access} Description 'A folder [migration]' ForceSslStatus enabled FtpStatus disabled PasswordStatus enabled PasswordValue '' ServerNames shop.newserver.test status enabled` +
          ` && signal-event vhost-create shop && ${COPY}ftp:apache --chmod=D750,F640 ${PAGES} /var/lib/nethserver/vhost/shop/; then give it a password on the page Virtual hosts`,
      ],
    ])
  })

  it('for the local network alone could be a virtual host: below the document root all could see it', async () => {
    const { tasks } = await asked({ PublicAccess: 'local' })
    expect(tasks[0]?.[0]).toBe(
      'ibay shop was on the web for the local network, without a password, as /shop; shared folders are not, it could become a virtual host',
    )
    expect(tasks[0]?.[1]).toContain(' Access private ')
    expect(tasks[0]?.[1]).toContain(' PasswordStatus disabled ')
  })

  it('as the site of the server could be the document root', async () => {
    const domains = 'example.com=domain|Content|shop\nother.test=domain|Content|shop\n'
    const { tasks } = await asked({ PublicAccess: 'global' }, { domains })
    expect(tasks).toEqual([
      [
        'ibay shop was on the web for everybody, without a password, as example.com, other.test; shared folders are not, it could become the document root of the web server',
        `${COPY}root:root --chmod=D755,F644 ${PAGES} /var/www/html/`,
      ],
    ])
    const local = await asked({ PublicAccess: 'local' }, { domains })
    expect(local.tasks[0]?.[1]).toContain(' Access private ')
  })

  it('by its name could be a folder below the document root', async () => {
    const { tasks } = await asked({ PublicAccess: 'global' })
    expect(tasks).toEqual([
      [
        'ibay shop was on the web for everybody, without a password, as /shop; shared folders are not, it could become a folder below the document root',
        `${COPY}root:root --chmod=D755,F644 ${PAGES} /var/www/html/shop/`,
      ],
    ])
  })

  it('with encryption only is shown so again', async () => {
    const { tasks } = await asked(
      { PublicAccess: 'global', SSL: 'enabled' },
      { domains: 'a.test=domain|Content|shop\n' },
    )
    expect(tasks[0]?.[0]).toContain('with encryption only')
    expect(tasks[0]?.[1]).toContain(' ForceSslStatus enabled ')
  })

  it('needs the package for virtual hosts first where it is missing', async () => {
    const t = webServer({ like: 7, accounts: ibay('shop', { PublicAccess: 'local' }) })
    rmSync(join(t.root, 'var/lib/nethserver/db/vhosts'))
    const { report } = await t.run(plugin)
    expect(report.findings[0]?.remedy).toMatch(
      /^Install nethserver-httpd-virtualhosts, then: db vhosts set shop /,
    )
  })

  it('has a description that no shell can take for anything else', async () => {
    const { tasks } = await asked({ PublicAccess: 'local', Name: "It's $(reboot); B\xc3\xbccher" })
    expect(tasks[0]?.[1]).toContain(`Description 'It'\\''s $(reboot); Bücher [migration]'`)
  })

  it('and has become no shared folder is an error', async () => {
    const { said } = await asked({ PublicAccess: 'global' }, { folders: [] })
    expect(said).toEqual(['error ibay-missing accounts/shop'])
  })
})

describe('an ibay that was not on the web, on a NethServer 7', () => {
  it('is nothing to do, shared folder or not', async () => {
    expect((await asked({ PublicAccess: 'none' })).said).toEqual([])
    expect((await asked({ PublicAccess: 'none' }, { folders: [] })).said).toEqual([])
  })

  it.each(['galactic', '', undefined])(
    'as its access says nothing (%s) is a warning',
    async (value) => {
      const { said } = await asked({ PublicAccess: value })
      expect(said).toEqual(['warning ibay-public-access accounts/shop'])
    },
  )
})

describe('a domain whose content is no ibay, on a NethServer 7', () => {
  it('is a warning, and a task', async () => {
    const { said, tasks } = await asked({}, { domains: 'gone.test=domain|Content|missing\n' })
    expect(said).toEqual([
      'warning content-missing domains/gone.test',
      'follow-up domain-content domains/gone.test',
    ])
    expect(tasks[1]).toEqual([
      'say what gone.test shows, if it is still needed',
      "db vhosts set gone-test vhost Access public Description 'gone.test [migration]' ForceSslStatus disabled FtpStatus disabled PasswordStatus disabled PasswordValue '' ServerNames gone.test status enabled && signal-event vhost-create gone-test",
    ])
  })
})

describe('the command that copies pages', () => {
  it.runIf(isRoot)('opens them to the web server, and leaves links that lead out', async () => {
    const { tasks } = await asked({ PublicAccess: 'global' })
    const [, remedy = ''] = tasks[0] ?? []
    const root = temporaryFolder()
    writeTree(root, {
      'ibay/html': { directory: true, mode: 0o2770, owner: [500, 5017] },
      'ibay/html/index.html': { content: 'new', mode: 0o660, owner: [500, 5017] },
      'ibay/html/same.png': { link: 'index.html' },
      'ibay/html/logo.png': { link: '../files/logo.png' },
      'ibay/html/secret.txt': { link: '/etc/shadow' },
      'www/index.html': 'an older one',
    })
    const [program = '', ...words] = remedy
      .replace(PAGES, join(root, 'ibay/html/'))
      .replace('/var/www/html/shop/', join(root, 'www/'))
      .split(' ')
    execFileSync(program, words)
    expect(manifest(join(root, 'www')).map((line) => line.replace(/ = .*/, ''))).toEqual([
      'f 0644 0:0 index.html',
      'f 0644 0:0 index.html~',
      'l 0777 0:0 same.png -> index.html',
    ])
  })
})
