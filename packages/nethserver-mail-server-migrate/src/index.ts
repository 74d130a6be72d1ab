import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-mail-server-migrate',
  feature: {
    title: 'Mail server',
    packages: ['nethserver-mail-server'],
    records: [{ database: 'configuration', key: 'dovecot' }],
    inUse: ({ configuration }) => configuration.prop('qpsmtpd', 'status') === 'enabled',
  },
  createlinks,
  actions: { 'nethserver-mail-server-migrate': migrate },
  covers: [
    { database: 'domains', type: 'domain', becomes: 'domains' },
    { database: 'accounts', type: 'pseudonym', becomes: 'accounts, type pseudonym' },
    { database: 'accounts', type: 'user', props: ['EmailForward', 'ForwardAddress'] },
    {
      database: 'configuration',
      key: 'spamassassin',
      props: ['SortSpam', 'MessageRetentionTime'],
      becomes: 'configuration/dovecot',
    },
  ],
  leavesOut: [
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
})
