import type { Messages } from './message.js'

export const DATABASE_FILE_ERRORS: Messages = {
  DATABASE_MISSING: {
    means: 'A database file does not exist. It is never made by opening it.',
    remedy:
      'Check the path in the message. In a source, extract the whole backup; at the destination, install the package that owns the database. Then run the same command again.',
  },
  DATABASE_EXISTS: {
    means:
      'A new database was to be made, and a file of its name is there already. It was not touched.',
    remedy:
      'Look at the file in the message. Move it away if it is not needed, then run the same command again.',
  },
  DATABASE_NOT_A_FILE: {
    means: 'A folder, device or pipe has the name of a database. A database is a plain file.',
    remedy:
      'Look at the path with `ls -l PATH`, put the real file there, then run the same command again.',
  },
  DATABASE_SYMBOLIC_LINK: {
    means: 'A database is a symbolic link. It is not followed, since it could lead anywhere.',
    remedy:
      'Replace the link by the file it leads to (`ls -l PATH` shows which one), then run the same command again.',
  },
  DATABASE_TOO_LARGE: {
    means: 'A file with the name of a database is larger than any database is, so it was not read.',
    remedy:
      'Look at the file in the message: something else has been written there. Restore it from a backup.',
  },
  DATABASE_UNREADABLE: {
    means: 'A database could not be read; the message has the words of the system.',
    remedy:
      'Mend the cause (permissions, a broken disk: see `ls -l PATH` and `dmesg`), then run the same command again.',
  },
  DATABASE_READ_ONLY: {
    means:
      'A change was asked of a database that was opened for reading only. The databases of a source are never changed.',
    remedy:
      'At the destination look at the permissions with `ls -l PATH`. If a plugin asked for it, report it to its maintainers.',
  },
  DATABASE_NOT_WRITTEN: {
    means:
      'A database could not be written; the old one is in place, whole, and nothing of the changes is in it. The message has the words of the system.',
    remedy:
      'Make room (`df -h /var/lib/nethserver`) or mend what the message says, then run the same command again.',
  },
  DATABASE_UNWRITABLE_CHANGE: {
    means:
      'A key, name or value holds what a database of NethServer cannot hold (a line feed, a backslash at its end): the tools of the host would damage the record. Nothing of the change was written.',
    remedy:
      'Correct what the message names in the source, or enter the record by hand in another form at the destination.',
  },
  DATABASE_LOCKED: {
    means:
      'Another program has held the lock of a database for longer than anything should. The database was not changed.',
    remedy:
      'See which one with `fuser -v PATH`, the lock file that the message names. When it has ended, run the same command again.',
  },
  DATABASE_LOCK_FAILED: {
    means:
      'The lock file of a database could not be made or locked; the message has the words of the system. The database was not changed.',
    remedy:
      'Mend the cause (a full or read-only disk, permissions of `/var/lib/nethserver/db`), then run the same command again.',
  },
  DATABASE_NO_FLOCK: {
    means: 'The program `flock`, which locks databases as the tools of the host do, is missing.',
    remedy: 'Install it with `yum install util-linux`, then run the same command again.',
  },
}
