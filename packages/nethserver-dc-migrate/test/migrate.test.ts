import { filesHolding, fixtureSource, testbed } from '@nethserver-migrate/testkit'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import {
  CONTAINER,
  HASHES,
  line,
  LOCAL_AD,
  oldServer,
  SMBPASSWD,
  stateOf,
  USERS,
  type OldServer,
} from './helpers/old-server.js'

const REPLACED = 'notice domain-upgraded AD.ACME.COM'
const SAVED =
  'notice domain-state-saved /var/lib/nethserver/migration/nsdc-before-oldpdc.example.com.tar.gz'
const HOME = 'notice home-migrated /var/lib/nethserver/home/anna'

/** The first line of each queued event or command, without how the container is entered. */
const queue = (t: ReturnType<typeof testbed>) =>
  t
    .events()
    .map((event) => event.replace(/^run: sh -c exec nsenter .* in-container /, 'in nsdc: '))
    .map((event) => event.replace(/\n.*(?=ensure )/s, ' … ').split('\n')[0])

describe('the domain of an old domain controller', () => {
  it('is upgraded step by step: looked at, saved, left, forgotten, made anew, its administrator locked', async () => {
    const t = oldServer()
    const { report, said } = await t.run(plugin)
    expect(report.status).toBe('done')
    expect(said).toEqual([REPLACED, SAVED, HOME])
    const archive = '/var/lib/nethserver/migration/nsdc-before-oldpdc.example.com.tar.gz'
    const root = `/${CONTAINER}`
    expect(queue(t)).toEqual([
      'in nsdc: sh -c users=$(samba-tool user list) || exit',
      'run: systemctl -M nsdc stop samba',
      `run: install -m 0600 /dev/null ${archive}`,
      `run: tar -C ${root} --acls --xattrs -czf ${archive} etc/samba srv var/lib/samba`,
      'run: systemctl -M nsdc start samba',
      'nethserver-sssd-leave',
      'run: systemctl -M nsdc stop samba',
      `run: rm -f ${root}/etc/samba/smb.conf`,
      `run: find ${root}/var/lib/samba -xdev ! -type d -delete`,
      `run: find ${root}/srv -mindepth 1 -maxdepth 1 ! -name groups.list ! -name secrets.tdb ! -name smb.sme8migration.conf ! -name smbpasswd -exec rm -rf --one-file-system -- {} +`,
      'nethserver-dc-save',
      'nethserver-sssd-save',
      'run: systemctl -M nsdc start samba',
      'in nsdc: samba-tool user setpassword administrator --random-password',
      'in nsdc: sh -c samba-tool user list | grep -qixF admin || samba-tool user create admin --random-password || exit',
      'in nsdc: samba-tool user disable administrator',
      `run: rm -f ${root}/srv/groups.list ${root}/srv/secrets.tdb ${root}/srv/smb.sme8migration.conf ${root}/srv/smbpasswd ${root}/etc/passwd.migration ${root}/etc/group.migration`,
      "in nsdc: sh -c while IFS='\t' read -r group members; do",
      "run: sh -c while IFS='\t' read -r id owner folder; do",
    ])
    expect(t.databaseText('configuration')).toBe(
      'DomainName=acme.com\nSystemName=ns\nnsdc=service|ProvisionType|sme8migration|status|enabled\nsssd=service|BindDN||BindPassword||Provider|ad|Realm|AD.ACME.COM|Workgroup|ACME|status|enabled\n',
    )
  })

  it('is one chain in the queue: what follows a step that failed is left out', async () => {
    const t = oldServer()
    await t.run(plugin)
    const lines = readFileSync(join(t.root, 'var/lib/nethserver/migration/events.jsonl'), 'utf8')
    const tasks = lines
      .split('\n')
      .filter(Boolean)
      .map((one) => JSON.parse(one) as object)
    expect(tasks.filter((task) => !('together' in task))).toMatchObject([
      { input: expect.any(String) as string },
    ])
    expect(tasks.filter((task) => 'always' in task)).toMatchObject([
      { command: ['systemctl', '-M', 'nsdc', 'start', 'samba'] },
      { command: ['systemctl', '-M', 'nsdc', 'start', 'samba'] },
    ])
  })

  it('gets its inputs, for root alone', async () => {
    const t = oldServer()
    await t.run(plugin)
    const own = process.getuid?.() ?? 0
    expect(t.manifest(`${CONTAINER}/srv`).map((one) => one.split(' = ')[0])).toEqual([
      `f 0600 ${own}:${process.getgid?.() ?? 0} groups.list`,
      expect.stringContaining(' left.tdb') as string,
      expect.stringMatching(/^f 0600 .* secrets.tdb/) as string,
      expect.stringMatching(/^f 0600 .* smb.sme8migration.conf/) as string,
      expect.stringMatching(/^f 0600 .* smbpasswd/) as string,
    ])
    expect(t.file(`${CONTAINER}/srv/groups.list`)).toBe('sales\tanna,bruno\n')
    expect(t.file(`${CONTAINER}/srv/smbpasswd`)).toBe(SMBPASSWD)
    expect(t.file(`${CONTAINER}/srv/smb.sme8migration.conf`)).toBe(`[global]
workgroup = ACME
realm = AD.ACME.COM
netbios name = NSDC-NS
security = user
domain logons = yes
domain master = yes
passdb backend = smbpasswd:/srv/smbpasswd
private dir = /srv
`)
    expect(readFileSync(join(t.root, CONTAINER, 'srv/secrets.tdb'))).toEqual(
      readFileSync(join(t.source, 'etc/samba/secrets.tdb')),
    )
    for (const name of ['passwd', 'group'])
      expect(t.file(`${CONTAINER}/etc/${name}.migration`)).toBe(
        readFileSync(join(t.source, 'etc', name), 'latin1'),
      )
  })

  it('changes nothing the second time', async () => {
    const t = oldServer()
    await t.run(plugin)
    const before = stateOf(t)
    const { report, said } = await t.run(plugin)
    expect(report.status).toBe('unchanged')
    expect(report.counts.done).toBe(0)
    expect(said).toEqual([REPLACED])
    expect(stateOf(t)).toEqual(before)
  })

  it('is never upgraded again, also when its events have put the records back', async () => {
    const t = oldServer()
    await t.run(plugin)
    const before = t.events()
    appendFileSync(
      join(t.root, 'var/lib/nethserver/db/configuration'),
      'nsdc=service|ProvisionType|newdomain|status|enabled\n',
    )
    await t.run(plugin)
    expect(t.events()).toEqual(before)
    expect(t.record('configuration', 'nsdc')).toBeDefined()
  })

  it('is planned as it is then upgraded, and the plan touches nothing', async () => {
    const t = oldServer()
    const before = stateOf(t)
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(stateOf(t)).toEqual(before)
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
    expect(plan.said).toEqual(said)
  })

  it('takes the place of one with users of its own only when that was asked for', async () => {
    const t = oldServer()
    await t.run(plugin, { pluginOptions: ['replace-domain'] })
    expect(queue(t).slice(0, 1)).toEqual(['run: systemctl -M nsdc stop samba'])
  })

  it('shows no hash but in smbpasswd, and no password at all', async () => {
    const t = oldServer()
    const plan = await t.run(plugin, { mode: 'plan' })
    const { report } = await t.run(plugin)
    expect(filesHolding(t.root, HASHES.anna)).toEqual([`${CONTAINER}/srv/smbpasswd`])
    expect(JSON.stringify([plan, report])).not.toMatch(/PLANTED|0FE87E604BD1A921/)
  })
})

