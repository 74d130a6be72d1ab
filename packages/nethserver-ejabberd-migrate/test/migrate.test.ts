import { fixtureSource, testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const PORTS = 'TCPPort|1|TCPPorts|5222,5223,5280|UDPPort|2|UDPPorts|3'

/** A source whose configuration has this record of ejabberd. */
function withEjabberd(
  ejabberd: string,
  { like = 7, here, packages }: { like?: 6 | 7; here?: string; packages?: string } = {},
) {
  return testbed({
    like,
    source: { databases: { configuration: `SystemName=old\n${ejabberd}` } },
    destination: {
      ...(here === undefined ? {} : { databases: { configuration: here } }),
      ...(packages === undefined
        ? {}
        : { files: { 'var/lib/nethserver/migration/packages': packages } }),
    },
  })
}

describe.each([
  [
    6,
    'ejabberd=service|TCPPorts|5222,5223,5280|WebAdmin|enabled|WelcomeSubject|Hi|WelcomeText||XMPPAccess|tls|access|private|status|disabled',
  ],
  [
    7,
    'ejabberd=service|LdapTlsPortOverride||ModHttpUploadQuotaMaxDay|30|ModHttpUploadQuotaStatus|enabled|ModHttpUploadStatus|disabled|ModMamPurgeDBInterval|30|ModMamPurgeDBStatus|disabled|ModMamStatus|disabled|S2S|disabled|ShaperFast|1000000|ShaperNormal|500000|TCPPorts|5222,5223,5269,5280,5443|WebAdmin|enabled|WelcomeSubject|Hi|access|green|status|disabled',
  ],
] as const)('the chat server of a NethServer %s', (like, expected) => {
  const OLD = `ejabberd=service|${PORTS}|WebAdmin|enabled|WelcomeSubject|Hi|access|private|status|disabled\n`

  it('gets all settings but the ports, and applies them', async () => {
    const t = withEjabberd(OLD, { like })
    const { said } = await t.run(plugin)
    expect(said).toEqual([])
    expect(t.record('configuration', 'ejabberd')).toBe(expected)
    expect(t.events()).toEqual(['nethserver-ejabberd-update'])
  })

  it('changes nothing and signals nothing the second time', async () => {
    const t = withEjabberd(OLD, { like })
    await t.run(plugin)
    const before = [t.databaseText('configuration'), t.events()]
    const { report } = await t.run(plugin)
    expect(report.status).toBe('unchanged')
    expect(report.events).toEqual([])
    expect([t.databaseText('configuration'), t.events()]).toEqual(before)
  })

  it('gets what the plan says', async () => {
    const t = withEjabberd(OLD, { like })
    const before = t.databaseText('configuration')
    const plan = await t.run(plugin, { mode: 'plan' })
    expect([t.databaseText('configuration'), t.events()]).toEqual([before, []])
    const { report } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
  })

  it('is applied even when nothing in it changes', async () => {
    const t = withEjabberd('ejabberd=service|WebAdmin|disabled\n', { like })
    await t.run(plugin)
    expect(t.events()).toEqual(['nethserver-ejabberd-update'])
  })

  it('stays as it is when the source has none: no event, no error', async () => {
    const t = withEjabberd('', { like })
    const before = t.databaseText('configuration')
    const { messages, report } = await t.run(plugin)
    expect(messages).toEqual([
      'ejabberd is not in the source configuration database: nothing to do',
    ])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(t.databaseText('configuration')).toBe(before)
    expect(t.events()).toEqual([])
  })
})

describe('the settings of the chat server', () => {
  const HERE = 'ejabberd=service|TCPPorts|5222|access|green|status|enabled\n'
  const access = async (like: 6 | 7, value: string) => {
    const t = withEjabberd(`ejabberd=service|access|${value}\n`, { like })
    await t.run(plugin)
    return /\|access\|([^|]*)/.exec(t.record('configuration', 'ejabberd') ?? '')?.[1]
  }

  it('never import TCPPort, TCPPorts, UDPPort or UDPPorts', async () => {
    const t = withEjabberd(`ejabberd=service|${PORTS}\n`, { here: HERE })
    await t.run(plugin)
    expect(t.record('configuration', 'ejabberd')).toBe(HERE.trim())
  })

  it.each([
    ['private', 'green'],
    ['public', 'green,red'],
    ['none', ''],
    ['localhost', ''],
    ['green,blue', 'green,blue'],
  ])('have access in the words of a NethServer 7: %s becomes "%s"', async (old, now) => {
    expect(await access(7, old)).toBe(now)
  })

  it.each(['private', 'public', 'none', 'localhost'])(
    'have access as it was on a NethServer 6: %s',
    async (old) => {
      expect(await access(6, old)).toBe(old)
    },
  )

  it('keep the type of the destination’s record', async () => {
    const t = withEjabberd('ejabberd=configuration|WebAdmin|enabled\n', { here: HERE })
    await t.run(plugin)
    expect(t.record('configuration', 'ejabberd')).toMatch(/^ejabberd=service\|/)
  })

  it('that the destination does not know are carried over and named', async () => {
    const t = withEjabberd('ejabberd=service|Olden|1|Times|2|status|enabled\n', { here: HERE })
    const { messages, report } = await t.run(plugin)
    expect(t.record('configuration', 'ejabberd')).toBe(
      'ejabberd=service|Olden|1|TCPPorts|5222|Times|2|access|green|status|enabled',
    )
    expect(messages).toEqual([
      'ejabberd of the destination does not use Olden, Times: carried over all the same',
    ])
    expect(report.findings[0]).toMatchObject({ code: 'unused-props', severity: 'info' })
  })

  it.each([
    ['of the source’s type', 'service'],
    ['of type service where the source has none', ''],
  ])('make the record, %s, where the package is installed without it', async (_title, type) => {
    const t = withEjabberd(`ejabberd=${type}|TCPPorts|1|status|enabled\n`, {
      here: 'sssd=service|Provider|ldap\n',
      packages: 'nethserver-ejabberd\n',
    })
    await t.run(plugin)
    expect(t.record('configuration', 'ejabberd')).toBe('ejabberd=service|status|enabled')
    expect(t.events()).toEqual(['nethserver-ejabberd-update'])
  })

  it('lose a pipe, with a warning, and keep line ends', async () => {
    const t = withEjabberd(
      String.raw`ejabberd=service|WelcomeText|Hi\nBe nice \| be brief` + '\n',
      {
        here: 'ejabberd=service|WelcomeText|\n',
      },
    )
    const { said } = await t.run(plugin)
    expect(t.record('configuration', 'ejabberd')).toBe(
      String.raw`ejabberd=service|WelcomeText|Hi\nBe nice  be brief`,
    )
    expect(said).toEqual(['warning pipe-stripped configuration/ejabberd WelcomeText'])
  })

  it('are skipped, with a notice, where the chat server is not installed', async () => {
    const t = withEjabberd('ejabberd=service|status|enabled\n', {
      here: 'sssd=service|Provider|ldap\n',
    })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-ejabberd-migrate'])
    expect(report.findings[0]?.remedy).toContain('install nethserver-ejabberd')
    expect(t.record('configuration', 'ejabberd')).toBeUndefined()
  })
})

describe('the sample backup', () => {
  it.each([6, 7] as const)(
    'gives a NethServer %s the settings of its chat server',
    async (like) => {
      const t = testbed({ like, source: { folder: fixtureSource() } })
      const { said } = await t.run(plugin)
      const record = t.record('configuration', 'ejabberd') ?? ''
      expect(record).toContain(
        String.raw`|WelcomeSubject|Welcome|WelcomeText|Company chat\nBe nice  be brief|`,
      )
      expect(record).toContain(
        like === 6 ? '|TCPPorts|5222,5223,5280|' : '|TCPPorts|5222,5223,5269,5280,5443|',
      )
      expect(record).toContain(like === 6 ? '|access|public|' : '|access|green,red|')
      expect(said).toEqual(['warning pipe-stripped configuration/ejabberd WelcomeText'])
      expect(t.events()).toEqual(['nethserver-ejabberd-update'])
    },
  )
})
