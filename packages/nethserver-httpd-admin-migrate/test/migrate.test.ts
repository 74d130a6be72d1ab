import { fixtureSource, testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const SUBJECT = 'configuration/httpd-admin ValidFrom'
const DEFAULT = 'httpd-admin=service|TCPPort|980|ValidFrom||access|private|status|enabled'

/** The green network of the destination is 192.168.1.0/24. */
function withAdmin(
  admin: string | undefined,
  { like = 6, here }: { like?: 6 | 7; here?: string } = {},
) {
  const record = admin === undefined ? '' : `httpd-admin=service|${admin}\n`
  return testbed({
    like,
    source: { databases: { configuration: `SystemName=old\n${record}` } },
    destination: here === undefined ? {} : { databases: { configuration: `${here}\n` } },
  })
}

async function imported(validFrom: string, options: readonly string[] = []) {
  const t = withAdmin(`ValidFrom|${validFrom}`)
  const { said, messages } = await t.run(plugin, { pluginOptions: [...options] })
  const [, value] =
    /\|ValidFrom\|([^|]*)/.exec(t.record('configuration', 'httpd-admin') ?? '') ?? []
  return { value, said, messages, events: t.events() }
}

describe('the networks that may reach the administration pages of a NethServer 6', () => {
  it.each([
    '192.168.1.0/255.255.255.0',
    '192.168.1.0/24',
    '10.0.0.0/8,192.168.0.0/255.255.0.0',
    '0.0.0.0/0',
    '192.168.1.99/24',
  ])('are imported when the green network is among them, and applied: %s', async (validFrom) => {
    expect(await imported(validFrom)).toEqual({
      value: validFrom,
      said: [],
      messages: [],
      events: ['nethserver-httpd-admin-update'],
    })
  })

  it.each([
    '192.168.2.0/255.255.255.0',
    '192.168.1.0/25',
    '192.168.1.2',
    '192.168.1.0',
    '192.168.1.0/25,192.168.1.128/25',
    '203.0.113.7,10.0.0.0/8',
  ])(
    'are not when they would lock the administrator out, with a warning: %s',
    async (validFrom) => {
      const { value, said, messages, events } = await imported(validFrom)
      expect([value, events]).toEqual(['', []])
      expect(said).toEqual([`warning valid-from-locks-out ${SUBJECT}`])
      expect(messages).toEqual([
        `${SUBJECT} of the old server (${validFrom.replace(/,/g, ', ')}) does not have the new green network in it: not imported, it would lock you out`,
      ])
    },
  )

  it('are imported all the same when asked for', async () => {
    expect(await imported('203.0.113.0/24', ['admin-networks'])).toEqual({
      value: '203.0.113.0/24',
      said: [],
      messages: [],
      events: ['nethserver-httpd-admin-update'],
    })
  })

  it('lose what is no network, with a warning', async () => {
    const { value, said, messages } = await imported(' 192.168.1.0/24 ,, all,1.2.3,10.0.0.0/33')
    expect(value).toBe('192.168.1.0/24')
    expect(said).toEqual([`warning valid-from-malformed ${SUBJECT}`])
    expect(messages).toEqual([`${SUBJECT}: left out what is no network: all, 1.2.3, 10.0.0.0/33`])
  })

  it('are not opened when nothing is left of them', async () => {
    const { value, said, events } = await imported('all', ['admin-networks'])
    expect([value, events]).toEqual(['', []])
    expect(said).toEqual([
      `warning valid-from-malformed ${SUBJECT}`,
      `warning valid-from-locks-out ${SUBJECT}`,
    ])
  })

  it('are not imported while no green network is known', async () => {
    const t = testbed({
      like: 6,
      source: { databases: { configuration: 'httpd-admin=service|ValidFrom|10.0.0.0/8\n' } },
      destination: { databases: { networks: 'eth0=ethernet|bootproto|dhcp|role|green\n' } },
    })
    expect((await t.run(plugin)).said).toEqual([`warning valid-from-locks-out ${SUBJECT}`])
    expect(t.record('configuration', 'httpd-admin')).toBe(DEFAULT)
  })

  it.each(['ValidFrom|', 'ValidFrom| , ', 'status|enabled'])(
    'stay as they are where the old server had none: %s',
    async (admin) => {
      const here = DEFAULT.replace('ValidFrom|', 'ValidFrom|10.0.0.0/8')
      const t = withAdmin(admin, { here })
      const { said, messages } = await t.run(plugin)
      expect(t.record('configuration', 'httpd-admin')).toBe(here)
      expect([said, t.events()]).toEqual([[], []])
      expect(messages).toEqual([
        'ValidFrom of httpd-admin is empty on the old server: what is here stays',
      ])
    },
  )

  it('are all that is imported: no ports, no access, no cipher suite', async () => {
    const t = testbed({
      like: 6,
      source: {
        databases: {
          configuration:
            'httpd-admin=service|TCPPort|99|TKTAuthSecret|x|ValidFrom|192.168.0.0/16|access|public|status|disabled\nmodSSL=service|CipherSuite|ALL\n',
        },
      },
    })
    await t.run(plugin)
    expect(t.record('configuration', 'httpd-admin')).toBe(
      DEFAULT.replace('ValidFrom|', 'ValidFrom|192.168.0.0/16'),
    )
  })

  it('stay as they are when the source has no record', async () => {
    const t = withAdmin(undefined)
    const { messages, report } = await t.run(plugin)
    expect(messages).toEqual([
      'httpd-admin is not in the source configuration database: nothing to do',
    ])
    expect(report.changes).toEqual([])
  })

  it('are unchanged by a second import, which signals nothing', async () => {
    const t = withAdmin('ValidFrom|192.168.1.0/24')
    await t.run(plugin)
    const { report } = await t.run(plugin)
    expect([report.status, report.events]).toEqual(['unchanged', []])
    expect(t.events()).toEqual(['nethserver-httpd-admin-update'])
  })

  it('are planned as they are then imported', async () => {
    const t = withAdmin('ValidFrom|192.168.1.0/24')
    const before = t.databaseText('configuration')
    const plan = await t.run(plugin, { mode: 'plan' })
    expect([t.databaseText('configuration'), t.events()]).toEqual([before, []])
    const { report } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
  })
})

describe('the administration pages of a NethServer 7', () => {
  it('stay as they are', async () => {
    const here = `${DEFAULT}\nsssd=service|Provider|ldap`
    const t = withAdmin('ValidFrom|192.168.1.0/24', { like: 7, here })
    const { said, messages } = await t.run(plugin)
    expect(t.databaseText('configuration')).toBe(`${here}\n`)
    expect([said, t.events()]).toEqual([[], []])
    expect(messages).toEqual([
      'the administration pages of a NethServer 7 stay as they are: nothing to do',
    ])
  })
})

describe('the sample backup', () => {
  it('has no restriction: nothing changes on a NethServer 6', async () => {
    const t = testbed({ like: 6, source: { folder: fixtureSource() } })
    const { said, report } = await t.run(plugin)
    expect([said, report.changes, t.events()]).toEqual([[], [], []])
    expect(t.record('configuration', 'httpd-admin')).toBe(DEFAULT)
  })

  it('is passed over on a NethServer 7 without these pages', async () => {
    const t = testbed({ like: 7, source: { folder: fixtureSource() } })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-httpd-admin-migrate'])
    expect(report.findings[0]?.remedy).toBe('')
  })
})
