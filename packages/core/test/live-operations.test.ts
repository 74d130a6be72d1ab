import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  filesHolding,
  programs,
  recording,
  temporaryFolder,
  testbed,
} from '@nethserver-migrate/testkit'
import { LiveOperations, type Part } from '../src/destination/live-operations.js'
import type { Destination } from '../src/destination/destination.js'
import type { OperationResult } from '../src/destination/operation.js'
import { OperationRunner } from '../src/destination/operation-runner.js'
import { NethServerHost } from '../src/host/nethserver-host.js'
import { Journal } from '../src/journal/journal.js'
import type { Finding } from '../src/report/findings.js'
import { actionLog } from '../src/report/log.js'
import { Interruption } from '../src/run/interruption.js'
import { forgetAfter, journalOf, queueOf } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'

const NAME = 'nethserver-test-migrate'

const acting = (ask: (destination: Destination) => Promise<unknown>) =>
  pluginOf(async ({ destination }) => {
    await ask(destination)
  })

const queued = (bed: ReturnType<typeof testbed>) =>
  readFileSync(queueOf(bed), 'utf8').split('\n').filter(Boolean)

/** Live operations on this machine; each call is an import of its own, with one journal for all. */
function liveImports() {
  const journal = join(temporaryFolder(), 'journal.jsonl')
  return async (ask: (live: LiveOperations) => Promise<unknown>) => {
    const said: Finding[] = []
    const host = new NethServerHost()
    const runner = new OperationRunner({
      mode: 'apply',
      host,
      journal: Journal.open(journal, {
        id: 'run',
        at: '',
        event: 'migration-import',
        sourceHost: 'old',
        sourcePath: '/',
        fingerprint: '',
      }),
      interruption: new Interruption(),
    })
    const log = actionLog(NAME, NAME, (finding) => said.push(finding))
    runner.enterAction({ plugin: NAME, action: NAME, log })
    const result = await ask(new LiveOperations(runner, (tasks) => host.perform(tasks)))
    return { result, said: said.map(({ code, message }) => `${code} ${message}`) }
  }
}

describe('steps that belong together', () => {
  const move = (destination: Destination) =>
    destination.runTogether('move the domain', [
      { command: ['service', 'smb', 'stop'] },
      { event: 'domain-move', args: ['ACME'] },
      { command: ['service', 'smb', 'start'], always: true },
    ])

  it('are queued in order, with what a replay has to know of them', async () => {
    const bed = testbed()
    const { report } = await bed.run(acting(move))
    expect(queued(bed)).toEqual([
      '{"command":["service","smb","stop"],"together":"move the domain"}',
      '{"event":"domain-move","args":["ACME"],"together":"move the domain"}',
      '{"command":["service","smb","start"],"together":"move the domain","always":true}',
    ])
    expect(report.events).toMatchObject([{ name: 'domain-move', args: ['ACME'] }])
  })

  it('are taken once, also when something changed before them', async () => {
    const bed = testbed()
    const plugin = (EmailAddress: string) =>
      acting(async (destination) => {
        await destination.configuration.merge('root', { EmailAddress })
        await move(destination)
      })
    await bed.run(plugin('a@b'))
    const { report } = await bed.run(plugin('c@d'))
    expect(report.events).toEqual([])
    expect(queued(bed)).toHaveLength(3)
  })

  it('are planned as they are then taken', async () => {
    const bed = testbed()
    const plan = await bed.run(acting(move), { mode: 'plan' })
    expect(plan.report.counts.pending).toBe(3)
    const { report } = await bed.run(acting(move))
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
  })

  it('stand in the queue once, wherever a run is killed', async () => {
    const bed = testbed()
    await bed.run(acting(move))
    const [whole, begun] = [queued(bed), readFileSync(journalOf(bed), 'utf8').split('\n')[3] ?? '']
    expect(begun).toContain('"begin":3')
    forgetAfter(bed, '"begin":3')
    await bed.run(acting(move))
    expect(queued(bed)).toEqual(whole)
    forgetAfter(bed, '"begin":3')
    rmSync(queueOf(bed))
    await bed.run(acting(move))
    expect(queued(bed)).toEqual(whole)
  })

  it('are left out on a live host when one before them failed, but for those that end it', async () => {
    const run = liveImports()
    const { calls } = programs({
      service: recording(),
      net: recording('test "$1" != fail'),
    })
    const steps = [
      { command: ['service', 'smb', 'stop'] },
      { command: ['net', 'fail'] },
      { command: ['net', 'go'] },
      { command: ['service', 'smb', 'start'], always: true as const },
    ]
    const first = await run((live) => live.runTogether('move the domain', steps))
    expect(first.result).toMatchObject({ outcome: 'failed' })
    expect(first.said).toEqual([
      'COMMAND_FAILED net fail: exit status 1',
      'STEP_LEFT_OUT net go: left out, a step before it failed (move the domain)',
    ])
    const made = ['service smb stop', 'net fail', 'service smb start']
    expect(calls().map(({ argv }) => argv.join(' '))).toEqual(made)

    // All of them again, until all have succeeded; then never again.
    programs({ net: recording() })
    const second = await run((live) => live.runTogether('move the domain', steps))
    expect(second).toMatchObject({ result: { outcome: 'done' }, said: [] })
    expect(calls().map(({ argv }) => argv.join(' '))).toEqual([
      ...made,
      'service smb stop',
      'service smb start',
    ])
    const third = await run((live) => live.runTogether('move the domain', steps))
    expect(third).toMatchObject({ result: { outcome: 'unchanged' }, said: [] })
    expect(calls()).toHaveLength(5)
  })

  it('do not keep others from being taken', async () => {
    const run = liveImports()
    const { calls } = programs({ net: recording('exit 1') })
    await run(async (live) => {
      await live.runTogether('first', [{ command: ['net', 'a'] }, { command: ['net', 'b'] }])
      await live.runTogether('second', [{ command: ['net', 'c'] }])
    })
    expect(calls().map(({ argv }) => argv[1])).toEqual(['a', 'c'])
  })
})

