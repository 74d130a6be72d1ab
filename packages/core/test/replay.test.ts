import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recording, testbed, type Testbed } from '@nethserver-migrate/testkit'
import type { QueuedTask } from '../src/host/staged-host.js'
import type { Report } from '../src/report/report.js'
import { firstBoot, writeQueue } from './helpers/first-boot.js'

const STATE = 'var/lib/nethserver/migration'
const SECRETS = `/${STATE}/secrets`

const step = (...words: string[]): QueuedTask => ({ command: ['step', ...words] })
const event = (name: string, ...args: string[]): QueuedTask => ({ event: name, args })

/** A destination with these lines in its queue. */
function queued(...tasks: QueuedTask[]): Testbed {
  const bed = testbed()
  writeQueue(bed.root, tasks)
  return bed
}

function secret({ root }: Testbed, name: string, content: string): void {
  writeFileSync(join(root, SECRETS, name), content, { encoding: 'latin1', mode: 0o600 })
}

const said = ({ findings }: Report) =>
  findings.map(({ severity, code, subject }) => `${severity} ${code} ${subject}`.trim())

describe('a replay', () => {
  it('runs events and commands in the order of the queue, with their words and their input', (context) => {
    const bed = queued(
      event('password-modify', 'rossi', `${SECRETS}/password-rossi`),
      { command: ['lpasswd', '-f', '0', 'rossi'], input: `${SECRETS}/hash-rossi` },
      step('two words', '$(touch x)', ''),
      event('mail-save'),
    )
    secret(bed, 'password-rossi', 'random')
    secret(bed, 'hash-rossi', 'random\n$6$h\xe9\n')
    const boot = firstBoot(context, bed.root)

    const report = boot.replay()

    expect(boot.calls()).toEqual([
      {
        argv: ['signal-event', 'password-modify', 'rossi', `${SECRETS}/password-rossi`],
        stdin: '',
        note: 'random',
      },
      { argv: ['lpasswd', '-f', '0', 'rossi'], stdin: 'random\n$6$h\xe9\n', note: '' },
      { argv: ['step', 'two words', '$(touch x)', ''], stdin: '', note: '' },
      { argv: ['signal-event', 'mail-save'], stdin: '', note: '' },
    ])
    expect({ ...report, actions: [] }).toEqual({
      status: 'done',
      source: `/${STATE}/events.jsonl`,
      destination: '/',
      actions: [],
      counts: { done: 4, unchanged: 0, skipped: 0, failed: 0, pending: 0 },
      findings: [],
      events: [
        {
          plugin: '',
          action: 'replay',
          name: 'password-modify',
          args: ['rossi', `${SECRETS}/password-rossi`],
        },
        { plugin: '', action: 'replay', name: 'mail-save', args: [] },
      ],
      changes: [
        { kind: 'event', event: 'password-modify', args: ['rossi', `${SECRETS}/password-rossi`] },
        { kind: 'command', command: ['lpasswd', '-f', '0', 'rossi'] },
        { kind: 'command', command: ['step', 'two words', '$(touch x)', ''] },
        { kind: 'event', event: 'mail-save', args: [] },
      ].map((change) => ({ plugin: '', action: 'replay', outcome: 'done', change })),
    })
  })

  it('runs nothing twice: a second one says that there is nothing to do', (context) => {
    const bed = queued(step('1'), event('mail-save'))
    const boot = firstBoot(context, bed.root)
    boot.replay()
    const log = bed.file(`${STATE}/replay.jsonl`)

    const { status, findings } = boot.replay()

    expect({ status, findings }).toMatchObject({
      status: 'unchanged',
      findings: [
        {
          severity: 'notice',
          code: 'nothing-to-replay',
          message: 'everything that was queued has run: there is nothing to replay',
        },
      ],
    })
    expect(boot.called()).toEqual(['step 1', 'signal-event mail-save'])
    expect(bed.file(`${STATE}/replay.jsonl`)).toBe(log)
  })

  it('says so where nothing was ever queued, and leaves nothing behind', (context) => {
    const bed = testbed()
    const boot = firstBoot(context, bed.root)
    expect(boot.replay().findings).toMatchObject([
      { message: 'nothing is queued here: there is nothing to replay' },
    ])
    expect(bed.manifest(STATE).map((line) => line.split(' ')[3])).toEqual(['lock'])
  })

  it('runs only what was queued since the last one, also what says the same as a line before', (context) => {
    const bed = queued(step('1'), step('2'))
    const boot = firstBoot(context, bed.root)
    boot.replay()
    writeQueue(bed.root, [step('1'), step('2'), step('1'), step('3')])
    boot.replay()
    expect(boot.called()).toEqual(['step 1', 'step 2', 'step 1', 'step 3'])
  })

  it('knows its lines again when a person has taken one out', (context) => {
    const bed = queued(step('1'), step('bad'), step('2'))
    const boot = firstBoot(context, bed.root)
    boot.provide('broken-step-bad')
    boot.replay()
    writeQueue(bed.root, [step('1'), step('2'), step('3')])
    boot.replay()
    expect(boot.called()).toEqual(['step 1', 'step bad', 'step 2', 'step 3'])
  })

  it('goes on after a line that failed, and tries that one again the next time', (context) => {
    const bed = queued(step('1'), step('bad'), step('2'))
    const boot = firstBoot(context, bed.root)
    const trouble = boot.provide('broken-step-bad')

    const first = boot.replay()
    rmSync(trouble)
    const second = boot.replay()

    expect([first.status, second.status]).toEqual(['failed', 'done'])
    expect(first.findings).toMatchObject([
      { severity: 'error', code: 'COMMAND_FAILED', message: 'step bad: exit status 1' },
    ])
    expect(boot.called()).toEqual(['step 1', 'step bad', 'step 2', 'step bad'])
  })

  it('has failed where the host does not have an event, and runs the others', (context) => {
    const bed = queued(event('missing-save'), step('1'))
    const boot = firstBoot(context, bed.root)
    expect(said(boot.replay())).toEqual(['error EVENT_MISSING missing-save'])
    expect(boot.called()).toEqual(['step 1'])
  })

  it('only shows what would run with --plan', (context) => {
    const bed = queued(step('1'), event('mail-save'))
    const boot = firstBoot(context, bed.root)
    const before = bed.manifest(STATE)
    const { status, changes } = boot.replay('plan')
    expect(status).toBe('pending')
    expect(changes.map(({ outcome, change }) => [outcome, change])).toEqual([
      ['pending', { kind: 'command', command: ['step', '1'] }],
      ['pending', { kind: 'event', event: 'mail-save', args: [] }],
    ])
    expect(boot.called()).toEqual([])
    expect(bed.manifest(STATE)).toEqual(before)
  })

  it.for([
    ['no JSON', 'user-create rossi'],
    ['neither an event nor a command', '{"events":[]}'],
    ['a command that is one text', '{"command":"rm -rf /"}'],
    ['a command without words', '{"command":[]}'],
    ['an event with arguments that are no texts', '{"event":"x","args":[1]}'],
    ['a command whose input is no path', '{"command":["x"],"input":1}'],
  ])('is refused, before anything runs, for a line that is %s', ([, line = ''], context) => {
    const bed = queued(step('1'))
    appendFileSync(join(bed.root, STATE, 'events.jsonl'), `${line}\n`)
    const boot = firstBoot(context, bed.root)
    expect(boot.replay().refused).toBe('QUEUE_DAMAGED')
    expect(boot.called()).toEqual([])
  })

  it('leaves out a last line that a crash has cut short', (context) => {
    const bed = queued(step('1'))
    appendFileSync(join(bed.root, STATE, 'events.jsonl'), '{"command":["st')
    const boot = firstBoot(context, bed.root)
    expect(boot.replay().status).toBe('done')
    expect(boot.called()).toEqual(['step 1'])
  })

  it('goes on where it was asked to stop', (context) => {
    const bed = queued(step('1'), step('2'), step('3'))
    const boot = firstBoot(context, bed.root)
    const { status, findings } = boot.replay('apply', { lines: 2, signal: 'SIGTERM' })
    expect({ status, findings }).toMatchObject({
      status: 'pending',
      findings: [{ code: 'interrupted' }],
    })
    expect(said(boot.replay())).toEqual(['notice replay-resumed'])
    expect(boot.called()).toEqual(['step 1', 'step 2', 'step 3'])
  })

  it('lends its lock to a step that is a run of its own, and keeps others out meanwhile', (context) => {
    const bed = queued({ command: ['nethserver-migrate', 'load-databases'] })
    const lock = `/${STATE}/lock`
    const boot = firstBoot(context, bed.root, {
      'nethserver-migrate': recording(`
flock --nonblock ${lock} true && note="$note free"
flock --nonblock "$NETHSERVER_MIGRATE_LOCK" && note="$note lent"`),
    })
    boot.replay()
    expect(boot.calls().map(({ note }) => note)).toEqual([' lent'])
  })
})

