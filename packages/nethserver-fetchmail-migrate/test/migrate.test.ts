import { filesHolding, fixtureSource, testbed, writeTree } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import {
  account,
  edit,
  EVENT,
  oldServer,
  polled,
  removeDatabase,
  SERVICE,
} from './helpers/old-server.js'

const AFTERWARDS = SERVICE.replace('externalFreq|5', 'externalFreq|15')

describe.each([6, 7] as const)('fetchmail of a NethServer %s', (like) => {
  it('gets the state of the old service and an interval of 15 minutes, and is told', async () => {
    const t = oldServer({
      like,
      service: 'fetchmail=service|externalFreq|30|officeFreq|5|status|disabled|weekendFreq|60',
    })
    const { said, messages } = await t.run(plugin)
    expect(t.record('configuration', 'fetchmail')).toBe(
      AFTERWARDS.replace('status|enabled', 'status|disabled'),
    )
    expect(said).toEqual([])
    expect(messages).toEqual([
      'home/e-smith/db/fetchmail is not in the source: there are no external mail accounts',
    ])
    expect(t.events()).toEqual([EVENT])
  })

  it.each(['fetchmail=service', 'fetchmail=service|status|', 'fetchmail=service|externalFreq|30'])(
    'is off when the old service had no state: %s',
    async (service) => {
      const t = oldServer({ like, service })
      await t.run(plugin)
      expect(t.record('configuration', 'fetchmail')).toBe(
        AFTERWARDS.replace('status|enabled', 'status|disabled'),
      )
    },
  )

  it('gets its record where the package is installed without it', async () => {
    const t = oldServer({ like })
    edit(t, 'configuration', /^fetchmail=.*\n/m, '')
    writeTree(t.root, { 'var/lib/nethserver/migration/packages': 'nethserver-fetchmail\n' })
    await t.run(plugin)
    expect(t.record('configuration', 'fetchmail')).toBe(
      'fetchmail=service|externalFreq|15|status|enabled',
    )
    expect(t.events()).toEqual([EVENT])
  })

  it('keeps the type of its record', async () => {
    const t = oldServer({ like, service: 'fetchmail=configuration|status|enabled' })
    await t.run(plugin)
    expect(t.record('configuration', 'fetchmail')).toBe(AFTERWARDS)
  })

  it('gets the accounts beside those it has', async () => {
    const other = polled('9', { username: 'other' })
    const t = oldServer({
      like,
      accounts: account('1') + account('2', { account: 'gverdi' }),
      here: `${other}\n`,
    })
    const { said } = await t.run(plugin)
    expect(t.databaseText('fetchmail')).toBe(
      [polled('1'), polled('2', { account: 'gverdi' }), other, ''].join('\n'),
    )
    expect(t.record('configuration', 'fetchmail')).toBe(AFTERWARDS)
    expect(said).toEqual([])
    expect(t.events()).toEqual([EVENT])
  })

  it('closes its database of passwords to others', async () => {
    const t = oldServer({ like, accounts: account('1') })
    await t.run(plugin)
    expect(t.manifest('var/lib/nethserver/db').find((line) => / fetchmail /.test(line))).toMatch(
      /^f 0640 /,
    )
  })

  it('stays as it is when the source has no record of the service: no event', async () => {
    const t = oldServer({ like, service: '' })
    const { messages, report } = await t.run(plugin)
    expect(messages).toEqual([
      'fetchmail is not in the source configuration database: nothing to do',
    ])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(t.record('configuration', 'fetchmail')).toBe(SERVICE)
    expect(t.events()).toEqual([])
  })

  it('takes no accounts of a server without the service, with a notice that counts them', async () => {
    const t = oldServer({ like, service: '', accounts: account('1') + account('2') })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['notice accounts-without-service configuration/fetchmail'])
    expect(messages).toEqual([
      'fetchmail is not in the source configuration database: its external mail accounts (2) are not migrated',
    ])
    expect(t.databaseText('fetchmail')).toBe('')
    expect(t.events()).toEqual([])
  })

  it('gets what the plan says', async () => {
    const accounts =
      account('1') +
      account('2', { account: 'sales', nokeep: undefined }) +
      account('3', { password: String.raw`to\|p` })
    const t = oldServer({ like, accounts })
    const before = t.databaseText('configuration')
    const plan = await t.run(plugin, { mode: 'plan' })
    expect([t.databaseText('configuration'), t.databaseText('fetchmail'), t.events()]).toEqual([
      before,
      '',
      [],
    ])
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
    expect(plan.said).toEqual(said)
  })

  it('is changed once only; what is missing is said again', async () => {
    const t = oldServer({
      like,
      accounts: account('1', { account: 'ghost' }) + account('2', { password: String.raw`a\|b` }),
    })
    await t.run(plugin)
    const state = () => [t.databaseText('configuration'), t.databaseText('fetchmail'), t.events()]
    const before = state()
    const { report, said } = await t.run(plugin)
    expect(state()).toEqual(before)
    expect([report.changes, report.events]).toEqual([[], []])
    expect(said).toEqual([
      'warning account-inactive fetchmail/1',
      'error secret-not-writable fetchmail/2 password',
      'follow-up enter-secret fetchmail/2 password',
    ])
  })

  it('is not told when nothing changes', async () => {
    const t = oldServer({ like, accounts: account('1'), here: `${polled('1')}\n` })
    edit(t, 'configuration', 'externalFreq|5', 'externalFreq|15')
    const { report } = await t.run(plugin)
    expect(report.status).toBe('unchanged')
    expect(t.events()).toEqual([])
  })

  it('keeps a password nowhere but in the record of its account', async () => {
    const accounts =
      account('1', { password: 'PLANTED one' }) +
      account('2', { password: String.raw`PLANTED\|two` }) +
      account('3', { password: 'PLANTED three', account: 'ghost' }) +
      account('4', { password: 'PLANTED|four' })
    const t = oldServer({ like, accounts })
    const plan = await t.run(plugin, { mode: 'plan' })
    const first = await t.run(plugin)
    const second = await t.run(plugin)
    for (const result of [plan, first, second])
      expect(JSON.stringify(result)).not.toMatch(/PLANTED|two|three|four/)
    expect(filesHolding(t.root, 'PLANTED')).toEqual(['var/lib/nethserver/db/fetchmail'])
    expect(filesHolding(t.root, 'four')).toEqual([])
  })
})

