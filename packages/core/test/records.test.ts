import { existsSync, lstatSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testbed } from '@nethserver-migrate/testkit'
import { subjectOf } from '../src/destination/changes.js'
import type { DestinationDatabase } from '../src/destination/destination-database.js'
import type { Destination } from '../src/destination/destination.js'
import type { OperationResult } from '../src/destination/operation.js'
import { pluginOf } from './helpers/plugin-of.js'

type Ask = (hosts: DestinationDatabase, destination: Destination) => Promise<OperationResult>

/** Asks for one change of a `hosts` database, and gives all that came of it. */
async function change(before: string, ask: Ask, { mode }: { mode?: 'plan' } = {}) {
  const bed = testbed({ destination: { databases: { hosts: before } } })
  const results: OperationResult[] = []
  const { report, said } = await bed.run(
    pluginOf(async ({ destination }) => {
      results.push(await ask(destination.database('hosts'), destination))
    }),
    mode ? { mode } : {},
  )
  return {
    outcome: results[0]?.outcome,
    records: bed.databaseText('hosts').split('\n').filter(Boolean),
    changes: report.changes.map(({ outcome, change: made }) => ({ outcome, change: made })),
    unchanged: report.counts.unchanged,
    status: report.status,
    said,
  }
}

const ROUTER = 'router=host|HostType|Local|InternalIP|10.0.0.1'
const PRINTER = 'printer=host|HostType|Local|status|enabled'

describe('a new record', () => {
  it('is added in byte order, its props sorted, other records as they were', async () => {
    expect(
      await change(`${ROUTER}\n`, (hosts) => hosts.create('nas', 'host', { b: '2', a: '1' })),
    ).toEqual({
      outcome: 'done',
      records: ['nas=host|a|1|b|2', ROUTER],
      changes: [
        {
          outcome: 'done',
          change: {
            kind: 'record',
            database: 'hosts',
            key: 'nas',
            type: [null, 'host'],
            props: { a: [null, '1'], b: [null, '2'] },
          },
        },
      ],
      unchanged: 0,
      status: 'done',
      said: [],
    })
  })

  it('does not replace another record of its key: skipped, and the plugin is told', async () => {
    expect(
      await change(`${ROUTER}\n`, (hosts) => hosts.create('router', 'host', { HostType: 'Self' })),
    ).toMatchObject({
      outcome: 'exists',
      records: [ROUTER],
      changes: [
        {
          outcome: 'skipped',
          change: { props: { HostType: ['Local', 'Self'], InternalIP: ['10.0.0.1', null] } },
        },
      ],
      status: 'unchanged',
    })
  })

  it('is unchanged when the same record is there', async () => {
    expect(
      await change(`${ROUTER}\n`, (hosts) =>
        hosts.create('router', 'host', { InternalIP: '10.0.0.1', HostType: 'Local' }),
      ),
    ).toMatchObject({ outcome: 'unchanged', records: [ROUTER], changes: [], unchanged: 1 })
  })

  it('is not made again over what the administrator has changed since the import', async () => {
    const bed = testbed({ destination: { databases: { hosts: '' } } })
    const outcomes: string[] = []
    const create = pluginOf(async ({ destination }) => {
      const { outcome } = await destination.database('hosts').create('nas', 'host', { ip: '1' })
      outcomes.push(outcome)
    })
    await bed.run(create)
    await bed.run(
      pluginOf(async ({ destination }) => {
        await destination.database('hosts').merge('nas', { ip: '2' })
      }),
    )
    await bed.run(create)
    expect(outcomes).toEqual(['done', 'unchanged'])
    expect(bed.record('hosts', 'nas')).toBe('nas=host|ip|2')
  })
})

