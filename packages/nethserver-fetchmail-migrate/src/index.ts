import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { KNOWN } from './fetchmail-account.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-fetchmail-migrate',
  feature: {
    title: 'Polling of external mail accounts (fetchmail, NethServer 6)',
    packages: ['nethserver-fetchmail'],
    records: [{ database: 'configuration', key: 'fetchmail' }],
    purpose: 'external mail accounts',
    inUse: ({ configuration }) => configuration.prop('fetchmail', 'status') === 'enabled',
    only: 'without-provider',
    evidence: 'fetchmail is enabled',
  },
  createlinks,
  actions: { 'nethserver-fetchmail-migrate': migrate },
  covers: [
    {
      database: 'configuration',
      key: 'fetchmail',
      props: ['status'],
      becomes: 'configuration/fetchmail',
    },
    { database: 'fetchmail', props: KNOWN, becomes: 'fetchmail' },
  ],
  leavesOut: [
    {
      database: 'configuration',
      key: 'fetchmail',
      props: ['externalFreq', 'officeFreq', 'weekendFreq'],
      reason: 'set-on-destination',
      manual: 'Set how often external accounts are polled: it starts with 15 minutes',
    },
    ...[
      'FetchmailMethod',
      'SecondaryMailAccount',
      'SecondaryMailEnvelope',
      'SecondaryMailPassword',
      'SecondaryMailServer',
    ].map((key) => ({
      database: 'configuration',
      key,
      reason: 'no-equivalent' as const,
      manual: 'A mailbox at the provider for a whole domain: make external accounts instead',
    })),
  ],
  messages,
})
