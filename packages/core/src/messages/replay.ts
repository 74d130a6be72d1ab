import type { Messages } from './message.js'

export const REPLAY_ERRORS: Messages = {
  QUEUE_DAMAGED: {
    means:
      'A line of the queue of a staged destination, `events.jsonl`, is no event and no command: it was edited by hand, or the disk is damaged. Nothing was run, since a line that is left out could do harm.',
    remedy:
      'Restore the file from the staged destination, or mend the line that the message names. Then run the same command again: what has run is not run twice.',
  },
  INPUT_MISSING: {
    means:
      'A command of the queue reads a private file, most often a password, and the file is gone. The command was not run; the other lines were.',
    remedy:
      'Restore the file in `/var/lib/nethserver/migration/secrets` from the staged destination, then run the same command again. Without it do by hand what the command was for, such as giving a new password.',
  },
  STAGED_ACCOUNTS_UNKNOWN: {
    means:
      'The folder `undo` beside the journal no longer has what the import wrote down, so its accounts and files cannot be told from those of the host. Nothing was run.',
    remedy:
      'Restore `/var/lib/nethserver/migration/undo` from the staged destination, then run the same command again.',
  },
}

export const REPLAY_FINDINGS: Messages = {
  'nothing-to-replay': {
    means:
      'No event and no command waits here: none was queued, or all of them have run. Nothing was changed.',
    remedy: '',
  },
  'replay-resumed': {
    means:
      'An earlier replay was killed or stopped. This one goes on from there; the line that was running then is run again, and marked in the report.',
    remedy: '',
  },
  'replay-account-exists': {
    means:
      'An account that was to be made exists on the host already, so it was not made again. It gets the password and the files of the old server in any case.',
    remedy: '',
  },
  'owners-given': {
    means:
      'Files that were brought into the staged destination got the ids that the accounts have on the host, in their owners, groups and rights.',
    remedy: '',
  },
  'owner-unknown': {
    means:
      'Files belong to an account that the host does not have, because it could not be made. They belong to root meanwhile, so that nobody else gets them.',
    remedy:
      'Look at the errors before: mend what kept the account from being made, then run `nethserver-migrate replay` again. It makes the account and gives it its files.',
  },
  'owners-not-given': {
    means:
      'The owner, the group or the rights of a file could not be set to the ids that the host uses, for the reason in the message.',
    remedy: 'Look at the file with `ls -ln PATH` and `getfacl PATH`, and set them by hand.',
  },
}
