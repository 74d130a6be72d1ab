import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { programs, recording, testbed, writeTree } from '@nethserver-migrate/testkit'
import type { Report } from '../src/report/report.js'
import { liveFolders } from './helpers/live-folders.js'
import { pluginOf } from './helpers/plugin-of.js'

const NETHSERVER7 = 'cups=service|status|enabled\nsssd=service|Provider|ldap\n'

/** Changes a file of a live host whose programs note whether it was there by then. */
function changed(
  context: TestContext,
  {
    records = NETHSERVER7,
    how = '',
    fails = 'nothing',
  }: { records?: string; how?: string; fails?: string },
) {
  const live = liveFolders(context)
  writeTree(live.varLib, {
    'nethserver/db/configuration': `SystemName=ns\n${records}`,
    'nethserver/db/accounts': '',
  })
  const service = recording(
    `test -e /etc/printers && note=changed; case "$*" in *${fails}*) exit 1 ;; esac`,
  )
  const { calls } = programs({
    systemctl: service,
    service,
    logger: '#!/bin/sh\n',
    rpm: '#!/bin/sh\n',
  })
  const run = () => live.run('live-service', testbed().source, how) as Report
  return {
    run,
    calls: () => calls().map(({ argv, note }) => [...argv, note].join(' ').trim()),
    live,
  }
}

describe('a service of a live host', () => {
  it('does not run while its files are changed', (context) => {
    const { run, calls } = changed(context, {})
    expect(run()).toMatchObject({ status: 'done', counts: { done: 3 } })
    expect(calls()).toEqual(['systemctl stop cups', 'systemctl start cups changed'])
  })

  it('is told so by the older program where there is no systemd', (context) => {
    const { run, calls } = changed(context, { records: 'cups=service|status|enabled\n' })
    run()
    expect(calls()).toEqual(['service cups stop', 'service cups start changed'])
  })

  it('is stopped for every change, not for the first alone', (context) => {
    const { run, calls } = changed(context, {})
    run()
    expect(run()).toMatchObject({ counts: { done: 2, unchanged: 1 } })
    expect(calls()).toHaveLength(4)
  })

  it('is neither stopped nor started when it is not enabled', (context) => {
    const { run, calls } = changed(context, { records: 'cups=service|status|disabled\n' })
    expect(run()).toMatchObject({ status: 'done', counts: { done: 1 } })
    expect(calls()).toEqual([])
  })

  it('that cannot be stopped is an error, and the change is made', (context) => {
    const { run, calls } = changed(context, { fails: 'stop' })
    expect(run()).toMatchObject({
      status: 'failed',
      findings: [{ severity: 'error', code: 'COMMAND_FAILED', subject: 'systemctl stop cups' }],
    })
    expect(calls()).toEqual(['systemctl stop cups', 'systemctl start cups changed'])
  })

  it.for([
    ['throws', ''],
    ['interrupted', ''],
    ['interrupted late', ' changed'],
  ] as const)('runs again after a change that ends badly: %s', ([how, note], context) => {
    const { run, calls } = changed(context, { how })
    run()
    expect(calls()).toEqual(['systemctl stop cups', `systemctl start cups${note}`])
  })

  it('that does not start again after that is an error', (context) => {
    const { run } = changed(context, { how: 'interrupted', fails: 'start' })
    expect(run().findings).toMatchObject([
      { severity: 'error', code: 'COMMAND_FAILED', subject: 'systemctl start cups' },
      { severity: 'warning', code: 'interrupted' },
    ])
  })

  it('is planned with its change, and goes on running', (context) => {
    const { run, calls, live } = changed(context, { how: 'plan' })
    expect(run().changes.map(({ change }) => change)).toEqual([
      { kind: 'command', command: ['systemctl', 'stop', 'cups'] },
      { kind: 'file', to: '/etc/printers', mode: '0600' },
      { kind: 'command', command: ['systemctl', 'start', 'cups'] },
    ])
    expect(calls()).toEqual([])
    expect(existsSync(join(live.etc, 'printers'))).toBe(false)
  })
})

it('nothing is stopped in a staged destination, where nothing runs', async () => {
  const bed = testbed()
  await bed.run(
    pluginOf(async ({ destination }) => {
      await destination.whileStopped('cups', async () => {
        await destination.writeFile({ to: '/etc/printers', content: 'laser\n', mode: 0o600 })
      })
    }),
  )
  expect(bed.file('etc/printers')).toBe('laser\n')
  expect(bed.events()).toEqual([])
})
