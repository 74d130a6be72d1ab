import { fixtureSource, testbed, type Testbed } from '@nethserver-migrate/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { importLive } from './helpers/import-live.js'

const EVENT = 'nethserver-ntp-update'
const OLD_NTPD =
  'ntpd=service|InitscriptOrder|55|NTPServer|ntp.example.org|SyncToHWClockSupported|yes|UDPPort|9123|access|public|status|disabled'

interface World {
  readonly like?: 6 | 7
  /** The value of TimeZone, as the file spells it; without it there is no such record. */
  readonly zone?: string
  /** The record of ntpd. */
  readonly ntpd?: string
  /** Records that replace the destination's configuration database. */
  readonly here?: string
  /** The files of the destination. */
  readonly files?: Readonly<Record<string, string>>
}

function oldServer({ like = 7, zone, ntpd = '', here, files = {} }: World = {}): Testbed {
  return testbed({
    like,
    source: {
      databases: {
        configuration: `SystemName=old\n${zone === undefined ? '' : `TimeZone=${zone}\n`}${ntpd}\n`,
      },
    },
    destination: {
      ...(here === undefined ? {} : { databases: { configuration: here } }),
      files,
    },
  })
}

/** A time zone database with just these zones. */
function zones(...names: readonly string[]): Record<string, string> {
  const folder = 'usr/share/zoneinfo'
  return {
    [`${folder}/zone.tab`]: '# descriptions of time zones\n',
    [`${folder}/Europe/README`]: 'no time zone',
    ...Object.fromEntries(names.map((name) => [`${folder}/${name}`, 'TZif2'])),
  }
}

const setZone = (zone: string) => `run: timedatectl set-timezone ${zone}`

describe('the time zone of a NethServer 7', () => {
  it('is set by the host’s own command, and applied; the key it computes is never written', async () => {
    const t = oldServer({ zone: 'Europe/Rome' })
    const before = t.databaseText('configuration')
    const { said } = await t.run(plugin)
    expect(t.events()).toEqual([setZone('Europe/Rome'), EVENT])
    expect(t.databaseText('configuration')).toBe(before)
    expect(said).toEqual([])
  })

  it('is UTC where the old record is empty', async () => {
    const t = oldServer({ zone: '' })
    await t.run(plugin)
    expect(t.events()).toEqual([setZone('UTC'), EVENT])
  })

  it('stays where the old server has no record, and the time server is imported all the same', async () => {
    const t = oldServer({ ntpd: OLD_NTPD })
    const { messages } = await t.run(plugin)
    expect(messages).toEqual([
      'TimeZone is not in the source configuration database: the time zone here stays',
    ])
    expect(t.record('configuration', 'chronyd')).toContain('|NTPServer|ntp.example.org|')
    expect(t.events()).toEqual([EVENT])
  })
})

describe('the time zone of a NethServer 6', () => {
  it('is the value of a record, and applied', async () => {
    const t = oldServer({ like: 6, zone: 'Europe/Rome' })
    const before = t.databaseText('configuration')
    const { said } = await t.run(plugin)
    expect(t.databaseText('configuration')).toBe(
      before.replace('TimeZone=UTC', 'TimeZone=Europe/Rome'),
    )
    expect(t.events()).toEqual([EVENT])
    expect(said).toEqual([])
  })

  it('is UTC where the old record is empty', async () => {
    const t = oldServer({
      like: 6,
      zone: '',
      here: 'TimeZone=Asia/Tokyo\nntpd=service|status|enabled\n',
    })
    await t.run(plugin)
    expect(t.record('configuration', 'TimeZone')).toBe('TimeZone=UTC')
    expect(t.events()).toEqual([EVENT])
  })

  it('is left alone, and nothing signalled, where it is the same', async () => {
    const t = oldServer({ like: 6, zone: 'UTC' })
    const before = t.databaseText('configuration')
    const { report } = await t.run(plugin)
    expect(t.databaseText('configuration')).toBe(before)
    expect(report.status).toBe('unchanged')
    expect(t.events()).toEqual([])
  })

  it('stays where the old server has no record: no event, no error', async () => {
    const t = oldServer({ like: 6 })
    const before = t.databaseText('configuration')
    const { messages, said, report } = await t.run(plugin)
    expect(messages).toEqual([
      'ntpd is not in the source configuration database: the time server here stays',
      'TimeZone is not in the source configuration database: the time zone here stays',
    ])
    expect(said).toEqual([])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(t.databaseText('configuration')).toBe(before)
    expect(t.events()).toEqual([])
  })
})

