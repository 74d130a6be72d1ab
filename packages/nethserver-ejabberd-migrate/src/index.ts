import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-ejabberd-migrate',
  feature: {
    title: 'Instant messaging',
    packages: ['nethserver-ejabberd'],
    records: [{ database: 'configuration', key: 'ejabberd' }],
    inUse: ({ configuration }) => configuration.prop('ejabberd', 'status') === 'enabled',
    evidence: 'ejabberd is enabled',
  },
  createlinks,
  actions: { 'nethserver-ejabberd-migrate': migrate },
  covers: [{ database: 'configuration', key: 'ejabberd', becomes: 'configuration/ejabberd' }],
  leavesOut: [
    {
      database: 'configuration',
      key: 'ejabberd',
      props: ['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts'],
      reason: 'never-imported',
    },
    {
      tree: 'var/lib/ejabberd',
      reason: 'no-equivalent',
      manual: 'Rosters and the message archive start empty: users add their contacts again',
    },
  ],
  messages,
})
