import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { covers, leavesOut } from './coverage.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-base-migrate',
  feature: {
    title: 'Base system',
    packages: ['nethserver-base'],
    records: ['OrganizationContact', 'passwordstrength', 'pki'].map((key) => ({
      database: 'configuration',
      key,
    })),
    inUse: () => true,
  },
  createlinks,
  actions: { 'nethserver-base-migrate': migrate },
  covers,
  leavesOut,
  messages,
})
