import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { covers, leavesOut } from './coverage.js'
import { migrateFaxWeb } from './fax-web.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-fax-migrate',
  feature: {
    title: 'Fax server',
    packages: ['nethserver-hylafax', 'nethserver-fax'],
    records: ['hylafax', 'hylafax-faxq', 'hylafax-hfaxd'].map((key) => ({
      database: 'configuration',
      key,
    })),
    inUse: ({ configuration }) => configuration.prop('hylafax', 'status') === 'enabled',
    evidence: 'hylafax is enabled',
  },
  createlinks,
  replaces: {
    'nethserver-hylafax': ['nethserver-hylafax-migrate'],
    'nethserver-faxweb2': ['nethserver-faxweb2-migrate'],
  },
  actions: { 'nethserver-fax-migrate-faxweb2': migrateFaxWeb, 'nethserver-fax-migrate': migrate },
  covers,
  leavesOut,
  messages,
})