describe('merged props', () => {
  it('are joined to those of the record: new values win, the type stays', async () => {
    expect(
      await change(`${ROUTER}\n`, (hosts) =>
        hosts.merge('router', { InternalIP: '10.0.0.2', Description: 'x' }, { typeWhenNew: 'new' }),
      ),
    ).toEqual({
      outcome: 'done',
      records: ['router=host|Description|x|HostType|Local|InternalIP|10.0.0.2'],
      changes: [
        {
          outcome: 'done',
          change: {
            kind: 'record',
            database: 'hosts',
            key: 'router',
            props: { Description: [null, 'x'], InternalIP: ['10.0.0.1', '10.0.0.2'] },
          },
        },
      ],
      unchanged: 0,
      status: 'done',
      said: [],
    })
  })

  it('make a missing record, of the type that was named', async () => {
    expect(
      await change('', (hosts) => hosts.merge('nas', { a: '1' }, { typeWhenNew: 'host' })),
    ).toMatchObject({ outcome: 'done', records: ['nas=host|a|1'] })
  })

  it('fail for a missing record without a type, with an ERROR that names it', async () => {
    expect(await change(`${ROUTER}\n`, (hosts) => hosts.merge('nas', { a: '1' }))).toMatchObject({
      outcome: 'failed',
      records: [ROUTER],
      changes: [{ outcome: 'failed' }],
      status: 'failed',
      said: ['error DESTINATION_RECORD_MISSING hosts/nas'],
    })
  })

  it('change nothing when they are as asked for', async () => {
    expect(
      await change(`${ROUTER}\n`, (hosts) => hosts.merge('router', { HostType: 'Local' })),
    ).toEqual({
      outcome: 'unchanged',
      records: [ROUTER],
      changes: [],
      unchanged: 1,
      status: 'unchanged',
      said: [],
    })
  })

  it('keep the bytes of Latin-1 and UTF-8 values', async () => {
    const { records } = await change(`${ROUTER}\n`, (hosts) =>
      hosts.merge('router', { L: 'Perch\xe9', U: 'Perch\xc3\xa9' }),
    )
    expect(records).toEqual([`${ROUTER}|L|Perch\xe9|U|Perch\xc3\xa9`])
  })
})

describe('a record that is set', () => {
  it('replaces the old one whole, type and props', async () => {
    expect(
      await change(`${ROUTER}\n`, (hosts) => hosts.set('router', 'remote', { ip: '1' })),
    ).toMatchObject({
      outcome: 'done',
      records: ['router=remote|ip|1'],
      changes: [
        {
          change: {
            type: ['host', 'remote'],
            props: { HostType: ['Local', null], InternalIP: ['10.0.0.1', null], ip: [null, '1'] },
          },
        },
      ],
    })
  })

  it('is a plain value without props', async () => {
    expect(await change('Domain=old\n', (hosts) => hosts.set('Domain', 'new'))).toMatchObject({
      outcome: 'done',
      records: ['Domain=new'],
      changes: [{ change: { type: ['old', 'new'], props: {} } }],
    })
  })
})

describe('type, props and records', () => {
  it('a type is changed alone', async () => {
    expect(await change(`${ROUTER}\n`, (hosts) => hosts.setType('router', 'remote'))).toMatchObject(
      { outcome: 'done', records: [ROUTER.replace('=host', '=remote')] },
    )
  })

  it('props are deleted; one that is not there is no matter', async () => {
    expect(
      await change(`${ROUTER}\n`, (hosts) => hosts.deleteProps('router', ['InternalIP', 'x'])),
    ).toMatchObject({ outcome: 'done', records: ['router=host|HostType|Local'] })
  })

  it('a record is deleted', async () => {
    expect(
      await change(`${PRINTER}\n${ROUTER}\n`, (hosts) => hosts.delete('router')),
    ).toMatchObject({
      outcome: 'done',
      records: [PRINTER],
      changes: [{ change: { deleted: true, type: ['host', null] } }],
    })
  })

  it('a record that is deleted already is unchanged', async () => {
    expect(await change(`${PRINTER}\n`, (hosts) => hosts.delete('router'))).toMatchObject({
      outcome: 'unchanged',
      status: 'unchanged',
      changes: [],
      unchanged: 1,
      said: [],
    })
  })

  it.each<[string, Ask]>([
    ['the type', (hosts) => hosts.setType('nas', 'host')],
    ['props', (hosts) => hosts.deleteProps('nas', ['a'])],
  ])('%s of a missing record cannot be changed', async (_what, ask) => {
    expect(await change(`${ROUTER}\n`, ask)).toMatchObject({
      outcome: 'failed',
      records: [ROUTER],
      said: ['error DESTINATION_RECORD_MISSING hosts/nas'],
    })
  })
})

