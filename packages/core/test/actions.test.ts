import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testbed, type Testbed } from '@nethserver-migrate/testkit'
import type { Destination } from '../src/destination/destination.js'
import { SourceError } from '../src/errors.js'
import { createlinks } from '../src/plugin/createlinks.js'
import type { Action, Plugin } from '../src/plugin/define-plugin.js'
import { Interruption } from '../src/run/interruption.js'
import { importWith } from './helpers/import-with.js'
import { pluginOf } from './helpers/plugin-of.js'

/** A plugin whose only trace is that its action has run. */
function tracing(name: string, level: number, ran: string[]): Plugin {
  return pluginOf(() => void ran.push(name), { name, level })
}

function failing(action: Action): Plugin {
  return pluginOf(action, { name: 'nethserver-failing-migrate', level: 10 })
}

describe('the actions of a run', () => {
  it('run in the order of their links, over all plugins', async () => {
    const ran: string[] = []
    const { report } = await importWith(testbed(), [
      tracing('nethserver-z-migrate', 20, ran),
      tracing('nethserver-b-migrate', 70, ran),
      tracing('nethserver-a-migrate', 70, ran),
      tracing('nethserver-late-migrate', 5, ran),
    ])
    expect(ran).toEqual([
      'nethserver-late-migrate',
      'nethserver-z-migrate',
      'nethserver-a-migrate',
      'nethserver-b-migrate',
    ])
    expect(report.actions.map(({ action, level }) => [level, action])).toEqual([
      [5, 'nethserver-late-migrate'],
      [20, 'nethserver-z-migrate'],
      [70, 'nethserver-a-migrate'],
      [70, 'nethserver-b-migrate'],
    ])
  })

  it('are told which options of plugins were given', async () => {
    const seen: string[][] = []
    const plugin = pluginOf(({ options }) => void seen.push([...options]))
    await testbed().run(plugin)
    await testbed().run(plugin, { pluginOptions: ['replace-databases'] })
    expect(seen).toEqual([[], ['replace-databases']])
  })

  it('are only those of the plugins that were asked for', async () => {
    const ran: string[] = []
    const plugins = ['a', 'b', 'c'].map((name) => tracing(`nethserver-${name}-migrate`, 20, ran))
    await importWith(testbed(), plugins, { only: ['nethserver-c-migrate', 'nethserver-a-migrate'] })
    expect(ran).toEqual(['nethserver-a-migrate', 'nethserver-c-migrate'])
  })

  it('are one when its event calls it by name', async () => {
    const ran: string[] = []
    const plugin: Plugin = {
      ...pluginOf(() => undefined),
      createlinks: createlinks({
        'migration-import': {
          actions: { 'nethserver-test-migrate': 20, 'nethserver-test-migrate-late': 90 },
        },
      }),
      actions: {
        'nethserver-test-migrate': () => void ran.push('first'),
        'nethserver-test-migrate-late': () => void ran.push('late'),
      },
    }
    const { report } = await importWith(testbed(), [plugin], {
      action: 'nethserver-test-migrate-late',
    })
    expect(ran).toEqual(['late'])
    expect(report.actions).toMatchObject([{ action: 'nethserver-test-migrate-late', level: 90 }])
  })

  it('are refused when nobody knows the plugin or the action, before anything is touched', async () => {
    const bed = testbed()
    const before = bed.manifest('.')
    const plugins = [pluginOf(() => undefined)]
    await expect(
      importWith(bed, plugins, { only: ['nethserver-fax-migrate'] }),
    ).rejects.toMatchObject({
      code: 'UNKNOWN_PLUGIN',
      message: 'there is no plugin nethserver-fax-migrate',
      hint: 'choose one of: nethserver-test-migrate',
    })
    await expect(
      importWith(bed, plugins, { action: 'nethserver-fax-migrate' }),
    ).rejects.toMatchObject({
      code: 'UNKNOWN_ACTION',
      message: 'no installed plugin has an action nethserver-fax-migrate',
      hint: 'choose one of: nethserver-test-migrate',
    })
    expect(bed.manifest('.')).toEqual(before)
  })

  it('are refused at a destination without databases, before anything is touched', async () => {
    const bed = testbed({ destination: { files: { 'empty/file': '' } } })
    const root = join(bed.root, 'empty')
    await expect(importWith(bed, [], { root })).rejects.toMatchObject({
      code: 'DESTINATION_NOT_FOUND',
      message: `${root} has no var/lib/nethserver/db: it is no NethServer tree`,
      hint: 'make one with: nethserver-migrate stage DIR',
    })
    expect(bed.manifest('empty')).toHaveLength(1)
  })
})