describe('a program for many', () => {
  const LDAP = ['ldapmodify', '-c']
  const part = (name: string): Part => ({ about: `user ${name}`, input: `${name}: PLANTED\n` })
  const parts = (...names: string[]) => names.map(part)

  it('is queued once, with one private file for all', async () => {
    const bed = testbed()
    const { report } = await bed.run(acting((to) => to.runForEach(LDAP, parts('anna', 'bruno'))))
    const file = 'var/lib/nethserver/migration/secrets/ldapmodify-user-anna'
    expect(queued(bed)).toEqual([`{"command":["ldapmodify","-c"],"input":"/${file}"}`])
    expect(bed.file(file)).toBe('anna: PLANTED\nbruno: PLANTED\n')
    expect(filesHolding(bed.root, 'PLANTED')).toEqual([file])
    expect(report.changes.map(({ change }) => change)).toEqual([
      { kind: 'command', command: LDAP, about: 'user anna' },
      { kind: 'command', command: LDAP, about: 'user bruno' },
    ])
    expect(JSON.stringify(report)).not.toContain('PLANTED')
  })

  it('reads each part once: only new ones later, from a file of their own', async () => {
    const bed = testbed()
    await bed.run(acting((to) => to.runForEach(LDAP, parts('anna'))))
    await bed.run(acting((to) => to.runForEach(LDAP, parts('anna', 'bruno'))))
    await bed.run(acting((to) => to.runForEach(LDAP, parts('anna', 'bruno'))))
    const folder = '/var/lib/nethserver/migration/secrets'
    expect(queued(bed)).toEqual([
      `{"command":["ldapmodify","-c"],"input":"${folder}/ldapmodify-user-anna"}`,
      `{"command":["ldapmodify","-c"],"input":"${folder}/ldapmodify-user-bruno"}`,
    ])
    expect(bed.file(`${folder}/ldapmodify-user-bruno`)).toBe('bruno: PLANTED\n')
  })

  it('may belong to steps without which a replay leaves it out', async () => {
    const bed = testbed()
    await bed.run(
      acting((to) => to.runForEach(LDAP, parts('anna'), { together: 'move the domain' })),
    )
    expect(queued(bed)).toEqual([expect.stringMatching(/"together":"move the domain"}$/)])
  })

  it('stands in the queue once when a run is killed behind it', async () => {
    const bed = testbed()
    const plugin = acting((to) => to.runForEach(LDAP, parts('anna', 'bruno')))
    await bed.run(plugin)
    forgetAfter(bed, '"begin":2')
    await bed.run(plugin)
    expect(queued(bed)).toHaveLength(1)
  })

  it('is not run for nobody', async () => {
    const run = liveImports()
    const { calls } = programs({ ldapmodify: recording() })
    await run((live) => live.runForEach(LDAP, []))
    expect(calls()).toEqual([])
  })

  it('that fails is an error of those alone for whom it fails; they are tried again', async () => {
    const run = liveImports()
    const names = Array.from({ length: 100 }, (_, index) => `user${index}`)
    const fails = (...bad: string[]) =>
      recording(
        `case "$input" in ${bad.map((name) => `*${name}:*`).join('|')}) echo no ${bad.join(' or ')}; exit 32 ;; esac`,
      )
    const { calls } = programs({ ldapmodify: fails('user7', 'user63') })
    const { result, said } = await run((live) => live.runForEach(LDAP, parts(...names)))
    const outcomes = (result as { outcome: string }[]).map(({ outcome }) => outcome)
    expect(names.filter((_, index) => outcomes[index] === 'failed')).toEqual(['user7', 'user63'])
    expect(said).toEqual([
      'COMMAND_FAILED user user7: ldapmodify -c: exit status 32 (no user7 or user63)',
      'COMMAND_FAILED user user63: ldapmodify -c: exit status 32 (no user7 or user63)',
    ])
    expect(calls().length).toBeLessThan(50)

    const { calls: later } = programs({ ldapmodify: recording() })
    await run((live) => live.runForEach(LDAP, parts(...names)))
    expect(later().map(({ stdin }) => stdin)).toEqual(['user7: PLANTED\nuser63: PLANTED\n'])
  })

  it('that always fails is tried no more than twice', async () => {
    const run = liveImports()
    const { calls } = programs({ ldapmodify: recording('echo "no server"; exit 255') })
    const { said } = await run((live) => live.runForEach(LDAP, parts('anna', 'bruno', 'carla')))
    expect(said).toHaveLength(3)
    expect(calls()).toHaveLength(2)
  })
})

