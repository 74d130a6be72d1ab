import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-sssd-migrate',
  feature: {
    title: 'Accounts provider',
    packages: ['nethserver-sssd'],
    records: [{ database: 'configuration', key: 'sssd' }],
    inUse: ({ configuration }) => configuration.prop('smb', 'ServerRole') === 'PDC',
    only: 'with-provider',
    evidence: 'the Samba role is PDC',
  },
  createlinks,
  actions: { 'nethserver-sssd-migrate': migrate },
  covers: [
    {
      database: 'configuration',
      key: 'smb',
      props: ['ServerRole', 'Workgroup'],
      becomes: 'configuration/sssd Workgroup',
    },
  ],
  leavesOut: [],
  messages,
})