describe.each([6, 7] as const)('a time zone that a NethServer %s cannot have', (like) => {
  it.each([
    ['a quote', "Europe/Rome' ; touch /tmp/x #"],
    ['double quotes', '"Europe/Rome"'],
    ['a way out of the folder', '../../../etc/shadow'],
    ['a way out in its middle', 'Europe/../../x'],
    ['an absolute path', '/etc/passwd'],
    ['a command', '$(reboot)'],
    ['a blank', 'Europe/ Rome'],
    ['an option', '--help'],
    ['a line end', String.raw`Europe/Rome\nUTC`],
    ['a name that nobody knows', 'Mars/Olympus_Mons'],
    ['another case of letters', 'europe/rome'],
    ['a folder of zones', 'Europe'],
    ['a sign and hours', '+02:00'],
  ])('is refused with a warning: %s', async (_title, zone) => {
    const t = oldServer({ like, zone })
    const before = t.databaseText('configuration')
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning time-zone-unknown configuration/TimeZone'])
    expect(t.databaseText('configuration')).toBe(before)
    expect(t.events()).toEqual([])
  })

  it('is named, with the command that sets another one', async () => {
    const t = oldServer({ like, zone: 'Mars/Phobos' })
    const { report } = await t.run(plugin)
    expect(report.findings.filter(({ severity }) => severity === 'warning')).toMatchObject([
      {
        message: 'Mars/Phobos is no time zone of the destination: the time zone here stays',
        remedy: `Choose one of those in /usr/share/zoneinfo, then: ${like === 6 ? `config set TimeZone ZONE; signal-event ${EVENT}` : 'timedatectl set-timezone ZONE'}`,
      },
    ])
  })
})

describe('a time zone', () => {
  it.each(['US/Eastern', 'Europe/Kiev', 'GB', 'EST5EDT', 'Etc/GMT+5', 'America/Port-au-Prince'])(
    'may have an old or odd name that is still known: %s',
    async (zone) => {
      const t = oldServer({ zone })
      expect((await t.run(plugin)).said).toEqual([])
      expect(t.events()).toEqual([setZone(zone), EVENT])
    },
  )

  it('must be one of the destination’s own, where that has a time zone database', async () => {
    const files = zones('Europe/Rome', 'Old/Name')
    const events = async (zone: string) => {
      const t = oldServer({ zone, files })
      await t.run(plugin)
      return t.events()
    }
    expect(await events('Europe/Rome')).toEqual([setZone('Europe/Rome'), EVENT])
    expect(await events('Old/Name')).toEqual([setZone('Old/Name'), EVENT])
    expect(await events('Europe/Paris')).toEqual([])
    expect(await events('Europe')).toEqual([])
    expect(await events('Europe/README')).toEqual([])
  })

  it('never reaches the host with a character of another kind', async () => {
    const character = fc.constantFrom(...'/.\'"$`;&|<>()*?~#\\ \t-+_aZ0\xe9')
    const value = fc.oneof(
      fc.string({ unit: character, maxLength: 12 }),
      fc.string({ unit: character, maxLength: 3 }).map((text) => `Europe/Rome${text}`),
      fc.string({ unit: character, maxLength: 3 }).map((text) => `${text}Europe/Rome`),
    )
    await fc.assert(
      fc.asyncProperty(value, async (zone) => {
        const t = oldServer({ zone })
        await t.run(plugin)
        for (const event of t.events())
          expect(event).toMatch(/^(nethserver-ntp-update|run: timedatectl set-timezone [\w/+-]+)$/)
      }),
      { numRuns: 40 },
    )
  })
})

