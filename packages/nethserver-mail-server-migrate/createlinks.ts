import { createlinks } from '@nethserver-migrate/core'

export default createlinks({
  'migration-import': { actions: { 'nethserver-mail-server-migrate': 30 } },
})