describe('secrets in the queue', () => {
  const command: QueuedTask = { command: ['step', 'one'], input: `${SECRETS}/one` }

  it('are removed once the line has succeeded, with their folder', (context) => {
    const bed = queued(command)
    secret(bed, 'one', 'PLANTED')
    firstBoot(context, bed.root).replay()
    expect(existsSync(join(bed.root, SECRETS))).toBe(false)
    const kept = ['replay.jsonl', 'events.jsonl'].map((name) => bed.file(`${STATE}/${name}`))
    expect(kept.join('')).not.toContain('PLANTED')
  })

  it('stay where the line has failed, and are read again', (context) => {
    const bed = queued(command)
    secret(bed, 'one', 'PLANTED')
    const boot = firstBoot(context, bed.root)
    const trouble = boot.provide('broken-step-one')
    boot.replay()
    rmSync(trouble)
    boot.replay()
    expect(boot.calls().map(({ stdin }) => stdin)).toEqual(['PLANTED', 'PLANTED'])
    expect(existsSync(join(bed.root, SECRETS))).toBe(false)
  })

  it('stay as long as a later line needs them', (context) => {
    const bed = queued(command, { ...command, command: ['step', 'two'] })
    secret(bed, 'one', 'PLANTED')
    const boot = firstBoot(context, bed.root)
    boot.replay()
    expect(boot.calls().map(({ stdin }) => stdin)).toEqual(['PLANTED', 'PLANTED'])
  })

  it('that a kill has left after their line go with the next replay', (context) => {
    const bed = queued(command, step('2'))
    secret(bed, 'one', 'PLANTED')
    const boot = firstBoot(context, bed.root)
    boot.replay()
    mkdirSync(join(bed.root, SECRETS))
    secret(bed, 'one', 'PLANTED')
    secret(bed, 'of-nobody', 'x')
    boot.replay()
    expect(bed.manifest(SECRETS).map((line) => line.split(' ')[3])).toEqual(['of-nobody'])
  })

  it('that are missing are a failed line', (context) => {
    const bed = queued(command, step('2'))
    const boot = firstBoot(context, bed.root)
    expect(said(boot.replay())).toEqual(['error INPUT_MISSING step one'])
    expect(boot.called()).toEqual(['step 2'])
  })
})

