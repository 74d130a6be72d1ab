import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { testbed, type Testbed, type TestbedOptions } from '@nethserver-migrate/testkit'
import type { Report } from '../src/report/report.js'
import { queueOf } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'

const HASH = '$6$salt$abcdefghijklmnopqrstuvwxyz'
const HOME = 'home/e-smith/files/users/rossi/home'

/** One operation of every kind, some of them twice. */
const everything = pluginOf(async ({ source, destination }) => {
  const { configuration } = destination
  await configuration.merge('root', { EmailAddress: 'root@acme.com' })
  await configuration.set('PlainValue', 'x')
  await destination.database('hosts').create('nas', 'host', { ip: '10.0.0.9' })
  await destination.database('hosts').merge('nas', { Description: 'disks' })
  const [user] = await destination.createUsers([
    { name: 'rossi', fullName: 'Mario Rossi', uid: 5001, props: { FirstName: 'Mario' } },
    { name: 'verdi', fullName: 'Jos\xe9 Verdi', uid: 5002, props: {} },
  ])
  await destination.createGroups([
    { name: 'sales', gid: 5010, members: ['rossi', 'verdi'], props: { Members: 'rossi,verdi' } },
  ])
  await destination.setPasswords([{ user: 'rossi', hash: HASH }])
  await destination.transferTrees([
    { from: HOME, to: destination.homeOf('rossi'), owner: { user: 'rossi' } },
    {
      from: 'home/e-smith/files/users/rossi',
      to: destination.homeOf('rossi'),
      exclude: ['home'],
    },
  ])
  const key = await destination.copyFile({
    from: 'home/e-smith/ssl.key/mail.key',
    to: '/etc/pki/tls/private/mail.key',
    mode: 0o600,
    whenDifferent: 'save-old',
  })
  await destination.copyFile({
    from: 'home/e-smith/ssl.key/mail.key',
    to: '/root/notes',
    mode: 0o600,
    whenDifferent: 'put-beside',
  })
  await destination.writeFile({ to: '/root/new', content: source.hostName, mode: 0o644 })
  await destination.makeLink({ to: '/root/old-files-<TIMESTAMP>', target: '../home' })
  await destination.run(['db', 'accounts', 'show'])
  await destination.signalEvent('certificate-update', [], { onlyFor: [key] })
  await destination.signalEvent('user-modify', ['rossi'], { onlyFor: user ? [user] : [] })
  await destination.signalEvent('nethserver-test-save')
})

const OPTIONS: TestbedOptions = {
  source: {
    files: {
      [`${HOME}/letter`]: 'dear',
      [`${HOME}/taken`]: 'old',
      [`${HOME}/folder/below`]: '',
      'home/e-smith/files/users/rossi/.profile': 'set',
      'home/e-smith/ssl.key/mail.key': 'KEY',
    },
  },
  destination: {
    files: {
      'var/lib/nethserver/home/rossi/taken': 'new',
      'etc/pki/tls/private/mail.key': { content: 'OLD KEY', mode: 0o640 },
      'root/notes': 'own',
    },
  },
}

/** Every file with its inode and the time at which anything of it was changed last. */
function everyFile(folder: string): string {
  return execFileSync('find', [folder, '-printf', '%p %i %m %U:%G %s %T@ %C@ %l\\n'], {
    encoding: 'utf8',
  })
}

/** What a report says will be done, or was done, without how it ended. */
function listed({ changes, events, actions }: Report) {
  return {
    changes: changes.map(({ plugin, action, change }) => ({ plugin, action, change })),
    events,
    actions: actions.map(({ action, level }) => ({ action, level })),
  }
}

/** All that a run leaves behind, without what it writes about itself. */
function resultOf(bed: Testbed) {
  return {
    databases: ['accounts', 'configuration', 'hosts'].map((name) => bed.databaseText(name)),
    files: bed.manifest('.').filter((line) => !/ var\/(log\/|lib\/nethserver\/)/.test(line)),
    homes: bed.manifest('var/lib/nethserver/home'),
    queue: readFileSync(queueOf(bed), 'utf8'),
  }
}

