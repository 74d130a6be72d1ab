import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { AMAVISD, filterProps, oldFilter, RSPAMD } from './helpers/filters.js'

describe.each([
  ['amavisd', AMAVISD, 'nethserver-mail-filter-update'],
  ['rspamd', RSPAMD, 'nethserver-mail-filter-save'],
] as const)('lists in %s', (filter, here, event) => {
  /** The three lists after an import, with what was said. */
  async function imported(lists: string, changed: string = here) {
    const t = oldFilter({ lists, here: changed })
    const { said, messages } = await t.run(plugin)
    const { SenderWhiteList, SenderBlackList, RecipientWhiteList } = filterProps(t, filter)
    const events = t.events()
    return { SenderWhiteList, SenderBlackList, RecipientWhiteList, said, messages, events }
  }

  it('get the rules for senders and recipients, and are applied', async () => {
    const t = oldFilter({
      here,
      lists:
        'wbl.global=wbl|friend@a.test|White|bad.test|Black\nwbl.global_to=wbl|info@example.com|White\n',
    })
    const { said } = await t.run(plugin)
    expect(t.record('configuration', filter)).toBe(
      here.replace(
        'RecipientWhiteList||SenderBlackList||SenderWhiteList|',
        'RecipientWhiteList|info@example.com|SenderBlackList|bad.test|SenderWhiteList|friend@a.test',
      ),
    )
    expect(said).toEqual([])
    expect(t.events()).toEqual([event])
  })

  it('take values in any case of letters', async () => {
    const result = await imported(
      'wbl.global=wbl|a.test|WHITE|b.test|white|c.test| White |d.test|bLACK\n',
    )
    expect(result).toMatchObject({
      SenderWhiteList: 'a.test,b.test,c.test',
      SenderBlackList: 'd.test',
      said: [],
    })
  })

  it('keep what an administrator has entered in its place, and add the rest in byte order', async () => {
    const result = await imported(
      'wbl.global=wbl|zoo.test|White|Apple.test|White|bee.test|White|own.test|White\n',
      here.replace('SenderWhiteList|', 'SenderWhiteList|zebra.test,own.test'),
    )
    expect(result.SenderWhiteList).toBe('zebra.test,own.test,Apple.test,bee.test,zoo.test')
  })

  it('have no entry twice when two rules mean the same', async () => {
    const result = await imported('wbl.global=wbl|*@a.test|White|*a.test|White|a.test|White\n')
    expect(result).toMatchObject({ SenderWhiteList: 'a.test', said: [] })
  })

  it('are not touched, and nothing is signalled, when they have all rules already', async () => {
    const full = here.replace('SenderWhiteList|', 'SenderWhiteList| b.test , a.test,')
    const t = oldFilter({ lists: 'wbl.global=wbl|a.test|White|b.test|White\n', here: full })
    await t.run(plugin)
    expect(t.record('configuration', filter)).toBe(full)
    expect(t.events()).toEqual([])
  })

  it('change and signal nothing the second time', async () => {
    const t = oldFilter({ here, lists: 'wbl.global=wbl|b.test|White|a.test|White\n' })
    await t.run(plugin)
    const after = t.databaseText('configuration')
    const { report } = await t.run(plugin)
    expect(report.counts.done).toBe(0)
    expect(t.databaseText('configuration')).toBe(after)
    expect(t.events()).toEqual([event])
  })

  it('that contradict each other are a warning, and stay as both servers had them', async () => {
    const result = await imported(
      'wbl.global=wbl|*@A.test|White|a.test|Black|me@b.test|White|b.test|Black\n',
      here.replace('SenderBlackList|', 'SenderBlackList|me@b.test'),
    )
    expect(result).toMatchObject({
      SenderWhiteList: 'A.test,me@b.test',
      SenderBlackList: 'me@b.test,a.test,b.test',
      said: [`warning spam-lists-contradict configuration/${filter}`],
      messages: [
        expect.stringContaining('nothing to do'),
        `${filter}: on SenderWhiteList as well as on SenderBlackList: me@b.test, a.test`,
      ],
      events: [event],
    })
  })

  it.each(['Grey', '', 'Whitee', 'constructor', '$(x)'])(
    'do not get a rule with another value, with a warning: "%s"',
    async (value) => {
      const result = await imported(`wbl.global=wbl|a.test|${value}|b.test|White\n`)
      expect(result.SenderWhiteList).toBe('b.test')
      expect(result.said).toEqual([
        'warning spam-rule-skipped spamassassin/wbl.global a.test',
        'follow-up spam-rules-skipped spamassassin',
      ])
    },
  )

  it('have no place for black-listed recipients: a warning each, and a task that names them', async () => {
    const result = await imported(
      'wbl.global_to=wbl|trap@example.com|Black|info@example.com|White|*@old.test|black\n',
    )
    expect(result).toMatchObject({ SenderBlackList: '', RecipientWhiteList: 'info@example.com' })
    expect(result.said).toEqual([
      'warning spam-rule-skipped spamassassin/wbl.global_to trap@example.com',
      'warning spam-rule-skipped spamassassin/wbl.global_to *@old.test',
      'follow-up recipient-black-list spamassassin/wbl.global_to',
    ])
    expect(result.messages).toContain(
      'keep mail from recipients that the old server black-listed: trap@example.com, *@old.test',
    )
  })

  it('never get a rule that would break the list or the record', async () => {
    const result = await imported(
      'wbl.global=wbl|a.test,b.test|White|a\\|b.test|White|two words.test|White|a\\nb.test|Black|c.test|White|#d.test|White\n',
    )
    expect(result.SenderWhiteList).toBe('c.test')
    expect(result.SenderBlackList).toBe('')
    expect(result.said).toEqual([
      'warning spam-rule-skipped spamassassin/wbl.global a.test,b.test',
      'warning spam-rule-skipped spamassassin/wbl.global a|b.test',
      'warning spam-rule-skipped spamassassin/wbl.global two words.test',
      'warning spam-rule-skipped spamassassin/wbl.global a\\nb.test',
      'warning spam-rule-skipped spamassassin/wbl.global #d.test',
      'follow-up spam-rules-skipped spamassassin',
    ])
  })

  it('keep the bytes of a rule, be they UTF-8 or Latin-1', async () => {
    const result = await imported(
      'wbl.global=wbl|Gr\xc3\xb6\xc3\x9fe@a.test|White|b\xfccher.test|White\n',
    )
    expect(result).toMatchObject({
      SenderWhiteList: 'Gr\xc3\xb6\xc3\x9fe@a.test,b\xfccher.test',
      said: [],
    })
  })

  it('do not get the rules of single users, with a notice', async () => {
    const result = await imported('wbl.anna=wbl|a.test|White\nwbl.bruno=wbl|b.test|Black\n')
    expect(result).toMatchObject({ SenderWhiteList: '', SenderBlackList: '', events: [] })
    expect(result.said).toEqual(['notice user-lists-left spamassassin'])
    expect(result.messages).toContain(
      'spamassassin: lists of single users are not migrated: wbl.anna, wbl.bruno',
    )
  })

  it('stay when the source has no such database: that is normal', async () => {
    const t = oldFilter({ here })
    const { said, messages, report } = await t.run(plugin)
    expect(t.record('configuration', filter)).toBe(here)
    expect(said).toEqual([])
    expect(messages).toContain(
      'the source has no spamassassin database: there are no lists to migrate',
    )
    expect(report.actions.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged'])
    expect(t.events()).toEqual([])
  })

  it('take thousands of rules at once', async () => {
    const rules = Array.from({ length: 5000 }, (_, index) => `user${index}@a.test|White`).join('|')
    const result = await imported(`wbl.global=wbl|${rules}\n`)
    expect(result.SenderWhiteList?.split(',')).toHaveLength(5000)
  })
})

describe('the event of the filter', () => {
  it('is signalled once for levels and lists, after both', async () => {
    const t = oldFilter({ settings: 'Sensitivity|high', lists: 'wbl.global=wbl|a.test|White\n' })
    const { report } = await t.run(plugin)
    expect(report.changes.map(({ action, change }) => [action, change.kind])).toEqual([
      ['nethserver-mail-filter-migrate', 'record'],
      ['nethserver-mail-filter-migrate-lists', 'record'],
      ['nethserver-mail-filter-migrate-lists', 'event'],
    ])
    expect(t.events()).toEqual(['nethserver-mail-filter-update'])
  })

  it('is signalled for levels alone, by the action of the lists', async () => {
    const t = oldFilter({ settings: 'Sensitivity|high' })
    const { report } = await t.run(plugin)
    expect(report.changes.map(({ action, change }) => [action, change.kind])).toEqual([
      ['nethserver-mail-filter-migrate', 'record'],
      ['nethserver-mail-filter-migrate-lists', 'event'],
    ])
  })
})
