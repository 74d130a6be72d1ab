// What an undo says of a destination that has been replayed.
import { describe, expect, it } from 'vitest'
import { testbed, type Testbed } from '@nethserver-migrate/testkit'
import { Interruption } from '../src/run/interruption.js'
import { firstBoot } from './helpers/first-boot.js'
import { pluginOf } from './helpers/plugin-of.js'
import { rollBack } from './helpers/roll-back.js'

const plugin = pluginOf(async ({ destination }) => {
  await destination.createUsers([{ name: 'rossi', fullName: 'R', uid: 5001, props: {} }])
  await destination.setPasswords([{ user: 'rossi', hash: '$6$salt$hash' }])
  await destination.configuration.merge('dns', { Mark: 'old' }, { typeWhenNew: 'service' })
  await destination.run(['timedatectl', 'set-timezone', 'Europe/Rome'])
  await destination.signalEvent('dns-save')
})

const COMMANDS = { timedatectl: '#!/bin/sh\n' }
const LISTED = [
  'follow-up not-undone dns-save',
  'follow-up not-undone timedatectl set-timezone Europe/Rome',
  'follow-up not-undone rossi',
  'follow-up not-undone rossi',
]

const accounts = (bed: Testbed) =>
  ['etc/passwd', 'etc/group', 'etc/shadow'].map((name) => bed.file(name))

describe('an undo after a replay', () => {
  it('lists what has run, each as something for a person, and takes the rest back', async (context) => {
    const bed = testbed()
    const before = [bed.databaseText('configuration'), ...accounts(bed)]
    await bed.run(plugin)
    firstBoot(context, bed.root, COMMANDS).replay()
    const { said, report } = await rollBack(bed)
    expect(said).toEqual(LISTED)
    expect(report.findings.slice(1).map(({ message, remedy }) => [message, remedy])).toEqual([
      [
        'the event dns-save is not undone',
        'Signal it again, it applies what the databases hold now: signal-event dns-save',
      ],
      [
        'the command timedatectl set-timezone Europe/Rome is not undone',
        'Look at what it changed, and take it back by hand',
      ],
      ['the password of rossi is not undone', 'Set another one: passwd rossi'],
      [
        'the user rossi is not undone',
        'If it is not needed, remove it: signal-event user-delete rossi',
      ],
    ])
    expect([bed.databaseText('configuration'), ...accounts(bed)]).toEqual(before)
    expect(bed.events()).toEqual([])
  })

  it('takes back without a word what did not run', async (context) => {
    const bed = testbed()
    await bed.run(plugin)
    firstBoot(context, bed.root, COMMANDS).replay('apply', { lines: 1, signal: 'SIGKILL' })
    const { said } = await rollBack(bed)
    expect(said).toEqual(['follow-up not-undone rossi'])
    expect(bed.events()).toEqual([])
  })

  it('shows the same before with --dry-run', async (context) => {
    const bed = testbed()
    await bed.run(plugin)
    firstBoot(context, bed.root, COMMANDS).replay()
    const { said } = await rollBack(bed, { mode: 'plan' })
    expect(said).toEqual(LISTED)
    expect((await rollBack(bed)).said).toEqual(LISTED)
  })

  it('that was stopped says it again when it goes on', async (context) => {
    const bed = testbed()
    await bed.run(plugin)
    firstBoot(context, bed.root, COMMANDS).replay()
    const interruption = new Interruption()
    interruption.request('SIGTERM')
    await rollBack(bed, { interruption })
    const { said } = await rollBack(bed)
    expect(said).toEqual(['notice rollback-resumed old.example.com', ...LISTED])
  })

  it('of the last import lists nothing of those before it', async (context) => {
    const bed = testbed()
    await bed.run(plugin)
    const boot = firstBoot(context, bed.root, COMMANDS)
    boot.replay()
    await bed.run(pluginOf(({ destination }) => destination.signalEvent('mail-save').then()))
    boot.replay()
    expect((await rollBack(bed)).said).toEqual(['follow-up not-undone mail-save'])
    boot.replay()
    expect(boot.called().filter((call) => call.startsWith('signal-event'))).toEqual([
      'signal-event user-create rossi R',
      'signal-event dns-save',
      'signal-event mail-save',
    ])
    expect((await rollBack(bed)).said).toEqual(LISTED)
  })

  it('lets the same import be replayed again from its beginning', async (context) => {
    const bed = testbed()
    await bed.run(plugin)
    const boot = firstBoot(context, bed.root, COMMANDS)
    boot.replay()
    await rollBack(bed)
    await bed.run(plugin)
    boot.replay()
    expect(boot.called().filter((call) => call.endsWith('dns-save'))).toHaveLength(2)
  })
})
