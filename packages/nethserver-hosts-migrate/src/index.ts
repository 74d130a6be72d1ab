import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-hosts-migrate',
  feature: {
    title: 'Host names and DHCP reservations',
    packages: ['nethserver-hosts'],
    // A fresh hosts database is empty: what serves its names stands for it.
    records: [{ database: 'configuration', key: 'dnsmasq' }],
    inUse: () => true,
    evidence: 'every server has it',
  },
  createlinks,
  actions: { 'nethserver-hosts-migrate': migrate },
  covers: [
    {
      database: 'hosts',
      type: 'host',
      props: ['Comment', 'ExternalIP', 'HostType', 'InternalIP', 'MACAddress'],
      becomes: 'hosts, types self, local and remote',
    },
  ],
  leavesOut: [
    {
      database: 'hosts',
      type: 'host',
      props: ['ReverseDNS', 'Visibility', 'static'],
      reason: 'no-equivalent',
    },
  ],
  messages,
})
