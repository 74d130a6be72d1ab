import { createlinks } from '@nethserver-migrate/core'

// Between the two, others add what they know of a shared folder to its record.
export default createlinks({
  'migration-import': {
    actions: {
      'nethserver-ibays-migrate-begin': 30,
      'nethserver-ibays-migrate-commit': 60,
    },
  },
})