describe('a value that a database cannot hold', () => {
  it('loses its pipes, with a WARNING that names record and prop', async () => {
    expect(
      await change(`${PRINTER}\n`, (hosts) => hosts.merge('printer', { Description: 'a|b|' })),
    ).toMatchObject({
      outcome: 'done',
      records: ['printer=host|Description|ab|HostType|Local|status|enabled'],
      said: ['warning pipe-stripped hosts/printer Description'],
    })
  })

  it('loses a backslash at its end, which would escape the next separator', async () => {
    expect(
      await change(`${PRINTER}\n`, (hosts) => hosts.merge('printer', { Path: 'c:\\temp\\' })),
    ).toMatchObject({
      records: ['printer=host|HostType|Local|Path|c:\\temp|status|enabled'],
    })
  })

  it('is left empty when it is a secret, with an ERROR, a task, and the record disabled', async () => {
    expect(
      await change(`${PRINTER}\n`, (hosts) =>
        hosts.merge('printer', { Password: 'pa|ss', status: 'enabled' }),
      ),
    ).toMatchObject({
      outcome: 'done',
      records: ['printer=host|HostType|Local|Password||status|disabled'],
      status: 'failed',
      said: [
        'error secret-not-writable hosts/printer Password',
        'follow-up enter-secret hosts/printer Password',
      ],
    })
  })

  it('disables the record also when only the destination gives it a status', async () => {
    expect(
      await change(`${PRINTER}\n`, (hosts) => hosts.merge('printer', { Password: 'pa|ss' })),
    ).toMatchObject({ records: ['printer=host|HostType|Local|Password||status|disabled'] })
  })

  it('keeps a secret that was entered by hand since, and is content', async () => {
    const there = 'printer=host|HostType|Local|Password|by hand|status|enabled'
    expect(
      await change(`${there}\n`, (hosts) => hosts.merge('printer', { Password: 'pa|ss' })),
    ).toMatchObject({ outcome: 'unchanged', records: [there], said: [] })
  })

  it('is said again of a record that an earlier import made, as long as it is empty', async () => {
    const there = 'scanner=host|Password|'
    expect(
      await change(`${there}\n`, (hosts) => hosts.create('scanner', 'host', { Password: 'pa|ss' })),
    ).toMatchObject({
      outcome: 'unchanged',
      records: [there],
      said: [
        'error secret-not-writable hosts/scanner Password',
        'follow-up enter-secret hosts/scanner Password',
      ],
    })
  })

  it('gives no status to a record that has none', async () => {
    expect(
      await change(`${ROUTER}\n`, (hosts) => hosts.merge('router', { Password: 'pa|ss' })),
    ).toMatchObject({ records: [`${ROUTER}|Password|`] })
  })

  it('is left out when its name cannot be written, the rest is written', async () => {
    expect(
      await change(`${PRINTER}\n`, (hosts) => hosts.merge('printer', { 'a|b': '1', c: '2' })),
    ).toMatchObject({
      records: ['printer=host|HostType|Local|c|2|status|enabled'],
      said: ['warning prop-not-writable hosts/printer a|b'],
    })
  })

  it.each([
    ['pipe', 'a|b'],
    ['equals sign', 'a=b'],
    ['line feed', 'a\nb=host'],
    ['blank at its end', 'a '],
    ['hash at its beginning', '#a'],
  ])('a key with a %s is refused, and the database stays as it is', async (_what, key) => {
    expect(await change(`${ROUTER}\n`, (hosts) => hosts.create(key, 'host', {}))).toMatchObject({
      outcome: 'failed',
      records: [ROUTER],
      status: 'failed',
      said: [expect.stringMatching(/^error record-not-writable hosts\/.?a/) as string],
    })
  })
})

