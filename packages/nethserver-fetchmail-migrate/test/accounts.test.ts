import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { account, edit, EVENT, oldServer, polled, type OldServer } from './helpers/old-server.js'

/** Imports accounts, and gives the whole database, what was said, and the events. */
async function imported(accounts: string, more: Omit<OldServer, 'accounts'> = {}) {
  const t = oldServer({ accounts, ...more })
  const { said, messages } = await t.run(plugin)
  expect(t.events()).toEqual([EVENT])
  return { records: t.databaseText('fetchmail').trimEnd(), said, messages }
}

describe.each([6, 7] as const)('an external account on a NethServer %s', (like) => {
  it('keeps its key, its type and its props, and gets a protocol', async () => {
    const old = account('1', { Description: 'M\xe9l', port: '1110', ssl: 'YES', timeout: '60' })
    expect(await imported(old.replace('=fetchmail', '=pop'), { like })).toEqual({
      records:
        '1=pop|Description|M\xe9l|account|mrossi|active|YES|nokeep|NO|password|pw|popserver|pop.provider.test|port|1110|proto|pop3|ssl|YES|timeout|60|username|mario',
      said: [],
      messages: [],
    })
  })

  it.each([
    ['imap', 'imap'],
    ['IMAP', 'IMAP'],
    ['pop3', 'pop3'],
    ['', 'pop3'],
    [' ', 'pop3'],
    [undefined, 'pop3'],
  ])('keeps the protocol that it has: %s becomes %s', async (old, proto) => {
    expect(await imported(account('1', { proto: old }), { like })).toEqual({
      records: polled('1', { proto }),
      said: [],
      messages: [],
    })
  })

  it.each(['YES', 'NO'])('has mail kept or deleted there as before: nokeep %s', async (nokeep) => {
    expect(await imported(account('1', { nokeep }), { like })).toEqual({
      records: polled('1', { nokeep }),
      said: [],
      messages: [],
    })
  })

  it.each([
    [undefined, 'was not set'],
    ['', 'was not set'],
    ['yes', 'was neither YES nor NO (yes)'],
    ['1', 'was neither YES nor NO (1)'],
  ])(
    'has mail kept there when nothing says otherwise, with a notice: nokeep %s',
    async (nokeep, was) => {
      expect(await imported(account('1', { nokeep }), { like })).toEqual({
        records: polled('1', { nokeep: 'NO' }),
        said: ['notice nokeep-unclear fetchmail/1'],
        messages: [`fetchmail/1: nokeep ${was}, mail is kept on the remote server`],
      })
    },
  )

  it('is polled when it was', async () => {
    for (const active of ['YES', 'NO'])
      expect(await imported(account('1', { active }), { like })).toEqual({
        records: polled('1', { active }),
        said: [],
        messages: [],
      })
  })

  it.each([
    [undefined, 'was not set'],
    ['', 'was not set'],
    ['enabled', 'was neither YES nor NO (enabled)'],
  ])('is not polled when nothing says so, with a notice: active %s', async (active, was) => {
    expect(await imported(account('1', { active }), { like })).toEqual({
      records: polled('1', { active: 'NO' }),
      said: ['notice active-unclear fetchmail/1'],
      messages: [`fetchmail/1: active ${was}, the account arrives inactive`],
    })
  })

  it('delivers to a group by the name that the mail system has for it', async () => {
    expect(await imported(account('1', { account: 'sales' }), { like })).toEqual({
      records: polled('1', { account: like === 6 ? 'sales' : 'sales@newserver.test' }),
      said: [],
      messages: [],
    })
  })

  it('may deliver to admin', async () => {
    expect((await imported(account('1', { account: 'admin' }), { like })).records).toBe(
      polled('1', { account: 'admin' }),
    )
  })

  it.each(['ghost', 'apache', 'adm', 'root', 'mrossi@example.com', 'MRossi'])(
    'is not polled for somebody without a mailbox, with a warning: %s',
    async (name) => {
      expect(await imported(account('1', { account: name }), { like })).toEqual({
        records: polled('1', { account: name, active: 'NO' }),
        said: ['warning account-inactive fetchmail/1'],
        messages: [`fetchmail/1 arrives inactive: ${name} is no user or group of the destination`],
      })
    },
  )

  it.each(['account', 'popserver', 'username', 'password'])(
    'is not polled without %s, with a warning',
    async (name) => {
      for (const value of [undefined, ''])
        expect(await imported(account('1', { [name]: value }), { like })).toEqual({
          records: polled('1', { [name]: value, active: 'NO' }),
          said: ['warning account-inactive fetchmail/1'],
          messages: [`fetchmail/1 arrives inactive: ${name} is empty`],
        })
    },
  )

  it('loses a password with a pipe: an error, a task, and it is not polled', async () => {
    const accounts = account('1', { password: String.raw`to\|p`, nokeep: 'YES' }) + account('2')
    const { records, said } = await imported(accounts, { like })
    expect(records).toBe(
      [polled('1', { active: 'NO', nokeep: 'YES', password: '' }), polled('2')].join('\n'),
    )
    expect(said).toEqual([
      'error secret-not-writable fetchmail/1 password',
      'follow-up enter-secret fetchmail/1 password',
      'follow-up activate-account fetchmail/1',
    ])
  })
})

