import { filesHolding, fixtureSource, testbed } from '@nethserver-migrate/testkit'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { HASHES, ldif, line, oldServer, SMBPASSWD, stateOf } from './helpers/old-server.js'

const SMB =
  'AdsLdapAccountsBranch||AdsRealm||DeadTime|10080|LogonDrive|Z:|NetbiosAliasList||OsLevel|35|RoamingProfiles|no'
const REST = 'TCPPorts|139,445|UseClientDriver|yes|UseCups|enabled|WinsServerIP|'

describe('a server outside any domain, on a NethServer 6', () => {
  it('keeps role and workgroup, in capitals, and its users keep their passwords of Samba', async () => {
    const t = oldServer()
    const { report, said } = await t.run(plugin)
    expect(report.status).toBe('done')
    expect(said).toEqual(['follow-up check-samba-role configuration/smb'])
    expect(t.record('configuration', 'smb')).toBe(
      `smb=service|${SMB}|ServerRole|WS|Sid||${REST}|Workgroup|ACME|access|private|status|enabled`,
    )
    expect(t.record('accounts', 'anna')).toBe('anna=user|Samba|enabled|Uid|5001')
    expect(t.events()).toEqual([
      'run: expand-template /etc/samba/smb.conf',
      'run: expand-template /etc/hosts',
      'run: ldapmodify -Q -Y EXTERNAL -H ldapi:/// -c',
      'user-modify anna',
      'user-modify bruno',
      'nethserver-samba-save',
    ])
    expect(ldif(t)).toBe(`dn: uid=anna,ou=People,dc=directory,dc=nh
changetype: modify
replace: sambaNTPassword
sambaNTPassword: ${HASHES.anna}
-

dn: uid=bruno,ou=People,dc=directory,dc=nh
changetype: modify
replace: sambaNTPassword
sambaNTPassword: ${HASHES.bruno}
-

`)
  })

  it('needs no secrets.tdb, and makes no accounts of workstations', async () => {
    const t = oldServer({ secrets: undefined, accounts: 'ws01$=machine|Uid|5044\n' })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['follow-up check-samba-role configuration/smb'])
    expect(t.record('accounts', 'ws01$')).toBeUndefined()
  })

  it('is what a server without ServerRole was', async () => {
    const t = oldServer({ smb: { ServerRole: ' ' } })
    await t.run(plugin)
    expect(t.record('configuration', 'smb')).toContain('|ServerRole|WS|')
  })
})

describe('a member of an Active Directory, on a NethServer 6', () => {
  it('keeps role and workgroup; the rest is a task', async () => {
    const t = oldServer({ smb: { ServerRole: 'ADS' }, smbpasswd: undefined, secrets: undefined })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['follow-up check-samba-role configuration/smb'])
    expect(messages).toContain('the role ADS has no accounts of its own: nothing left to do')
    expect(t.record('configuration', 'smb')).toContain('|ServerRole|ADS|')
    expect(t.events()).toEqual([
      'run: expand-template /etc/samba/smb.conf',
      'run: expand-template /etc/hosts',
      'nethserver-samba-save',
    ])
  })
})

describe('the workgroup', () => {
  it.each([
    ['unset', ''],
    ['too long', 'SIXTEEN-LETTERS-'],
    ['with a blank', 'My Group'],
    ['with signs of a shell', '$(reboot)'],
    ['that looks like an option', '-x'],
  ])('%s is an error before anything is changed', async (_what, Workgroup) => {
    const t = oldServer({ smb: { Workgroup } })
    const before = stateOf(t)
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['error workgroup-invalid configuration/smb'])
    expect(report.status).toBe('failed')
    expect(stateOf(t)).toEqual(before)
  })
})