describe('a server outside any domain', () => {
  it('has its accounts upgraded, too: the domain gets the SID that they were made with', async () => {
    const t = oldServer({ role: 'WS', here: LOCAL_AD.replace('|ACME|', '|Office|') })
    const { said } = await t.run(plugin)
    expect(said).toEqual([REPLACED, SAVED, HOME])
    const show = (key: string) =>
      execFileSync('tdbtool', [join(t.root, CONTAINER, 'srv/secrets.tdb'), 'show', key], {
        encoding: 'utf8',
      }).replace(/^\n.*\n.*\n/, '')
    expect(show('SECRETS/SID/OFFICE')).toBe(show('SECRETS/SID/OLDPDC'))
    expect(show('SECRETS/SID/OFFICE')).not.toBe(show('SECRETS/SID/ACME'))
    expect(show('INFO/random_seed')).toContain('seed')
    expect(t.file(`${CONTAINER}/srv/smb.sme8migration.conf`)).toContain('workgroup = OFFICE\n')
    expect(t.manifest(`${CONTAINER}/srv`).join('\n')).toMatch(/f 0600 \S+ secrets.tdb/)
  })
})

describe('a server of another role', () => {
  it.each(['ADS', 'BDC', '', undefined])(
    'is a warning, and nothing is touched: %s',
    async (role) => {
      const t = oldServer({ role })
      const before = stateOf(t)
      const { said, report } = await t.run(plugin)
      expect(said).toEqual(['warning role-not-upgraded configuration/smb'])
      expect(report.status).toBe('unchanged')
      expect(stateOf(t)).toEqual(before)
    },
  )
})

