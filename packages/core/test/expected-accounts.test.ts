import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { programs, temporaryFolder, testbed, type Testbed } from '@nethserver-migrate/testkit'
import { AccountOperations } from '../src/destination/account-operations.js'
import { DestinationDatabase } from '../src/destination/destination-database.js'
import { OperationRunner } from '../src/destination/operation-runner.js'
import { NethServerHost } from '../src/host/nethserver-host.js'
import { Journal } from '../src/journal/journal.js'
import type { Finding } from '../src/report/findings.js'
import { actionLog } from '../src/report/log.js'
import { Interruption } from '../src/run/interruption.js'
import { forgetAfter } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'

const AD = 'sssd=service|Provider|ad\nnsdc=service|status|enabled\n'

const bed = (options: { files?: Record<string, string> } = {}) =>
  testbed({ destination: { records: { configuration: AD }, ...options } })

/** Expects a domain with two users and a group; notes what the destination says of them then. */
function domain() {
  const seen: unknown[] = []
  const plugin = pluginOf(async ({ destination }) => {
    const [users] = await destination.expectGroups([
      { name: 'domain users', members: [] },
      { name: 'sales', members: ['anna'] },
    ])
    const results = await destination.expectUsers([
      { name: 'anna', group: 'domain users' },
      { name: 'bruno', group: 'domain users' },
    ])
    seen.push(
      [users, ...results].map((result) => [result?.outcome, result?.id]),
      destination.findUser('anna')?.home,
      destination.findGroup('domain users') !== undefined,
    )
  })
  return { seen, plugin }
}

const lines = (t: Testbed, file: string) =>
  t
    .file(`etc/${file}`)
    .split('\n')
    .filter((line) => /^(anna|bruno|sales|domain users):/.test(line))

describe('accounts that a staged domain will have', () => {
  it('stand in the tree with ids for the time being; nothing is queued', async () => {
    const t = bed()
    const { seen, plugin } = domain()
    await t.run(plugin)
    expect(seen).toEqual([
      [
        ['done', 10001],
        ['done', 10003],
        ['done', 10004],
      ],
      '/var/lib/nethserver/home/anna',
      true,
    ])
    expect(lines(t, 'passwd')).toEqual([
      'anna:x:10003:10001::/var/lib/nethserver/home/anna:/usr/libexec/openssh/sftp-server',
      'bruno:x:10004:10001::/var/lib/nethserver/home/bruno:/usr/libexec/openssh/sftp-server',
    ])
    expect(lines(t, 'group')).toEqual(['domain users:x:10001:', 'sales:x:10002:anna'])
    expect(t.events()).toEqual([])
  })

  it('are known to a plan, which makes none', async () => {
    const t = bed()
    const { seen, plugin } = domain()
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(seen.slice(1)).toEqual(['/var/lib/nethserver/home/anna', true])
    expect(lines(t, 'passwd')).toEqual([])
    const { report } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
  })

  it('keep their ids in further imports, also after a kill', async () => {
    const t = bed()
    const first = domain()
    await t.run(first.plugin)
    const before = [t.file('etc/passwd'), t.file('etc/group')]
    const second = domain()
    expect((await t.run(second.plugin)).report.status).toBe('unchanged')
    forgetAfter(t, '"key":"user:bruno"')
    const third = domain()
    await t.run(third.plugin)
    expect([t.file('etc/passwd'), t.file('etc/group')]).toEqual(before)
    const ids = ({ seen }: ReturnType<typeof domain>) =>
      (seen[0] as [string, number][]).map(([, id]) => id)
    expect([ids(second), ids(third)]).toEqual([ids(first), ids(first)])
  })

  it('that are there already keep their own ids, which are theirs for good', async () => {
    const t = bed({ files: { 'etc/passwd': 'anna:x:1234:1234::/home/anna:/bin/sh\n' } })
    const { seen, plugin } = domain()
    await t.run(plugin)
    expect(lines(t, 'passwd')[0]).toBe('anna:x:1234:1234::/home/anna:/bin/sh')
    expect((seen[0] as unknown[])[1]).toEqual(['unchanged', undefined])
  })
})

describe('accounts that a live domain should have by now', () => {
  it('are an error each when they are missing; an id is the domain’s to give', async () => {
    programs({
      getent:
        '#!/bin/sh\ntest "$2" = anna && echo "anna@acme.com:x:70001:70000::/home/anna:/bin/sh"\n',
    })
    const said: Finding[] = []
    const host = new NethServerHost()
    const folder = temporaryFolder()
    const runner = new OperationRunner({
      mode: 'apply',
      host,
      journal: Journal.open(join(folder, 'journal.jsonl'), {
        id: 'run',
        at: '',
        event: 'migration-import',
        sourceHost: 'old',
        sourcePath: '/',
        fingerprint: '',
      }),
      interruption: new Interruption(),
    })
    const log = actionLog('a', 'a', (finding) => said.push(finding))
    runner.enterAction({ plugin: 'a', action: 'a', log })
    const database = new DestinationDatabase('accounts', join(folder, 'accounts'), runner)
    const accounts = new AccountOperations('local-ad', host, runner, database, 5000, (tasks) =>
      host.perform(tasks),
    )
    const results = await accounts.expectUsers([
      { name: 'anna', group: 'domain users' },
      { name: 'bruno', group: 'domain users' },
    ])
    expect(results.map(({ outcome, id }) => [outcome, id])).toEqual([
      ['unchanged', undefined],
      ['failed', undefined],
    ])
    expect(said).toMatchObject([{ code: 'DESTINATION_UNKNOWN_ACCOUNT', subject: 'bruno' }])
  })
})
