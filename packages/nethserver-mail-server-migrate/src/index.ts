import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { migrateMailboxes } from './mailboxes.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'
import { serviceTests } from './service-tests.js'
import { WITH_INDEX } from './shared-mailboxes.js'

export default definePlugin({
  name: 'nethserver-mail-server-migrate',
  feature: {
    title: 'Mail server',
    packages: ['nethserver-mail-server'],
    records: [{ database: 'configuration', key: 'dovecot' }],
    inUse: ({ configuration }) => configuration.prop('qpsmtpd', 'status') === 'enabled',
    evidence: 'qpsmtpd is enabled',
  },
  createlinks,
  checks: { severities: { 'folder-renamed': 'info' } },
  replaces: {
    'nethserver-mail-server': [
      'nethserver-mail-migrate-domains',
      'nethserver-mail-migrate-mailboxes',
    ],
  },
  actions: {
    'nethserver-mail-server-migrate': migrate,
    'nethserver-mail-server-migrate-mailboxes': migrateMailboxes,
  },
  options: { [WITH_INDEX]: 'copy the index of shared mailboxes, too' },
  serviceTests,
  covers: [
    { database: 'domains', type: 'domain', props: ['Description'], becomes: 'domains' },
    {
      database: 'accounts',
      type: 'pseudonym',
      props: ['Account', 'Visible'],
      becomes: 'accounts, type pseudonym',
    },
    ...[{ type: 'user' }, { key: 'admin' }].map((who) => ({
      database: 'accounts',
      ...who,
      props: ['EmailForward', 'ForwardAddress'],
      becomes: 'where mail of the account is delivered',
    })),
    { tree: 'home/e-smith/files/users', becomes: 'mailboxes below /var/lib/nethserver/vmail' },
    {
      database: 'configuration',
      key: 'spamassassin',
      props: ['SortSpam', 'MessageRetentionTime'],
      becomes: 'configuration/dovecot',
    },
    { tree: 'home/e-smith/Maildir', becomes: 'the mailbox of admin' },
    { tree: 'home/e-smith/sieve', becomes: 'the filters of admin' },
    { tree: 'home/e-smith/.dovecot.sieve', becomes: 'the active filter of admin' },
    { tree: 'etc/dovecot/sharedmailbox', becomes: 'the index of shared mailboxes' },
  ],
  leavesOut: [
    { tree: 'home/e-smith/.dovecot.svbin', reason: 'obsolete' },
    {
      database: 'accounts',
      type: 'pseudonym',
      props: ['Changeable', 'Removable'],
      reason: 'no-equivalent',
    },
    {
      database: 'domains',
      type: 'domain',
      props: ['Content', 'Nameservers', 'Removable', 'SystemPrimaryDomain'],
      reason: 'no-equivalent',
    },
    ...['DelegateMailServer', 'EmailUnknownUser', 'imap', 'imaps', 'pop3', 'pop3s', 'dovecot'].map(
      (key) => ({
        database: 'configuration',
        key,
        reason: 'set-on-destination' as const,
        manual: 'Check ports, TLS and delivery settings of the new mail server',
      }),
    ),
  ],
  messages,
})