describe('before anything is changed, everything is looked for', () => {
  const missing = (subject: string) => `error domain-input-missing ${subject}`

  it.each<[string, OldServer, string[]]>([
    ['etc/passwd', { files: { 'etc/passwd': undefined } }, ['etc/passwd']],
    ['etc/group', { files: { 'etc/group': { link: '/etc/group' } } }, ['etc/group']],
    ['smbpasswd', { smbpasswd: undefined }, ['etc/samba/smbpasswd']],
    ['secrets.tdb', { secrets: undefined }, ['etc/samba/secrets.tdb']],
    [
      'a sound secrets.tdb',
      { files: { 'etc/samba/secrets.tdb': 'TDB' } },
      ['etc/samba/secrets.tdb'],
    ],
    ['the SID of the domain', { secrets: { x: Buffer.from('y') } }, ['etc/samba/secrets.tdb']],
    [
      'the SID of the server',
      { role: 'WS', secrets: { 'SECRETS/SID/ACME': Buffer.alloc(68) } },
      ['etc/samba/secrets.tdb'],
    ],
    ['the realm', { here: LOCAL_AD.replace('AD.ACME.COM', '') }, ['configuration/sssd']],
    [
      'a realm that is one',
      { here: LOCAL_AD.replace('AD.ACME.COM', '$(x)') },
      ['configuration/sssd'],
    ],
    [
      'the name of the domain',
      { here: LOCAL_AD.replace('|ACME|', '||') },
      ['configuration/sssd', 'etc/samba/secrets.tdb'],
    ],
    ['the container', { hostname: undefined }, [`/${CONTAINER}/etc/hostname`]],
    ['a name that Windows can use', { hostname: 'a name;x\n' }, [`/${CONTAINER}/etc/hostname`]],
    [
      'all of it',
      { files: { 'etc/passwd': undefined, 'etc/group': undefined }, smbpasswd: undefined },
      ['etc/passwd', 'etc/group', 'etc/samba/smbpasswd'],
    ],
  ])('without %s the domain controller is left as it is', async (_what, server, subjects) => {
    const t = oldServer(server)
    const before = stateOf(t)
    const { said, report } = await t.run(plugin, { pluginOptions: ['replace-domain'] })
    expect(said).toEqual(subjects.map(missing))
    expect(report.status).toBe('failed')
    expect(stateOf(t)).toEqual(before)
  })
})

