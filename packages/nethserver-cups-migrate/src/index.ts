import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-cups-migrate',
  feature: {
    title: 'Printing',
    packages: ['nethserver-cups'],
    records: [{ database: 'configuration', key: 'cups' }],
    inUse: ({ configuration, accounts }) =>
      configuration.prop('cups', 'status') === 'enabled' || accounts.records('printer').length > 0,
    evidence: 'cups is enabled, or there are printers',
  },
  createlinks,
  actions: { 'nethserver-cups-migrate': migrate },
  covers: [
    { database: 'configuration', key: 'cups', props: ['status'], becomes: 'configuration/cups' },
    ...['etc/cups/printers.conf', 'etc/cups/classes.conf', 'etc/cups/ppd'].map((tree) => ({
      tree,
      becomes: `/${tree}`,
    })),
  ],
  leavesOut: [
    {
      database: 'configuration',
      key: 'cups',
      props: ['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts'],
      reason: 'never-imported',
    },
    { database: 'configuration', key: 'cups', props: ['access'], reason: 'set-on-destination' },
    { database: 'configuration', key: 'lpd', reason: 'obsolete' },
    {
      database: 'accounts',
      type: 'printer',
      reason: 'no-equivalent',
      manual: 'Set up by hand what has no queue in etc/cups/printers.conf: a task names it',
    },
    ...['cupsd.conf', 'client.conf', 'snmp.conf', 'ssl'].map((name) => ({
      tree: `etc/cups/${name}`,
      reason: 'set-on-destination' as const,
    })),
    ...['printers.conf.O', 'classes.conf.O', 'subscriptions.conf', 'subscriptions.conf.O'].map(
      (name) => ({ tree: `etc/cups/${name}`, reason: 'obsolete' as const }),
    ),
    ...['interfaces', 'lpoptions'].map((name) => ({
      tree: `etc/cups/${name}`,
      reason: 'no-equivalent' as const,
      manual: 'Compare with the options and drivers of the printers, and set them again',
    })),
  ],
  messages,
})
