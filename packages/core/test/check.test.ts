import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { programs, testbed, type TestbedOptions } from '@nethserver-migrate/testkit'
import { clockNotes } from '../src/check/rules/clock.js'
import { databaseNotes } from '../src/check/rules/databases.js'
import { diskNotes } from '../src/check/rules/disk-space.js'
import { listeningPorts, portNotes, type Port } from '../src/check/rules/ports.js'
import type { Action, Plugin } from '../src/plugin/define-plugin.js'
import type { ReportedChange } from '../src/destination/changes.js'
import type { Report } from '../src/report/report.js'
import { openHost } from '../src/run/open-host.js'
import { lookAtDestination } from '../src/run/look-at-destination.js'
import { takeRunLock } from '../src/run/run-lock.js'
import { Source } from '../src/source/source.js'
import { importWith } from './helpers/import-with.js'
import { pluginOf } from './helpers/plugin-of.js'

/** A plugin with one action that knows everything of a source. */
const knowing = (action: Action): Plugin => ({
  ...pluginOf(action),
  covers: ['configuration', 'accounts'].map((database) => ({ database })),
})

const quiet = knowing(() => undefined)

/** What a check says of a source and a destination, but for the age of the backup. */
async function said(options: TestbedOptions = {}, plugin: Plugin = quiet, more = {}) {
  return (await testbed(options).check(plugin, more)).said
}

describe('a check before an import', () => {
  it('says nothing of a source with nothing wrong', async () => {
    expect(await said()).toEqual([])
  })

  it('changes nothing at the destination', async () => {
    const t = testbed()
    const before = t.manifest('.')
    await t.check(knowing(({ destination }) => destination.configuration.set('A', 'b') as never))
    expect(t.manifest('.')).toEqual(before)
  })

  it('weighs what the plan says: errors high, warnings medium, tasks as information', async () => {
    const plugin = knowing(({ log }) => {
      log.info('i', { code: 'info-code' })
      log.notice('n', { code: 'notice-code' })
      log.followUp('f', { code: 'task-code' })
      log.warning('w', { code: 'warning-code' })
      log.error('e', { code: 'error-code' })
    })
    expect(await said({}, plugin)).toEqual([
      'high error-code',
      'medium warning-code',
      'info task-code',
    ])
  })

  it('lets a plugin say how much its findings weigh', async () => {
    const plugin: Plugin = {
      ...knowing(({ log }) => {
        log.error('e', { code: 'no-way' })
        log.notice('n', { code: 'notice-code' })
      }),
      checks: { severities: { 'no-way': 'blocker', 'notice-code': 'info' } },
    }
    expect(await said({}, plugin)).toEqual(['blocker no-way', 'info notice-code'])
  })

  it('asks a plugin for its own rules, which can only read', async () => {
    let change: Promise<unknown> = Promise.resolve()
    const plugin: Plugin = {
      ...quiet,
      checks: {
        rules: [
          ({ source, destination }) => {
            change = destination.configuration.setType('A', 'b')
            return [
              {
                severity: 'medium',
                code: 'own-rule',
                subject: source.hostName,
                message: 'm',
                remedy: 'r',
              },
            ]
          },
        ],
      },
    }
    expect(await said({}, plugin)).toEqual(['medium own-rule old.example.com'])
    await expect(change).rejects.toThrow('outside of an action')
  })

  it('goes on when a rule or a question cannot be asked, and says why', async () => {
    const plugin: Plugin = {
      ...quiet,
      checks: {
        rules: [
          () => {
            throw new Error('no rule')
          },
          () => [{ severity: 'info', code: 'other', subject: 's', message: 'm', remedy: '' }],
        ],
      },
      decisions: () => {
        throw new Error('no question')
      },
    }
    const { findings } = await testbed().check(plugin)
    expect(findings.map(({ severity, code, message }) => [severity, code, message])).toEqual([
      ['high', 'not-checked', 'not everything could be checked: no question'],
      ['high', 'not-checked', 'not everything could be checked: no rule'],
      ['info', 'other', 'm'],
    ])
  })

  it('accepts what a person accepts, with the reason', async () => {
    const plugin = knowing(({ log }) => {
      log.error('e', { code: 'one' })
      log.error('e', { code: 'two' })
    })
    const text = 'source: old.example.com\naccept:\n  one: it is a test\n'
    const { findings } = await testbed().check(plugin, {
      accept: ['two'],
      decisions: { path: 'f', text },
    })
    expect(findings.map(({ code, accepted }) => [code, accepted])).toEqual([
      ['one', 'it is a test'],
      ['two', '--accept'],
    ])
  })

  it('looks at conflicts as was decided, unless the import is told otherwise', async () => {
    const bed = () =>
      testbed({
        source: { files: { 'old/report': 'theirs' } },
        destination: { files: { 'srv/new/report': 'mine' } },
      })
    const plugin: Plugin = {
      ...knowing(async ({ destination }) => {
        await destination.transferTree({ from: 'old', to: '/srv/new' })
      }),
      covers: [{ database: 'configuration' }, { database: 'accounts' }, { tree: 'old' }],
      checks: {
        severities: {
          'exists-kept-both': 'info',
          'exists-skipped': 'info',
          'exists-replaced': 'info',
        },
      },
    }
    const decisions = { path: 'f', text: 'source: old.example.com\nonConflict: skip\n' }
    const codes = async (more: object) =>
      (await bed().check(plugin, more)).findings.map(({ code }) => code)
    expect(await codes({})).toEqual(['exists-kept-both'])
    expect(await codes({ decisions })).toEqual(['exists-skipped'])
    expect(await codes({ decisions, onConflict: 'replace' })).toEqual(['exists-replaced'])
  })

  it('is blocked by a question without an answer that has no safe default', async () => {
    const plugin: Plugin = {
      ...quiet,
      decisions: () => [
        { topic: 'colour', subject: 'door', about: 'x', choices: [{ answer: 'red', means: 'y' }] },
        {
          topic: 'colour',
          subject: 'wall',
          about: 'x',
          choices: [{ answer: 'red', means: 'y' }],
          otherwise: 'red',
        },
      ],
    }
    expect(await said({}, plugin)).toEqual(['blocker question-unanswered colour/door'])
    const text = 'source: old.example.com\nanswers:\n  colour:\n    door: red\n'
    expect(await said({}, plugin, { decisions: { path: 'f', text } })).toEqual([])
  })
})

