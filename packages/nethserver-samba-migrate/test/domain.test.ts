import {
  domainSid,
  filesHolding,
  programs,
  recording,
  replayQueue,
} from '@nethserver-migrate/testkit'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import {
  HASHES,
  ldif,
  line,
  oldServer,
  SID,
  SMBPASSWD,
  stateOf,
  type OldServer,
} from './helpers/old-server.js'

/** An old domain controller with a workstation, in front of a NethServer 6. */
const domainController = ({
  smb = {},
  accounts = 'ws01$=machine|Gid|5044|Uid|5044\n',
  ...more
}: OldServer = {}) => oldServer({ smb: { ServerRole: 'PDC', ...smb }, accounts, ...more })

/** Groups of the new server that the old one cannot know. */
const OWN_GROUPS = ['warning group-without-sid faxmaster', 'warning group-without-sid jabberadmins']
const CHECK_ROLE = 'follow-up check-samba-role configuration/smb'
const SET_SID = 'run: net setdomainsid ' + SID

/** dn → the lines of its new values. */
function entries(text: string): Record<string, string[]> {
  const changes = text.split('\n\n').filter(Boolean)
  return Object.fromEntries(
    changes.map((change) => {
      const [dn = '', ...lines] = change.split('\n')
      return [
        dn.slice(4).replace(',dc=directory,dc=nh', ''),
        lines.filter((one) => /^samba/.test(one)),
      ]
    }),
  )
}