describe('passwords of Samba', () => {
  it('that were disabled, or none, are not imported: the account stays disabled; a task names them', async () => {
    const t = oldServer({
      smbpasswd: line('anna', 5001, HASHES.anna, 'DU') + line('bruno', 5002),
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([
      'follow-up check-samba-role configuration/smb',
      'follow-up users-without-samba-password etc/samba/smbpasswd',
    ])
    expect(messages).toContain(
      '2 users have no password of Samba, give a new one to those who need it: anna, bruno',
    )
    expect(ldif(t)).toBe('')
    expect(['anna', 'bruno'].map((name) => t.record('accounts', name))).toEqual([
      'anna=user|Samba|disabled|Uid|5001',
      'bruno=user|Samba|disabled|Uid|5002',
    ])
    expect(t.events()).toEqual([
      'run: expand-template /etc/samba/smb.conf',
      'run: expand-template /etc/hosts',
      'user-modify anna',
      'user-modify bruno',
      'nethserver-samba-save',
    ])
  })

  it('without a line are an error for each user, and the others go on', async () => {
    const t = oldServer({ smbpasswd: line('anna', 5001, HASHES.anna) })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual([
      'follow-up check-samba-role configuration/smb',
      'error smbpasswd-line-missing bruno',
      'follow-up users-without-samba-password etc/samba/smbpasswd',
    ])
    expect(report.status).toBe('failed')
    expect(t.record('accounts', 'bruno')).toBe('bruno=user|Uid|5002')
    expect(t.events()).toContain('user-modify anna')
  })

  it('are one error when the whole file is missing; role and workgroup come all the same', async () => {
    const t = oldServer({ smbpasswd: undefined })
    const { said } = await t.run(plugin)
    expect(said).toEqual([
      'error smbpasswd-missing etc/samba/smbpasswd',
      'follow-up check-samba-role configuration/smb',
      'follow-up users-without-samba-password etc/samba/smbpasswd',
    ])
    expect(t.record('configuration', 'smb')).toContain('|Workgroup|ACME|')
    expect(t.events().slice(-1)).toEqual(['nethserver-samba-save'])
  })

  it('in lines that cannot be read are a warning with the numbers of these lines', async () => {
    const t = oldServer({ smbpasswd: `${SMBPASSWD}broken\n` })
    const { said, messages } = await t.run(plugin)
    expect(said[0]).toBe('warning smbpasswd-bad-lines etc/samba/smbpasswd')
    expect(messages).toContain(
      'etc/samba/smbpasswd: cannot be read, left out: line 4 (uid is not a number)',
    )
  })

  it('are found whatever the case of the name', async () => {
    const t = oldServer({
      smbpasswd: SMBPASSWD.replace('anna', 'Anna').replace('bruno', 'BRUNO'),
    })
    await t.run(plugin)
    expect(ldif(t).match(/^dn: .*$/gm)).toEqual([
      'dn: uid=anna,ou=People,dc=directory,dc=nh',
      'dn: uid=bruno,ou=People,dc=directory,dc=nh',
    ])
  })

  it('of a user whose account was not made are a warning', async () => {
    const t = oldServer({ here: 'carla=user|Uid|5003\n' })
    const { said } = await t.run(plugin)
    expect(said).toContain('warning user-not-in-system carla')
    expect(t.record('accounts', 'carla')).toBe('carla=user|Uid|5003')
  })

  it('of users that only the new server has, and of its admin, stay as they are', async () => {
    const t = oldServer({ here: 'zoe=user|Samba|enabled|Uid|5100\n' })
    appendFileSync(join(t.root, 'etc/passwd'), 'zoe:x:5100:5100::/home/zoe:/bin/sh\n')
    const { said } = await t.run(plugin)
    expect(said).toEqual(['follow-up check-samba-role configuration/smb'])
    expect(ldif(t)).not.toMatch(/zoe|admin/)
    expect(t.events()).not.toContain('user-modify zoe')
  })

  it('of admin are imported where the old server had one', async () => {
    const t = oldServer({ smbpasswd: SMBPASSWD + line('admin', 101, HASHES.anna) })
    await t.run(plugin)
    expect(ldif(t)).toContain('dn: uid=admin,ou=People')
    expect(t.events()).toContain('user-modify admin')
  })

  it('can never lead an entry astray, whatever a name of the destination holds', async () => {
    const t = oldServer({
      here: 'x,ou=user|Uid|5003\n',
      smbpasswd: SMBPASSWD + line('x,ou', 5003, HASHES.anna),
    })
    appendFileSync(join(t.root, 'etc/passwd'), 'x,ou:x:5003:5003::/:/bin/sh\n')
    await t.run(plugin)
    expect(ldif(t)).toContain('dn: uid=x\\2cou,ou=People,dc=directory,dc=nh\n')
  })

  it('stand in a private file for the replay, and nowhere else', async () => {
    const t = oldServer()
    const plan = await t.run(plugin, { mode: 'plan' })
    const { report } = await t.run(plugin)
    const folder = 'var/lib/nethserver/migration/secrets'
    expect(filesHolding(t.root, HASHES.anna)).toEqual([`${folder}/ldapmodify-user-anna`])
    expect(t.manifest(folder)).toEqual([expect.stringMatching(/^f 0600 .* ldapmodify-user-anna /)])
    expect(JSON.stringify([plan, report])).not.toContain(HASHES.anna)
  })

  it('of thousands of users are one program', async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `user${index}`)
    const t = oldServer({
      accounts: names.map((name, index) => `${name}=user|Uid|${6000 + index}\n`).join(''),
      here: names.map((name, index) => `${name}=user|Uid|${6000 + index}\n`).join(''),
      smbpasswd:
        SMBPASSWD + names.map((name, index) => line(name, 6000 + index, HASHES.anna)).join(''),
    })
    appendFileSync(
      join(t.root, 'etc/passwd'),
      names.map((name, index) => `${name}:x:${6000 + index}:${6000 + index}::/:/bin/sh\n`).join(''),
    )
    await t.run(plugin)
    expect(t.events().filter((event) => event.startsWith('run: ldapmodify'))).toHaveLength(1)
    expect(t.events().filter((event) => event.startsWith('user-modify'))).toHaveLength(3002)
  })
})