describe('answers to plugins that do not run', () => {
  const other: Plugin = {
    ...pluginOf(() => undefined, { name: 'nethserver-other-migrate' }),
    decisions: () => [
      { topic: 'colour', subject: 'door', about: 'x', choices: [{ answer: 'red', means: 'y' }] },
    ],
  }
  const only = { plugins: [quiet, other], only: [quiet.name] }

  it('are understood', async () => {
    const text = 'source: old.example.com\nanswers:\n  colour:\n    door: red\n'
    expect(await said({}, quiet, { ...only, decisions: { path: 'f', text } })).toEqual([])
  })

  it('are not missed', async () => {
    expect(await said({}, quiet, only)).toEqual([])
  })
})

describe('features of the old server', () => {
  const missing = (name: string, inUse: boolean) => ({
    name,
    api: 1,
    feature: {
      title: 'Chat',
      packages: ['nethserver-chat'],
      records: [{ database: 'configuration', key: 'chat' }],
      inUse: () => inUse,
      evidence: 'chat is enabled',
    },
  })

  it.each([
    ['package', '', ['high package-missing nethserver-chat']],
    ['plugin', 'chat=service\n', ['high plugin-missing nethserver-chat-migrate']],
  ])('need their %s', async (_, configuration, expected) => {
    const known = [missing('nethserver-chat-migrate', true)]
    const t = testbed({ destination: { records: { configuration } } })
    const { said: lines, findings } = await t.check(quiet, { known })
    expect(lines).toEqual(expected)
    expect(findings[0]?.remedy).toMatch(/^yum install (nethserver-chat )?nethserver-chat-migrate, /)
  })

  it('that were not in use need nothing', async () => {
    expect(await said({}, quiet, { known: [missing('nethserver-chat-migrate', false)] })).toEqual(
      [],
    )
  })
})

describe('databases of the source', () => {
  it('are read, with file and line of what may not say what was meant', async () => {
    const { said: lines, findings } = await testbed({
      source: { databases: { accounts: 'good=user|Uid|5000\nno value\nodd=user|Uid\n' } },
    }).check(quiet)
    expect(lines).toEqual([
      'medium record-malformed home/e-smith/db/accounts:2',
      'medium record-malformed home/e-smith/db/accounts:3',
    ])
    expect(findings[0]?.message).toContain('home/e-smith/db/accounts, line 2')
  })

  it('that cannot be read are named', () => {
    const t = testbed()
    writeFileSync(join(t.source, 'home/e-smith/db/large'), '')
    truncateSync(join(t.source, 'home/e-smith/db/large'), 2 ** 32)
    expect(databaseNotes({ source: Source.open(t.source), plugins: [] })).toMatchObject([
      { severity: 'high', code: 'database-unreadable', subject: 'large' },
    ])
  })

  it('that are links, pipes or folders are named; folders of other names are none', () => {
    const t = testbed()
    const path = (name: string) => join(t.source, 'home/e-smith/db', name)
    symlinkSync(path('configuration'), path('hosts'))
    execFileSync('mkfifo', [path('domains')])
    for (const name of ['accounts', 'networks', 'navigation']) {
      rmSync(path(name), { force: true })
      mkdirSync(path(name))
    }
    const plugin: Plugin = {
      ...quiet,
      covers: [{ database: 'networks' }],
      leavesOut: [{ database: 'accounts', reason: 'obsolete' }],
    }
    const notes = databaseNotes({ source: Source.open(t.source), plugins: [plugin] })
    expect(notes.map(({ subject, message }) => [subject, message.replace(t.source, '')])).toEqual([
      ['accounts', 'cannot open /home/e-smith/db/accounts: it is not a regular file'],
      ['domains', 'cannot open /home/e-smith/db/domains: it is not a regular file'],
      ['hosts', 'home/e-smith/db/hosts leads through a symbolic link in the source: not followed'],
      ['networks', 'cannot open /home/e-smith/db/networks: it is not a regular file'],
    ])
  })
})

