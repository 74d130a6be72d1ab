import { createlinks } from '@nethserver-migrate/core'

export default createlinks({
  'migration-import': { actions: { 'nethserver-httpd-admin-migrate': 30 } },
})