describe('the time server of a NethServer 7', () => {
  it('is the old one; port, status, access and the rest are its own', async () => {
    const t = oldServer({ ntpd: OLD_NTPD })
    const { said } = await t.run(plugin)
    expect(t.record('configuration', 'chronyd')).toBe(
      'chronyd=service|NTPServer|ntp.example.org|UDPPort|123|access|green|status|enabled',
    )
    expect(t.events()).toEqual([EVENT])
    expect(said).toEqual([])
  })

  it.each([
    ['had none', 'ntpd=service|status|enabled'],
    ['had an empty one', 'ntpd=service|NTPServer||status|enabled'],
    ['had the one that all old servers have', 'ntpd=service|NTPServer|smeserver.pool.ntp.org'],
  ])('stays where the old server %s', async (_title, ntpd) => {
    const t = oldServer({ ntpd })
    const before = t.databaseText('configuration')
    const { messages, said } = await t.run(plugin)
    expect(t.databaseText('configuration')).toBe(before)
    expect(messages).toContain('the old server had no time server of its own: the one here stays')
    expect(said).toEqual([])
    expect(t.events()).toEqual([])
  })

  it('stays where the old server has no ntpd, and the time zone is imported all the same', async () => {
    const t = oldServer({ zone: 'Europe/Rome' })
    const { messages } = await t.run(plugin)
    expect(messages).toEqual([
      'ntpd is not in the source configuration database: the time server here stays',
    ])
    expect(t.events()).toEqual([setZone('Europe/Rome'), EVENT])
  })

  it('stays, and nothing is signalled, where it is the same', async () => {
    const t = oldServer({ ntpd: 'ntpd=service|NTPServer|pool.ntp.org' })
    const { report } = await t.run(plugin)
    expect(report.status).toBe('unchanged')
    expect(t.events()).toEqual([])
  })

  it.each(['192.0.2.7', '2001:db8::7', 'time_1.example.com'])(
    'may be an address or any host name: %s',
    async (server) => {
      const t = oldServer({ ntpd: `ntpd=service|NTPServer| ${server} ` })
      await t.run(plugin)
      expect(t.record('configuration', 'chronyd')).toContain(`|NTPServer|${server}|`)
    },
  )

  it.each([
    'a.test b.test',
    'a.test,b.test',
    String.raw`a.test\nallow all`,
    '-h',
    'https://a.test/',
    'b\xfccher.test',
  ])('stays, with a warning, where the old one is neither name nor address: %s', async (server) => {
    const t = oldServer({ ntpd: `ntpd=service|NTPServer|${server}` })
    const before = t.databaseText('configuration')
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning time-server-invalid configuration/ntpd NTPServer'])
    expect(t.databaseText('configuration')).toBe(before)
    expect(t.events()).toEqual([])
  })

  it('makes the record where the package is installed without it', async () => {
    const t = oldServer({
      ntpd: OLD_NTPD,
      here: 'sssd=service|Provider|ldap\n',
      files: { 'var/lib/nethserver/migration/packages': 'nethserver-ntp\n' },
    })
    await t.run(plugin)
    expect(t.record('configuration', 'chronyd')).toBe('chronyd=service|NTPServer|ntp.example.org')
    expect(t.events()).toEqual([EVENT])
  })
})

describe('the time server of a NethServer 6', () => {
  it('stays, with a notice that says how to take over the old one', async () => {
    const t = oldServer({ like: 6, ntpd: OLD_NTPD })
    const before = t.databaseText('configuration')
    const { said, report } = await t.run(plugin)
    expect(t.databaseText('configuration')).toBe(before)
    expect(said).toEqual(['notice time-server-kept configuration/ntpd NTPServer'])
    expect(report.findings[0]).toMatchObject({
      message:
        'the old server asked ntp.example.org for the time: ntpd here keeps its own time server',
      remedy:
        'If it is to be asked here too: config setprop ntpd NTPServer ntp.example.org; signal-event nethserver-ntp-update',
    })
    expect(t.events()).toEqual([])
  })

  it('is not spoken of where it is the same', async () => {
    const t = oldServer({ like: 6, ntpd: 'ntpd=service|NTPServer|pool.ntp.org' })
    expect((await t.run(plugin)).said).toEqual([])
  })
})

