import { createlinks } from '@nethserver-migrate/core'

export default createlinks({
  'migration-import': {
    actions: {
      'nethserver-mail-filter-migrate': 30,
      'nethserver-mail-filter-migrate-lists': 30,
    },
  },
})
