import { mkdirSync, readFileSync, rmSync, rmdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { filesHolding, testbed, type Testbed } from '@nethserver-migrate/testkit'
import type { Destination } from '../src/destination/destination.js'
import { forgetAfter, queueOf } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'
import { importWith } from './helpers/import-with.js'

type Ask = (destination: Destination) => Promise<unknown>

const acting = (ask: Ask) =>
  pluginOf(async ({ destination }) => {
    await ask(destination)
  })

/** What each of several imports, one after the other, adds to the queue. */
async function queuedBy(...asks: readonly Ask[]): Promise<string[][]> {
  const bed = testbed()
  const queued: string[][] = []
  for (const ask of asks) {
    const before = bed.events().length
    await bed.run(acting(ask))
    queued.push(bed.events().slice(before))
  }
  return queued
}

const mail = (EmailAddress: string) => (destination: Destination) =>
  destination.configuration.merge('root', { EmailAddress })

/** As a report tells it, of the plugin that `acting` makes. */
const signalled = (name: string, args: readonly string[]) => ({
  plugin: 'nethserver-test-migrate',
  action: 'nethserver-test-migrate',
  name,
  args,
})

describe('an event', () => {
  it('is signalled the first time, also when nothing had to be changed', async () => {
    expect(await queuedBy((destination) => destination.signalEvent('mail-save'))).toEqual([
      ['mail-save'],
    ])
  })

  it('is not signalled again by an import that changes nothing', async () => {
    const ask: Ask = async (destination) => {
      await mail('a@b')(destination)
      await destination.signalEvent('mail-save')
    }
    expect(await queuedBy(ask, ask)).toEqual([['mail-save'], []])
  })

  it('is signalled again by an import that changes something before it', async () => {
    const askWith =
      (address: string): Ask =>
      async (destination) => {
        await mail(address)(destination)
        await destination.signalEvent('mail-save')
      }
    expect(await queuedBy(askWith('a@b'), askWith('c@d'), askWith('c@d'))).toEqual([
      ['mail-save'],
      ['mail-save'],
      [],
    ])
  })

  it('is signalled once for all changes before it, and again for one after it', async () => {
    expect(
      await queuedBy(async (destination) => {
        await mail('a@b')(destination)
        await destination.signalEvent('mail-save')
        await destination.signalEvent('mail-save')
        await mail('c@d')(destination)
        await destination.signalEvent('mail-save')
      }),
    ).toEqual([['mail-save', 'mail-save']])
  })

  it('is not signalled for another event', async () => {
    const ask: Ask = async (destination) => {
      await destination.signalEvent('first-save')
      await destination.signalEvent('second-save')
    }
    expect(await queuedBy(ask, ask)).toEqual([['first-save', 'second-save'], []])
  })

  it('has its arguments as they are: blanks, quotes, shell signs, non-ASCII text', async () => {
    const bed = testbed()
    const args = ['a b', '"', '$(x)', '-j', '', 'Jos\xe9', 'Jos\xc3\xa9']
    const { report } = await bed.run(acting((to) => to.signalEvent('user-create', args)))
    const decoded = ['a b', '"', '$(x)', '-j', '', 'José', 'José']
    expect(report.events).toEqual([signalled('user-create', decoded)])
    expect(bed.file('var/lib/nethserver/migration/events.jsonl')).toBe(
      Buffer.from(`${JSON.stringify({ event: 'user-create', args: decoded })}\n`).toString(
        'latin1',
      ),
    )
  })

  it('with one argument is another than with the same text as two', async () => {
    const bed = testbed()
    const { report } = await bed.run(
      acting(async (destination) => {
        await destination.signalEvent('group-create', ['a b'])
        await destination.signalEvent('group-create', ['a', 'b'])
      }),
    )
    expect(report.events).toEqual([
      signalled('group-create', ['a b']),
      signalled('group-create', ['a', 'b']),
    ])
  })

  it('of one action is signalled although another action has signalled it', async () => {
    const bed = testbed()
    const signals = (name: string, level: number) =>
      pluginOf(
        async ({ destination }) => {
          await destination.signalEvent('mail-save')
        },
        { name, level },
      )
    await importWith(bed, [
      signals('nethserver-a-migrate', 10),
      signals('nethserver-b-migrate', 20),
    ])
    expect(bed.events()).toEqual(['mail-save', 'mail-save'])
  })

  it('that could not be signalled is an ERROR, and is signalled by the next import', async () => {
    const bed = testbed()
    const plugin = acting((destination) => destination.signalEvent('mail-save', ['x']))
    mkdirSync(queueOf(bed), { recursive: true })
    const failed = await bed.run(plugin)
    expect(failed.said).toEqual(['error EISDIR mail-save x'])
    expect(failed.report).toMatchObject({ status: 'failed', counts: { failed: 1 } })
    rmdirSync(queueOf(bed))
    expect((await bed.run(plugin)).report.status).toBe('done')
    expect(bed.events()).toEqual(['mail-save x'])
  })
})

describe('an event only for some operations', () => {
  it('is not signalled when none of them changed anything', async () => {
    expect(
      await queuedBy(async (destination) => {
        const same = await destination.configuration.setType('SystemName', 'ns')
        await mail('a@b')(destination)
        await destination.signalEvent('host-save', [], { onlyFor: [same] })
        await destination.signalEvent('never-save', [], { onlyFor: [] })
      }),
    ).toEqual([[]])
  })

  it('is signalled when one of them changed something, and not again afterwards', async () => {
    const ask: Ask = async (destination) => {
      const same = await destination.configuration.setType('SystemName', 'ns')
      const changed = await mail('a@b')(destination)
      await destination.signalEvent('host-save', [], { onlyFor: [same, changed] })
      await destination.signalEvent('host-save', [], { onlyFor: [changed] })
    }
    expect(await queuedBy(ask, ask)).toEqual([['host-save'], []])
  })

  it('is not signalled for one that was skipped or has failed', async () => {
    expect(
      await queuedBy(async (destination) => {
        const failed = await destination.configuration.merge('missing', { a: '1' })
        const skipped = await destination.configuration.create('SystemName', 'other', {})
        await destination.signalEvent('host-save', [], { onlyFor: [failed, skipped] })
      }),
    ).toEqual([[]])
  })
})

describe('a command', () => {
  it('is run under the same rule as an event', async () => {
    const ask: Ask = async (destination) => {
      await destination.run(['expand-template', '/etc/hosts'])
      await destination.run(['expand-template', '/etc/hosts'])
      await destination.run(['expand-template', '/etc/my files'])
    }
    expect(await queuedBy(ask, ask)).toEqual([
      ['run: expand-template /etc/hosts', 'run: expand-template /etc/my files'],
      [],
    ])
  })
})

describe('the secret of a command', () => {
  it('lies in a private file that the queue names, and nowhere else', async () => {
    const bed = testbed()
    await bed.run(
      pluginOf(({ destination }) =>
        destination
          .run(['ldapmodify', '-x'], {
            secretInput: { name: 'ldap-anna', content: () => 'unicodePwd: t0p-s3cret' },
          })
          .then(() => undefined),
      ),
    )
    expect(filesHolding(bed.root, 't0p-s3cret')).toEqual([
      'var/lib/nethserver/migration/secrets/ldap-anna',
    ])
    expect(readFileSync(queueOf(bed), 'utf8')).toBe(
      '{"command":["ldapmodify","-x"],"input":"/var/lib/nethserver/migration/secrets/ldap-anna"}\n',
    )
    expect(bed.manifest('var/lib/nethserver/migration/secrets')).toEqual([
      expect.stringMatching(/^f 0600 .* ldap-anna = /),
    ])
  })
})

describe('the output of a command', () => {
  it('is never told in a plan, nor where the command waits in a queue', async () => {
    const bed = testbed()
    const told: string[] = []
    const plugin = pluginOf(async ({ destination }) => {
      await destination.run(['true'], { onOutput: (output) => told.push(output) })
    })
    await bed.run(plugin, { mode: 'plan' })
    await bed.run(plugin)
    expect([bed.events(), told]).toEqual([['run: true'], []])
  })
})

describe('an event after a run that was killed', () => {
  const onlyForRecord = acting(async (destination) => {
    const changed = await mail('a@b')(destination)
    await destination.signalEvent('mail-save', [], { onlyFor: [changed] })
  })
  const onlyForFile = acting(async (destination) => {
    const changed = await destination.writeFile({ to: '/etc/x', content: 'x', mode: 0o644 })
    await destination.signalEvent('mail-save', [], { onlyFor: [changed] })
  })
  const onlyForTree = acting(async (destination) => {
    const changed = await destination.transferTree({ from: 'tree', to: '/srv' })
    await destination.signalEvent('mail-save', [], { onlyFor: [changed] })
  })

  /** A run that was killed when it had done its first operation, and not written that down. */
  async function killed(plugin: ReturnType<typeof acting>): Promise<Testbed> {
    const bed = testbed({ source: { files: { 'tree/file': 'x' } } })
    await bed.run(plugin)
    forgetAfter(bed, '"begin":1,')
    rmSync(queueOf(bed))
    return bed
  }

  it.each([
    ['a record', onlyForRecord],
    ['a file', onlyForFile],
    ['a tree', onlyForTree],
  ])(
    'is signalled by the next one when %s was done and not written down',
    async (_what, plugin) => {
      const bed = await killed(plugin)
      await bed.run(plugin)
      expect(bed.events()).toEqual(['mail-save'])
      await bed.run(plugin)
      expect(bed.events()).toEqual(['mail-save'])
    },
  )

  it('is in the plan of the next one', async () => {
    const bed = await killed(onlyForRecord)
    const planned = await bed.run(onlyForRecord, { mode: 'plan' })
    expect(planned.report.events).toEqual([signalled('mail-save', [])])
    const applied = await bed.run(onlyForRecord)
    expect(planned.report.changes.map(({ change }) => change)).toEqual(
      applied.report.changes.map(({ change }) => change),
    )
  })
})
