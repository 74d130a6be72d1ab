import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-example-migrate',
  feature: {
    title: 'Example',
    packages: ['nethserver-example'],
    records: [{ database: 'configuration', key: 'example' }],
    inUse: ({ configuration }) => configuration.prop('example', 'status') === 'enabled',
  },
  createlinks,
  actions: { 'nethserver-example-migrate': migrate },
  covers: [{ database: 'configuration', key: 'example', becomes: 'configuration/example' }],
  leavesOut: [
    {
      database: 'configuration',
      key: 'example',
      props: ['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts'],
      reason: 'never-imported',
    },
  ],
  messages,
})
