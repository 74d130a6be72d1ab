import { describe, expect, it } from 'vitest'
import { testbed } from '@nethserver-migrate/testkit'
import type { Feature, Plugin } from '../src/plugin/define-plugin.js'
import { importWith } from './helpers/import-with.js'
import { pluginOf } from './helpers/plugin-of.js'

const FAX: Feature = {
  title: 'Fax server',
  packages: ['nethserver-hylafax', 'nethserver-fax'],
  records: [{ database: 'configuration', key: 'hylafax' }],
  inUse: ({ configuration }) => configuration.prop('hylafax', 'status') === 'enabled',
}

function pluginFor(feature: Partial<Feature>, ran: string[] = []): Plugin {
  return {
    ...pluginOf(() => void ran.push('ran')),
    feature: { ...FAX, ...feature },
  }
}

describe('a feature of a staged destination', () => {
  it.each([
    ['one of its packages', ['nethserver-fax'], true],
    ['other packages', ['nethserver-mail-server'], false],
    ['a package that begins like it', ['nethserver-fax-old'], false],
    ['nothing', [], false],
  ])('is installed by the list of packages when it has %s', async (_what, packages, installed) => {
    const ran: string[] = []
    const bed = testbed({
      destination: {
        files: {
          'var/lib/nethserver/migration/packages': packages.map((name) => `${name}\n`).join(''),
        },
      },
    })
    await importWith(bed, [pluginFor({}, ran)])
    expect(ran).toEqual(installed ? ['ran'] : [])
  })

  it.each([
    ['has one of its records', FAX.records, true],
    ['has none of its records', [{ database: 'configuration', key: 'no-such-record' }], false],
    ['has not even the database', [{ database: 'fax', key: 'hylafax' }], false],
    ['is asked for no record', [], false],
  ])(
    'without that list is installed when the destination %s',
    async (_what, records, installed) => {
      const ran: string[] = []
      await importWith(testbed(), [pluginFor({ records }, ran)])
      expect(ran).toEqual(installed ? ['ran'] : [])
    },
  )
})

describe('a plugin whose feature is not installed', () => {
  const missing = { records: [{ database: 'configuration', key: 'no-such-record' }] }

  it('is skipped with a notice, and the run is not failed by it', async () => {
    const { report } = await testbed().run(pluginFor(missing))
    expect(report.actions).toMatchObject([{ outcome: 'skipped' }])
    expect(report.status).toBe('skipped')
    expect(report.findings).toEqual([
      {
        severity: 'notice',
        plugin: 'nethserver-test-migrate',
        action: 'nethserver-test-migrate',
        code: 'feature-not-installed',
        subject: 'nethserver-test-migrate',
        message: 'Fax server is not installed at the destination: skipped',
        remedy: '',
      },
    ])
  })

  it('names the package to install when the old server used the feature', async () => {
    const configuration = 'SystemName=old\nhylafax=service|status|enabled\n'
    const bed = testbed({ source: { databases: { configuration } } })
    const { report } = await bed.run(pluginFor(missing))
    expect(report.findings[0]?.remedy).toBe(
      'The old server used it: install nethserver-hylafax, then run the same command again',
    )
  })

  it('names no package where another feature of the same purpose is installed', async () => {
    const configuration = 'SystemName=old\nhylafax=service|status|enabled\n'
    const bed = testbed({ source: { databases: { configuration } } })
    const purpose = 'fax'
    const plugin = pluginFor(missing)
    const absent = { ...plugin, feature: { ...plugin.feature, purpose } }
    const other = pluginOf(() => undefined, { name: 'nethserver-other-migrate' })
    const present = { ...other, feature: { ...other.feature, purpose } }
    const { report } = await importWith(bed, [absent, present])
    expect(report.findings[0]).toMatchObject({ code: 'feature-not-installed', remedy: '' })
  })

  it('says so once, however many actions it has', async () => {
    const plugin = pluginFor(missing)
    const two: Plugin = {
      ...plugin,
      createlinks: {
        'migration-import': { actions: { [plugin.name]: 20, [`${plugin.name}-late`]: 60 } },
      },
      actions: { ...plugin.actions, [`${plugin.name}-late`]: () => undefined },
    }
    const { report, said } = await testbed().run(two)
    expect(said).toEqual(['notice feature-not-installed nethserver-test-migrate'])
    expect(report.actions.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped'])
  })
})
