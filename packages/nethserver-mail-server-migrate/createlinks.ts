import { createlinks } from '@nethserver-migrate/core'

export default createlinks({
  'migration-import': {
    actions: {
      'nethserver-mail-server-migrate': 30,
      'nethserver-mail-server-migrate-mailboxes': 40,
    },
  },
  'migration-sync-mail': { actions: { 'nethserver-mail-server-migrate-mailboxes': 40 } },
})
