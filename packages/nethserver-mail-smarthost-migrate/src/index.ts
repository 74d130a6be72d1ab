import { definePlugin, trimBlanks } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

const becomes = 'configuration/postfix, the props whose names begin with SmartHost'

export default definePlugin({
  name: 'nethserver-mail-smarthost-migrate',
  feature: {
    title: 'Smart host',
    // On NethServer 6 the smart host is a part of the common package.
    packages: ['nethserver-mail-smarthost', 'nethserver-mail-common'],
    records: [{ database: 'configuration', key: 'postfix' }],
    inUse: ({ configuration }) => trimBlanks(configuration.type('SMTPSmartHost') ?? '') !== '',
    evidence: 'SMTPSmartHost is set',
  },
  createlinks,
  replaces: {
    'nethserver-mail-common': ['nethserver-mail-migrate-smarthost'],
    'nethserver-mail-smarthost': ['nethserver-mail-migrate-smarthost'],
  },
  actions: { 'nethserver-mail-smarthost-migrate': migrate },
  covers: [
    { database: 'configuration', key: 'SMTPSmartHost', becomes },
    {
      database: 'configuration',
      key: 'smtp-auth-proxy',
      props: ['Passwd', 'PeerPort', 'Userid', 'status'],
      becomes,
    },
  ],
  leavesOut: [
    {
      database: 'configuration',
      key: 'smtp-auth-proxy',
      props: ['Blacklist', 'Debug'],
      reason: 'no-equivalent',
    },
  ],
  messages,
})
