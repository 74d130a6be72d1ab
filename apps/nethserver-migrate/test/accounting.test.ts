// What becomes of every part of the sample backup, and of an add-on that nobody has heard of.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  Interruption,
  noProgress,
  runImport,
  Source,
  stageDestination,
  toBytes,
  type Accounting,
  type AccountingEntry,
  type Report,
} from '@nethserver-migrate/core/runner'
import type { RecordTableView } from '@nethserver-migrate/core'
import { fixtureSource, temporaryFolder, writeTree } from '@nethserver-migrate/testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadPlugins } from '../src/load-plugins.js'
import { RecordedReads } from './helpers/recorded-reads.js'

const PLUGINS = fileURLToPath(new URL('../dist/plugins', import.meta.url))
const { plugins } = await loadPlugins(PLUGINS)

afterEach(() => {
  vi.restoreAllMocks()
})

/** What an import of a source would do. */
async function planOf(
  source: string,
  like: 6 | 7,
  begun: (plugin: string) => void = () => undefined,
): Promise<Report> {
  const root = join(temporaryFolder(), 'destination')
  stageDestination({ root: toBytes(root), like, plugins })
  const { report } = await runImport({
    source: toBytes(source),
    root: toBytes(root),
    mode: 'plan',
    plugins,
    only: [],
    progress: noProgress,
    interruption: new Interruption(),
    onFinding: () => undefined,
    onAction: () => undefined,
    onBegin: (action) => begun(plugins.find(({ actions }) => action in actions)?.name ?? ''),
  })
  return report
}

describe.each([6, 7] as const)('the sample backup, on a NethServer %s', (like) => {
  it('has a plugin that looks at every prop that the account calls migrated', async () => {
    const reads = new RecordedReads()
    const database = Object.getOwnPropertyDescriptor(Source.prototype, 'database')?.value as (
      this: Source,
      name: string,
    ) => RecordTableView | undefined
    vi.spyOn(Source.prototype, 'database').mockImplementation(function (this: Source, name) {
      const table = database.call(this, name)
      return table && reads.watch(name, table)
    })
    const { accounting } = await planOf(fixtureSource(), like, (plugin) => {
      reads.reader = plugin
    })
    const unread = (accounting?.entries ?? [])
      .filter(({ kind, state }) => kind === 'records' && state === 'migrated')
      .flatMap(({ database: name, keys, props, plugins: claiming }: AccountingEntry) =>
        props
          .filter(
            (prop) =>
              !keys.some((key) =>
                claiming.some((plugin) => reads.readersOf(name, key, prop).has(plugin)),
              ),
          )
          .map((prop) => `${name} ${prop}: ${claiming.join(', ')} (${keys[0] ?? ''})`),
      )
    // Asked only where the first of the two is disabled.
    expect(unread).toEqual(['configuration status: nethserver-mail-common-migrate (sqpsmtpd)'])
  })

  it('is known but for what somebody added to it', async () => {
    const { accounting } = await planOf(fixtureSource(), like)
    expect(unknownOf(accounting)).toEqual([
      'accounts: records without type [notype] ()',
      'configuration/carddav [carddav] (TCPPort access status)',
      'hosts: records of type note [remark] (Comment)',
    ])
  })
})

it('lists every piece of an add-on that nobody has heard of', async () => {
  const source = fixtureSource()
  const databases = join(source, 'home/e-smith/db')
  const add = (file: string, text: string) => appendFileSync(join(databases, file), text)
  add('timesheets', 'settings=timesheets|Rate|5\nmrossi=sheet|Hours|12\n')
  add('configuration', 'timesheetd=service|TCPPort|4711|status|enabled\n')
  const accounts = readFileSync(join(databases, 'accounts'), 'latin1')
  writeFileSync(
    join(databases, 'accounts'),
    accounts.replace(/^(mrossi=user\|.*)$/m, '$1|TimesheetRole|boss'),
    'latin1',
  )
  writeTree(source, {
    'home/e-smith/timesheets/2012/november.csv': 'a;b',
    'opt/timesheets/run': '#!/bin/sh',
    'etc/e-smith/templates-custom/etc/timesheets.conf/10all': 'x',
  })
  const { accounting } = await planOf(source, 7)
  const usual = unknownOf((await planOf(fixtureSource(), 7)).accounting)
  expect(unknownOf(accounting).filter((line) => !usual.includes(line))).toEqual([
    'accounts: records of type user [mrossi] (TimesheetRole)',
    'configuration/timesheetd [timesheetd] (TCPPort status)',
    'timesheets: records of type sheet [mrossi] (Hours)',
    'timesheets: records of type timesheets [settings] (Rate)',
    'home/e-smith/timesheets [] ()',
    'opt [] ()',
  ])
  expect(accounting?.entries).toContainEqual(
    expect.objectContaining({
      state: 'left-out',
      subject: 'etc/e-smith/templates-custom/etc/timesheets.conf/10all',
      reason: 'no-equivalent',
      manual: 'Look at the new templates first, then rewrite each fragment for them',
    }),
  )
})

function unknownOf(accounting: Accounting | undefined): string[] {
  return (accounting?.entries ?? [])
    .filter(({ state }) => state === 'unknown')
    .map(({ subject, keys, props }) => `${subject} [${keys.join(' ')}] (${props.join(' ')})`)
}