describe('an old database of accounts that cannot be used', () => {
  it('is an error, and the service is migrated all the same', async () => {
    const t = oldServer({ files: { 'home/e-smith/db/fetchmail': { link: '/etc/shadow' } } })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['error accounts-unreadable home/e-smith/db/fetchmail'])
    expect(messages).toEqual([
      'home/e-smith/db/fetchmail is no regular file: no external mail account is migrated',
    ])
    expect(t.record('configuration', 'fetchmail')).toBe(AFTERWARDS)
    expect(t.databaseText('fetchmail')).toBe('')
    expect(t.events()).toEqual([EVENT])
  })
})

describe('a destination', () => {
  it('without a fetchmail database gets one', async () => {
    const server = { accounts: account('1') + account('2') }
    const [usual, t] = [oldServer(server), oldServer(server)] as const
    removeDatabase(t, 'fetchmail')
    const { said } = await t.run(plugin)
    await usual.run(plugin)
    expect(said).toEqual([])
    expect(t.record('configuration', 'fetchmail')).toBe(AFTERWARDS)
    expect(t.databaseText('fetchmail').trim()).toBe(usual.databaseText('fetchmail').trim())
    expect(t.events()).toEqual([EVENT])
  })

  it('with a getmail database has its accounts there: nothing to do', async () => {
    const t = testbed({
      source: {
        databases: {
          configuration: 'SystemName=old\nfetchmail=service|status|enabled\n',
          fetchmail: account('1'),
        },
      },
      destination: {
        databases: { fetchmail: '' },
        records: { configuration: `${SERVICE}\n` },
      },
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([])
    expect(messages).toEqual([
      'getmail of the destination takes the external mail accounts: nothing to do',
    ])
    expect(t.record('configuration', 'fetchmail')).toBe(SERVICE)
    expect(t.databaseText('fetchmail')).toBe('')
    expect(t.events()).toEqual([])
  })

  it('without fetchmail is skipped, with a notice', async () => {
    const t = testbed({ source: { databases: { fetchmail: account('1') } } })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-fetchmail-migrate'])
    expect(t.events()).toEqual([])
  })
})

describe('the sample backup', () => {
  it.each([
    [6, 'sales'],
    [7, 'sales@newserver.test'],
  ] as const)('gives fetchmail of a NethServer %s its four accounts', async (like, sales) => {
    const t = oldServer({ like, folder: fixtureSource() })
    const { said } = await t.run(plugin)
    expect(t.record('configuration', 'fetchmail')).toBe(
      'fetchmail=service|authType|password|externalFreq|15|extraOptions|--fastuidl 1 --sslproto ssl23|status|enabled',
    )
    expect(t.databaseText('fetchmail')).toBe(
      [
        '1=fetchmail|account|mrossi|active|NO|nokeep|YES|password||popserver|pop.provider.test|proto|pop3|username|mario@provider.test',
        '2=fetchmail|account|gverdi|active|NO|nokeep|NO|password|pw-2|popserver|pop.provider.test|proto|pop3|username|giulia@provider.test',
        `3=fetchmail|account|${sales}|active|YES|nokeep|NO|password|pw-3|popserver|imap.example.org|proto|pop3|ssl|YES|username|sales`,
        '4=fetchmail|account|ghostuser|active|NO|nokeep|NO|popserver||proto|pop3|username|x',
        '',
      ].join('\n'),
    )
    expect(said).toEqual([
      'error secret-not-writable fetchmail/1 password',
      'follow-up enter-secret fetchmail/1 password',
      'follow-up activate-account fetchmail/1',
      'warning account-inactive fetchmail/4',
      'notice nokeep-unclear fetchmail/4',
    ])
    expect(t.events()).toEqual([EVENT])
  })
})
