import { createlinks } from '@nethserver-migrate/core'

export default createlinks({
  'migration-import': { actions: { 'nethserver-dc-migrate': 25 } },
})
