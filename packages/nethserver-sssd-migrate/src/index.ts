import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-sssd-migrate',
  feature: {
    title: 'Sssd',
    packages: ['nethserver-sssd'],
    records: [{ database: 'configuration', key: 'sssd' }],
    inUse: ({ configuration }) => configuration.prop('sssd', 'status') === 'enabled',
  },
  createlinks,
  actions: { 'nethserver-sssd-migrate': migrate },
  covers: [{ database: 'configuration', key: 'sssd', becomes: 'configuration/sssd' }],
  leavesOut: [
    {
      database: 'configuration',
      key: 'sssd',
      props: ['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts'],
      reason: 'never-imported',
    },
  ],
})