describe('a domain controller on a NethServer 6', () => {
  it('keeps its role, domain, alias, SID, workstations, users and groups', async () => {
    const t = domainController()
    const { report, said } = await t.run(plugin)
    expect(report.status).toBe('done')
    expect(said).toEqual([CHECK_ROLE, ...OWN_GROUPS])
    expect(t.record('configuration', 'smb')).toBe(
      `smb=service|AdsLdapAccountsBranch||AdsRealm||DeadTime|10080|LogonDrive|Z:|NetbiosAliasList|OLDPDC|OsLevel|35|RoamingProfiles|no|ServerRole|PDC|Sid|${SID}|TCPPorts|139,445|UseClientDriver|yes|UseCups|enabled|WinsServerIP||Workgroup|ACME|access|private|status|enabled`,
    )
    expect(t.record('accounts', 'ws01$')).toBe('ws01$=machine|Uid|5044')
    expect(t.events().map((event) => event.split('\n')[0])).toEqual([
      'run: expand-template /etc/samba/smb.conf',
      'run: service smb stop',
      'run: service nmb stop',
      'run: service winbind stop',
      SET_SID,
      `run: net setlocalsid ${SID}`,
      'run: sh -c umask 077',
      `run: sh -c net getdomainsid | grep -qF -e "is: $1" read-back ${SID}`,
      'run: service smb start',
      'run: service nmb start',
      'run: service winbind start',
      'run: expand-template /etc/hosts',
      'run: pdbedit -a -m -u ws01$',
      'run: ldapmodify -Q -Y EXTERNAL -H ldapi:/// -c',
      'user-modify admin',
      'user-modify anna',
      'user-modify bruno',
      'nethserver-samba-save',
    ])
    expect(entries(ldif(t))).toEqual({
      'uid=ws01$,ou=Computers': [`sambaSID: ${SID}-11088`, `sambaNTPassword: ${HASHES['ws01$']}`],
      'uid=admin,ou=People': [`sambaSID: ${SID}-1202`],
      'uid=anna,ou=People': [`sambaSID: ${SID}-11002`, `sambaNTPassword: ${HASHES.anna}`],
      'uid=bruno,ou=People': [`sambaSID: ${SID}-11004`, `sambaNTPassword: ${HASHES.bruno}`],
      'cn=domadmins,ou=Groups': [`sambaSID: ${SID}-2021`],
      'cn=sales,ou=Groups': [`sambaSID: ${SID}-11041`],
      'cn=domcomputers,ou=Groups': [`sambaSID: ${SID}-2025`],
      'cn=domguests,ou=Groups': [`sambaSID: ${SID}-2023`],
      'cn=locals,ou=Groups': [`sambaSID: ${SID}-2001`],
      'cn=admin,ou=Groups': [`sambaSID: ${SID}-1203`],
      'cn=anna,ou=Groups': [`sambaSID: ${SID}-11003`],
      'cn=bruno,ou=Groups': [`sambaSID: ${SID}-11005`],
    })
  })

  it('keeps roaming profiles and its logon drive, with one colon', async () => {
    const t = domainController({ smb: { RoamingProfiles: 'yes', LogonDrive: 'H:' } })
    await t.run(plugin)
    expect(t.record('configuration', 'smb')).toMatch(/\|LogonDrive\|H:\|.*\|RoamingProfiles\|yes\|/)
  })

  it('changes nothing the second time', async () => {
    const t = domainController()
    const first = await t.run(plugin)
    const before = stateOf(t)
    const { report, said } = await t.run(plugin)
    expect(report.status).toBe('unchanged')
    expect(report.events).toEqual([])
    expect(stateOf(t)).toEqual(before)
    expect(said).toEqual(first.said)
  })

  it('is planned as it is then imported', async () => {
    const t = domainController()
    const before = stateOf(t)
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(stateOf(t)).toEqual(before)
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.said).toEqual(said)
  })

  it('shows no hash anywhere but in the private file of the queue', async () => {
    const t = domainController()
    const { report } = await t.run(plugin)
    for (const hash of Object.values(HASHES)) {
      expect(filesHolding(t.root, hash)).toEqual(
        ['var/lib/nethserver/migration/secrets/ldapmodify-machine-ws01-'].map((path) =>
          path.replace(/-$/, '$'),
        ),
      )
      expect(JSON.stringify(report)).not.toContain(hash)
    }
  })

  it('has no alias where Windows cannot use the old name, with a warning', async () => {
    const t = domainController()
    writeFileSync(
      join(t.source, 'home/e-smith/db/configuration'),
      'SystemName=a-name-of-18-chars\nsmb=service|ServerRole|PDC|Workgroup|Acme\n',
    )
    const { said } = await t.run(plugin)
    expect(said[0]).toBe('warning alias-invalid configuration/smb')
    expect(t.record('configuration', 'smb')).toContain('|NetbiosAliasList||')
  })

  it('stops only services that it starts again: those that are enabled', async () => {
    const t = domainController()
    const path = join(t.root, 'var/lib/nethserver/db/configuration')
    writeFileSync(
      path,
      readFileSync(path, 'latin1').replace(
        'winbind=service|status|enabled',
        'winbind=service|status|disabled',
      ),
      'latin1',
    )
    await t.run(plugin)
    expect(t.events().filter((event) => event.includes('winbind'))).toEqual([])
  })
})

describe('the SID of the domain', () => {
  it.each([
    ['secrets.tdb is missing', { secrets: undefined }],
    ['secrets.tdb is damaged', { secrets: { content: 'TDB file\n' } }],
    ['secrets.tdb is a link', { secrets: { link: '/etc/shadow' } }],
    ['secrets.tdb knows another domain', { secrets: { 'SECRETS/SID/OTHER': domainSid(1, 2, 3) } }],
    ['it is none', { secrets: { 'SECRETS/SID/ACME': Buffer.alloc(68) } }],
  ] as const)(
    'is an error when %s: no account is changed, role and workgroup are',
    async (_what, server) => {
      const t = domainController(server)
      const { said, report } = await t.run(plugin)
      expect(said).toEqual(['error domain-sid-missing etc/samba/secrets.tdb', CHECK_ROLE])
      expect(report.status).toBe('failed')
      expect(t.record('configuration', 'smb')).toMatch(
        /\|ServerRole\|PDC\|Sid\|\|.*\|Workgroup\|ACME\|/,
      )
      expect(t.record('accounts', 'ws01$')).toBeUndefined()
      expect(ldif(t)).toBe('')
      expect(t.events()).toEqual([])
    },
  )

  it('is taken over by the next import when it has come by then', async () => {
    const t = domainController({ secrets: undefined })
    await t.run(plugin)
    const other = domainController()
    writeFileSync(
      join(t.source, 'etc/samba/secrets.tdb'),
      readFileSync(join(other.source, 'etc/samba/secrets.tdb')),
    )
    await t.run(plugin)
    expect(t.record('configuration', 'smb')).toContain(`|Sid|${SID}|`)
    expect(t.events()).toContain('run: pdbedit -a -m -u ws01$')
  })
})

