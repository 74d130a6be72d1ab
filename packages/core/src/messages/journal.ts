import type { Messages } from './message.js'

export const JOURNAL_ERRORS: Messages = {
  JOURNAL_NOT_WRITTEN: {
    means:
      'The journal cannot be written, most often because the disk is full. The import stops at once: nothing is done that is not written down, since it could neither be continued nor explained.',
    remedy:
      'Make room on the disk of `/var/lib/nethserver/migration` (`df -h /var/lib/nethserver`), then run the same command again: it goes on.',
  },
  JOURNAL_DAMAGED: {
    means:
      'A line in the middle of the journal cannot be read, so what was done before is not known for certain. Nothing was done: to guess could overwrite what the new server has got since.',
    remedy:
      'Restore `/var/lib/nethserver/migration/journal.jsonl` from a backup of this server and run the same command again. Do not edit it or remove it: without it the next import cannot tell its own files and accounts from those of others.',
  },
}
