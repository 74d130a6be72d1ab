import { createlinks } from '@nethserver-migrate/core'

export default createlinks({
  'migration-import': { actions: { 'nethserver-sssd-migrate': 20 } },
})