describe('an action that fails', () => {
  const later = pluginOf(
    async ({ destination }) => {
      await destination.configuration.set('Later', 'ran')
    },
    { name: 'nethserver-later-migrate', level: 90 },
  )

  it('ends as failed, and later actions still run', async () => {
    const bed = testbed()
    const { report } = await importWith(bed, [
      failing(() => {
        throw SourceError.missing('home/e-smith/x')
      }),
      later,
    ])
    expect(report.status).toBe('failed')
    expect(report.actions.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['nethserver-failing-migrate', 'failed'],
      ['nethserver-later-migrate', 'done'],
    ])
    expect(bed.record('configuration', 'Later')).toBe('Later=ran')
  })

  it('tells code, message and remedy of what a person can act on', async () => {
    const { report } = await importWith(testbed(), [
      failing(() => {
        throw SourceError.missing('home/e-smith/x')
      }),
    ])
    expect(report.findings[0]).toEqual({
      severity: 'error',
      plugin: 'nethserver-failing-migrate',
      action: 'nethserver-failing-migrate',
      code: 'SOURCE_MISSING',
      subject: 'nethserver-failing-migrate',
      message: 'cannot read home/e-smith/x: no such file or directory',
      remedy: 'give the backup archive, or the directory in which it was extracted',
    })
  })

  it.each<[string, unknown, string, RegExp]>([
    [
      'a defect',
      new TypeError('x is undefined'),
      'DEFECT',
      /^TypeError: x is undefined\\n +at .*actions\.test\.ts/,
    ],
    ['something that is no error', 'just text', 'DEFECT', /^just text$/],
  ])('reports %s with its stack', async (_what, thrown, code, message) => {
    const { report } = await importWith(testbed(), [
      failing(async () => {
        throw thrown
      }),
      later,
    ])
    expect(report.findings[0]).toMatchObject({
      severity: 'error',
      code,
      subject: 'nethserver-failing-migrate',
      message: expect.stringMatching(message) as string,
      remedy: 'This is a defect of the plugin: report it with these lines',
    })
    expect(report.actions.map(({ outcome }) => outcome)).toEqual(['failed', 'done'])
  })

  it('reports an error of the system with what to do about it', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
    const { report } = await importWith(testbed(), [
      failing(async () => {
        throw full
      }),
    ])
    expect(report.findings[0]).toMatchObject({
      severity: 'error',
      code: 'ENOSPC',
      message: 'ENOSPC: no space left',
      remedy: 'make room on the disk, then run the same command again',
    })
  })

  it('has the changes made that it had asked for before', async () => {
    const bed = testbed()
    await importWith(bed, [
      failing(async ({ destination }) => {
        await destination.configuration.set('Before', 'asked')
        throw new Error('stop')
      }),
    ])
    expect(bed.record('configuration', 'Before')).toBe('Before=asked')
  })

  it('is one that has logged an error, although it went on to its end', async () => {
    const { report } = await importWith(testbed(), [
      failing(async ({ destination, log }) => {
        log.error('one of three mailboxes cannot be read', { code: 'mailbox-unreadable' })
        await destination.configuration.set('After', 'done')
      }),
    ])
    expect(report).toMatchObject({
      status: 'failed',
      counts: { done: 1, failed: 0 },
      actions: [{ outcome: 'failed' }],
    })
  })

  it('does not fail the run with warnings, notices or things to do', async () => {
    const { report } = await testbed().run(
      pluginOf(({ log }) => {
        log.warning('w')
        log.notice('n')
        log.info('i')
        log.followUp('f')
      }),
    )
    expect(report.status).toBe('unchanged')
    expect(report.findings.map(({ severity }) => severity)).toEqual([
      'warning',
      'notice',
      'info',
      'follow-up',
    ])
  })

  it('goes on with its next operation after one that failed', async () => {
    const bed = testbed()
    const { report } = await importWith(bed, [
      failing(async ({ destination }) => {
        await destination.configuration.merge('missing', { a: '1' })
        await destination.transferTree({ from: 'missing', to: '/srv' })
        await destination.configuration.set('After', 'done')
      }),
    ])
    expect(report.counts).toEqual({ done: 1, unchanged: 0, skipped: 0, failed: 2, pending: 0 })
    expect(bed.record('configuration', 'After')).toBe('After=done')
  })
})

