import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-dnsmasq-migrate',
  feature: {
    title: 'DHCP and DNS cache',
    packages: ['nethserver-dnsmasq'],
    records: [{ database: 'configuration', key: 'dnsmasq' }],
    inUse: ({ configuration }) =>
      ['dhcpd', 'dnscache'].some((key) => configuration.prop(key, 'status') === 'enabled'),
    evidence: 'dhcpd or dnscache is enabled',
  },
  createlinks,
  actions: { 'nethserver-dnsmasq-migrate': migrate },
  covers: [
    {
      database: 'configuration',
      key: 'dhcpd',
      props: ['end', 'start', 'status'],
      becomes:
        'dhcp, the record of the green interface (NethServer 6 before 6.5: configuration/dnsmasq)',
    },
    {
      database: 'configuration',
      key: 'dnscache',
      props: ['access', 'status'],
      becomes: 'configuration/dnsmasq (NethServer 6)',
    },
  ],
  leavesOut: [
    { database: 'configuration', key: 'dhcpd', props: ['UDPPort'], reason: 'never-imported' },
    {
      database: 'configuration',
      key: 'dnscache',
      props: ['TCPPort', 'UDPPort'],
      reason: 'never-imported',
    },
    {
      database: 'configuration',
      key: 'dhcpd',
      props: ['Bootp', 'InitscriptOrder', 'access'],
      reason: 'set-on-destination',
      manual: 'Set lease time, boot options and WINS on the page DHCP where they are needed',
    },
    { database: 'configuration', key: 'dnscache.forwarder', reason: 'never-imported' },
    { database: 'configuration', key: 'tinydns', reason: 'no-equivalent' },
  ],
  messages,
})