describe('lines that belong together', () => {
  const together = 'take over the SID'
  const part = (word: string): QueuedTask => ({ ...step(word), together })
  const start: QueuedTask = { ...step('start'), together, always: true }
  const lines = [part('stop'), part('set'), part('more'), start, step('other'), part('last')]

  it('are left out behind one that failed, but for those that are always run', (context) => {
    const bed = queued(...lines)
    const boot = firstBoot(context, bed.root)
    boot.provide('broken-step-set')
    const report = boot.replay()
    expect(boot.called()).toEqual(['step stop', 'step set', 'step start', 'step other'])
    expect(said(report)).toEqual([
      'error COMMAND_FAILED step set',
      'error STEP_LEFT_OUT step more',
      'error STEP_LEFT_OUT step last',
    ])
  })

  it('are all run anew up to the one that is always run, the next time, and what was left out', (context) => {
    const bed = queued(...lines)
    const boot = firstBoot(context, bed.root)
    const trouble = boot.provide('broken-step-set')
    boot.replay()
    const before = boot.called().length
    rmSync(trouble)
    expect(boot.replay().status).toBe('done')
    expect(boot.called().slice(before)).toEqual([
      'step stop',
      'step set',
      'step more',
      'step start',
      'step last',
    ])
  })

  it('are not run anew when a later part of them has failed', (context) => {
    const bed = queued(...lines)
    const boot = firstBoot(context, bed.root)
    const trouble = boot.provide('broken-step-last')
    boot.replay()
    const before = boot.called().length
    rmSync(trouble)
    boot.replay()
    expect(boot.called().slice(before)).toEqual(['step last'])
  })

  it('keep their secrets until the last of them has succeeded', (context) => {
    const first: QueuedTask = { command: ['step', 'stop'], input: `${SECRETS}/one`, together }
    const bed = queued(first, part('set'))
    secret(bed, 'one', 'PLANTED')
    const boot = firstBoot(context, bed.root)
    const trouble = boot.provide('broken-step-set')
    boot.replay()
    rmSync(trouble)
    expect(boot.replay().status).toBe('done')
    expect(existsSync(join(bed.root, SECRETS))).toBe(false)
  })
})

