import { fixtureSource, testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { AMAVISD, filterProps, oldFilter, RSPAMD } from './helpers/filters.js'

/** The four levels of amavisd after an import, from the lowest up. */
async function levels(settings: string, here = AMAVISD) {
  const t = oldFilter({ settings, lists: '', here })
  const { said, messages } = await t.run(plugin)
  const { SpamTagLevel, SpamTag2Level, SpamKillLevel, SpamDsnLevel } = filterProps(t, 'amavisd')
  return { levels: [SpamTagLevel, SpamTag2Level, SpamKillLevel, SpamDsnLevel], said, messages }
}

describe('the Sensitivity, where the filter is amavisd', () => {
  it.each([
    ['high', '3.0'],
    ['medium', '5.0'],
    ['low', '7.0'],
    ['verylow', '9.0'],
  ])(
    '%s becomes the level %s; mail is refused just below the level of silence',
    async (word, tag) => {
      const result = await levels(`Sensitivity|${word}|RejectLevel|12|TagLevel|4`)
      expect(result).toEqual({ levels: ['2.0', tag, '19.9', '20'], said: [], messages: [] })
    },
  )

  it('veryhigh becomes the level 2.0, and lowers the one below it, with a warning', async () => {
    const result = await levels('Sensitivity|veryhigh')
    expect(result.levels).toEqual(['1.0', '2.0', '19.9', '20'])
    expect(result.said).toEqual(['warning spam-levels-lowered configuration/amavisd'])
    expect(result.messages).toEqual([
      'amavisd: each spam level has to be below the next one: SpamTagLevel is lowered to 1.0',
    ])
  })

  it.each(['extreme', 'Medium', '5', '$(x)', 'a\\|b'])(
    'that is unknown becomes the default level, with a warning: %s',
    async (word) => {
      const result = await levels(`Sensitivity|${word}`)
      expect(result.levels).toEqual(['2.0', '5.0', '19.9', '20'])
      expect(result.said).toEqual(['warning spam-sensitivity-unknown configuration/spamassassin'])
    },
  )

  it.each(['status|enabled', 'Sensitivity|', 'Sensitivity||RejectLevel|12|TagLevel|4'])(
    'that is unset leaves all levels as they are: %s',
    async (settings) => {
      const t = oldFilter({ settings, lists: '' })
      const { said, messages, report } = await t.run(plugin)
      expect(t.record('configuration', 'amavisd')).toBe(AMAVISD)
      expect(said).toEqual([])
      expect(messages).toEqual([
        'spamassassin of the old server has no Sensitivity: the spam levels here stay',
      ])
      expect(report.counts.done).toBe(0)
      expect(t.events()).toEqual([])
    },
  )

  it('leaves a level below zero, which tags every message, as it is', async () => {
    const here = AMAVISD.replace('SpamTagLevel|2.0', 'SpamTagLevel|-999')
    const result = await levels('Sensitivity|veryhigh', here)
    expect(result).toEqual({ levels: ['-999', '2.0', '19.9', '20'], said: [], messages: [] })
  })

  it('is refused just below whatever level of silence the destination has', async () => {
    const here = AMAVISD.replace('SpamDsnLevel|20', 'SpamDsnLevel|12.5')
    expect((await levels('Sensitivity|medium', here)).levels).toEqual([
      '2.0',
      '5.0',
      '12.4',
      '12.5',
    ])
  })

  it('reckons with the defaults of amavisd where its record has no levels', async () => {
    const t = oldFilter({
      settings: 'Sensitivity|veryhigh',
      here: 'amavisd=service|status|enabled',
    })
    await t.run(plugin)
    expect(t.record('configuration', 'amavisd')).toBe(
      'amavisd=service|SpamKillLevel|19.9|SpamTag2Level|2.0|SpamTagLevel|1.0|status|enabled',
    )
  })
})

describe('the Sensitivity custom, where the filter is amavisd', () => {
  it('takes TagLevel and RejectLevel, without blanks', async () => {
    const result = await levels('Sensitivity|custom|TagLevel| 4 |RejectLevel|12.5')
    expect(result).toEqual({ levels: ['2.0', '4', '12.5', '20'], said: [], messages: [] })
  })

  it.each(['RejectLevel|0', 'RejectLevel|0.0', 'RejectLevel|-1', 'RejectLevel|', 'status|enabled'])(
    'never refuses all mail when the old server refused none: %s',
    async (reject) => {
      const result = await levels(`Sensitivity|custom|TagLevel|4|${reject}`)
      expect(result).toEqual({ levels: ['2.0', '4', '19.9', '20'], said: [], messages: [] })
    },
  )

  it.each(['TagLevel|0', 'TagLevel|-5', 'TagLevel|', 'status|enabled'])(
    'takes the default level without a TagLevel: %s',
    async (tag) => {
      const result = await levels(`Sensitivity|custom|RejectLevel|12|${tag}`)
      expect(result).toEqual({ levels: ['2.0', '5.0', '12', '20'], said: [], messages: [] })
    },
  )

  it.each(['many', '--1', '1e3', '5,5', '99999', '4 5'])(
    'takes the default for a level that is no number, with a warning: "%s"',
    async (value) => {
      const result = await levels(`Sensitivity|custom|TagLevel|${value}|RejectLevel|${value}`)
      expect(result.levels).toEqual(['2.0', '5.0', '19.9', '20'])
      expect(result.said).toEqual([
        'warning spam-level-no-number configuration/spamassassin TagLevel',
        'warning spam-level-no-number configuration/spamassassin RejectLevel',
      ])
    },
  )

  it.each([
    ['TagLevel|1|RejectLevel|12', ['0.0', '1', '12', '20'], 'SpamTagLevel is lowered to 0.0'],
    ['TagLevel|12|RejectLevel|8', ['2.0', '7.0', '8', '20'], 'SpamTag2Level is lowered to 7.0'],
    ['TagLevel|8|RejectLevel|8', ['2.0', '7.0', '8', '20'], 'SpamTag2Level is lowered to 7.0'],
    ['TagLevel|5|RejectLevel|25', ['2.0', '5', '19.9', '20'], 'SpamKillLevel is lowered to 19.9'],
    [
      'TagLevel|30|RejectLevel|20',
      ['2.0', '18.9', '19.9', '20'],
      'SpamTag2Level is lowered to 18.9, SpamKillLevel is lowered to 19.9',
    ],
    [
      'TagLevel|9|RejectLevel|2.5',
      ['0.5', '1.5', '2.5', '20'],
      'SpamTagLevel is lowered to 0.5, SpamTag2Level is lowered to 1.5',
    ],
  ])('puts levels in order, with a warning: %s', async (settings, expected, lowered) => {
    const result = await levels(`Sensitivity|custom|${settings}`)
    expect(result.levels).toEqual(expected)
    expect(result.said).toEqual(['warning spam-levels-lowered configuration/amavisd'])
    expect(result.messages).toEqual([
      `amavisd: each spam level has to be below the next one: ${lowered}`,
    ])
  })

  it('leaves all levels alone rather than take good mail for spam', async () => {
    const t = oldFilter({ settings: 'Sensitivity|custom|TagLevel|5|RejectLevel|1' })
    const { said } = await t.run(plugin)
    expect(t.record('configuration', 'amavisd')).toBe(AMAVISD)
    expect(said).toEqual(['warning spam-levels-unusable configuration/amavisd'])
    expect(t.events()).toEqual([])
  })
})

describe('spam levels, where the filter is rspamd', () => {
  it.each([
    ['Sensitivity|medium|TagLevel|4', 'Sensitivity medium'],
    [
      'Sensitivity|custom|TagLevel|4|RejectLevel|12',
      'Sensitivity custom, TagLevel 4, RejectLevel 12',
    ],
    ['Sensitivity|custom', 'Sensitivity custom, TagLevel, RejectLevel'],
  ])('stay, and a notice tells the old setting: %s', async (settings, told) => {
    const t = oldFilter({ settings, here: RSPAMD })
    const { said, messages } = await t.run(plugin)
    expect(t.record('configuration', 'rspamd')).toBe(RSPAMD)
    expect(said).toEqual(['notice spam-levels-not-comparable configuration/spamassassin'])
    expect(messages[0]).toBe(
      `spam levels are not migrated, the scores of rspamd are not those of the old filter: ${told}`,
    )
    expect(t.events()).toEqual([])
  })

  it('stay without a word when the old server had none set', async () => {
    const t = oldFilter({ settings: 'status|enabled', here: RSPAMD })
    expect((await t.run(plugin)).said).toEqual([])
  })

  it('stay in both records where the destination has amavisd, too', async () => {
    const t = oldFilter({ settings: 'Sensitivity|high', here: `${AMAVISD}\n${RSPAMD}` })
    const { said } = await t.run(plugin)
    expect(t.databaseText('configuration')).toBe(`${AMAVISD}\n${RSPAMD}\n`)
    expect(said).toEqual(['notice spam-levels-not-comparable configuration/spamassassin'])
  })
})

describe('the old filter', () => {
  it('is no matter when the source has no spamassassin record', async () => {
    const t = oldFilter({ lists: '' })
    const { said, messages, report } = await t.run(plugin)
    expect(t.record('configuration', 'amavisd')).toBe(AMAVISD)
    expect(said).toEqual([])
    expect(messages).toEqual([
      'spamassassin is not in the source configuration database: nothing to do',
    ])
    expect(report.actions.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged'])
    expect(t.events()).toEqual([])
  })

  it('is an ERROR when the filter is installed here and has no record at all', async () => {
    const t = oldFilter({
      settings: 'Sensitivity|high',
      lists: 'wbl.global=wbl|a.test|White\n',
      here: 'sssd=service',
      packages: 'nethserver-mail-filter',
    })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual([
      'error mail-filter-missing configuration/rspamd',
      'error mail-filter-missing configuration/rspamd',
    ])
    expect(report.status).toBe('failed')
    expect(t.databaseText('configuration')).toBe('sssd=service\n')
    expect(t.events()).toEqual([])
  })

  it('is skipped, with a notice, where no mail filter is installed', async () => {
    const t = oldFilter({ settings: 'Sensitivity|high|status|enabled', here: 'sssd=service' })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-mail-filter-migrate'])
  })
})

describe('what the old filter had learnt', () => {
  it('is a task that names the files of the backup and their sizes', async () => {
    const t = oldFilter({
      settings: 'UseBayes|1',
      files: {
        'var/spool/spamd/.spamassassin/bayes_seen': 'x'.repeat(12),
        'var/spool/spamd/.spamassassin/bayes_toks': 'x'.repeat(2048),
        'var/spool/spamd/.spamassassin/bayes_link': { link: '/etc/shadow' },
        'var/spool/spamd/.spamassassin/user_prefs': '',
      },
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['follow-up train-spam-filter var/spool/spamd/.spamassassin'])
    expect(messages[0]).toBe(
      'train the new spam filter: what the old one had learnt is not migrated (bayes_seen has 12 bytes, bayes_toks has 2048 bytes)',
    )
  })

  it('is a task as well when it was in use and is not in the backup', async () => {
    const { messages } = await oldFilter({ settings: 'UseBayes|1' }).run(plugin)
    expect(messages[0]).toBe(
      'train the new spam filter: what the old one had learnt is not migrated (it is not in the backup)',
    )
  })

  it('is no matter when it was not in use', async () => {
    expect((await oldFilter({ settings: 'UseBayes|0' }).run(plugin)).said).toEqual([])
  })
})

describe.each([
  [6, 'amavisd', 'nethserver-mail-filter-update'],
  [7, 'rspamd', 'nethserver-mail-filter-save'],
] as const)('the sample backup on a NethServer %s', (like, filter, event) => {
  const WHITE = 'Größe@umlaut.test,customer.test,friend@example.org,partner.test'
  const expected = {
    RecipientWhiteList: 'acme-shop.test,info@example.com',
    SenderBlackList: 'bulk2.test,spammer@bulk.test',
    SenderWhiteList: Buffer.from(WHITE).toString('latin1'),
    ...(filter === 'amavisd' ? { SpamTag2Level: '5.0', SpamKillLevel: '19.9' } : {}),
  }

  it('gives its lists and levels, and one event', async () => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const before = filterProps(t, filter)
    const others = t.databaseText('configuration').replace(new RegExp(`^${filter}=.*\n`, 'm'), '')
    const { said, messages } = await t.run(plugin)
    expect(filterProps(t, filter)).toEqual({ ...before, ...expected })
    expect(t.databaseText('configuration').replace(new RegExp(`^${filter}=.*\n`, 'm'), '')).toBe(
      others,
    )
    expect(t.events()).toEqual([event])
    expect(said).toEqual([
      ...(like === 7 ? ['notice spam-levels-not-comparable configuration/spamassassin'] : []),
      'warning spam-rule-skipped spamassassin/wbl.global news*@list.test',
      'warning spam-rule-skipped spamassassin/wbl.global *.shady.test',
      'warning spam-rule-skipped spamassassin/wbl.global maybe@grey.test',
      'warning spam-rule-skipped spamassassin/wbl.global_to trap@example.com',
      'follow-up spam-rules-skipped spamassassin',
      'follow-up recipient-black-list spamassassin/wbl.global_to',
      'notice user-lists-left spamassassin',
    ])
    expect(messages.slice(like === 7 ? 1 : 0)).toEqual([
      'spamassassin/wbl.global: the rule news*@list.test has a wildcard that the new filter does not know: skipped',
      'spamassassin/wbl.global: the rule *.shady.test stands for sub-domains alone, which the new filter cannot express: skipped',
      'spamassassin/wbl.global: the rule maybe@grey.test has the value "Grey", neither White nor Black: skipped',
      'spamassassin/wbl.global_to: the rule trap@example.com black-lists a recipient, which the new filter cannot do: skipped',
      'see what the old spam rules were for that the new filter cannot have: news*@list.test, *.shady.test, maybe@grey.test',
      'keep mail from recipients that the old server black-listed: trap@example.com',
      'spamassassin: lists of single users are not migrated: wbl.mrossi',
    ])
  })

  it('is planned as it is then imported, and the second import does nothing', async () => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const before = t.databaseText('configuration')
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(t.databaseText('configuration')).toBe(before)
    expect(t.events()).toEqual([])
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toMatchObject([{ name: event, args: [] }])
    expect(plan.said).toEqual(said)

    const after = t.databaseText('configuration')
    const again = await t.run(plugin)
    expect(again.report.counts.done).toBe(0)
    expect(t.databaseText('configuration')).toBe(after)
    expect(t.events()).toEqual([event])
  })
})
