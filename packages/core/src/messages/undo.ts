import type { Messages } from './message.js'

export const UNDO_ERRORS: Messages = {
  NOTHING_TO_UNDO: {
    means:
      'No import was made on this destination, or all of them were undone already. Nothing was changed.',
    remedy:
      'Nothing has to be done. If an import was made somewhere else, name that staged destination with `--root DIR`.',
  },
  ROLLBACK_UNFINISHED: {
    means:
      'A rollback was cut short, so the destination is half as it was before the import. No import begins before the rollback is done.',
    remedy:
      'Run `nethserver-migrate rollback` (with the same `--root`): it goes on from where it stopped.',
  },
  UNDO_MISSING: {
    means:
      'The folder `undo` beside the journal no longer has the file with what the undo of an import needs, or it cannot be read.',
    remedy:
      'Restore `/var/lib/nethserver/migration/undo` from a backup of the destination, then run the same command again. Without it the changes can only be taken back by hand: `journal.jsonl` lists them.',
  },
}

export const UNDO_FINDINGS: Messages = {
  rollback: {
    means: 'The import that the message names is undone, its last operation first.',
    remedy: '',
  },
  'rollback-resumed': {
    means: 'An earlier rollback was cut short. This one goes on from where it stopped.',
    remedy: '',
  },
  'changed-since': {
    means:
      'What the import made is not as the import left it: somebody, or a service, has changed it since. A record, or a file that was copied, stays as it is now; a file that was moved goes back as it is now.',
    remedy:
      'Look at it. If the change is not needed, set the old value by hand; the journal and the report of the import show it.',
  },
  'new-since': {
    means:
      'Files came to the destination after the import, such as new mail. They stay there, and the folders that they lie in.',
    remedy:
      'Move by hand what is needed on the old server. New mail is in the folder `new` or `cur`.',
  },
  'gone-since': {
    means:
      'Files that the import brought were removed or replaced at the destination since, so they cannot go back to the source.',
    remedy: 'If they are needed, take them from the archive of the backup.',
  },
  'source-gone': {
    means:
      'The folder that files were moved from does not exist any more, so they stay at the destination. Mail that `sync-mail` fetched from the old server is one case: it has no folder here.',
    remedy: 'Move them by hand if they are needed elsewhere.',
  },
  'not-undone': {
    means:
      'An event, a command or an account of a live system cannot be taken back from here: what it did is known to the programs that it called alone.',
    remedy:
      'Run the command that the message gives. An event with `-update` or `-save` at its end applies the values that the databases hold now, so signal it again.',
  },
}
