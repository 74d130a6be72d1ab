import { fixtureSource, testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const LOCAL_AD =
  'sssd=service|Provider|ad|Realm|AD.ACME.COM|Workgroup|\nnsdc=service|status|enabled\n'

/** An old server with these props of smb, in front of a NethServer 7. */
const withSmb = (props: string | undefined, configuration = LOCAL_AD) =>
  testbed({
    source: {
      databases: {
        configuration: `SystemName=old\n${props === undefined ? '' : `smb=service|${props}\n`}`,
      },
    },
    destination: { databases: { configuration } },
  })

const sssd = (t: ReturnType<typeof testbed>) => t.record('configuration', 'sssd')

describe('the workgroup of an old domain controller', () => {
  it.each(['ACME', 'Acme', ' acme '])(
    'is the domain of the new one, in capitals: "%s"',
    async (name) => {
      const t = withSmb(`ServerRole|PDC|Workgroup|${name}`)
      const { said, messages } = await t.run(plugin)
      expect(sssd(t)).toBe('sssd=service|Provider|ad|Realm|AD.ACME.COM|Workgroup|ACME')
      expect(said).toEqual(['notice workgroup-kept configuration/sssd'])
      expect(messages).toEqual(['the domain keeps the name ACME of the old domain controller'])
      expect(t.events()).toEqual([])
    },
  )

  it.each(['SIXTEEN-LETTERS-', 'My Domain', '$(x)', 'B\xc3\xbcro'])(
    'that is no name of a domain is a warning: %s',
    async (name) => {
      const t = withSmb(`ServerRole|PDC|Workgroup|${name}`)
      const before = t.databaseText('configuration')
      const { said } = await t.run(plugin)
      expect(said).toEqual(['warning workgroup-invalid configuration/sssd'])
      expect(t.databaseText('configuration')).toBe(before)
    },
  )

  it('that is not set is a notice', async () => {
    const t = withSmb('ServerRole|PDC|Workgroup|')
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['notice workgroup-left configuration/sssd'])
    expect(messages[0]).toBe(
      'workgroup (unset) is not migrated: the old domain controller had none',
    )
  })

  it('never replaces the name of an Active Directory on another server', async () => {
    const t = withSmb(
      'ServerRole|PDC|Workgroup|ACME',
      'sssd=service|Provider|ad|Realm|AD.OTHER.COM|Workgroup|OTHER\n',
    )
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice workgroup-left configuration/sssd'])
    expect(sssd(t)).toContain('|Workgroup|OTHER')
  })

  it('changes nothing the second time, and is planned as it is then imported', async () => {
    const t = withSmb('ServerRole|PDC|Workgroup|Acme')
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(sssd(t)).toContain('|Workgroup|')
    const first = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      first.report.changes.map(({ change }) => change),
    )
    const second = await t.run(plugin)
    expect(second.report.status).toBe('unchanged')
    expect(second.said).toEqual(first.said)
  })

  it('makes the record where the package is installed without it', async () => {
    const t = testbed({
      source: { databases: { configuration: 'smb=service|ServerRole|PDC|Workgroup|ACME\n' } },
      destination: {
        databases: { configuration: 'SystemName=ns\n' },
        files: { 'var/lib/nethserver/migration/packages': 'nethserver-sssd\n' },
      },
    })
    await t.run(plugin)
    expect(sssd(t)).toBe('sssd=service|Workgroup|ACME')
  })
})

describe('the workgroup of any other server', () => {
  it.each(['WS', 'ADS', '', 'constructor'])(
    'is not migrated, with a notice: role "%s"',
    async (role) => {
      const t = withSmb(`ServerRole|${role}|Workgroup|Acme`)
      const before = t.databaseText('configuration')
      const { said, messages } = await t.run(plugin)
      expect(said).toEqual(['notice workgroup-left configuration/sssd'])
      expect(messages).toEqual([
        `workgroup ACME is not migrated: the old server had the Samba role ${role || 'WS'}, not PDC`,
      ])
      expect(t.databaseText('configuration')).toBe(before)
    },
  )

  it('without the record smb is no matter', async () => {
    const t = withSmb(undefined)
    expect((await t.run(plugin)).said).toEqual([])
  })

  it('that comes from the sample backup is not migrated', async () => {
    const t = testbed({ source: { folder: fixtureSource() } })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice workgroup-left configuration/sssd'])
  })
})

it('a NethServer 6, whose accounts are records, has no such provider: skipped with a notice', async () => {
  const t = testbed({ like: 6, source: { folder: fixtureSource() } })
  const { said } = await t.run(plugin)
  expect(said).toEqual(['notice feature-not-installed nethserver-sssd-migrate'])
})
