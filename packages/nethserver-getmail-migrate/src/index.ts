import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { UNUSED, USED } from './getmail-account.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-getmail-migrate',
  feature: {
    title: 'Polling of external mail accounts (getmail, NethServer 7)',
    packages: ['nethserver-getmail', 'nethserver-mail-getmail'],
    // A fresh getmail database is empty and nothing in configuration belongs to getmail. The mail
    // filter stands for it: the generation that has this record polls with getmail, if with
    // anything. Whether the database is there, the action sees for itself.
    records: [{ database: 'configuration', key: 'rspamd' }],
    purpose: 'external mail accounts',
    inUse: ({ configuration }) => configuration.prop('fetchmail', 'status') === 'enabled',
    only: 'with-provider',
    evidence: 'fetchmail is enabled',
  },
  createlinks,
  actions: { 'nethserver-getmail-migrate': migrate },
  covers: [{ database: 'fetchmail', props: USED, becomes: 'getmail' }],
  leavesOut: [
    {
      database: 'configuration',
      key: 'fetchmail',
      reason: 'no-equivalent',
      manual: 'Set how often each account is polled: every one starts with 30 minutes',
    },
    {
      database: 'fetchmail',
      props: UNUSED,
      reason: 'no-equivalent',
      manual: 'Look at accounts on servers with ports of their own',
    },
  ],
  messages,
})