describe('an external account', () => {
  it('keeps its password to the byte, and loses blanks around its other values', async () => {
    const odd = account('1', {
      account: ' mrossi ',
      password: ' p=w# \xe9\xc3\xa0 ',
      popserver: '\tpop.provider.test ',
      username: ' m\xe9 rossi ',
    })
    expect(await imported(odd)).toEqual({
      records: polled('1', { password: ' p=w# \xe9\xc3\xa0 ', username: 'm\xe9 rossi' }),
      said: [],
      messages: [],
    })
  })

  it('loses a password that ends in a backslash, and is not polled', async () => {
    const old =
      '1=fetchmail|account|mrossi|active|YES|nokeep|NO|popserver|p|username|m|password|pw\\\n'
    const { records, said } = await imported(old)
    expect(records).toBe(polled('1', { active: 'NO', password: '', popserver: 'p', username: 'm' }))
    expect(said).toContain('error secret-not-writable fetchmail/1 password')
  })

  it('loses a pipe in another value, with a warning', async () => {
    const { records, said } = await imported(account('1', { username: String.raw`mario\|rossi` }))
    expect(records).toBe(polled('1', { username: 'mariorossi' }))
    expect(said).toEqual(['warning pipe-stripped fetchmail/1 username'])
  })

  it('is not polled when the old tools let a pipe of its password cut the record', async () => {
    const odd = account('1', { password: 'PLANTEDa|PLANTEDb' })
    const even = account('2', { password: 'PLANTEDa|PLANTEDb|PLANTEDc' })
    const { records, said, messages } = await imported(odd + even)
    expect(records).toBe(
      [
        polled('1', {
          active: 'NO',
          password: 'PLANTEDa',
          popserver: undefined,
          username: undefined,
        }),
        polled('2', { active: 'NO', password: 'PLANTEDa' }),
      ].join('\n'),
    )
    expect(said).toEqual([
      'warning account-inactive fetchmail/1',
      'warning account-inactive fetchmail/2',
    ])
    expect(messages[1]).toBe(
      'fetchmail/2 arrives inactive: a pipe in its password may have cut the old record',
    )
    expect(messages.join()).not.toContain('PLANTED')
  })

  it.each([
    ['no props', 'x=fetchmail\n'],
    ['a plain value', 'x=3\n'],
    ['an empty value', 'x=\n'],
    ['a password alone', 'x=fetchmail|active|YES|nokeep|YES|password|pw\n'],
  ])('is skipped, with a warning, when nothing says what it is: %s', async (_title, record) => {
    expect(await imported(record + account('1'))).toEqual({
      records: polled('1'),
      said: ['warning account-empty fetchmail/x'],
      messages: ['fetchmail/x has neither account nor popserver nor username: skipped'],
    })
  })

  it('is of type fetchmail when the old record had none', async () => {
    const { records } = await imported(account('1').replace('=fetchmail', '='))
    expect(records).toBe(polled('1'))
  })

  it('gives way to one of the destination with its key and other values, with a warning', async () => {
    const here = 'fetchmail|account|x|nokeep|YES|active|YES'
    expect(await imported(account('1', { account: 'ghost' }), { here: `1=${here}\n` })).toEqual({
      records: `1=${here}`,
      said: ['warning account-exists fetchmail/1'],
      messages: ['fetchmail/1 exists at the destination with other values: kept as it is'],
    })
  })

  it('is not made inactive again once its missing password was entered', async () => {
    const t = oldServer({ accounts: account('1', { password: String.raw`to\|p` }) })
    await t.run(plugin)
    edit(t, 'fetchmail', /active\|NO(.*)password\|/, 'active|YES$1password|new')
    const { report } = await t.run(plugin)
    expect(t.databaseText('fetchmail')).toBe(`${polled('1', { password: 'new' })}\n`)
    expect(report.status).toBe('unchanged')
  })

  it('is skipped, with a warning, when its key differs from another one by case only', async () => {
    const accounts =
      account('info', { username: 'c' }) +
      account('INFO', { username: 'a' }) +
      account('Info', { username: 'b' })
    expect(await imported(accounts)).toEqual({
      records: polled('INFO', { username: 'a' }),
      said: [
        'warning key-differs-by-case fetchmail/Info',
        'warning key-differs-by-case fetchmail/info',
      ],
      messages: [
        'fetchmail/Info differs from INFO in upper and lower case only: skipped',
        'fetchmail/info differs from INFO in upper and lower case only: skipped',
      ],
    })
  })

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
        const kept = t.databaseText('fetchmail').match(/\|nokeep\|[^|]*/g) ?? []
        expect(kept).toHaveLength(accounts.length)
        expect(kept.filter((text) => text !== '|nokeep|NO')).toEqual([])
      }),
      { numRuns: 25 },
    )
  })
})