describe('the log of a run', () => {
  const says = pluginOf(({ log }) => {
    log.warning('the ibay "two\nlines" is closed', { remedy: 'Open it', subject: 'a\u001b[2J' })
    log.followUp('enter the password')
  })

  it('is in the messages of a staged destination, the tag first, one line each', async () => {
    const bed = testbed()
    await bed.run(says)
    const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/
    const messages = bed.file('var/log/messages').replace(/^.* keep you as their owner.*\n/, '')
    expect(messages.replace(new RegExp(time, 'g'), 'TIME')).toBe(
      '[WARNING] TIME nethserver-test-migrate: the ibay "two\\nlines" is closed. Open it\n' +
        '[NOTICE] TIME nethserver-test-migrate: to do: enter the password\n',
    )
    expect(lstatSync(join(bed.root, 'var/log/messages')).mode & 0o777).toBe(0o600)
  })

  it('is not written by a plan, and not by an action that its event has called', async () => {
    const bed = testbed()
    await bed.run(says, { mode: 'plan' })
    await importWith(bed, [says], { action: 'nethserver-test-migrate' })
    expect(bed.manifest('var/log')).toEqual([])
  })

  it('never has control characters that could drive a terminal', async () => {
    const { report } = await testbed().run(says)
    expect(report.findings[0]?.subject).toBe('a\\x1b[2J')
  })
})

