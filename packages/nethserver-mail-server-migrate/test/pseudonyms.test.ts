import fc from 'fast-check'
import { escapeControls } from '@nethserver-migrate/core/runner'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { mailServer, pseudonyms, type MailServer } from './helpers/mail-server.js'

const PEOPLE: MailServer = {
  accounts: 'anna=user\nbruno=user\nsales=group|Members|anna,bruno\nadmin=system\nshared=system\n',
  users: ['anna', 'bruno'],
  groups: ['sales'],
}

/** The two generations, with what they call the same accounts. */
const VARIANTS = [
  {
    like: 6,
    anna: 'anna',
    postmaster: '',
  },
  {
    like: 7,
    anna: 'anna@newserver.test',
    postmaster: 'postmaster@newserver.test',
  },
] as const

function office(like: 6 | 7, more: string, here = '', domains = '') {
  return mailServer({
    ...PEOPLE,
    like,
    accounts: `${PEOPLE.accounts ?? ''}${more}`,
    domains,
    here: { accounts: here },
  })
}

describe('addresses of users, groups and pseudonyms', () => {
  const more = 'info=pseudonym|Account|sales\nmario@example.com=pseudonym|Account|anna\n'

  it('name accounts where these are records (NethServer 6)', async () => {
    const t = office(6, more)
    const { said } = await t.run(plugin)
    expect(pseudonyms(t)).toEqual([
      'anna@ → anna',
      'bruno@ → bruno',
      'info@ → sales',
      'mario@example.com → anna',
      'sales@ → sales',
    ])
    expect(t.record('accounts', 'anna@')).toBe(
      'anna@=pseudonym|Access|public|Account|anna|Description|',
    )
    expect(said).toEqual([])
  })

  it('name addresses, and members one by one, on a NethServer 7', async () => {
    const t = office(7, more)
    const { said } = await t.run(plugin)
    expect(pseudonyms(t)).toEqual([
      'anna@ → anna@newserver.test',
      'bruno@ → bruno@newserver.test',
      'info@ → anna@newserver.test,bruno@newserver.test',
      'mario@example.com → anna@newserver.test',
      'sales@newserver.test → anna@newserver.test,bruno@newserver.test',
    ])
    expect(t.record('accounts', 'anna@')).toBe(
      'anna@=pseudonym|Access|public|Account|anna@newserver.test|Description|',
    )
    expect(said).toEqual([])
  })

  it('have admin among the members of a group, and nobody who is unknown, on a NethServer 7', async () => {
    const t = mailServer({
      accounts: 'team=group|Members|admin, ghost,anna\n',
      users: ['anna'],
      groups: ['team'],
    })
    await t.run(plugin)
    expect(pseudonyms(t)).toEqual([
      'team@newserver.test → admin@newserver.test,anna@newserver.test',
    ])
  })

  it('of a group without members go to postmaster on a NethServer 7: nobody may be refused', async () => {
    const t = mailServer({ accounts: 'team=group|Members|\n', groups: ['team'] })
    const { said } = await t.run(plugin)
    expect(pseudonyms(t)).toEqual(['team@newserver.test → postmaster@newserver.test'])
    expect(said).toEqual([
      'warning pseudonym-to-postmaster team@newserver.test',
      'follow-up check-pseudonyms team@newserver.test',
    ])
  })

  it('of a group without members stay those of the group on a NethServer 6', async () => {
    const t = mailServer({ like: 6, accounts: 'team=group|Members|\n', groups: ['team'] })
    const { said } = await t.run(plugin)
    expect(pseudonyms(t)).toEqual(['team@ → team'])
    expect(said).toEqual([])
  })
})

