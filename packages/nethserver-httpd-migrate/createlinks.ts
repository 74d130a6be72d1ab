import { createlinks } from '@nethserver-migrate/core'

export default createlinks({
  'migration-import': {
    actions: {
      'nethserver-httpd-migrate': 30,
      // After the records of shared folders are begun, before their event.
      'nethserver-httpd-migrate-ibays': 40,
    },
  },
})
