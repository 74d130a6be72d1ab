import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-ntp-migrate',
  feature: {
    title: 'Time',
    packages: ['nethserver-ntp'],
    records: ['chronyd', 'ntpd'].map((key) => ({ database: 'configuration', key })),
    inUse: ({ configuration }) => configuration.prop('ntpd', 'status') === 'enabled',
    evidence: 'ntpd is enabled',
  },
  createlinks,
  actions: { 'nethserver-ntp-migrate': migrate },
  covers: [
    {
      database: 'configuration',
      key: 'TimeZone',
      becomes: 'the time zone of the host (NethServer 7) or configuration/TimeZone (NethServer 6)',
    },
    {
      database: 'configuration',
      key: 'ntpd',
      props: ['NTPServer'],
      becomes: 'configuration/chronyd NTPServer (NethServer 7)',
    },
  ],
  leavesOut: [
    { database: 'configuration', key: 'ntpd', props: ['UDPPort'], reason: 'never-imported' },
    {
      database: 'configuration',
      key: 'ntpd',
      props: ['InitscriptOrder', 'access', 'status'],
      reason: 'set-on-destination',
    },
    {
      database: 'configuration',
      key: 'ntpd',
      props: ['SyncToHWClockSupported'],
      reason: 'no-equivalent',
    },
  ],
  messages,
})
