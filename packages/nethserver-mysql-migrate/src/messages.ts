import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'no-dump': {
    means:
      'Something in the folder of the dumps is no dump (no file, or no `.dump`), so it was not loaded.',
    remedy:
      'Look at it by hand in the source, and load it by hand if it is needed: `mysql NAME <FILE`.',
  },
  'server-stays-on': {
    means:
      'The database server was disabled on the old server. Here it stays as it is, since something failed to load: on a disabled server it could not be tried again.',
    remedy: 'Mend the errors, then run the same command again: then it is disabled.',
  },
  'no-dumps': {
    means:
      'The backup has no dumps of databases, so no database is migrated. The old server made them when it took a backup, not before.',
    remedy:
      'If the old server had databases, take a whole backup there again, then import that one.',
  },
  'server-disabled': {
    means: 'The database server of the new server is disabled, so no dump is loaded.',
    remedy:
      'If a database is missing: `config setprop mysqld status enabled`, then `signal-event nethserver-mysql-update`, then run the same command again.',
  },
  'root-password-unknown': {
    means:
      'The password that root of the old database server had is not in the backup. Root keeps the one that it has here.',
    remedy: 'Programs that log in as root with the old password need the one in `/root/.my.cnf`.',
  },
}
