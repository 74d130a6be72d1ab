import { fixtureSource, testbed, type Testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const NAMES = 'SystemName=old\nDomainName=example.com\n'
const RAN_MAIL = 'qpsmtpd=service|TCPPort|25|access|public|status|enabled\n'

/** What tells one NethServer from another, beside the mail server's record. */
const VARIANTS = {
  6: 'amavisd=service|status|enabled\n',
  7: 'rspamd=service|status|enabled\nsssd=service|Provider|ldap|status|enabled\n',
}

interface World {
  readonly like?: 6 | 7
  /** Records of the old configuration database. */
  readonly old?: string
  /** The list that the destination has already. */
  readonly here?: string
}

/** An old server in front of a destination with the records that matter, and no more. */
function mailServer({ like = 7, old = RAN_MAIL, here = '' }: World = {}) {
  return testbed({
    like,
    source: { databases: { configuration: NAMES + old } },
    destination: { databases: { configuration: postfix(here) + VARIANTS[like] } },
  })
}

function postfix(policies: string): string {
  return `postfix=service|AccessPolicies|${policies}|status|enabled\n`
}

const record = (t: Testbed) => `${t.record('configuration', 'postfix') ?? ''}\n`

describe.each([
  [6, 'nethserver-mail-common-update'],
  [7, 'nethserver-mail-common-save'],
] as const)('the access policy on a NethServer %s', (like, event) => {
  it('lets clients that log in use port 25, and is applied', async () => {
    const t = mailServer({ like })
    const { said } = await t.run(plugin)
    expect(record(t)).toBe(postfix('smtpauth'))
    expect(said).toEqual([])
    expect(t.events()).toEqual([event])
  })

  it('keeps the policies that an administrator has set, and adds its own behind them', async () => {
    const t = mailServer({ like, here: 'trustednetworks' })
    await t.run(plugin)
    expect(record(t)).toBe(postfix('trustednetworks,smtpauth'))
  })

  it.each(['smtpauth', 'smtpauth,trustednetworks', ' smtpauth , trustednetworks'])(
    'stays as it is, and nothing is signalled, where the list has it: "%s"',
    async (here) => {
      const t = mailServer({ like, here })
      const { report } = await t.run(plugin)
      expect(record(t)).toBe(postfix(here))
      expect(report.actions[0]?.outcome).toBe('unchanged')
      expect(t.events()).toEqual([])
    },
  )

  it('changes and signals nothing the second time', async () => {
    const t = mailServer({ like })
    await t.run(plugin)
    const after = t.databaseText('configuration')
    const { report } = await t.run(plugin)
    expect(report.counts.done).toBe(0)
    expect(t.databaseText('configuration')).toBe(after)
    expect(t.events()).toEqual([event])
  })

  it('is planned as it is then imported, and planning changes nothing', async () => {
    const t = mailServer({ like })
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(record(t)).toBe(postfix(''))
    expect(t.events()).toEqual([])
    const { report } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toMatchObject([{ name: event, args: [] }])
  })

  it('is set for the sample backup, and nothing else of the record changes', async () => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const before = t.databaseText('configuration')
    const { said } = await t.run(plugin)
    expect(t.databaseText('configuration')).toBe(
      before.replace('|AccessPolicies||', '|AccessPolicies|smtpauth|'),
    )
    expect(said).toEqual([])
    expect(t.events()).toEqual([event])
  })
})

describe('the access policy', () => {
  it.each([
    ['SMTP over SSL alone', 'qpsmtpd=service|status|disabled\nsqpsmtpd=service|status|enabled\n'],
    ['plain SMTP alone', 'qpsmtpd=service|status|enabled\n'],
  ])('is set for an old server with %s', async (_what, old) => {
    const t = mailServer({ old })
    await t.run(plugin)
    expect(record(t)).toBe(postfix('smtpauth'))
  })

  it.each([
    ['no record of a mail server', ''],
    ['a mail server that is disabled', 'qpsmtpd=service|status|disabled\nsqpsmtpd=service\n'],
    ['a status that is no status', 'qpsmtpd=service|status|Enabled\nsqpsmtpd=service|status\n'],
  ])('stays as it is when the old server has %s', async (_what, old) => {
    const t = mailServer({ old, here: 'trustednetworks' })
    const { said, messages, report } = await t.run(plugin)
    expect(record(t)).toBe(postfix('trustednetworks'))
    expect(said).toEqual([])
    expect(messages).toEqual([
      'neither qpsmtpd nor sqpsmtpd is enabled on the old server: nothing to do',
    ])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(t.events()).toEqual([])
  })

  it('drops blanks and doubles of a list that it has to extend', async () => {
    const t = mailServer({ here: ' trustednetworks ,,trustednetworks' })
    await t.run(plugin)
    expect(record(t)).toBe(postfix('trustednetworks,smtpauth'))
  })

  it('does not take a policy for its own whose name only begins alike', async () => {
    const t = mailServer({ here: 'smtpauthplus' })
    await t.run(plugin)
    expect(record(t)).toBe(postfix('smtpauthplus,smtpauth'))
  })

  it('is applied by the older event on a NethServer 7 that still has amavisd', async () => {
    const t = testbed({
      source: { databases: { configuration: NAMES + RAN_MAIL } },
      destination: {
        databases: {
          configuration: `${postfix('')}amavisd=service|status|enabled\nsssd=service|Provider|ldap\n`,
        },
      },
    })
    await t.run(plugin)
    expect(t.events()).toEqual(['nethserver-mail-common-update'])
  })

  it('gets a record where the package is installed and has none', async () => {
    const t = testbed({
      source: { databases: { configuration: NAMES + RAN_MAIL } },
      destination: {
        databases: { configuration: 'rspamd=service|status|enabled\n' },
        files: { 'var/lib/nethserver/migration/packages': 'nethserver-mail-common\n' },
      },
    })
    await t.run(plugin)
    expect(t.record('configuration', 'postfix')).toBe('postfix=service|AccessPolicies|smtpauth')
    expect(t.events()).toEqual(['nethserver-mail-common-save'])
  })

  it('is skipped, with a notice, where no mail package is installed', async () => {
    const t = testbed({
      source: { databases: { configuration: NAMES + RAN_MAIL } },
      destination: { databases: { configuration: 'sssd=service|Provider|ldap\n' } },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-mail-common-migrate'])
    expect(t.databaseText('configuration')).toBe('sssd=service|Provider|ldap\n')
  })
})
