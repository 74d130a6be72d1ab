import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeTree } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { APPLIED, mailServer, stateOf } from './helpers/mail-server.js'

const CONFIGURATION = 'var/lib/nethserver/db/configuration'
const DOVECOT = 'dovecot=service|SpamFolder|Here|SpamRetentionTime|15d|status|enabled\n'
const PROPS =
  'AlwaysBccStatus|disabled|Description|Shop|DisclaimerStatus|disabled|TransportType|LocalDelivery|UnknownRecipientsActionDeliverMailbox||UnknownRecipientsActionType|bounce'

const office = (like: 6 | 7) =>
  mailServer({
    like,
    accounts:
      'admin=system|EmailForward|both|ForwardAddress|a@b.org\nanna=user|EmailForward|forward|ForwardAddress|a@b.org\nsales=group|Members|anna\nx=pseudonym|Account|ghost\n',
    domains: 'example.com=domain|Description|Shop\n',
    configuration: 'spamassassin=service|MessageRetentionTime|30|SortSpam|enabled\n',
    users: ['anna'],
    groups: ['sales'],
    here: { configuration: DOVECOT },
  })

describe.each([6, 7] as const)('a mail server on a NethServer %s', (like) => {
  it('is applied in order: accounts by their own events, all else at the end', async () => {
    const t = office(like)
    await t.run(plugin)
    expect(t.events()).toEqual(
      like === 6
        ? [
            'domain-create example.com',
            'user-modify anna',
            'user-modify admin',
            'group-modify sales',
            APPLIED[6],
          ]
        : [APPLIED[7]],
    )
  })

  it('is not changed by a second import, which signals nothing', async () => {
    const t = office(like)
    await t.run(plugin)
    const before = stateOf(t)
    await t.run(plugin)
    expect(stateOf(t)).toEqual(before)
  })

  it('becomes what its plan says, and the plan touches nothing', async () => {
    const t = office(like)
    const before = stateOf(t)
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(stateOf(t)).toEqual(before)
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
    expect(plan.said).toEqual(said)
  })

  it('gets the domains of the old one', async () => {
    const t = mailServer({ like, domains: 'example.com=domain|Content|Primary|Description|Shop\n' })
    const { said } = await t.run(plugin)
    expect(t.databaseText('domains').trim()).toBe(`example.com=domain|${PROPS}`)
    expect(said).toEqual([])
  })

  it('gets no domain from a backup without the database of domains, with a warning', async () => {
    const t = mailServer({ like })
    rmSync(join(t.source, 'home/e-smith/db/domains'))
    const { said } = await t.run(plugin)
    expect(t.databaseText('domains').trim()).toBe('')
    expect(said).toEqual(['warning domains-missing home/e-smith/db/domains'])
  })

  it('is a task for those who set up mail programs: what the old server offered is named', async () => {
    const services = ['imap', 'imaps', 'pop3s'].map((key) => `${key}=service|status|enabled\n`)
    const t = mailServer({
      like,
      configuration: `${services.join('')}pop3=service|status|disabled\n`,
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['follow-up check-mail-clients configuration/dovecot'])
    expect(messages.slice(-1)).toEqual([
      'check server name, ports, log-in and TLS in the mail programs of the users: the old server offered imap, imaps, pop3s',
    ])
  })

  it('keeps a domain that it has', async () => {
    const here = 'example.com=domain|Description|Mine'
    const t = mailServer({ like, domains: 'example.com=domain\n', here: { domains: `${here}\n` } })
    const { said } = await t.run(plugin)
    expect(t.databaseText('domains').trim()).toBe(here)
    expect(said).toEqual(['warning domain-exists example.com'])
  })

  it('has the task to look at mail programs where the old one let them in', async () => {
    const task = 'follow-up check-mail-clients configuration/dovecot'
    const imap = (status: string) =>
      mailServer({ like, configuration: `imap=service|status|${status}\n` }).run(plugin)
    expect((await imap('enabled')).said).toContain(task)
    expect((await imap('disabled')).said).not.toContain(task)
  })

  it.each(['-x.org', 'a b', 'a;b', '..', 'a..org', '.org', 'a.', '../a'])(
    'gets no domain of a bad name: %s',
    async (key) => {
      const t = mailServer({ like, domains: `${key}=domain\n` })
      const { said } = await t.run(plugin)
      expect(t.databaseText('domains').trim()).toBe('')
      expect(said).toEqual([`warning domain-invalid ${key}`])
    },
  )

  it.each([
    ['local', 'a@b.org', 'disabled', 'no', []],
    ['', '', 'disabled', 'no', []],
    ['forward', 'a@b.org', 'enabled', 'no', []],
    ['both', 'a@b.org', 'enabled', 'yes', []],
    ['both', 'a@b.org,c@d.org', 'enabled', 'yes', []],
    ['odd', 'a@b.org', 'disabled', 'no', ['warning forward-unknown NAME']],
    ['forward', '', 'disabled', 'no', ['warning forward-without-address NAME']],
    ['forward', 'nobody', 'enabled', 'no', ['warning forward-address-odd NAME']],
  ])(
    'forwards mail as before, of users and admin alike: "%s" to "%s"',
    async (mode, address, status, copy, warnings) => {
      const props = `EmailForward|${mode}|ForwardAddress|${address}`
      for (const name of ['anna', 'admin']) {
        const t = mailServer({
          like,
          accounts: `${name}=${name === 'admin' ? 'system' : 'user'}|${props}\n`,
          users: name === 'admin' ? [] : [name],
        })
        const { said } = await t.run(plugin)
        const record = t.record('accounts', like === 6 ? name : `${name}@newserver.test`)
        const mail = `MailForwardAddress|${address}|MailForwardKeepMessageCopy|${copy}|MailForwardStatus|${status}|MailQuotaCustom|15|MailQuotaType|default|MailSpamRetentionStatus|disabled|MailStatus|enabled`
        if (like === 7)
          expect(record).toBe(
            status === 'enabled' ? `${name}@newserver.test=user|${mail}` : undefined,
          )
        else if (name === 'anna') expect(record).toBe(`anna=user|${mail}`)
        else for (const part of mail.split(/\|(?=Mail)/)) expect(record).toContain(`|${part}`)
        expect(said).toEqual(warnings.map((line) => line.replace('NAME', name)))
      }
    },
  )

  it.each([
    ['', 'infinite'],
    ['0', 'infinite'],
    ['0.5', 'infinite'],
    ['x', 'infinite'],
    ['1', '1d'],
    ['3', '2d'],
    ['11', '7d'],
    ['12', '15d'],
    ['22', '15d'],
    ['45', '30d'],
    ['75', '60d'],
    ['135', '90d'],
    ['136', '180d'],
    ['9999', '180d'],
  ])('keeps spam for the nearest time on offer: "%s" days become %s', async (days, time) => {
    const t = mailServer({
      like,
      configuration: `spamassassin=service|MessageRetentionTime|${days}|SortSpam|enabled\n`,
      here: { configuration: DOVECOT },
    })
    await t.run(plugin)
    expect(
      t
        .databaseText('configuration')
        .match(/^dovecot=.*$/gm)
        ?.at(-1),
    ).toBe(
      `dovecot=service|SpamFolder|${like === 6 ? 'junkmail' : 'Junk'}|SpamRetentionTime|${time}|status|enabled`,
    )
  })

  it('without its own record is an error, where its package is installed', async () => {
    const t = mailServer({ like, configuration: 'spamassassin=service|SortSpam|enabled\n' })
    const configuration = t.file(CONFIGURATION).replace(/^dovecot=.*\n/m, '')
    writeTree(t.root, {
      [CONFIGURATION]: configuration,
      'var/lib/nethserver/migration/packages': 'nethserver-mail-server\n',
    })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['error dovecot-missing configuration/dovecot'])
    expect(report.actions).toMatchObject([{ outcome: 'failed' }])
  })

  it('keeps its spam folder when the source says nothing of spam', async () => {
    const t = mailServer({ like, here: { configuration: DOVECOT } })
    const before = t.databaseText('configuration')
    const { said } = await t.run(plugin)
    expect(t.databaseText('configuration')).toBe(before)
    expect(said).toEqual([])
  })

  it('has no spam folder when the old server did not sort spam', async () => {
    const t = mailServer({
      like,
      configuration: 'spamassassin=service|MessageRetentionTime|15|SortSpam|disabled\n',
      here: { configuration: DOVECOT },
    })
    await t.run(plugin)
    expect(t.record('configuration', 'dovecot')).toBe(
      'dovecot=service|SpamFolder||SpamRetentionTime|15d|status|enabled',
    )
  })
})
