import type { Messages } from './message.js'

export const VERIFY_ERRORS: Messages = {
  NEVER_IMPORTED: {
    means:
      'The journal of this destination has no import of this source, or all were undone: there is nothing to compare with.',
    remedy:
      'Import first: `nethserver-migrate import SOURCE`. If it was imported into a staged destination, add `--root DIR`.',
  },
}

export const VERIFY_FINDINGS: Messages = {
  'verify-record': {
    means:
      'A record of the destination is not as the import left it, or a new import would change it.',
    remedy:
      'If somebody changed it on purpose, nothing has to be done. Otherwise run `nethserver-migrate plan SOURCE` to see the difference, and import again.',
  },
  'verify-missing': {
    means: 'A file or folder that was imported is no longer there, or something else has its name.',
    remedy:
      'If a user removed it (mail, for example), nothing has to be done. Otherwise take it from the archive of the backup.',
  },
  'verify-size': {
    means: 'A file has another length than the one that was imported.',
    remedy:
      'If it was changed on purpose, nothing has to be done. Otherwise take it from the archive of the backup.',
  },
  'verify-checksum': {
    means: 'A file has the right length, or was written by the import, but holds other bytes.',
    remedy:
      'If it was changed on purpose, nothing has to be done. Otherwise the disk may be at fault: look for errors with `dmesg` and `smartctl -a DISK`, and take the file from the archive of the backup.',
  },
  'verify-link': {
    means: 'A symbolic link that was imported points to something else now.',
    remedy: 'Look at it with `ls -l PATH`, and correct it if nobody changed it on purpose.',
  },
  'verify-pending': {
    means: 'A new import of the same source would do something that the last one has not done.',
    remedy:
      'See what with `nethserver-migrate plan SOURCE`, and import again: what is done already is not done twice.',
  },
  'verify-no-checksum': {
    means:
      'Of some files it is not known which bytes they had: they were moved without reading them. Their lengths were compared, their bytes were not.',
    remedy:
      'Nothing has to be done. An import with `--checksum` writes the checksums down while it reads every byte.',
  },
}