describe.each([6, 7] as const)('an import into a NethServer %s', (like) => {
  const WORLD = { like, zone: 'Europe/Rome', ntpd: OLD_NTPD }

  it('changes nothing and signals nothing the second time', async () => {
    const t = oldServer(WORLD)
    const first = await t.run(plugin)
    const before = [t.databaseText('configuration'), t.events()]
    const { report, said } = await t.run(plugin)
    expect(report.status).toBe('unchanged')
    expect(report.events).toEqual([])
    expect([t.databaseText('configuration'), t.events()]).toEqual(before)
    expect(said).toEqual(first.said)
  })

  it('does what the plan says', async () => {
    const t = oldServer(WORLD)
    const before = t.databaseText('configuration')
    const plan = await t.run(plugin, { mode: 'plan' })
    expect([t.databaseText('configuration'), t.events()]).toEqual([before, []])
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
    expect(plan.said).toEqual(said)
  })

  it('is skipped, with a notice, where the time service is not installed', async () => {
    const t = oldServer({ ...WORLD, here: 'root=configuration\n' })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-ntp-migrate'])
    expect(t.events()).toEqual([])
  })
})

describe('a live host', () => {
  const live = (like: 6 | 7, zone: string) =>
    oldServer({
      like,
      zone,
      ntpd: OLD_NTPD,
      files: { ...zones('Europe/Rome'), [`etc/e-smith/events/${EVENT}/templates2expand/x`]: '' },
    })

  it('of NethServer 7 is told its zone by an argument of its own, and once', (context) => {
    const t = live(7, 'Europe/Rome')
    const first = importLive(context, t)
    expect(first.report.status).toBe('done')
    expect(first.calls).toEqual([
      ['timedatectl', 'set-timezone', 'Europe/Rome'],
      ['signal-event', EVENT],
    ])
    const second = importLive(context, t)
    expect([second.report.status, second.calls]).toEqual(['unchanged', []])
  })

  it('of NethServer 7 that cannot set the zone: an error, and the time server is set', (context) => {
    const t = live(7, 'Europe/Rome')
    const { report, calls } = importLive(context, t, 1)
    expect(report.status).toBe('failed')
    expect(report.findings).toMatchObject([
      {
        severity: 'error',
        code: 'COMMAND_FAILED',
        message: 'timedatectl set-timezone Europe/Rome: exit status 1',
      },
    ])
    expect(t.record('configuration', 'chronyd')).toContain('|NTPServer|ntp.example.org|')
    expect(calls.at(-1)).toEqual(['signal-event', EVENT])
    // What failed is tried again, and applied.
    expect(importLive(context, t).calls).toEqual([
      ['timedatectl', 'set-timezone', 'Europe/Rome'],
      ['signal-event', EVENT],
    ])
  })

  it('of NethServer 6 gets the record, and no command', (context) => {
    const t = live(6, 'Europe/Rome')
    const { calls } = importLive(context, t)
    expect(t.record('configuration', 'TimeZone')).toBe('TimeZone=Europe/Rome')
    expect(calls).toEqual([['signal-event', EVENT]])
  })
})

describe('the sample backup', () => {
  it('gives a NethServer 7 its time zone and its time server', async () => {
    const t = testbed({ like: 7, source: { folder: fixtureSource() } })
    const { said } = await t.run(plugin)
    expect(t.record('configuration', 'TimeZone')).toBe('TimeZone=UTC')
    expect(t.record('configuration', 'chronyd')).toBe(
      'chronyd=service|NTPServer|ntp.example.org|UDPPort|123|access|green|status|enabled',
    )
    expect(t.events()).toEqual([setZone('Europe/Rome'), EVENT])
    expect(said).toEqual([])
  })

  it('gives a NethServer 6 its time zone', async () => {
    const t = testbed({ like: 6, source: { folder: fixtureSource() } })
    const { said } = await t.run(plugin)
    expect(t.record('configuration', 'TimeZone')).toBe('TimeZone=Europe/Rome')
    expect(t.record('configuration', 'ntpd')).toBe(
      'ntpd=service|NTPServer|pool.ntp.org|UDPPort|123|access|private|status|enabled',
    )
    expect(t.events()).toEqual([EVENT])
    expect(said).toEqual(['notice time-server-kept configuration/ntpd NTPServer'])
  })
})
