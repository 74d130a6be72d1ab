// Runs that follow the links of another event than the import.
import { describe, expect, it } from 'vitest'
import { testbed, writeTree } from '@nethserver-migrate/testkit'
import { createlinks } from '../src/plugin/createlinks.js'
import { definePlugin, type MigrateContext } from '../src/plugin/define-plugin.js'
import type { Finding } from '../src/report/findings.js'
import { Source } from '../src/source/source.js'
import { Interruption } from '../src/run/interruption.js'
import { lookAtDestination } from '../src/run/look-at-destination.js'
import { openHost } from '../src/run/open-host.js'
import { takeRunLock } from '../src/run/run-lock.js'
import { importWith } from './helpers/import-with.js'
import { pluginOf } from './helpers/plugin-of.js'

const EVENT = 'migration-again'
const NAME = 'nethserver-both-migrate'

/** A plugin whose main action belongs to both events, and one more to the other event alone. */
function both(action: (context: MigrateContext) => Promise<void> | void) {
  return definePlugin({
    ...pluginOf(action, { name: NAME }),
    createlinks: createlinks({
      'migration-import': { actions: { [NAME]: 50 } },
      [EVENT]: { actions: { [`${NAME}-first`]: 20, [NAME]: 60 } },
    }),
    actions: { [NAME]: action, [`${NAME}-first`]: action },
  })
}

describe('a run of another event', () => {
  it('runs the actions that are linked there, in the order of their levels, and tells them why', async () => {
    const events: string[] = []
    const bed = testbed()
    const plugin = both(({ event }) => void events.push(event))
    const importOnly = pluginOf(() => void events.push('not linked'))
    const { report } = await importWith(bed, [importOnly, plugin], { event: EVENT })
    expect(report.actions.map(({ action, level }) => ({ action, level }))).toEqual([
      { action: `${NAME}-first`, level: 20 },
      { action: NAME, level: 60 },
    ])
    expect(events).toEqual([EVENT, EVENT])
    await importWith(bed, [plugin])
    expect(events).toEqual([EVENT, EVENT, 'migration-import'])
  })

  it('lists nothing as unknown: it was never to carry everything', async () => {
    const bed = testbed({ source: { files: { 'opt/unknown': '' } } })
    const said = async (event: string) =>
      (await importWith(bed, [both(() => undefined)], { event })).report.findings.map(
        ({ code }) => code,
      )
    expect(await said('migration-import')).toContain('unknown')
    expect(await said(EVENT)).toEqual([])
  })

  it('passes neither for an import that was cut short nor for one of another source', async () => {
    const bed = testbed()
    const plugin = both(async ({ destination, event }) => {
      await destination.configuration.set('Plain', event)
    })
    await importWith(bed, [plugin])
    writeTree(bed.source, { 'home/e-smith/db/accounts': 'u=user\n' })
    const other = await importWith(bed, [plugin], { event: EVENT })
    expect(other.report.findings).toEqual([])
    writeTree(bed.source, { 'home/e-smith/db/accounts': '' })
    const again = await importWith(bed, [plugin], { only: [NAME] })
    expect(again.report.findings).toEqual([])
  })

  it('is continued by its own kind only', async () => {
    const bed = testbed()
    const interruption = new Interruption()
    const plugin = both(async ({ destination }) => {
      await destination.configuration.set('One', '1')
      await destination.signalEvent('one-save')
      interruption.request('SIGTERM')
      await destination.configuration.set('Two', '2')
    })
    await importWith(bed, [plugin], { event: EVENT, interruption })
    const codes = async (event: string) =>
      (await importWith(bed, [both(() => undefined)], { event, only: [NAME] })).report.findings.map(
        ({ code }) => code,
      )
    expect(await codes('migration-import')).toEqual([])
    expect(await codes(EVENT)).toEqual(['resumed'])
    expect(await codes(EVENT)).toEqual([])
  })
})

describe('a run that is a part of something bigger', () => {
  const finding: Finding = {
    severity: 'warning',
    plugin: '',
    action: '',
    code: 'said-before',
    subject: 'x',
    message: 'said before the run',
    remedy: '',
  }

  it('does not take the lock that its caller holds', async () => {
    const bed = testbed()
    const release = takeRunLock(bed.root)
    const plugins = [both(() => undefined)]
    await expect(importWith(bed, plugins)).rejects.toMatchObject({ code: 'ANOTHER_RUN' })
    const { report } = await importWith(bed, plugins, { holdsLock: true })
    expect(report.status).toBe('unchanged')
    await expect(importWith(bed, plugins)).rejects.toMatchObject({ code: 'ANOTHER_RUN' })
    release()
    await importWith(bed, plugins)
  })

  it('has in its report and log what its caller has said, and does not say it again', async () => {
    const bed = testbed()
    const said: Finding[] = []
    const { report } = await importWith(bed, [], {
      event: EVENT,
      earlier: [finding],
      onFinding: (each) => said.push(each),
    })
    expect(report.findings).toEqual([finding])
    expect(said.filter(({ code }) => code !== 'owners-not-set')).toEqual([])
    expect(bed.file('var/log/messages')).toMatch(/^\[WARNING\] \S+ said before the run$/m)
  })
})

describe('a look at a destination', () => {
  it('knows its accounts and mailboxes, and when the source was first imported', async () => {
    const bed = testbed()
    const look = () => lookAtDestination(openHost(bed.root, 'plan'), Source.open(bed.source))
    expect(look().importedAt).toBeUndefined()
    expect(look().destination.mailboxOf('anna')).toBe(
      '/var/lib/nethserver/vmail/anna@newserver.test',
    )

    const plugin = both(async ({ destination, event }) => {
      await destination.configuration.set(event, '1')
    })
    await importWith(bed, [plugin], { event: EVENT })
    expect(look().importedAt).toBeUndefined()
    const before = Date.now()
    await importWith(bed, [plugin])
    const { importedAt } = look()
    expect(importedAt?.getTime()).toBeGreaterThanOrEqual(before)
    await importWith(bed, [
      both(async ({ destination }) => {
        await destination.configuration.set('Later', '1')
      }),
    ])
    expect(look().importedAt).toEqual(importedAt)
  })

  it('changes nothing, whatever is asked of it', async () => {
    const bed = testbed()
    const { destination } = lookAtDestination(openHost(bed.root, 'plan'), Source.open(bed.source))
    const before = bed.manifest('.')
    await expect(destination.configuration.set('Plain', '1')).rejects.toThrow()
    expect(bed.manifest('.')).toEqual(before)
  })
})
