import type { Messages } from '@nethserver-migrate/core/runner'

export const SUBCOMMAND_ERRORS: Messages = {
  UNKNOWN_RUN: {
    means:
      '`report` was asked for a run that is not kept here, for a name that several runs begin with, or before anything was imported.',
    remedy:
      'See which there are with `nethserver-migrate runs`, of a staged destination with `--root DIR`.',
  },
  REPORT_UNREADABLE: {
    means:
      'The report of a run is no JSON any more: somebody has changed it, or the disk is damaged.',
    remedy:
      'Read the text beside it (`.txt`). The next import writes a new report; what was done is in the journal.',
  },
  PAGE_NOT_WRITTEN: {
    means:
      'The page of a plan or report could not be written under the name that `--html` gave. Nothing else is touched by that.',
    remedy: 'Name a file in a folder that exists and has room, then run the same command again.',
  },
  UNKNOWN_CODE: {
    means: '`explain` was asked for a code that neither the command nor an installed plugin has.',
    remedy:
      'Copy the code as the log or the report has it. `nethserver-migrate explain` without a code lists all of them; those of a plugin that is not installed here are in `docs/messages.md`.',
  },
  UNKNOWN_GENERATION: {
    means: '`stage --like` knows NethServer 6 and NethServer 7 only. Nothing was made.',
    remedy: 'Choose `--like 6` or `--like 7`, the one that the real destination will be.',
  },
  PASSWORD_MISSING: {
    means:
      '`load-databases --root-password-to` takes the new password of root from its standard input, and nothing came. No password was changed and no dump was loaded.',
    remedy:
      'Run the command as the queue `events.jsonl` has it, with the file that it names as its input: `nethserver-migrate load-databases … <FILE`.',
  },
  TEST_USER_INCOMPLETE: {
    means:
      '`verify` tests the log-in of a user with a name and a password, and only one of them was given.',
    remedy:
      'Give `--test-user NAME` and `--password-file FILE`, or neither: the log-in is not tested then.',
  },
  TEST_PASSWORD_MISSING: {
    means:
      'The first line of the file that `verify --password-file` names, or of standard input, is empty.',
    remedy:
      'Write the password of the test user on the first line of a file that only you may read: `(umask 077; cat >FILE)`.',
  },
  PASSWORD_UNREADABLE: {
    means: 'The file that `verify --password-file` names cannot be read.',
    remedy: 'Name a file that exists and that you may read, or `-` for standard input.',
  },
  REPORT_NOT_WRITTEN: {
    means:
      'The run came to its end, but its report could not be written, most often because the disk is full. What was done is in the journal and in the log.',
    remedy:
      'Make room on the disk of `/var/lib/nethserver/migration` (`df -h /var/lib/nethserver`), then run the same command again: it does nothing twice, and writes the report.',
  },
}