describe('an event for many', () => {
  const USERS = ['anna', 'bruno', 'carla']

  it('is signalled for those that something has changed for, once', async () => {
    const bed = testbed()
    const plugin = (...changed: string[]) =>
      acting(async (destination) => {
        const results: OperationResult[] = []
        for (const name of USERS)
          results.push(
            await destination.configuration.merge(
              'root',
              changed.includes(name) ? { [name]: String(bed.events().length) } : {},
            ),
          )
        await destination.signalForEach(
          'user-modify',
          USERS.map((name, index) => ({
            args: [name],
            onlyFor: results.slice(index, index + 1).filter(() => changed.includes(name)),
          })),
        )
      })
    await bed.run(plugin('anna', 'carla'))
    expect(bed.events()).toEqual(['user-modify anna', 'user-modify carla'])
    await bed.run(plugin())
    expect(bed.events()).toHaveLength(2)
    await bed.run(plugin('carla'))
    expect(bed.events().slice(2)).toEqual(['user-modify carla'])
  })

  it('is signalled for each of hundreds, and for none twice after a kill', async () => {
    const bed = testbed()
    const names = Array.from({ length: 300 }, (_, index) => `user${index}`)
    const plugin = acting(async (destination) => {
      const changed = await destination.configuration.merge('root', { EmailAddress: 'a@b' })
      await destination.signalForEach(
        'user-modify',
        names.map((name) => ({ args: [name], onlyFor: [changed] })),
      )
    })
    await bed.run(plugin)
    forgetAfter(bed, '["user250"]')
    await bed.run(plugin)
    expect(bed.events()).toEqual(names.map((name) => `user-modify ${name}`))
  })
})