describe.each(VARIANTS)('a pseudonym on a NethServer $like', ({ like, anna, postmaster }) => {
  const accountOf = (t: ReturnType<typeof office>, key: string) =>
    pseudonyms(t)
      .find((line) => line.startsWith(`${key} → `))
      ?.slice(`${key} → `.length)

  it.each([
    ['admin', 'x=pseudonym|Account|admin\n'],
    ['shared', 'x=pseudonym|Account|shared\n'],
    ['somebody whom the old server did not have', 'x=pseudonym|Account|ghost\n'],
    ['nobody', 'x=pseudonym|Account|\n'],
    ['no prop at all', 'x=pseudonym\n'],
    ['an ibay', 'x=pseudonym|Account|docs\ndocs=ibay\n'],
    ['itself', 'x=pseudonym|Account|x\n'],
  ])('of %s goes to postmaster, and somebody has to look', async (_title, more) => {
    const t = office(like, more)
    const { said } = await t.run(plugin)
    expect(accountOf(t, 'x@')).toBe(postmaster)
    expect(said).toEqual(['warning pseudonym-to-postmaster x@', 'follow-up check-pseudonyms x@'])
  })

  it.each([
    ['an address elsewhere', 'anna@example.org'],
    ['an address elsewhere that has a name of this server', 'x@example.org'],
    ['several accounts', 'anna,bruno'],
  ])('of %s goes to postmaster, and the old value is shown', async (_title, account) => {
    const t = office(like, `x=pseudonym|Account|${account}\n`)
    const { said, messages } = await t.run(plugin)
    expect(accountOf(t, 'x@')).toBe(postmaster)
    expect([...said].sort()).toEqual([
      'follow-up check-pseudonyms x@',
      'follow-up pseudonym-outside x',
      'warning pseudonym-to-postmaster x@',
    ])
    expect(messages).toContain(
      `pseudonym x was sent to ${account} on the old server: decide who gets its mail now`,
    )
  })

  it('in a loop of two goes to postmaster; both are in one follow-up', async () => {
    const t = office(like, 'x=pseudonym|Account|y\ny=pseudonym|Account|x\n')
    const { said, messages } = await t.run(plugin)
    expect([accountOf(t, 'x@'), accountOf(t, 'y@')]).toEqual([postmaster, postmaster])
    expect(said).toEqual([
      'warning pseudonym-to-postmaster x@',
      'warning pseudonym-to-postmaster y@',
      'follow-up check-pseudonyms x@, y@',
    ])
    expect(messages).toContain('pseudonym x@ goes to postmaster: x → y → x is a loop')
  })

  it('of a user or group that the destination does not have goes to postmaster', async () => {
    const t = mailServer({
      like,
      accounts: 'gone=user\nlost=group|Members|anna\nx=pseudonym|Account|gone\n',
      users: ['anna'],
    })
    const { said } = await t.run(plugin)
    const lost = like === 6 ? 'lost@' : 'lost@newserver.test'
    expect(pseudonyms(t)).toEqual([
      `gone@ → ${postmaster}`,
      `${lost} → ${postmaster}`,
      `x@ → ${postmaster}`,
    ])
    expect(said).toEqual([
      'warning pseudonym-to-postmaster gone@',
      `warning pseudonym-to-postmaster ${lost}`,
      'warning pseudonym-to-postmaster x@',
      `follow-up check-pseudonyms gone@, ${lost}, x@`,
    ])
  })

  it('of a pseudonym goes to the account at the end of the chain', async () => {
    const chain = ['a>b', 'b>c', 'c>d', 'd>e', 'e>anna']
      .map((link) => link.split('>'))
      .map(([key = '', account = '']) => `${key}=pseudonym|Account|${account}\n`)
    const t = office(like, chain.join(''))
    const { said } = await t.run(plugin)
    expect(['a@', 'b@', 'c@', 'd@', 'e@'].map((key) => accountOf(t, key))).toEqual(
      Array<string>(5).fill(anna),
    )
    expect(said).toEqual([])
  })

  it.each([
    ['with the domain that its key lacks', 'info', 'info@example.com'],
    ['without the domain that its key has', 'info@example.com', 'info'],
    ['with a further domain of the old server', 'info', 'info@example.net'],
  ])('is found %s', async (_title, key, name) => {
    const t = office(
      like,
      `${key}=pseudonym|Account|anna\nx=pseudonym|Account|${name}\n`,
      '',
      'example.com=domain\nexample.net=domain\n',
    )
    const { said } = await t.run(plugin)
    expect(accountOf(t, 'x@')).toBe(anna)
    expect(said).toEqual([])
  })

  it('that only the local network could use stays private', async () => {
    const t = office(like, 'x=pseudonym|Account|anna|Visible|internal\n')
    await t.run(plugin)
    expect(t.record('accounts', 'x@')).toBe(
      `x@=pseudonym|Access|private|Account|${anna}|Description|`,
    )
  })

  it.each(['postmaster', 'everyone', 'Everyone'])(
    'that the mail server defines itself is not made: %s',
    async (key) => {
      const t = office(like, `${key}=pseudonym|Account|shared\n`)
      const before = t.record('accounts', `${key}@`)
      const { said, report } = await t.run(plugin)
      expect(t.record('accounts', `${key}@`)).toBe(before)
      expect(said).toEqual([])
      expect(
        report.findings.filter(({ code }) => code === 'pseudonym-of-system').map((f) => f.subject),
      ).toEqual([`${key}@`])
    },
  )

  it('is not made for a group called everyone either', async () => {
    const t = mailServer({ like, accounts: 'everyone=group|Members|\n' })
    const { said } = await t.run(plugin)
    expect(pseudonyms(t)).toEqual([])
    expect(said).toEqual([])
  })

  it.each(['anna', 'ghost'])(
    'that the destination has stays as it is; a warning names both: %s',
    async (account) => {
      const here = 'x@=pseudonym|Access|public|Account|bruno|Description|Mine'
      const t = office(like, `x=pseudonym|Account|${account}\n`, `${here}\n`)
      const { said, messages } = await t.run(plugin)
      expect(t.record('accounts', 'x@')).toBe(here)
      expect(said).toEqual(['warning pseudonym-exists x@'])
      const old = account === 'anna' ? anna : postmaster || 'postmaster'
      expect(messages).toContain(
        `pseudonym x@ exists at the destination for bruno, the old server had ${old}: kept as it is`,
      )
    },
  )

  it('whose key differs from another only by case is skipped: the first in byte order is made', async () => {
    const t = office(like, 'Info=pseudonym|Account|anna\ninfo=pseudonym|Account|bruno\n')
    const { said } = await t.run(plugin)
    expect([accountOf(t, 'Info@'), accountOf(t, 'info@')]).toEqual([anna, undefined])
    expect(said).toEqual(['warning pseudonym-differs-by-case info@'])
  })

  it('whose key the destination has in other letters is skipped: one address, one record', async () => {
    const t = mailServer({
      like,
      accounts: 'Info=pseudonym|Account|anna\n',
      here: { accounts: 'info@=pseudonym|Access|public|Account|x|Description|\n' },
    })
    const { said } = await t.run(plugin)
    expect(pseudonyms(t)).toEqual(['info@ → x'])
    expect(said).toEqual(['warning pseudonym-differs-by-case Info@'])
  })

  it.each([
    'two words',
    'tab\there',
    '"quoted"',
    'a;b',
    'a,b',
    '<a>',
    '../up',
    'a..b',
    '.a',
    'a.',
    '-rf',
    'esc\u001b[2J',
    'nul\0',
    'a@b@example.com',
    'a@exa mple.com',
    'a@-x',
    '@example.com',
  ])('that is no address is skipped, and told: %j', async (key) => {
    const t = office(like, `${key}=pseudonym|Account|anna\n`)
    const { said } = await t.run(plugin)
    const address = key.includes('@') ? key : `${key}@`
    expect(accountOf(t, address)).toBeUndefined()
    expect(said).toEqual([`warning pseudonym-invalid ${escapeControls(address)}`])
  })

  it.each(["o'brien", 'contabilit\xe0', 'a+b', 'a_b', 'a#b', 'a.b-c', 'a@sub.example.com'])(
    'of any other letters is made: %j',
    async (key) => {
      const t = office(like, `${key}=pseudonym|Account|anna\n`)
      await t.run(plugin)
      expect(accountOf(t, key.includes('@') ? key : `${key}@`)).toBe(anna)
    },
  )

  it('of a user who is an account of the system goes to postmaster', async () => {
    const t = mailServer({ like, accounts: 'apache=user\n' })
    const { said } = await t.run(plugin)
    expect(pseudonyms(t)).toEqual([`apache@ → ${postmaster}`])
    expect(said).toEqual([
      'warning pseudonym-to-postmaster apache@',
      'follow-up check-pseudonyms apache@',
    ])
  })

  it('is found at the end of a chain of thousands, or in a loop of thousands, within seconds', async () => {
    const count = 3000
    const links = Array.from({ length: count }, (_, index) => index)
    const chain = links.map((index) => `c${index}=pseudonym|Account|c${index + 1}\n`)
    const ring = links.map((index) => `r${index}=pseudonym|Account|r${(index + 1) % count}\n`)
    const t = office(like, `${chain.join('')}c${count}=pseudonym|Account|anna\n${ring.join('')}`)
    const started = Date.now()
    const { messages } = await t.run(plugin)
    expect(Date.now() - started).toBeLessThan(15_000)
    expect([accountOf(t, 'c0@'), accountOf(t, `c${count - 1}@`)]).toEqual([anna, anna])
    expect([accountOf(t, 'r0@'), accountOf(t, `r${count - 1}@`)]).toEqual([postmaster, postmaster])
    expect(messages.filter((message) => message.endsWith('is a loop'))).toHaveLength(count)
    const [first = ''] = messages.filter((message) => message.includes('pseudonym r0@'))
    expect(first).toBe(
      'pseudonym r0@ goes to postmaster: r0 → r1 → r2 → r3 → r4 → r5 → … → r0 is a loop',
    )
  })

  it('ends in a user, a group or postmaster, however pseudonyms name each other', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f@example.com']
    const account = fc.constantFrom(
      ...[...keys, 'f', 'a@example.com', 'b@example.org', 'anna', 'sales', 'admin', 'ghost', ''],
    )
    const ends = [postmaster, anna, like === 6 ? 'sales' : `${anna},bruno@newserver.test`]
    await fc.assert(
      fc.asyncProperty(fc.array(account, { minLength: 6, maxLength: 6 }), async (accounts) => {
        const records = keys.map((key, index) => `${key}=pseudonym|Account|${accounts[index]}\n`)
        const t = office(like, records.join(''))
        await t.run(plugin)
        for (const key of keys)
          expect(ends).toContain(accountOf(t, key.includes('@') ? key : `${key}@`))
      }),
      { numRuns: 20 },
    )
  })
})