describe('a replay that is killed', () => {
  it('marks the line that was running as run again', (context) => {
    const bed = queued(step('1'), event('mail-save'), step('2'))
    const boot = firstBoot(context, bed.root)
    boot.provide('kill-signal-event-mail-save', '1')
    expect(boot.replay().refused).toBe('killed')
    const { changes, findings } = boot.replay()
    expect(changes.map(({ change }) => change)).toEqual([
      { kind: 'event', event: 'mail-save', args: [], repeated: true },
      { kind: 'command', command: ['step', '2'] },
    ])
    expect(findings).toMatchObject([
      {
        code: 'replay-resumed',
        message: 'an earlier replay was cut short: going on with line 2 of the queue',
      },
    ])
  })

  it('runs each line of any queue in order, and none twice but the one that was running', (context) => {
    const word = fc.constantFrom('1', '2', '3')
    const line = fc.oneof(
      word.map((text) => step(text)),
      word.map((text) => event('mail-save', text)),
      word.map((text) => ({ ...step(text), together: 'a' })),
    )
    const program = (task: QueuedTask) =>
      'event' in task
        ? ['signal-event', task.event, ...task.args].join(' ')
        : task.command.join(' ')
    firstBoot(context, testbed().root)
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 5 }),
        fc.nat({ max: 4 }),
        fc.boolean(),
        (tasks, at, isRunning) => {
          const bed = queued(...tasks)
          const boot = firstBoot(context, bed.root)
          const all = tasks.map(program)
          const index = at % tasks.length
          if (isRunning) {
            const which = all.slice(0, index + 1).filter((text) => text === all[index]).length
            boot.provide(`kill-${all[index]?.replaceAll(' ', '-')}`, String(which))
            boot.replay()
          } else boot.replay('apply', { lines: index + 1, signal: 'SIGKILL' })
          const { status } = boot.replay()
          const isOver = !isRunning && index === tasks.length - 1
          expect({ status, called: boot.called() }).toEqual({
            status: isOver ? 'unchanged' : 'done',
            called: isRunning ? [...all.slice(0, index + 1), ...all.slice(index)] : all,
          })
        },
      ),
      { numRuns: 20 },
    )
  }, 120_000)
})