describe('a secret prop', () => {
  it.each(['Password', 'mysqlPassword', 'BindPassword', 'SharedKey'])(
    'called %s is masked in the changes, and written to the database',
    async (prop) => {
      const { records, changes } = await change('a=host|x|1\n', (hosts) =>
        hosts.merge('a', { [prop]: 'PLANTED' }),
      )
      expect(records.join('\n')).toContain('PLANTED')
      expect(changes).toMatchObject([{ change: { props: { [prop]: [null, '***'] } } }])
      expect(JSON.stringify(changes)).not.toContain('PLANTED')
    },
  )
})

describe('a database that is missing', () => {
  it.each<[string, (fax: DestinationDatabase) => Promise<OperationResult>]>([
    ['create', (fax) => fax.create('a', 'b', { c: 'd' })],
    ['set', (fax) => fax.set('a', 'b', { c: 'd' })],
    ['merge', (fax) => fax.merge('a', { c: 'd' }, { typeWhenNew: 'b' })],
  ])('is made with its first record by %s, mode 0640, and not by a plan', async (_name, ask) => {
    const bed = testbed()
    const file = join(bed.root, 'var/lib/nethserver/db/fax')
    const plugin = pluginOf(async ({ destination }) => {
      await ask(destination.database('fax'))
    })
    const { report } = await bed.run(plugin, { mode: 'plan' })
    expect(report.changes.map(({ change }) => subjectOf(change))).toEqual(['fax/a'])
    expect(existsSync(file)).toBe(false)
    await bed.run(plugin)
    expect(bed.databaseText('fax')).toBe('a=b|c|d\n')
    expect(lstatSync(file).mode & 0o777).toBe(0o640)
  })

  it('fails a change of a record that must be there, with an ERROR that names it', async () => {
    expect(
      await change('', (_hosts, destination) => destination.database('fax').merge('a', { b: 'c' })),
    ).toMatchObject({
      outcome: 'failed',
      status: 'failed',
      said: ['error DESTINATION_DATABASE_MISSING fax/a'],
    })
  })

  it('reads as empty', async () => {
    const seen: unknown[] = []
    await testbed().run(
      pluginOf(({ destination }) => {
        const fax = destination.database('fax')
        seen.push(fax.exists, fax.get('a'), fax.has('a'), fax.type('a'), fax.records())
      }),
    )
    expect(seen).toEqual([false, undefined, false, undefined, []])
  })
})

