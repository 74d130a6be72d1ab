import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'backup-not-enabled': {
    means:
      'The old server had a record for this kind of backup, and the backup was switched off. It is named for the record only.',
    remedy: '',
  },
  'configure-backup': {
    means:
      'Backups are never migrated: programs, media and schedules of the new server are others. The message says what was configured on the old one, so that it can be set up again. Until then the new server has no backup.',
    remedy:
      'Open the page Backup of the new server and set destination, schedule and retention. Then run one backup by hand and look whether it arrives.',
  },
}