describe('an old server without the record smb', () => {
  it.each([6, 7] as const)('has nothing for a NethServer %s', async (like) => {
    const t = oldServer({ like, smb: undefined })
    const before = stateOf(t)
    const { said, report } = await t.run(plugin)
    expect(said).toEqual([])
    expect(report.status).toBe('unchanged')
    expect(stateOf(t)).toEqual(before)
  })
})

describe('an import', () => {
  it.each([6, 7] as const)(
    'into a NethServer %s changes nothing the second time, and says the same',
    async (like) => {
      const t = oldServer({ like, here: 'projects=ibay-migrate\n', accounts: 'projects=ibay\n' })
      const first = await t.run(plugin)
      const before = stateOf(t)
      const { report, said } = await t.run(plugin)
      expect(report.status).toBe('unchanged')
      expect(report.events).toEqual([])
      expect(stateOf(t)).toEqual(before)
      expect(said).toEqual(first.said)
    },
  )

  it.each([6, 7] as const)(
    'into a NethServer %s does what its plan says, and the plan touches nothing',
    async (like) => {
      const t = oldServer({ like, here: 'projects=ibay-migrate\n', accounts: 'projects=ibay\n' })
      const before = stateOf(t)
      const plan = await t.run(plugin, { mode: 'plan' })
      expect(stateOf(t)).toEqual(before)
      const { report, said } = await t.run(plugin)
      expect(plan.report.changes.map(({ change }) => change)).toEqual(
        report.changes.map(({ change }) => change),
      )
      expect(plan.report.events).toEqual(report.events)
      expect(plan.said).toEqual(said)
    },
  )

  it.each([6, 7] as const)('never brings ports to a NethServer %s', async (like) => {
    const t = oldServer({ like })
    await t.run(plugin)
    expect(t.record('configuration', 'smb')).toContain('|TCPPorts|139,445|')
  })

  it.each([6, 7] as const)(
    'is skipped, with a notice, where a NethServer %s has no file server',
    async (like) => {
      const t = testbed({
        like,
        destination: { databases: { configuration: like === 6 ? '' : 'sssd=service\n' } },
      })
      const { said } = await t.run(plugin)
      expect(said).toEqual(['notice feature-not-installed nethserver-samba-migrate'])
    },
  )

  it.each([
    [6, '', 'smb=service|ServerRole|WS|Workgroup|ACME'],
    [7, 'sssd=service|Provider|ldap\n', 'smb=service|LogonDrive|Z:'],
  ] as const)(
    'makes the record on a NethServer %s where it is missing',
    async (like, rest, made) => {
      const t = testbed({
        like,
        source: { databases: { configuration: 'SystemName=old\nsmb=service|Workgroup|Acme\n' } },
        destination: {
          databases: { configuration: `SystemName=ns\n${rest}` },
          files: { 'var/lib/nethserver/migration/packages': 'nethserver-samba\n' },
        },
      })
      await t.run(plugin)
      expect(t.record('configuration', 'smb')).toBe(made)
    },
  )
})