describe('the records of one action', () => {
  it('are committed together: the file is replaced once for all of them', async () => {
    const bed = testbed({ destination: { databases: { hosts: `${ROUTER}\n` } } })
    const file = join(bed.root, 'var/lib/nethserver/db/hosts')
    const inodes: number[] = [lstatSync(file).ino]
    const see = () => {
      const { ino } = lstatSync(file)
      if (ino !== inodes.at(-1)) inodes.push(ino)
    }
    await bed.run(
      pluginOf(async ({ destination }) => {
        for (const name of ['a', 'b', 'c']) {
          await destination.database('hosts').create(name, 'host', {})
          await destination.database('hosts').merge(name, { ip: '1' })
          see()
        }
      }),
    )
    see()
    expect(inodes).toHaveLength(2)
    expect(bed.databaseText('hosts')).toBe(`a=host|ip|1\nb=host|ip|1\nc=host|ip|1\n${ROUTER}\n`)
  })

  it('are committed 2,000 at a time where they are many, in a large database more', async () => {
    const bed = testbed({ destination: { databases: { hosts: '' } } })
    const file = join(bed.root, 'var/lib/nethserver/db/hosts')
    const numbers = Array.from({ length: 12_000 }, (_none, index) => `h${10_000 + index}`)
    const committed: number[] = []
    await bed.run(
      pluginOf(async ({ destination }) => {
        const hosts = destination.database('hosts')
        let { ino } = lstatSync(file)
        for (const [index, name] of numbers.entries()) {
          await hosts.create(name, 'host', {})
          if (lstatSync(file).ino !== ino) committed.push(index + 1)
          ino = lstatSync(file).ino
        }
        expect(hosts.records('host').map(({ key }) => key)).toEqual(numbers)
      }),
    )
    expect(committed).toEqual([2_000, 4_000, 6_000, 8_000, 10_667])
    expect(bed.databaseText('hosts')).toBe(numbers.map((name) => `${name}=host\n`).join(''))
  })

  it('are committed once before an event, so that it sees them', async () => {
    const bed = testbed({ destination: { databases: { hosts: '' } } })
    const seen: string[] = []
    await bed.run(
      pluginOf(async ({ destination }) => {
        const hosts = destination.database('hosts')
        await hosts.create('a', 'host', {})
        seen.push(bed.databaseText('hosts'))
        await destination.signalEvent('host-create', ['a'])
        seen.push(bed.databaseText('hosts'))
        await hosts.create('b', 'host', {})
      }),
    )
    expect(seen).toEqual(['', 'a=host\n'])
    expect(bed.databaseText('hosts')).toBe('a=host\nb=host\n')
  })

  it('are seen by later reads of the same run before they are committed', async () => {
    const seen: unknown[] = []
    const action = pluginOf(async ({ destination }) => {
      const hosts = destination.database('hosts')
      await hosts.create('nas', 'host', { ip: '1' })
      await hosts.delete('router')
      seen.push(
        hosts.prop('nas', 'ip'),
        hosts.records('host').map(({ key }) => key),
      )
    })
    for (const mode of ['plan', 'apply'] as const)
      await testbed({ destination: { databases: { hosts: `${ROUTER}\n` } } }).run(action, { mode })
    expect(seen).toEqual(['1', ['nas'], '1', ['nas']])
  })

  it('are read again after an event, which may have changed them', async () => {
    const bed = testbed({ destination: { databases: { hosts: `${ROUTER}\n` } } })
    const file = join(bed.root, 'var/lib/nethserver/db/hosts')
    const seen: (string | undefined)[] = []
    await bed.run(
      pluginOf(async ({ destination }) => {
        const hosts = destination.database('hosts')
        writeFileSync(file, ROUTER.replace('10.0.0.1', '10.0.0.2'))
        seen.push(hosts.prop('router', 'InternalIP'))
        await destination.signalEvent('host-modify')
        seen.push(hosts.prop('router', 'InternalIP'))
      }),
    )
    expect(seen).toEqual(['10.0.0.1', '10.0.0.2'])
  })

  it('of other programs are not lost when they were changed meanwhile', async () => {
    const bed = testbed({ destination: { databases: { hosts: `${ROUTER}\n` } } })
    const file = join(bed.root, 'var/lib/nethserver/db/hosts')
    const { said } = await bed.run(
      pluginOf(async ({ destination }) => {
        const hosts = destination.database('hosts')
        await hosts.create('nas', 'host', { ip: '1' })
        await hosts.create('printer', 'host', {})
        writeFileSync(file, `${ROUTER}\nother=host|x|1\nprinter=theirs\n`)
      }),
    )
    expect(bed.databaseText('hosts')).toBe(
      `nas=host|ip|1\nother=host|x|1\nprinter=theirs\n${ROUTER}\n`,
    )
    expect(said).toEqual(['error DESTINATION_CHANGED_MEANWHILE hosts/printer'])
  })

  it('keep the mode of the database file', async () => {
    const bed = testbed({ destination: { databases: { hosts: '' } } })
    const file = join(bed.root, 'var/lib/nethserver/db/hosts')
    const { mode, uid, gid } = lstatSync(file)
    await bed.run(
      pluginOf(async ({ destination }) => {
        await destination.database('hosts').create('a', 'host', {})
      }),
    )
    expect(lstatSync(file)).toMatchObject({ mode, uid, gid })
  })
})
