import { Source } from '@nethserver-migrate/core/runner'
import { filesHolding, fixtureSource, testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const WORKSTATION =
  'backupwk=service|BackupTime|23:30|DaysInSet|7|FullDay|6|Login|backup|Password|PlantedSecret|SetsMax|4|SmbHost|nas|SmbShare|b\xc3\xa0ckup|VFSType|cifs|status'

function withBackup(records: string, like: 6 | 7 = 7) {
  return testbed({ like, source: { databases: { configuration: `SystemName=old\n${records}` } } })
}

describe.each([6, 7] as const)('the backup of the old server, on a NethServer %s', (like) => {
  it('becomes a task that says what was configured', async () => {
    const t = withBackup(`${WORKSTATION}|enabled\n`, like)
    const { said, messages, report } = await t.run(plugin)
    expect(said).toEqual(['follow-up configure-backup configuration/backupwk'])
    expect(messages).toEqual([
      'configure the backup again: the old server had a workstation backup (by cifs, to host nas, share bàckup, as backup, at 23:30, days in a set 7, full backup on day 6, sets kept 4)',
    ])
    expect(report.findings[0]?.remedy).toBe(
      'Open the page Backup of the new server and set destination, schedule and retention',
    )
  })

  it('changes nothing', async () => {
    const t = withBackup(`${WORKSTATION}|enabled\nbackup=service|status|enabled\n`, like)
    const before = [t.manifest('var/lib/nethserver/db'), t.manifest('etc'), t.manifest('root')]
    const { report } = await t.run(plugin)
    expect(report.changes).toEqual([])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect([t.manifest('var/lib/nethserver/db'), t.manifest('etc'), t.manifest('root')]).toEqual(
      before,
    )
    expect(t.events()).toEqual([])
  })
})

describe('the task', () => {
  it('is there for each backup that was enabled', async () => {
    const t = withBackup(
      `backup=service|BackupTime|2:00|Program|flexbackup|reminderTime|14:00|status|enabled\n${WORKSTATION}|enabled\n`,
    )
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([
      'follow-up configure-backup configuration/backup',
      'follow-up configure-backup configuration/backupwk',
    ])
    expect(messages[0]).toBe(
      'configure the backup again: the old server had a tape backup (program flexbackup, at 2:00)',
    )
  })

  it('tells of a backup that was not enabled as a piece of information', async () => {
    const t = withBackup(
      `backup=service|BackupTime|2:00|Program|flexbackup|status|disabled\n${WORKSTATION}|enabled\n`,
    )
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['follow-up configure-backup configuration/backupwk'])
    expect(messages[0]).toBe(
      "configuration/backup: the old server's tape backup was not enabled (program flexbackup, at 2:00)",
    )
  })

  it.each(['', 'backup=service|status|disabled\n'])(
    'is there even when the old server had no backup: "%s"',
    async (records) => {
      const { said, messages } = await withBackup(records).run(plugin)
      expect(said).toEqual(['follow-up configure-backup backup'])
      expect(messages.at(-1)).toBe(
        'configure a backup: none that is known was enabled on the old server',
      )
    },
  )

  it('says so when nothing is known of a backup but that it was enabled', async () => {
    const { messages } = await withBackup('backup=service|status|enabled\n').run(plugin)
    expect(messages).toEqual([
      'configure the backup again: the old server had a tape backup (nothing more is known of it)',
    ])
  })

  it('never shows the password of the share, in no file and in no report', async () => {
    const t = withBackup(`${WORKSTATION}|enabled\n`)
    const { report } = await t.run(plugin)
    expect(JSON.stringify(report)).not.toContain('PlantedSecret')
    expect(filesHolding(t.root, 'PlantedSecret')).toEqual([])
  })

  it('keeps to one line whatever the values hold', async () => {
    const { messages } = await withBackup(
      'backup=service|Program|a\\nb\u001b[31m|status|enabled\n',
    ).run(plugin)
    expect(messages).toEqual([
      'configure the backup again: the old server had a tape backup (program a\\nb\\x1b[31m)',
    ])
  })
})

describe('a second run and a plan', () => {
  it('say the same as the first run, and change nothing', async () => {
    const t = withBackup(`${WORKSTATION}|enabled\n`)
    const plan = await t.run(plugin, { mode: 'plan' })
    const first = await t.run(plugin)
    const second = await t.run(plugin)
    expect([plan.messages, second.messages]).toEqual([first.messages, first.messages])
    expect([plan, first, second].flatMap(({ report }) => report.changes)).toEqual([])
    expect(second.report.status).toBe('unchanged')
  })
})

describe('the sample backup', () => {
  it.each([6, 7] as const)('leaves one task on a NethServer %s', async (like) => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['follow-up configure-backup configuration/backupwk'])
    expect(messages).toEqual([
      "configuration/backup: the old server's tape backup was not enabled (program flexbackup, at 2:00)",
      'configure the backup again: the old server had a workstation backup (by cifs, to host nas, share backup, as backup, at 23:30, days in a set 7, full backup on day 7, sets kept 4)',
    ])
    expect(t.events()).toEqual([])
  })
})

it.each([
  ['backup=service|status|enabled\n', true],
  ['backupwk=service|status|enabled\n', true],
  ['backup=service|status|disabled\nbackupwk=service\n', false],
  ['', false],
])('was in use on the old server where one was enabled: %j', (records, inUse) => {
  expect(plugin.feature.inUse(Source.open(withBackup(records).source))).toBe(inUse)
})