describe('room on a disk', () => {
  const report = (bytes: number): Report => ({
    status: 'pending',
    source: '',
    destination: '',
    actions: [],
    counts: { done: 0, unchanged: 0, skipped: 0, failed: 0, pending: 1 },
    findings: [],
    events: [],
    changes: [
      {
        plugin: '',
        action: '',
        outcome: 'pending',
        change: {
          kind: 'tree',
          from: 'home',
          to: '/var/lib/home',
          files: 1,
          directories: 0,
          bytes,
          keptBoth: [],
        },
      },
    ],
  })
  const notes = (bytes: number, transfer: 'move' | 'copy') => {
    const t = testbed()
    return diskNotes({
      host: openHost(t.root, 'plan'),
      source: Source.open(t.source),
      transfer,
      report: report(bytes),
    }).map(({ severity, code }) => [severity, code])
  }

  it('that is not enough for what is copied is a blocker', () => {
    expect(notes(1e18, 'copy')).toEqual([['blocker', 'disk-space']])
  })

  it('is for all trees and dumps of a filesystem together, and not for what is there already', () => {
    const t = testbed()
    const host = openHost(t.root, 'plan')
    const source = Source.open(t.source)
    programs({ df: '#!/bin/sh\necho none 9 1 9765 1% /small\n' })
    const tree = (outcome: 'pending' | 'done', from = 'home'): ReportedChange => ({
      plugin: '',
      action: '',
      outcome,
      change: {
        kind: 'tree',
        from,
        to: '/var/lib/home',
        files: 1,
        directories: 0,
        bytes: 6e6,
        keptBoth: [],
      },
    })
    const dump: ReportedChange = {
      plugin: '',
      action: '',
      outcome: 'pending',
      change: { kind: 'database', name: 'shop', from: 'shop.dump', bytes: 6e6 },
    }
    const messages = (transfer: 'move' | 'copy', ...changes: readonly ReportedChange[]) =>
      diskNotes({ host, source, transfer, report: { ...report(0), changes } }).map(
        ({ message }) => message,
      )
    expect(messages('copy', tree('pending'), tree('done'))).toEqual([])
    const two = '13 MB are copied to the filesystem /small, which has room for 10 MB'
    expect(messages('copy', tree('pending'), tree('pending', '/root/old'))).toEqual([two])
    // Dumps are written anew also where files are moved.
    expect(messages('move', tree('pending'), dump)).toEqual([])
    expect(messages('move', tree('pending'), dump, dump)).toEqual([
      '12 MB are copied to the filesystem /small, which has room for 10 MB',
    ])
  })

  it('is enough for a little, and for all that is moved within a filesystem', () => {
    expect(notes(1, 'copy')).toEqual([])
    expect(notes(1e18, 'move')).toEqual([])
  })
})

