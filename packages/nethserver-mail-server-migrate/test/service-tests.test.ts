// The log-in of a test user at the end of a verification, against a real dovecot.
import { execFileSync } from 'node:child_process'
import { temporaryFolder, writeTree, type Testbed } from '@nethserver-migrate/testkit'
import { beforeEach, describe, expect, it, type TestContext } from 'vitest'
import plugin from '../src/index.js'
import { noDovecot, startImapServer } from './helpers/imap-server.js'
import { MAILBOXES, mailServer } from './helpers/mail-server.js'

/** Holds what a quoted string of IMAP cannot hold as it is. */
const PASSWORD = 'se"cr\\et {5} \xe9'
const ANNA = { name: 'anna@newserver.test', password: PASSWORD }

/** A destination to which the mail of anna was imported. */
async function imported(): Promise<Testbed> {
  const bed = mailServer({
    accounts: 'anna=user\nadmin=user\n',
    users: ['anna'],
    files: { 'home/e-smith/files/users/anna/Maildir/cur/1:2,S': 'Subject: one\n\n' },
  })
  await bed.run(plugin, { action: MAILBOXES })
  return bed
}

/** Dovecot with the mailbox of anna. */
async function dovecot(tls: boolean) {
  const vmail = temporaryFolder()
  writeTree(vmail, {
    'anna@newserver.test/Maildir/cur/1:2,S': 'Subject: one\n\n',
    'anna@newserver.test/Maildir/cur/2:2,S': 'Subject: two\n\n',
    'anna@newserver.test/Maildir/new': { directory: true },
    'anna@newserver.test/Maildir/tmp': { directory: true },
  })
  execFileSync('chown', ['-R', '498:498', vmail])
  return startImapServer(vmail, { tls, passwd: `anna@newserver.test:${PASSWORD}:::::\n` })
}

describe('the test of the mail server', () => {
  it('is stated with those whose mail has come, and not without mail', async () => {
    const files = { 'home/e-smith/files/users/anna/Maildir/cur/1:2,S': 'one' }
    for (const [accounts, users] of [
      ['anna=user\n', ['anna@newserver.test']],
      ['', undefined],
    ] as const) {
      const bed = mailServer({ accounts, users: ['anna'], files })
      await bed.run(plugin, { action: MAILBOXES })
      expect(bed.statedServices(plugin)).toEqual(
        users === undefined ? [] : [{ kind: 'imap', record: 'dovecot', users }],
      )
    }
  })

  it('is not done without a test user, and says how', async () => {
    const bed = await imported()
    const { results, findings } = await bed.testServices(plugin)
    expect(results).toEqual([
      {
        plugin: 'nethserver-mail-server-migrate',
        kind: 'imap',
        subject: 'IMAP',
        outcome: 'not-done',
        message: 'nobody logs in: no test user was named',
        remedy:
          'Run verify with --test-user anna@newserver.test --password-file FILE, or with --password-file - and the password on standard input',
      },
    ])
    expect(findings).toMatchObject([{ severity: 'notice', code: 'service-not-done' }])
  })
})

describe('the log-in of a test user', () => {
  beforeEach((context: TestContext) => {
    const reason = noDovecot()
    context.skip(reason !== undefined, reason)
  })

  it.each([
    ['after STARTTLS', true, 'port'],
    ['over TLS, where nobody listens on the other port', true, 'tlsPort'],
    ['without TLS, where the server offers none', false, 'port'],
  ] as const)('passes %s', async (_how, tls, port) => {
    const [bed, server] = [await imported(), await dovecot(tls)]
    const places = port === 'port' ? { imap: server.port } : { imap: 1, imaps: server.tlsPort }
    expect(await bed.testServices(plugin, { places, testUser: ANNA })).toEqual({
      results: [
        {
          plugin: 'nethserver-mail-server-migrate',
          kind: 'imap',
          subject: 'anna@newserver.test',
          outcome: 'passed',
          message: 'anna@newserver.test can log in, the inbox has 2 messages',
          remedy: '',
        },
      ],
      findings: [],
    })
  })

  it('fails when the password is wrong, and shows none', async () => {
    const [bed, server] = [await imported(), await dovecot(true)]
    const tested = await bed.testServices(plugin, {
      places: { imap: server.port },
      testUser: { ...ANNA, password: 'PLANTED' },
    })
    expect(tested.results).toMatchObject([
      {
        outcome: 'failed',
        message:
          'the log-in of anna@newserver.test is refused: [AUTHENTICATIONFAILED] Authentication failed.',
        remedy:
          'Try doveadm auth test anna@newserver.test, which asks for the password; the reason is in /var/log/maillog',
      },
    ])
    expect(tested.findings).toMatchObject([{ severity: 'error', code: 'service-imap' }])
    expect(JSON.stringify(tested)).not.toContain('PLANTED')
  })

  it('fails when the inbox cannot be opened', async () => {
    const bed = await imported()
    const vmail = temporaryFolder()
    // A file where the mailbox should be.
    writeTree(vmail, { 'anna@newserver.test/Maildir': 'no folder' })
    const { port: imap } = await startImapServer(vmail)
    const { results } = await bed.testServices(plugin, {
      places: { imap },
      testUser: { name: 'anna@newserver.test', password: 'secret' },
    })
    expect(results).toMatchObject([{ outcome: 'failed' }])
    expect(results[0]?.message).toMatch(
      /^anna@newserver\.test can log in, but not open the inbox: /,
    )
    expect(results[0]?.remedy).toContain('/var/log/maillog')
  })
})
