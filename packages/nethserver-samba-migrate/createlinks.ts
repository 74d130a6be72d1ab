import { createlinks } from '@nethserver-migrate/core'

export default createlinks({
  'migration-import': {
    actions: {
      'nethserver-samba-migrate-conf': 20,
      'nethserver-samba-migrate-sam': 30,
      'nethserver-samba-migrate-data': 40,
      'nethserver-samba-migrate-ibays': 40,
    },
    services2adjust: { smb: ['restart'], nmb: ['restart'], winbind: ['restart'] },
  },
})