describe('accounts of the domain', () => {
  it.each(['administrator', 'Administrator', 'Guest', 'KRBTGT', 'root', 'vmail'])(
    'that every domain has, or every system, are left out, with a warning: %s',
    async (name) => {
      const t = oldServer({ smbpasswd: SMBPASSWD + line(name, 101, HASHES.anna) })
      const { said } = await t.run(plugin)
      expect(said).toEqual(
        [`warning reserved-account ${name}`, REPLACED, SAVED, HOME].sort(byOrder),
      )
      expect(t.file(`${CONTAINER}/srv/smbpasswd`)).toBe(SMBPASSWD)
    },
  )

  it.each([
    ['with a name that none can have', 'a b', 'account-name-invalid'],
    ['with a name that is an option', '-x', 'account-name-invalid'],
    ['that the old system did not know', 'ghost', 'account-not-in-passwd'],
    ['of workstations that it did not know', 'ws02$', 'account-not-in-passwd'],
  ])('%s are left out, with a warning', async (_what, name, code) => {
    const t = oldServer({ smbpasswd: SMBPASSWD + line(name, 5050, HASHES.anna) })
    const { said } = await t.run(plugin)
    expect(said).toContain(`warning ${code} ${name}`)
    expect(t.file(`${CONTAINER}/srv/smbpasswd`)).toBe(SMBPASSWD)
  })

  it('in lines that cannot be read, or that come twice, are left out, with one warning', async () => {
    const t = oldServer({ smbpasswd: `${SMBPASSWD}broken\n${line('anna', 1, HASHES.bruno)}` })
    const { said } = await t.run(plugin)
    expect(said).toContain('warning smbpasswd-bad-lines etc/samba/smbpasswd')
    expect(t.file(`${CONTAINER}/srv/smbpasswd`)).toBe(SMBPASSWD)
  })

  it('without a password are a task that names them: no line, no hash, disabled', async () => {
    const t = oldServer({
      accounts: 'carla=user|Uid|5003\ndora=user|Uid|5004\n',
      smbpasswd:
        line('anna', 5001, HASHES.anna) +
        line('bruno', 5002) +
        line('carla', 5003, HASHES.anna, 'DU') +
        line('admin', 101, HASHES.anna),
      files: {
        'etc/passwd': ['anna', 'bruno', 'carla', 'admin']
          .map((name) => `${name}:x:1:1:::\n`)
          .join(''),
      },
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toContain('follow-up users-without-password etc/samba/smbpasswd')
    expect(messages).toContain(
      '3 users have no password in the domain, or no account, give one to those who need it: bruno, carla, dora',
    )
  })

  it('have a task when admin had no password: nobody could do anything then', async () => {
    const t = oldServer({ smbpasswd: SMBPASSWD.replace(/^admin.*\n/m, '') })
    expect((await t.run(plugin)).said).toContain('follow-up admin-without-password admin')
  })

  it('are known to the tree, with ids for the time being', async () => {
    const t = oldServer()
    await t.run(plugin)
    expect(t.file('etc/passwd')).toMatch(/^anna:x:10003:10001:/m)
    expect(t.file('etc/group')).toMatch(/^domain users:x:10001:\nsales:x:10002:anna,bruno$/m)
  })
})

describe('groups of the domain', () => {
  const groups = async (accounts: string, server: OldServer = {}) => {
    const t = oldServer({ accounts, ...server })
    const { said } = await t.run(plugin)
    return { said, list: t.file(`${CONTAINER}/srv/groups.list`) }
  }
  const SALES = 'sales\tanna,bruno\n'

  it('have admin among their members where the old server had', async () => {
    expect(await groups('admins=group|Members|admin,anna\n')).toMatchObject({
      list: `admins\tadmin,anna\n${SALES}`,
    })
  })

  it('may be empty', async () => {
    expect(await groups('empty=group|Members|\nnone=group\n')).toMatchObject({
      list: `empty\t\nnone\t\n${SALES}`,
    })
  })

  it('have no members without an account in the domain, with a warning', async () => {
    const { said, list } = await groups('ghosts=group|Members| anna ,,ghost,anna,$(x)\n')
    expect(list).toBe(`ghosts\tanna\n${SALES}`)
    expect(said).toContain('warning group-members-unknown ghosts')
  })

  it.each([
    ['shared', 'warning reserved-account shared'],
    ['Domain Users', 'warning reserved-account Domain Users'],
    ['anna', 'warning name-of-other-kind anna'],
    ['a;b', 'error account-name-invalid a;b'],
    ['Sales', 'error account-name-invalid Sales'],
    ['g'.repeat(65), `error account-name-invalid ${'g'.repeat(65)}`],
  ])('with a name that none can have are left out: %s', async (name, finding) => {
    const t = oldServer({ accounts: name === 'anna' ? '' : `${name}=group|Members|anna\n` })
    if (name === 'anna')
      appendFileSync(join(t.source, 'home/e-smith/db/accounts'), 'anna=group|Members|anna\n')
    const { said } = await t.run(plugin)
    expect(said).toContain(finding)
    expect(t.file(`${CONTAINER}/srv/groups.list`)).toBe(SALES)
  })
})

describe('the home directories of the domain', () => {
  const lines = (t: ReturnType<typeof testbed>) =>
    t.manifest('var/lib/nethserver/home').map((one) => one.replace(/ \d+:\d+| = .*/g, ''))

  it('get what lay in home/, one level up, and other files, but no mail', async () => {
    const t = oldServer()
    await t.run(plugin)
    expect(lines(t)).toEqual([
      'd 0700 anna',
      'f 0600 anna/.bash_history',
      'd 0755 anna/My Documents',
      'f 0644 anna/My Documents/a.doc',
    ])
  })

  it('are given to the users that the domain has by then, by one program', async (context) => {
    context.skip(process.getuid?.() !== 0, 'only root can give files away')
    const t = oldServer()
    await t.run(plugin)
    expect(t.manifest('var/lib/nethserver/home')[0]).toMatch(/^d 0700 10003:10001 anna/)
    const [file = ''] = filesHolding(t.root, 'anna@acme.com')
    expect(t.file(file)).toBe(
      '10003\tanna@acme.com:domain users@acme.com\t/var/lib/nethserver/home/anna\n',
    )
    expect(t.manifest('var/lib/nethserver/migration/secrets')[0]).toMatch(/^f 0600/)
  })

  it('of nobody stay in the source, with an error each, and the others are moved', async () => {
    const t = oldServer({
      files: { [`${USERS}/leaver/home/a`]: 'a', [`${USERS}/$(x)/home/a`]: 'a' },
    })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual([
      REPLACED,
      SAVED,
      'error home-without-user $(x)',
      'error home-without-user leaver',
      HOME,
    ])
    expect(report.status).toBe('failed')
    expect(readFileSync(join(t.source, USERS, 'leaver/home/a'), 'utf8')).toBe('a')
    expect(lines(t).filter((one) => one.includes('leaver'))).toEqual([])
  })

  it('never mix with that of a service', async () => {
    const t = oldServer({ files: { [`${USERS}/apache/home/a`]: 'a' } })
    const { said } = await t.run(plugin)
    expect(said).toContain('error home-without-user apache')
  })

  it('that are a link are an error, and nothing behind it is touched', async () => {
    const t = oldServer({ files: { [`${USERS}/bruno`]: { link: '/etc' } } })
    const { said } = await t.run(plugin)
    expect(said).toContain('error SOURCE_SYMBOLIC_LINK /var/lib/nethserver/home/bruno')
    expect(said).toContain(HOME)
  })

  it('leave admin’s to the new one: the old files have a place of their own', async () => {
    const t = oldServer({ files: { [`${USERS}/admin/home/x.sh`]: 'x' } })
    await t.run(plugin)
    expect(t.file('var/lib/nethserver/migration/admin/x.sh')).toBe('x')
    expect(t.manifest('root').join()).toMatch(
      /^l 0777 \S+ admin-migration-\d{14} -> \.\.\/var\/lib\/nethserver\/migration\/admin$/,
    )
    expect(lines(t).filter((one) => one.includes('admin'))).toEqual([])
  })
})

describe('another accounts provider', () => {
  it.each([
    [
      'a local LDAP server',
      'sssd=service|Provider|ldap\nslapd=service|status|enabled\nnsdc=service\n',
    ],
    ['an Active Directory elsewhere', 'sssd=service|Provider|ad\nnsdc=service|status|disabled\n'],
    ['none', 'sssd=service|Provider|none\nnsdc=service|status|enabled\n'],
  ])('has nothing to be upgraded: %s', async (_what, here) => {
    const t = oldServer({ here })
    const before = stateOf(t)
    const { said } = await t.run(plugin)
    expect(said).toEqual([])
    expect(stateOf(t)).toEqual(before)
  })

  it.each([6, 7] as const)(
    'has no domain controller on a NethServer %s as it is made',
    async (like) => {
      const t = testbed({ like, source: { folder: fixtureSource() } })
      expect((await t.run(plugin)).said).toEqual([
        'notice feature-not-installed nethserver-dc-migrate',
      ])
    },
  )
})

describe('the sample backup', () => {
  it('makes a domain of its users, groups and workstations', async (context) => {
    context.skip(process.getuid?.() !== 0, 'it holds a folder that only root can move')
    const t = testbed({
      source: { folder: fixtureSource() },
      destination: {
        records: {
          configuration:
            'sssd=service|Provider|ad|Realm|AD.ACME.COM|Workgroup|OFFICE\nnsdc=service|status|enabled\n',
        },
        files: { [`${CONTAINER}/etc/hostname`]: 'nsdc-ns.ad.acme.com\n' },
      },
    })
    const { said } = await t.run(plugin)
    expect(said.filter((one) => !one.startsWith('notice home-migrated'))).toEqual([
      'follow-up users-without-password etc/samba/smbpasswd',
      'follow-up admin-without-password admin',
      'warning group-members-unknown ghosts',
      REPLACED,
      SAVED.replace('oldpdc', 'acme'),
      'error home-without-user leaver',
      'error home-without-user nosamba',
    ])
    expect(t.file(`${CONTAINER}/srv/smbpasswd`)).toBe(
      readFileSync(join(t.source, 'etc/samba/smbpasswd'), 'latin1'),
    )
    expect(t.file(`${CONTAINER}/srv/groups.list`)).toBe(
      'admins\tadmin,akumar\nempty\t\nghosts\tmrossi,gverdi\nsales\tmrossi,lbianchi,dsmith\nsolo\tpneri\nsupport\tgverdi,sconti\ntech\tdsmith,jmueller,rlefevre\n',
    )
    const homes = t
      .manifest('var/lib/nethserver/home')
      .map((one) => one.split(' ').slice(3).join(' '))
    expect(homes).toContain('dsmith/passwords.txt -> /etc/shadow')
    expect(homes.join()).not.toContain('Maildir')
    const before = stateOf(t)
    const again = await t.run(plugin)
    expect(again.report.counts.done).toBe(0)
    expect(stateOf(t)).toEqual(before)
  })
})

/** Warnings come first: they are of the time when everything is looked at. */
function byOrder(a: string, b: string): number {
  return Number(b.startsWith('warning')) - Number(a.startsWith('warning'))
}