describe('a run that is asked to stop', () => {
  type Step = readonly [name: string, ask: (destination: Destination) => Promise<unknown>]

  const STEPS: readonly Step[] = [
    ['event', (to) => to.signalEvent('first-save')],
    ['record', (to) => to.configuration.set('Plain', 'x')],
    ['command', (to) => to.run(['true'])],
    ['user', (to) => to.createUsers([{ name: 'rossi', fullName: 'R', uid: undefined, props: {} }])],
    ['group', (to) => to.createGroups([{ name: 'sales', gid: undefined, members: [], props: {} }])],
    ['password', (to) => to.setPasswords([{ user: 'rossi', hash: '$6$a$b' }])],
    ['tree', (to) => to.transferTree({ from: 'tree', to: '/srv' })],
    [
      'copied file',
      (to) => to.copyFile({ from: 'file', to: '/etc/a', mode: 0o644, whenDifferent: 'save-old' }),
    ],
    ['written file', (to) => to.writeFile({ to: '/etc/b', content: 'b', mode: 0o644 })],
    ['link', (to) => to.makeLink({ to: '/etc/c', target: 'b' })],
  ]
  const FILES = { 'tree/file': 'moved', file: 'copied' }

  /** Takes all steps; the stop is asked for before the one with this number. */
  const stepping = (interruption?: Interruption, stopBefore?: number) =>
    pluginOf(async ({ destination }) => {
      for (const [index, [, ask]] of STEPS.entries()) {
        if (index === stopBefore) interruption?.request('SIGTERM')
        await ask(destination)
      }
    })

  function stateOf(bed: Testbed) {
    return {
      databases: ['accounts', 'configuration'].map((name) => bed.databaseText(name)),
      files: bed
        .manifest('.')
        .filter((line) => !/ var\/(log|lib\/nethserver\/(migration|db))/.test(line)),
      queue: bed.events(),
    }
  }

  it.each(STEPS.map(([name], index) => [name, index] as const))(
    'stops before the next operation, a %s, and is finished by the next run',
    async (_name, stopBefore) => {
      const interruption = new Interruption()
      const bed = testbed({ source: { files: FILES } })
      const { report, interrupted } = await importWith(
        bed,
        [stepping(interruption, stopBefore), tracing('nethserver-z-migrate', 90, [])],
        { interruption },
      )
      expect(interrupted).toMatchObject({ code: 'INTERRUPTED', signal: 'SIGTERM' })
      expect(report.status).toBe('pending')
      expect(report.actions).toEqual([])
      expect(report.changes.map(({ outcome }) => outcome)).toEqual(
        Array.from({ length: stopBefore }, () => 'done'),
      )
      expect(report.findings.at(-1)).toMatchObject({
        severity: 'warning',
        code: 'interrupted',
        remedy: 'run the same command again: it goes on from here',
      })

      const resumed = await bed.run(stepping())
      expect(resumed.report.status).toBe('done')
      const undisturbed = testbed({ source: { files: FILES } })
      await undisturbed.run(stepping())
      expect(stateOf(bed)).toEqual(stateOf(undisturbed))
    },
  )

  it('does not run later actions', async () => {
    const ran: string[] = []
    const interruption = new Interruption()
    const { interrupted } = await importWith(
      testbed(),
      [
        failing(async ({ destination }) => {
          interruption.request('SIGINT')
          await destination.signalEvent('first-save')
        }),
        tracing('nethserver-z-migrate', 90, ran),
      ],
      { interruption },
    )
    expect(interrupted?.signal).toBe('SIGINT')
    expect(ran).toEqual([])
  })

  it('does not start another action, also when the stop came after the last operation of one', async () => {
    const ran: string[] = []
    const interruption = new Interruption()
    const { interrupted, report } = await importWith(
      testbed(),
      [
        failing(async ({ destination }) => {
          await destination.signalEvent('first-save')
          interruption.request('SIGTERM')
        }),
        tracing('nethserver-z-migrate', 90, ran),
      ],
      { interruption },
    )
    expect(interrupted?.signal).toBe('SIGTERM')
    expect(report.status).toBe('pending')
    expect(ran).toEqual([])
  })

  it('says in the next run that an earlier one was cut short, and only then', async () => {
    const interruption = new Interruption()
    const bed = testbed({ source: { files: FILES } })
    await bed.run(stepping(interruption, 3), { interruption })
    const resumed = await bed.run(stepping())
    expect(resumed.said).toContain('notice resumed old.example.com')
    expect(resumed.messages).toContain(
      'an earlier run with old.example.com was cut short after 3 operations: going on from there',
    )
    expect((await bed.run(stepping())).said).toEqual([])
  })
})

describe('the next run with another source', () => {
  it('says that databases or accounts of the source have changed', async () => {
    const plugin = pluginOf(async ({ destination }) => {
      await destination.configuration.set('Plain', 'x')
    })
    const bed = testbed()
    await bed.run(plugin)
    const changed = testbed({ source: { databases: { accounts: 'u=user\n' } } })
    const { report } = await importWith({ ...bed, source: changed.source }, [plugin])
    expect(report.findings[0]).toMatchObject({
      severity: 'notice',
      code: 'source-changed',
      subject: 'old.example.com',
    })
  })
})
