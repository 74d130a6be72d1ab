import { createlinks } from '@nethserver-migrate/core'

export default createlinks({
  'migration-import': { actions: { 'nethserver-getmail-migrate': 30 } },
})
