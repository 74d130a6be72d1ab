import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

const manual = 'Configure the backup on the new server: destination, schedule, retention'

export default definePlugin({
  name: 'nethserver-backup-migrate',
  feature: {
    title: 'Backup',
    // The task is due on every destination, also where no backup package is installed yet.
    packages: ['nethserver-base'],
    records: ['OrganizationContact', 'passwordstrength', 'pki'].map((key) => ({
      database: 'configuration',
      key,
    })),
    inUse: ({ configuration }) =>
      ['backup', 'backupwk'].some((key) => configuration.prop(key, 'status') === 'enabled'),
    evidence: 'the record backup or backupwk is enabled',
  },
  createlinks,
  actions: { 'nethserver-backup-migrate': migrate },
  covers: [],
  leavesOut: [
    ...['backup', 'backupconsole', 'backupwk', 'flexbackup'].map((key) => ({
      database: 'configuration',
      key,
      reason: 'no-equivalent' as const,
      manual,
    })),
    { database: 'backups', reason: 'obsolete' },
  ],
  messages,
})