describe('ports', () => {
  const record = (records: string) =>
    testbed({ destination: { records: { configuration: records } } })
  const notes = (t: ReturnType<typeof testbed>, listening: readonly Port[] = []) => {
    const host = openHost(t.root, 'plan')
    const { destination } = lookAtDestination(host, Source.open(t.source))
    const change = {
      kind: 'record' as const,
      database: 'configuration',
      key: 'chat',
      props: { status: ['disabled', 'enabled'] as const },
    }
    const report = { changes: [{ change, plugin: '', action: '', outcome: 'pending' }] }
    return portNotes(
      { host, destination, report: report as unknown as Report },
      new Set(listening),
    ).map(({ message }) => message)
  }
  const chat = 'chat=service|TCPPorts|9222,9223|status|disabled\n'

  it('of a service that is switched on may be those of another one', () => {
    expect(notes(record(`${chat}other=service|TCPPort|9223|status|enabled\n`))).toEqual([
      'the import switches chat on, whose TCP port 9223 belongs to other too',
    ])
  })

  it('may be those of a program', () => {
    expect(notes(record(chat), ['TCP port 9222'])).toEqual([
      'the import switches chat on, whose TCP port 9222 a program listens on already',
    ])
  })

  it('that nobody holds are free', () => {
    expect(
      notes(record(`${chat}other=service|TCPPort|9223|status|disabled\n`), ['TCP port 80']),
    ).toEqual([])
  })

  it('of UDP are no ports of TCP', () => {
    const chatter = 'chat=service|UDPPort|9224|status|disabled\n'
    const other = (protocol: string) => `other=service|${protocol}Ports|9224|status|enabled\n`
    expect(notes(record(chatter + other('TCP')), ['TCP port 9224'])).toEqual([])
    expect(notes(record(chatter + other('UDP')))).toEqual([
      'the import switches chat on, whose UDP port 9224 belongs to other too',
    ])
  })

  it('that programs listen on are told by the kernel', async () => {
    const tcp = createServer().listen(0, '127.0.0.1')
    const udp = createSocket('udp6').bind(0, '::1')
    await Promise.all([once(tcp, 'listening'), once(udp, 'listening')])
    const { port } = tcp.address() as AddressInfo
    const ports: Port[] = [`TCP port ${port}`, `UDP port ${udp.address().port}`]
    const held = listeningPorts()
    tcp.close()
    udp.close()
    await Promise.all([once(tcp, 'close'), once(udp, 'close')])
    const free = listeningPorts()
    expect(ports.map((one) => [held.has(one), free.has(one)])).toEqual([
      [true, false],
      [true, false],
    ])
  })
})

describe('the clock', () => {
  const at = (time: string, now: string) => {
    const t = testbed()
    const file = join(t.source, 'home/e-smith/db/configuration')
    utimesSync(file, new Date(time), new Date(time))
    return clockNotes({ source: Source.open(t.source) }, Date.parse(now)).map(
      ({ severity, code }) => `${severity} ${code}`,
    )
  }

  it('of the destination that is before the backup is wrong', () => {
    expect(at('2020-05-02T00:00:00Z', '2020-05-01T00:00:00Z')).toEqual(['high clock-behind'])
  })

  it('tells how old a backup is', () => {
    expect(at('2020-05-02T00:00:00Z', '2020-06-01T00:00:00Z')).toEqual(['info backup-age'])
  })

  it('says nothing of a backup of today', () => {
    expect(at('2020-05-02T00:00:00Z', '2020-05-02T05:00:00Z')).toEqual([])
  })
})

describe('earlier runs', () => {
  it('that are at work are a blocker', async () => {
    const t = testbed()
    const release = takeRunLock(t.root)
    expect((await t.check(quiet)).said).toEqual([
      expect.stringMatching(/^blocker import-running another migration is running .* process/),
    ])
    release()
    expect((await t.check(quiet)).said).toEqual([])
  })

  it('that are done are told of', async () => {
    const t = testbed()
    const plugin = knowing(async ({ destination }) => {
      await destination.configuration.set('A', 'b')
    })
    await importWith(t, [plugin])
    expect((await t.check(plugin)).said).toEqual(['info imported-before journal'])
  })

  it('that were cut short are gone on with', async () => {
    const t = testbed()
    const plugin = knowing(async ({ destination }) => {
      await destination.configuration.set('A', 'b')
    })
    await importWith(t, [plugin])
    const journal = join(t.root, 'var/lib/nethserver/migration/journal.jsonl')
    const lines = readFileSync(journal, 'utf8').split('\n')
    writeFileSync(journal, lines.filter((line) => !line.startsWith('{"finished"')).join('\n'))
    expect((await t.check(plugin)).said).toEqual(['info import-unfinished journal'])
  })
})

describe('parts of the source that no installed plugin knows', () => {
  it('are told of, and parts that one knows are not', async () => {
    expect(await said({ source: { databases: { addon: 'it=service|Port|1\n' } } })).toEqual([
      'medium unknown addon: records of type service (Port)',
    ])
    expect(await said({ source: { databases: { accounts: 'it=user|Uid|1\n' } } })).toEqual([])
  })
})

describe('services', () => {
  it('that an import restarts are told of', async () => {
    const plugin = knowing(async ({ destination }) => {
      await destination.signalEvent('nethserver-chat-update')
      await destination.signalEvent('user-create', ['mrossi'])
    })
    expect(await said({}, plugin)).toEqual(['info services-restarted nethserver-chat'])
  })
})
