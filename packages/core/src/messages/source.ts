import type { Messages } from './message.js'

export const SOURCE_ERRORS: Messages = {
  SOURCE_MISSING: {
    means:
      'The backup, or a file that is needed from it, does not exist under the path in the message.',
    remedy:
      'Check the path with `ls -l`. If the backup was extracted only in part, extract all of it, then run the same command again.',
  },
  SOURCE_NOT_A_BACKUP: {
    means:
      'The directory has no `home/e-smith/db/configuration`, nor has a single folder in it: it is no backup of an SME Server, or a part of one.',
    remedy:
      'Name the directory that holds `home`, `etc` and `root`, or the archive itself. `find DIR -path "*home/e-smith/db/configuration"` shows whether the backup lies deeper.',
  },
  SOURCE_DATABASE_MISSING: {
    means:
      'A database that every SME Server has is not in the backup: it was not extracted as a whole, or not backed up as a whole.',
    remedy:
      'Extract the whole backup again and see that the file in the message is there, then run the same command again. If the archive does not have it either, take a new backup on the old server.',
  },
  SOURCE_SYMBOLIC_LINK: {
    means:
      'In the source a symbolic link stands where a real file or folder belongs. Links of a source are never followed, since they would lead to files of this server or out of the backup. What lies behind it is not migrated.',
    remedy:
      'See where it points with `ls -l PATH`. If the file or folder is yours, put the real one in place of the link, then run the same command again.',
  },
  SOURCE_NOT_A_FILE: {
    means:
      'In the source something else (a folder, a device, a pipe) has the name of a file that is needed. It was not read, and left where it is.',
    remedy:
      'Look at it with `ls -l PATH`. Put the real file there if you have it, then run the same command again.',
  },
  SOURCE_NOT_A_DIRECTORY: {
    means:
      'In the source something else (a file, a link, a device) has the name of a folder that is needed. It was left where it is.',
    remedy:
      'Look at it with `ls -l PATH`. Put the real folder there if you have it, then run the same command again.',
  },
  ARCHIVE_UNKNOWN_FORMAT: {
    means:
      'The file is neither a tar archive nor a compressed one. The kind is read from the content, not from the name: a name that ends in .tgz does not help.',
    remedy:
      'See what it is with `file PATH`. Give the archive of the backup (.tar, .tgz, .tar.gz, .tar.xz, .tar.bz2), or extract it yourself and name that directory.',
  },
  ARCHIVE_BROKEN: {
    means:
      'The archive could not be extracted to its end: it is damaged or cut short, or there is no room for its content. The message has the words of tar. What had been extracted was removed again.',
    remedy:
      'See whether the disk is full with `df -h /var/lib/nethserver`. Then compare `sha256sum` of the archive here and where it came from, and copy it again when they differ. Then run the same command again.',
  },
}
