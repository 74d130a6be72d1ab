import { createlinks } from '@nethserver-migrate/core'

export default createlinks({
  'migration-import': {
    actions: { 'nethserver-fax-migrate-faxweb2': 60, 'nethserver-fax-migrate': 70 },
  },
})
