import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { ibay, webServer } from './helpers/web-server.js'

const TWO = `${ibay('shop', { PublicAccess: 'global' })}${ibay('closed', { PublicAccess: 'none' })}`

/** The web props of a shared folder of a NethServer 6. */
function webProps(record = ''): string {
  return record
    .split('|')
    .slice(1)
    .join('|')
    .replace(/^.*?(?=Http)/, '')
}

describe('what a person decides about ibays on the web', () => {
  it.each([
    [6, 'every-host'],
    [7, 'later'],
  ] as const)(
    'is asked for each of them on a NethServer %s, without an answer %s',
    async (like, otherwise) => {
      const { questions } = await webServer({ like, accounts: TWO }).check(plugin)
      expect(
        questions.map(({ subject, about, ...rest }) => [subject, about, rest.otherwise]),
      ).toEqual([
        [
          'shop',
          'Ibay shop was on the web for everybody, without a password, as /shop.',
          otherwise,
        ],
      ])
    },
  )

  it.each([
    ['shop.example.com', undefined],
    ['a.example.com, b.example.com', undefined],
    ['not a host', 'write later, share, or host names, separated by commas'],
    ['a.example.com,', 'write later, share, or host names, separated by commas'],
  ])('may be host names: %s', async (answer, problem) => {
    const { questions } = await webServer({ like: 7, accounts: TWO }).check(plugin)
    expect(questions[0]?.free?.problem(answer)).toBe(problem)
  })

  it('on a NethServer 6 shows the folder on the hosts that were chosen', async () => {
    const t = webServer({ accounts: TWO, folders: ['shop', 'closed'], shadow: {} })
    await t.run(plugin, {
      answers: { 'ibay-on-the-web': { shop: 'A.example.com, b.example.com' } },
    })
    expect(webProps(t.record('accounts', 'shop'))).toMatch(
      /HttpAliasType\|root\|.*HttpStatus\|enabled\|HttpVirtualHost\|a\.example\.com,b\.example\.com\|OtherAccess\|r$/,
    )
  })

  it('on a NethServer 6 takes a share off the web', async () => {
    const t = webServer({ accounts: TWO, folders: ['shop', 'closed'], shadow: {} })
    const { said, messages } = await t.run(plugin, {
      answers: { 'ibay-on-the-web': { shop: 'share' } },
    })
    expect(said).toEqual([])
    expect(messages).toEqual(['ibay shop is no longer shown on the web, as was decided'])
    expect(webProps(t.record('accounts', 'shop'))).toMatch(/HttpStatus\|disabled/)
  })

  it('on a NethServer 7 gives a task with the hosts that were chosen', async () => {
    const t = webServer({ like: 7, accounts: TWO, folders: ['shop', 'closed'], shadow: {} })
    const { report } = await t.run(plugin, {
      answers: { 'ibay-on-the-web': { shop: 'shop.example.com' } },
    })
    expect(report.findings.map(({ code }) => code)).toEqual(['ibay-web-access'])
    expect(report.findings[0]?.remedy).toContain('ServerNames shop.example.com status enabled')
  })

  it('on a NethServer 7 gives no task for a share', async () => {
    const t = webServer({ like: 7, accounts: TWO, folders: ['shop', 'closed'], shadow: {} })
    const { said } = await t.run(plugin, { answers: { 'ibay-on-the-web': { shop: 'share' } } })
    expect(said).toEqual([])
  })

  it.each([
    [6, 'every-host'],
    [7, 'later'],
  ] as const)('changes nothing on a NethServer %s with the answer %s', async (like, answer) => {
    const asIs = webServer({ like, accounts: TWO, folders: ['shop', 'closed'], shadow: {} })
    const answered = webServer({ like, accounts: TWO, folders: ['shop', 'closed'], shadow: {} })
    const without = await asIs.run(plugin)
    const withIt = await answered.run(plugin, { answers: { 'ibay-on-the-web': { shop: answer } } })
    expect([withIt.messages, answered.databaseText('accounts')]).toEqual([
      without.messages,
      asIs.databaseText('accounts'),
    ])
  })
})