describe('the accounts of workstations', () => {
  it.each([
    ['without $', 'ws02'],
    ['too long', 'sixteen-letters-$'],
    ['with signs of a shell', '$(x)$'],
    ['that look like an option', '-x$'],
  ])(
    'with a name that none can have are an error, and the others go on: %s',
    async (_what, name) => {
      const t = domainController({
        accounts: `ws01$=machine|Uid|5044\n${name}=machine|Uid|5045\n`,
      })
      const { said } = await t.run(plugin)
      expect(said).toContain(`error machine-invalid ${name}`)
      expect(t.record('accounts', name)).toBeUndefined()
      expect(t.events().filter((event) => event.startsWith('run: pdbedit'))).toEqual([
        'run: pdbedit -a -m -u ws01$',
      ])
    },
  )

  it('have the id of smbpasswd where their record has none, and are an error with neither', async () => {
    const t = domainController({ accounts: 'ws01$=machine\nws02$=machine|Uid|\n' })
    const { said } = await t.run(plugin)
    expect(t.record('accounts', 'ws01$')).toBe('ws01$=machine|Uid|5044')
    expect(said).toContain('error machine-invalid ws02$')
  })

  it('that the destination has already are kept, with a warning', async () => {
    const t = domainController({ here: 'ws01$=machine|Uid|7000\n' })
    const { said } = await t.run(plugin)
    expect(said).toContain('warning machine-exists ws01$')
    expect(t.record('accounts', 'ws01$')).toBe('ws01$=machine|Uid|7000')
    expect(ldif(t)).not.toContain('ws01$')
  })

  it('whose secret is lost get a random one each, and a task says to join again', async () => {
    const t = domainController({
      accounts: 'ws01$=machine|Uid|5044\nws02$=machine|Uid|5045\nws03$=machine|Uid|5046\n',
      smbpasswd: SMBPASSWD + line('ws03$', 5046, HASHES.anna, 'WD'),
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toContain('follow-up machines-without-secret etc/samba/smbpasswd')
    expect(messages).toContain(
      'workstations without a secret in smbpasswd have to join again: ws02$, ws03$',
    )
    const secrets = ['ws02$', 'ws03$'].map(
      (name) => entries(ldif(t))[`uid=${name},ou=Computers`]?.[1] ?? '',
    )
    for (const secret of secrets) expect(secret).toMatch(/^sambaNTPassword: [0-9A-F]{32}$/)
    expect(secrets).not.toContain(`sambaNTPassword: ${HASHES.anna}`)
    expect(new Set(secrets).size).toBe(2)
  })

  it('that differ in case only are one', async () => {
    const t = domainController({ accounts: 'WS01$=machine|Uid|5044\nws01$=machine|Uid|5044\n' })
    const { said } = await t.run(plugin)
    expect(said).toContain('warning key-differs-by-case accounts/ws01$')
    expect(t.events().filter((event) => event.includes('pdbedit'))).toHaveLength(1)
  })
})

describe('the users of a domain', () => {
  it('who are disabled get their SID and no password', async () => {
    const t = domainController({
      smbpasswd: line('anna', 5001, HASHES.anna, 'DU') + line('bruno', 5002, HASHES.bruno),
    })
    await t.run(plugin)
    expect(entries(ldif(t))['uid=anna,ou=People']).toEqual([`sambaSID: ${SID}-11002`])
    expect(t.record('accounts', 'anna')).toContain('|Samba|disabled|')
  })

  it('get their SID from etc/passwd where smbpasswd is missing', async () => {
    const t = domainController({ smbpasswd: undefined })
    const { said } = await t.run(plugin)
    expect(said[0]).toBe('error smbpasswd-missing etc/samba/smbpasswd')
    expect(entries(ldif(t))['uid=bruno,ou=People']).toEqual([`sambaSID: ${SID}-11004`])
    expect(t.record('accounts', 'ws01$')).toBe('ws01$=machine|Uid|5044')
  })

  it('whose id nobody knows are a warning; the directory is not asked to change nothing', async () => {
    const t = domainController({ files: { 'etc/passwd': '', 'etc/group': '' } })
    const { said } = await t.run(plugin)
    expect(said).toContain('warning user-without-sid admin')
    expect(said).toContain('warning group-without-sid locals')
    expect(Object.keys(entries(ldif(t)))).toEqual([
      'uid=ws01$,ou=Computers',
      'uid=anna,ou=People',
      'uid=bruno,ou=People',
    ])
  })
})

describe('the queue of a domain, replayed', () => {
  /** Programs that keep what they did; some of them fail. */
  function host(fails: string) {
    const body = `case "$\{0##*/} $*" in ${fails}) exit 1 ;; esac`
    const names = [
      'expand-template',
      'ldapdelete',
      'ldapmodify',
      'net',
      'pdbedit',
      'service',
      'signal-event',
    ]
    return programs({
      ...Object.fromEntries(names.map((name) => [name, recording(body)])),
      net: recording(`${body}
test "$1" = getdomainsid && echo "SID for domain ACME is: ${SID}"; true`),
      ldapsearch: recording(`${body}
printf 'dn: sambaDomainName=NS,dc=directory,dc=nh\\nsambaNextRid: 1004\\n\\ndn: sambaDomainName=ACME,dc=directory,dc=nh\\n\\n'`),
    })
  }
  const words = ({ calls }: ReturnType<typeof host>) => calls().map(({ argv }) => argv.join(' '))

  it('forgets the old domains of the directory after the SID is set, and keeps a copy', async () => {
    const t = domainController()
    await t.run(plugin)
    const programs = host('nothing')
    expect(replayQueue(t)).toEqual([])
    const done = words(programs)
    const search =
      'ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -b dc=directory,dc=nh (objectClass=sambaDomain)'
    expect(done.slice(4, 9)).toEqual([
      `net setdomainsid ${SID}`,
      `net setlocalsid ${SID}`,
      search,
      'ldapdelete -Q -Y EXTERNAL -H ldapi:///',
      'net getdomainsid',
    ])
    const forgotten = programs.calls().find(({ argv }) => argv[0] === 'ldapdelete')
    expect(forgotten?.stdin).toBe(
      'sambaDomainName=NS,dc=directory,dc=nh\nsambaDomainName=ACME,dc=directory,dc=nh\n',
    )
    expect(t.manifest('var/lib/nethserver/migration')).toContainEqual(
      expect.stringMatching(/^f 0600 \S+ sambaDomain.ldif = /),
    )
  })

  it.each(['"net setlocalsid"*', 'ldapsearch*', '"service nmb stop"', '"net getdomainsid"'])(
    'starts the services again when this fails: %s',
    async (fails) => {
      const t = domainController()
      await t.run(plugin)
      const programs = host(fails)
      expect(replayQueue(t)).toHaveLength(1)
      expect(words(programs).filter((one) => one.startsWith('service'))).toEqual(
        expect.arrayContaining(['service smb start', 'service nmb start', 'service winbind start']),
      )
      if (!fails.includes('getdomainsid'))
        expect(words(programs)).not.toContain('ldapdelete -Q -Y EXTERNAL -H ldapi:///')
    },
  )

  it('gives the directory its changes on standard input', async () => {
    const t = domainController()
    await t.run(plugin)
    const programs = host('nothing')
    replayQueue(t)
    const modify = programs.calls().find(({ argv }) => argv[0] === 'ldapmodify')
    expect(modify?.stdin).toBe(ldif(t))
  })
})