describe('the sample backup', () => {
  const USERS = ['mrossi', 'pneri', 'nosamba']

  function sample(like: 6 | 7) {
    const t = testbed({
      like,
      source: { folder: fixtureSource() },
      destination: {
        records: {
          accounts:
            (like === 6 ? USERS.map((name) => `${name}=user|Uid|1\n`).join('') : '') +
            'projects=ibay-migrate\nwebsite=ibay\nown=ibay\n',
        },
      },
    })
    appendFileSync(
      join(t.root, 'etc/passwd'),
      USERS.map((name, index) => `${name}:x:${5001 + index}:5001::/home/${name}:/bin/sh\n`).join(
        '',
      ),
    )
    return t
  }

  it('gives a NethServer 6 its role, its passwords, its drivers and scripts', async () => {
    const t = sample(6)
    const { said } = await t.run(plugin)
    expect(said).toEqual([
      'follow-up check-samba-role configuration/smb',
      'error smbpasswd-line-missing nosamba',
      'follow-up users-without-samba-password etc/samba/smbpasswd',
      'follow-up logon-scripts-name-old-server /var/lib/nethserver/netlogon',
      'warning profile-left home/e-smith/files/samba/profiles/lbianchi',
      'warning profile-left home/e-smith/files/samba/profiles/mrossi',
      'warning ibay-unknown accounts/own',
    ])
    expect(t.events()).toEqual([
      'run: expand-template /etc/samba/smb.conf',
      'run: expand-template /etc/hosts',
      'run: ldapmodify -Q -Y EXTERNAL -H ldapi:/// -c',
      'user-modify mrossi',
      'user-modify pneri',
      'nethserver-samba-save',
    ])
    expect(ldif(t)).toContain('sambaNTPassword: 0FE87E604BD1A9211D7F1352663670CB\n')
    expect(stateOf(t).files.map((one) => one.replace(/ \d+:\d+| = .*/g, ''))).toEqual(
      expect.arrayContaining([
        'f 0644 netlogon/netlogon.bat',
        'f 0664 print_driver/W32X86/3/driver.dll',
        'd 0775 print_driver/x64',
      ]),
    )
    expect(t.record('accounts', 'projects')).toBe(
      'projects=ibay-migrate|SmbProfileType|migration|SmbRecycleBinStatus|enabled|SmbStatus|enabled',
    )
    const before = stateOf(t)
    const again = await t.run(plugin)
    expect(again.report.counts.done).toBe(0)
    expect(again.said).toEqual(said)
    expect(stateOf(t)).toEqual(before)
  })

  it('gives a NethServer 7 its logon drive and shared folders', async () => {
    const t = sample(7)
    const { said } = await t.run(plugin)
    expect(said).toEqual([
      'follow-up check-samba-role configuration/smb',
      'notice samba-files-left home/e-smith/files/samba/netlogon',
      'notice samba-files-left home/e-smith/files/samba/printers',
      'notice samba-files-left home/e-smith/files/samba/profiles',
      'warning ibay-unknown accounts/own',
    ])
    expect(t.record('configuration', 'smb')).toContain('|LogonDrive|Z:|')
    expect(t.record('accounts', 'website')).toBe(
      'website=ibay|SmbProfileType|migration|SmbRecycleBinStatus|disabled|SmbShareBrowseable|enabled|SmbStatus|enabled',
    )
    expect(t.events()).toEqual([])
  })
})