describe.each([6, 7] as const)('a plan for a destination like NethServer %i', (like) => {
  it('touches nothing, neither at the destination nor at the source', async () => {
    const bed = testbed({ ...OPTIONS, like })
    const before = [everyFile(bed.root), everyFile(bed.source)]
    const { report } = await bed.run(everything, { mode: 'plan' })
    expect([everyFile(bed.root), everyFile(bed.source)]).toEqual(before)
    expect(report.status).toBe('pending')
  })

  it('lists the changes and events that the import then makes, in the same order', async () => {
    const bed = testbed({ ...OPTIONS, like })
    const planned = await bed.run(everything, { mode: 'plan' })
    const applied = await bed.run(everything)
    expect(planned.report.changes.length).toBeGreaterThan(12)
    expect(new Set(planned.report.changes.map(({ outcome }) => outcome))).toEqual(
      new Set(['pending']),
    )
    expect(new Set(applied.report.changes.map(({ outcome }) => outcome))).toEqual(new Set(['done']))
    expect(listed(planned.report)).toEqual(listed(applied.report))
    expect(planned.report.counts).toEqual({
      ...applied.report.counts,
      done: 0,
      pending: applied.report.counts.done,
    })
  })

  it('finds nothing left to do after the import', async () => {
    const bed = testbed({ ...OPTIONS, like })
    const first = await bed.run(everything)
    const { report } = await bed.run(everything, { mode: 'plan' })
    expect(report).toMatchObject({ status: 'unchanged', changes: [], events: [] })
    expect(report.counts).toEqual({
      done: 0,
      unchanged: first.report.counts.done + first.report.counts.unchanged,
      skipped: 0,
      failed: 0,
      pending: 0,
    })
  })
})

describe.each([6, 7] as const)('a second import into a destination like NethServer %i', (like) => {
  it('changes nothing, signals nothing, and says so', async () => {
    const bed = testbed({ ...OPTIONS, like })
    await bed.run(everything)
    const before = resultOf(bed)
    const { report, said } = await bed.run(everything)
    expect(resultOf(bed)).toEqual(before)
    expect(report).toMatchObject({ status: 'unchanged', changes: [], events: [] })
    expect(said).toEqual([])
  })
})

describe('a plan', () => {
  it('lists an event once that an action signals twice for the same changes', async () => {
    const twice = pluginOf(async ({ destination }) => {
      const changed = await destination.configuration.merge('root', { EmailAddress: 'a@b' })
      for (let time = 0; time < 2; time += 1) {
        await destination.signalEvent('first-save')
        await destination.signalEvent('second-save', [], { onlyFor: [changed] })
      }
    })
    const bed = testbed()
    const planned = await bed.run(twice, { mode: 'plan' })
    const applied = await bed.run(twice)
    expect(applied.report.events.map(({ name }) => name)).toEqual(['first-save', 'second-save'])
    expect(listed(planned.report)).toEqual(listed(applied.report))
  })

  it('lists an event twice that is signalled again after a further change', async () => {
    const again = pluginOf(async ({ destination }) => {
      for (const EmailAddress of ['a@b', 'c@d']) {
        await destination.configuration.merge('root', { EmailAddress })
        await destination.signalEvent('first-save')
      }
    })
    const bed = testbed()
    const planned = await bed.run(again, { mode: 'plan' })
    const applied = await bed.run(again)
    expect(applied.report.events.map(({ name }) => name)).toEqual(['first-save', 'first-save'])
    expect(listed(planned.report)).toEqual(listed(applied.report))
  })

  it('sees the files that it would have written', async () => {
    const seen: (string | undefined)[] = []
    const reads = pluginOf(async ({ destination }) => {
      await destination.copyFile({
        from: 'old',
        to: '/etc/copied',
        mode: 0o644,
        whenDifferent: 'save-old',
      })
      await destination.transferTree({ from: 'tree', to: '/srv/tree' })
      await destination.writeFile({ to: '/etc/written', content: 'own', mode: 0o644 })
      seen.push(
        ...['/etc/copied', '/srv/tree/below', '/etc/written'].map((path) =>
          destination.readFile(path),
        ),
      )
    })
    const files = { old: 'of the source', 'tree/below': 'moved' }
    await testbed({ source: { files } }).run(reads, { mode: 'plan' })
    await testbed({ source: { files } }).run(reads)
    expect(seen).toEqual(['of the source', 'moved', 'own', 'of the source', 'moved', 'own'])
  })

  it('fails where the import would fail', async () => {
    const fails = pluginOf(async ({ destination }) => {
      await destination.configuration.merge('missing', { a: '1' })
      await destination.transferTree({ from: 'missing', to: '/srv' })
    })
    const bed = testbed()
    const planned = await bed.run(fails, { mode: 'plan' })
    const applied = await bed.run(fails)
    expect(planned.report.status).toBe('failed')
    expect(planned.said).toEqual(applied.said)
    expect(listed(planned.report)).toEqual(listed(applied.report))
  })
})
