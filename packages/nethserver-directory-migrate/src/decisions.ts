import type {
  AccountsProvider,
  Answers,
  CheckContext,
  CheckNote,
  LookContext,
  Question,
} from '@nethserver-migrate/core'
import { hasAccounts, suitedProvider } from './suited-provider.js'

const TOPIC = 'accounts'
const SUBJECT = 'provider'

/** Answers: how much an import asks of the accounts provider. */
const SUITED = 'suited'
const ANY = 'any'
const NONE = 'none'

const TITLES: Readonly<Record<AccountsProvider, string>> = {
  'accounts-database': 'records',
  'local-ldap': 'a local LDAP server',
  'remote-ldap': 'a remote LDAP server',
  'local-ad': 'a local Active Directory',
  'remote-ad': 'a remote Active Directory',
  none: 'no accounts provider yet',
}

/**
 * Whether accounts may go to the provider that is there. It is asked for a provider that suits,
 * too: an answer stays one when the provider is changed. Rule: README.md#decisions
 */
export function questions(context: LookContext): Question[] {
  const { accountsProvider } = context.destination
  if (accountsProvider === 'accounts-database' || !hasAccounts(context)) return []
  const suited = suitedProvider(context)
  const best = suited
    ? `${suited.title} suits the Samba role ${suited.role} of the old server`
    : 'a local LDAP server suits the old server, or a local Active Directory where shares ask for a password'
  return [
    {
      topic: TOPIC,
      subject: SUBJECT,
      about: `This server has ${TITLES[accountsProvider]}; ${best}. The page Accounts provider installs one, account-provider-test dump shows it.`,
      choices: [
        {
          answer: ANY,
          means:
            'users and groups go to the provider that is there; while there is none, an import is refused',
        },
        ...(suited
          ? [
              {
                answer: SUITED,
                means: `an import is refused until ${suited.title} is there`,
              },
            ]
          : []),
        {
          answer: NONE,
          means:
            'as any, but while there is none, an import goes on without users, groups, their files and their mail',
        },
      ],
      otherwise: ANY,
    },
  ]
}

/** Whether a person has decided that an import goes on without accounts where they have no place. */
export function mayBeWithout(answers: Answers): boolean {
  return answers.get(TOPIC, SUBJECT) === NONE
}

/** A person may have decided to wait for the provider that suits. That there is none, the plan says. */
export function awaitedProvider(context: CheckContext): CheckNote[] {
  const suited = suitedProvider(context)
  if (!suited || suited.isHere || context.destination.accountsProvider === 'none') return []
  return context.answers.get(TOPIC, SUBJECT) === SUITED
    ? [
        {
          severity: 'blocker',
          code: 'accounts-provider-awaited',
          subject: 'configuration/sssd',
          message: `it was decided to import accounts into ${suited.title} alone, and this server has ${TITLES[context.destination.accountsProvider]}`,
          remedy: `Change it on the page Accounts provider, or write ${ANY} in the file of decisions`,
        },
      ]
    : []
}
