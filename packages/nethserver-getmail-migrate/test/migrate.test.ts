import { filesHolding, fixtureSource } from '@nethserver-migrate/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import {
  account,
  edit,
  EVENT,
  inFrontOf,
  oldServer,
  polled,
  removeDatabase,
  type OldServer,
} from './helpers/old-server.js'

/** Imports one account, and gives the whole database, what was said, and the events. */
async function imported(accounts: string, more: Omit<OldServer, 'accounts'> = {}) {
  const t = oldServer({ accounts, ...more })
  const { said } = await t.run(plugin)
  return { records: t.databaseText('getmail').trimEnd(), said, events: t.events() }
}

describe('an account that fetchmail polled', () => {
  it('becomes a record of getmail with the same key, and getmail is told', async () => {
    expect(await imported(account('1'))).toEqual({
      records:
        '1=getmail|Account|mrossi@newserver.test|Delete|-1|Password|pw|Retriever|SimplePOP3Retriever|Server|pop.provider.test|SpamCheck|enabled|Time|30|Username|mario|VirusCheck|enabled|status|enabled',
      said: [],
      events: [EVENT],
    })
  })

  it.each([
    ['YES', 'enabled'],
    ['NO', 'disabled'],
    ['yes', 'disabled'],
    ['enabled', 'disabled'],
    ['', 'disabled'],
    [undefined, 'disabled'],
  ])('is polled only when it was active: %s becomes %s', async (active, status) => {
    expect(await imported(account('1', { active }))).toEqual({
      records: polled('1', { status }),
      said: [],
      events: [EVENT],
    })
  })

  it.each([
    ['YES', '0'],
    ['NO', '-1'],
    ['yes', '-1'],
    ['YES ', '-1'],
    ['enabled', '-1'],
    ['1', '-1'],
    ['', '-1'],
    [undefined, '-1'],
  ])(
    'has mail deleted there only when it was deleted before: nokeep %s becomes %s',
    async (nokeep, Delete) => {
      expect(await imported(account('1', { nokeep }))).toEqual({
        records: polled('1', { Delete }),
        said: [],
        events: [EVENT],
      })
    },
  )

  it('never has mail deleted there for any other word than YES', async () => {
    const byte = fc.constantFrom(...'YESyesNO 01-=#\t\r\\|n\xa0\xc3\xff')
    const word = fc.oneof(
      fc.string({ unit: byte, maxLength: 6 }),
      fc.constantFrom('YES ', ' YES', 'Yes', 'YES\t', 'YESYES', 'NO', '0', '-1', 'enabled'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 60 }), async (words) => {
        // As the file spells it: whatever follows a pipe or a backslash is then a matter of reading.
        const accounts = words
          .map((nokeep, index) => account(`${index}`, { nokeep }))
          .filter((line) => !line.includes('|nokeep|YES|'))
        const t = oldServer({ accounts: accounts.join('') })
        await t.run(plugin)
        const deletes = t.databaseText('getmail').match(/\|Delete\|[^|]*/g) ?? []
        expect(deletes).toHaveLength(accounts.length)
        expect(deletes.filter((text) => text !== '|Delete|-1')).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  it.each([
    [undefined, undefined, 'SimplePOP3Retriever'],
    ['', '', 'SimplePOP3Retriever'],
    ['pop3', 'NO', 'SimplePOP3Retriever'],
    ['POP3', 'disabled', 'SimplePOP3Retriever'],
    [undefined, 'YES', 'SimplePOP3SSLRetriever'],
    ['pop3', 'yes', 'SimplePOP3SSLRetriever'],
    ['pop3', 'required', 'SimplePOP3SSLRetriever'],
    ['pop3s', undefined, 'SimplePOP3SSLRetriever'],
    ['imap', undefined, 'SimpleIMAPRetriever'],
    [' IMAP ', 'NO', 'SimpleIMAPRetriever'],
    ['imap', 'YES', 'SimpleIMAPSSLRetriever'],
    ['imaps', 'NO', 'SimpleIMAPSSLRetriever'],
  ])(
    'keeps its protocol, and its encryption: %s with ssl %s is %s',
    async (proto, ssl, Retriever) => {
      expect(await imported(account('1', { proto, ssl }))).toEqual({
        records: polled('1', { Retriever }),
        said: [],
        events: [EVENT],
      })
    },
  )

  it('may deliver to a group', async () => {
    expect(await imported(account('1', { account: 'sales' }))).toEqual({
      records: polled('1', { Account: 'sales@newserver.test' }),
      said: [],
      events: [EVENT],
    })
  })

  it('keeps its password to the byte, and loses blanks around its other values', async () => {
    const odd = account('1', {
      account: ' mrossi ',
      password: ' p=w# \xe9\xc3\xa0 ',
      popserver: '\tpop.provider.test ',
      username: ' m\xe9 rossi ',
    })
    expect(await imported(odd)).toEqual({
      records: polled('1', { Password: ' p=w# \xe9\xc3\xa0 ', Username: 'm\xe9 rossi' }),
      said: [],
      events: [EVENT],
    })
  })

  it('has its options that getmail does not know named', async () => {
    const t = oldServer({ accounts: account('1', { port: '1110', sslproto: 'tls1' }) })
    const { said, messages } = await t.run(plugin)
    expect(t.databaseText('getmail')).toBe(`${polled('1')}\n`)
    expect(messages).toEqual(['getmail/1: getmail has no place for port, sslproto, left out'])
    expect(said).toEqual([])
  })
})

describe('an account that cannot be polled as it is', () => {
  it.each([
    ['account', { Account: '' }],
    ['popserver', { Server: '' }],
    ['username', { Username: '' }],
    ['password', { Password: '' }],
  ])('arrives disabled, with a warning: no %s', async (name, props) => {
    for (const value of [undefined, '']) {
      const t = oldServer({ accounts: account('1', { [name]: value }) })
      const { said, messages, report } = await t.run(plugin)
      expect(t.databaseText('getmail')).toBe(`${polled('1', { ...props, status: 'disabled' })}\n`)
      expect(said).toEqual(['warning account-disabled getmail/1'])
      expect(messages).toEqual([`getmail/1 arrives disabled: ${name} is empty`])
      expect(report.findings[0]?.remedy).toBe('Complete the account by hand, then enable it')
      expect(t.events()).toEqual([EVENT])
    }
  })

  it.each(['account', 'popserver', 'username'])(
    'arrives disabled when nothing but blanks are in it: %s',
    async (name) => {
      expect((await imported(account('1', { [name]: ' \t ' }))).said).toEqual([
        'warning account-disabled getmail/1',
      ])
    },
  )

  it.each([
    ['an account that does not exist', 'ghost', 'ghost@newserver.test'],
    ['an account of a service', 'apache', 'apache@newserver.test'],
    ['a group of the system', 'adm', 'adm@newserver.test'],
    ['root', 'root', 'root@newserver.test'],
    ['an address', 'mrossi@example.com', 'mrossi@example.com'],
    ['another case of letters', 'MRossi', 'MRossi@newserver.test'],
  ])('arrives disabled when it delivers to %s', async (_title, name, Account) => {
    const t = oldServer({ accounts: account('1', { account: name }) })
    const { said, messages } = await t.run(plugin)
    expect(t.databaseText('getmail')).toBe(`${polled('1', { Account, status: 'disabled' })}\n`)
    expect(said).toEqual(['warning account-disabled getmail/1'])
    expect(messages).toEqual([
      `getmail/1 arrives disabled: ${name} is no user or group of the destination`,
    ])
  })

  it('arrives disabled when getmail does not speak its protocol', async () => {
    const t = oldServer({ accounts: account('1', { proto: 'etrn', ssl: 'YES' }) })
    const { said, messages } = await t.run(plugin)
    expect(t.databaseText('getmail')).toBe(`${polled('1', { status: 'disabled' })}\n`)
    expect(said).toEqual(['warning account-disabled getmail/1'])
    expect(messages).toEqual([
      'getmail/1 arrives disabled: getmail does not speak the protocol etrn',
    ])
  })

  it('has all that it lacks in one warning', async () => {
    const t = oldServer({ accounts: '4=fetchmail|account|ghost|popserver||username|x\n' })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['warning account-disabled getmail/4'])
    expect(messages).toEqual([
      'getmail/4 arrives disabled: ghost is no user or group of the destination; popserver is empty; password is empty',
    ])
  })

  it.each([
    ['no props', 'x=fetchmail\n'],
    ['a plain value', 'x=3\n'],
    ['an empty value', 'x=\n'],
    ['a password alone', 'x=fetchmail|active|YES|nokeep|YES|password|pw\n'],
  ])('is skipped, with a warning, when nothing says what it is: %s', async (_title, record) => {
    const t = oldServer({ accounts: record + account('1') })
    const { said, messages } = await t.run(plugin)
    expect(t.databaseText('getmail')).toBe(`${polled('1')}\n`)
    expect(said).toEqual(['warning account-empty fetchmail/x'])
    expect(messages).toEqual([
      'fetchmail/x has neither account nor popserver nor username: skipped',
    ])
    expect(t.events()).toEqual([EVENT])
  })

  it('loses a password with a pipe: an error, a task, and it arrives disabled', async () => {
    const accounts = account('1', { password: String.raw`to\|p`, nokeep: 'YES' }) + account('2')
    const t = oldServer({ accounts })
    const { said, report } = await t.run(plugin)
    expect(t.databaseText('getmail')).toBe(
      `${polled('1', { Delete: '0', Password: '', status: 'disabled' })}\n${polled('2')}\n`,
    )
    expect(said).toEqual([
      'error secret-not-writable getmail/1 Password',
      'follow-up enter-secret getmail/1 Password',
    ])
    expect(report.status).toBe('failed')
    expect(t.events()).toEqual([EVENT])
  })

  it('loses a pipe in another value, with a warning', async () => {
    expect(await imported(account('1', { username: String.raw`mario\|rossi` }))).toEqual({
      records: polled('1', { Username: 'mariorossi' }),
      said: ['warning pipe-stripped getmail/1 Username'],
      events: [EVENT],
    })
  })

  it('arrives disabled when the old tools let a pipe of its password cut the record', async () => {
    const odd = account('1', { password: 'PLANTEDa|PLANTEDb' })
    const even = account('2', { password: 'PLANTEDa|PLANTEDb|PLANTEDc' })
    const t = oldServer({ accounts: odd + even })
    const { said, messages, report } = await t.run(plugin)
    expect(t.databaseText('getmail')).toBe(
      [
        polled('1', { Password: 'PLANTEDa', Server: '', Username: '', status: 'disabled' }),
        polled('2', { Password: 'PLANTEDa', status: 'disabled' }),
        '',
      ].join('\n'),
    )
    expect(said).toEqual([
      'warning account-disabled getmail/1',
      'warning account-disabled getmail/2',
    ])
    expect(messages[1]).toBe(
      'getmail/2 arrives disabled: a pipe in its password may have cut the old record',
    )
    expect(JSON.stringify(report)).not.toContain('PLANTED')
  })
})

describe('accounts whose keys meet', () => {
  it('by case: the first in byte order is migrated, the others are skipped with a warning', async () => {
    const accounts =
      account('info', { username: 'c' }) +
      account('INFO', { username: 'a' }) +
      account('Info', { username: 'b' })
    const t = oldServer({ accounts })
    const { said, messages } = await t.run(plugin)
    expect(t.databaseText('getmail')).toBe(`${polled('INFO', { Username: 'a' })}\n`)
    expect(said).toEqual([
      'warning key-differs-by-case fetchmail/Info',
      'warning key-differs-by-case fetchmail/info',
    ])
    expect(messages[0]).toBe(
      'fetchmail/Info differs from INFO in upper and lower case only: skipped',
    )
  })

  it('with one of the destination that has other values: kept, with a warning', async () => {
    const here = polled('1', { Delete: '7', Password: 'other', status: 'disabled' })
    const t = oldServer({ accounts: account('1', { account: 'ghost' }), here: `${here}\n` })
    const { said, messages } = await t.run(plugin)
    expect(t.databaseText('getmail')).toBe(`${here}\n`)
    expect(said).toEqual(['warning account-exists getmail/1'])
    expect(messages).toEqual([
      'getmail/1 exists at the destination with other values: kept as it is',
    ])
    expect(t.events()).toEqual([])
  })

  it('with the same one of the destination: nothing to say, nothing to apply', async () => {
    expect(await imported(account('1'), { here: `${polled('1')}\n` })).toEqual({
      records: polled('1'),
      said: [],
      events: [],
    })
  })

  it('on two lines of the old database: the last line is the account', async () => {
    const accounts = account('1', { nokeep: 'YES' }) + account('1', { nokeep: 'NO' })
    expect((await imported(accounts)).records).toBe(polled('1'))
  })
})

describe('the old service', () => {
  it.each(['fetchmail=service|status|disabled', 'fetchmail=service', 'fetchmail=service|status|'])(
    'was off: nothing was polled, so nothing is until a person says so: %s',
    async (service) => {
      const accounts = account('1', { nokeep: 'YES' }) + account('2')
      const t = oldServer({ accounts, service })
      const { said, report } = await t.run(plugin)
      expect(t.databaseText('getmail')).toBe(
        [
          polled('1', { Delete: '0', status: 'disabled' }),
          polled('2', { status: 'disabled' }),
          '',
        ].join('\n'),
      )
      expect(said).toEqual(['notice service-was-off configuration/fetchmail'])
      expect(report.findings[0]?.remedy).toBe('Enable the accounts that getmail is to poll')
    },
  )

  it('has no record: its accounts are taken as they are', async () => {
    expect(await imported(account('1'), { service: '' })).toEqual({
      records: polled('1'),
      said: [],
      events: [EVENT],
    })
  })
})

describe('an import', () => {
  const ACCOUNTS =
    account('1') +
    account('2', { account: 'ghost', nokeep: 'YES' }) +
    account('3', { password: String.raw`to\|p` })

  it.each([
    ['has no database of accounts', undefined],
    ['has an empty one', ''],
  ])('does nothing when the source %s', async (_title, accounts) => {
    const t = oldServer(accounts === undefined ? {} : { accounts })
    const { messages, report } = await t.run(plugin)
    expect(messages).toEqual(['the source has no external mail accounts: nothing to do'])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(t.databaseText('getmail')).toBe('')
    expect(t.events()).toEqual([])
  })

  it('does what the plan says', async () => {
    const t = oldServer({ accounts: ACCOUNTS })
    const plan = await t.run(plugin, { mode: 'plan' })
    expect([t.databaseText('getmail'), t.events()]).toEqual(['', []])
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toEqual(report.events)
    expect(plan.said).toEqual(said)
  })

  it('changes nothing and signals nothing the second time, and says again what is missing', async () => {
    const t = oldServer({ accounts: ACCOUNTS })
    await t.run(plugin)
    const before = [t.databaseText('getmail'), t.events()]
    const { report, said } = await t.run(plugin)
    expect([t.databaseText('getmail'), t.events()]).toEqual(before)
    expect([report.changes, report.events]).toEqual([[], []])
    expect(said).toEqual([
      'warning account-disabled getmail/2',
      'error secret-not-writable getmail/3 Password',
      'follow-up enter-secret getmail/3 Password',
    ])
  })

  it('leaves alone what the administrator has changed since the first one', async () => {
    const t = oldServer({ accounts: account('1') })
    await t.run(plugin)
    edit(t, 'getmail', 'Time|30', 'Time|5')
    const { said, report } = await t.run(plugin)
    expect(t.databaseText('getmail')).toBe(`${polled('1', { Time: '5' })}\n`)
    expect([said, report.events]).toEqual([[], []])
  })

  it('leaves other records of getmail as they are, to the byte', async () => {
    const other = 'other=getmail|status|enabled|Account|x@y.test|Delete|0'
    expect((await imported(account('1'), { here: `${other}\n` })).records).toBe(
      `${polled('1')}\n${other}`,
    )
  })

  it('stops with an error when the new server has no domain', async () => {
    const t = oldServer({ accounts: account('1'), configuration: 'DomainName=\n' })
    const { said, report } = await t.run(plugin)
    expect(t.databaseText('getmail')).toBe('')
    expect(said).toEqual(['error no-domain-name configuration/DomainName'])
    expect(report.status).toBe('failed')
    expect(t.events()).toEqual([])
  })

  it.each([
    [
      'a local Active Directory',
      'sssd=service|Provider|ad|status|enabled\nnsdc=service|status|enabled\n',
    ],
    ['a remote LDAP server', 'sssd=service|LdapURI|ldap://l.test|Provider|ldap|status|enabled\n'],
  ])('finds the accounts of %s', async (_title, configuration) => {
    expect(await imported(account('1'), { configuration })).toEqual({
      records: polled('1'),
      said: [],
      events: [EVENT],
    })
  })
})

describe('a destination', () => {
  it('without a getmail database gets one', async () => {
    const server = { accounts: account('1') + account('2') }
    const [usual, t] = [oldServer(server), oldServer(server)] as const
    removeDatabase(t, 'getmail')
    const { said } = await t.run(plugin)
    await usual.run(plugin)
    expect(said).toEqual([])
    expect(t.databaseText('getmail').trim()).toBe(usual.databaseText('getmail').trim())
    expect(t.events()).toEqual([EVENT])
  })

  it('without a getmail database leaves the accounts to fetchmail where that is there', async () => {
    const t = oldServer({
      accounts: account('1'),
      configuration: 'fetchmail=service|status|enabled\n',
    })
    removeDatabase(t, 'getmail')
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([])
    expect(messages).toEqual([
      'the destination has no getmail database: external mail accounts are fetchmail’s',
    ])
    expect(t.events()).toEqual([])
  })

  it.each(['nethserver-getmail', 'nethserver-mail-getmail'])(
    'with an older mail filter is served where its list of packages names %s',
    async (packages) => {
      const t = oldServer({ accounts: account('1'), packages: `${packages}\n` })
      edit(t, 'configuration', /^rspamd=.*\n/m, '')
      await t.run(plugin)
      expect(t.databaseText('getmail')).toBe(`${polled('1')}\n`)
    },
  )

  it('like a NethServer 6 is none of getmail: skipped, with a notice', async () => {
    const t = oldServer({ like: 6, accounts: account('1') })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-getmail-migrate'])
    expect(t.events()).toEqual([])
  })
})

describe('a password', () => {
  it('is nowhere but in the record of its account', async () => {
    const accounts =
      account('1', { password: 'PLANTED one' }) +
      account('2', { password: String.raw`PLANTED\|two` }) +
      account('3', { password: 'PLANTED three', account: 'ghost' }) +
      account('4', { password: 'PLANTED|four' })
    const t = oldServer({ accounts })
    const plan = await t.run(plugin, { mode: 'plan' })
    const first = await t.run(plugin)
    const second = await t.run(plugin)
    for (const result of [plan, first, second])
      expect(JSON.stringify(result)).not.toMatch(/PLANTED|two|three|four/)
    expect(filesHolding(t.root, 'PLANTED')).toEqual(['var/lib/nethserver/db/getmail'])
  })
})

describe('the sample backup', () => {
  it('gives getmail its four accounts', async () => {
    const t = inFrontOf(fixtureSource())
    const { said } = await t.run(plugin)
    expect(t.databaseText('getmail')).toBe(
      [
        '1=getmail|Account|mrossi@newserver.test|Delete|0|Password||Retriever|SimplePOP3Retriever|Server|pop.provider.test|SpamCheck|enabled|Time|30|Username|mario@provider.test|VirusCheck|enabled|status|disabled',
        '2=getmail|Account|gverdi@newserver.test|Delete|-1|Password|pw-2|Retriever|SimplePOP3Retriever|Server|pop.provider.test|SpamCheck|enabled|Time|30|Username|giulia@provider.test|VirusCheck|enabled|status|disabled',
        '3=getmail|Account|sales@newserver.test|Delete|-1|Password|pw-3|Retriever|SimplePOP3SSLRetriever|Server|imap.example.org|SpamCheck|enabled|Time|30|Username|sales|VirusCheck|enabled|status|enabled',
        '4=getmail|Account|ghostuser@newserver.test|Delete|-1|Password||Retriever|SimplePOP3Retriever|Server||SpamCheck|enabled|Time|30|Username|x|VirusCheck|enabled|status|disabled',
        '',
      ].join('\n'),
    )
    expect(said).toEqual([
      'error secret-not-writable getmail/1 Password',
      'follow-up enter-secret getmail/1 Password',
      'warning account-disabled getmail/4',
    ])
    expect(t.events()).toEqual([EVENT])
  })
})
