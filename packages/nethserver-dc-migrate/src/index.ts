import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-dc-migrate',
  feature: {
    title: 'Dc',
    packages: ['nethserver-dc'],
    records: [{ database: 'configuration', key: 'dc' }],
    inUse: ({ configuration }) => configuration.prop('dc', 'status') === 'enabled',
  },
  createlinks,
  actions: { 'nethserver-dc-migrate': migrate },
  covers: [{ database: 'configuration', key: 'dc', becomes: 'configuration/dc' }],
  leavesOut: [
    {
      database: 'configuration',
      key: 'dc',
      props: ['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts'],
      reason: 'never-imported',
    },
  ],
})
