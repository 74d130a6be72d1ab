// What a person decides about the accounts provider: the check asks, and holds the answer.
import { describe, expect, it } from 'vitest'
import type { Testbed } from '@nethserver-migrate/testkit'
import plugin from '../src/index.js'
import { group, oldServer, PROVIDERS, user } from './helpers/old-server.js'

interface Servers {
  readonly role?: string
  /** Of the destination; a local LDAP server where none is named. */
  readonly provider?: keyof typeof PROVIDERS
  readonly accounts?: string
}

function servers({ role = 'PDC', provider, accounts = user('anna') }: Servers): Testbed {
  return oldServer({
    accounts,
    configuration: `smb=service|ServerRole|${role}\n`,
    ...(provider ? { destination: { records: { configuration: PROVIDERS[provider] } } } : {}),
  })
}

/** What the check says of the provider when this was decided. */
async function said(t: Testbed, answer?: string): Promise<string[]> {
  const text = `source: old.example.com\nanswers:\n  accounts:\n    provider: ${answer}\n`
  const { findings } = await t.check(
    plugin,
    answer === undefined ? {} : { decisions: { path: 'decisions.yml', text } },
  )
  return findings
    .filter(({ code }) => code.includes('accounts-provider'))
    .map(({ severity, code }) => `${severity} ${code}`)
}

describe('the question about the accounts provider', () => {
  it('says what is there, what suits, and what each answer means', async () => {
    const { questions } = await servers({}).check(plugin)
    expect(questions).toEqual([
      {
        topic: 'accounts',
        subject: 'provider',
        about:
          'This server has a local LDAP server; a local Active Directory suits the Samba role PDC of the old server. The page Accounts provider installs one, account-provider-test dump shows it.',
        choices: [
          {
            answer: 'any',
            means:
              'users and groups go to the provider that is there; while there is none, an import is refused',
          },
          {
            answer: 'suited',
            means: 'an import is refused until a local Active Directory is there',
          },
          {
            answer: 'none',
            means:
              'as any, but while there is none, an import goes on without users, groups, their files and their mail',
          },
        ],
        otherwise: 'any',
      },
    ])
  })

  it.each([
    ['PDC', 'local-ad', ['any', 'suited', 'none']],
    ['ADS', 'none', ['any', 'suited', 'none']],
    ['WS', 'none', ['any', 'none']],
    ['WS', undefined, ['any', 'none']],
  ] as const)(
    'has the same answers whatever provider there is: %s on %s',
    async (role, provider, answers) => {
      const t = servers({ role, ...(provider ? { provider } : {}) })
      const { questions } = await t.check(plugin)
      expect(questions.flatMap(({ choices }) => choices.map(({ answer }) => answer))).toEqual(
        answers,
      )
    },
  )

  it('is asked for groups alone', async () => {
    expect((await servers({ accounts: group('sales') }).check(plugin)).questions).toHaveLength(1)
  })

  it('is not asked where nobody is migrated, nor where accounts are records', async () => {
    expect((await servers({ accounts: '' }).check(plugin)).questions).toEqual([])
    const t = oldServer({ like: 6, accounts: user('anna') })
    expect((await t.check(plugin)).questions).toEqual([])
  })
})

describe('the answer about the accounts provider', () => {
  it.each([
    ['PDC', undefined, undefined, ['high accounts-provider-unsuited']],
    ['PDC', undefined, 'any', ['high accounts-provider-unsuited']],
    ['PDC', undefined, 'none', ['high accounts-provider-unsuited']],
    [
      'PDC',
      undefined,
      'suited',
      ['blocker accounts-provider-awaited', 'high accounts-provider-unsuited'],
    ],
    ['PDC', 'local-ad', 'suited', []],
    ['PDC', 'none', undefined, ['blocker no-accounts-provider']],
    ['PDC', 'none', 'any', ['blocker no-accounts-provider']],
    ['PDC', 'none', 'suited', ['blocker no-accounts-provider']],
    ['PDC', 'none', 'none', []],
    ['WS', undefined, 'any', []],
  ] as const)(
    'decides what keeps an import back: role %s, provider %s, answer %s',
    async (role, provider, answer, expected) => {
      expect(await said(servers({ role, ...(provider ? { provider } : {}) }), answer)).toEqual(
        expected,
      )
    },
  )

  it('that is none of them is refused with file and line', async () => {
    await expect(said(servers({ role: 'WS' }), 'suited')).rejects.toThrow(
      'decisions.yml, line 4: provider cannot be suited',
    )
  })
})
