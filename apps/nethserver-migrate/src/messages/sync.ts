import type { Messages } from '@nethserver-migrate/core/runner'

export const SYNC_ERRORS: Messages = {
  SYNC_IMPORTED_ALREADY: {
    means:
      'The old server was imported already. Its import moved files out of the directory of the source, so all of them would be fetched a second time.',
    remedy:
      'To bring the mail that has arrived since, use `nethserver-migrate sync-mail`. To fetch everything all the same, add `--again`.',
  },
  SYNC_NOT_A_FOLDER: {
    means: 'A file, or something else that is no directory, has the name that `--to` gives.',
    remedy: 'Name another directory; one that does not exist yet is made.',
  },
  SYNC_NO_SPACE: {
    means:
      'What has changed on the old server needs more room than the disk of the directory has. Nothing was fetched.',
    remedy: 'Make room, or name a directory on another disk with `--to DIR`.',
  },
  SYNC_NOT_CONFIRMED: {
    means:
      'With `--final` services of the old server are stopped, and nobody has agreed to that: the answer was not y, or there was no terminal to ask at. Nothing was done.',
    remedy: 'Answer y, or add `--yes` where nobody can answer.',
  },
  OLD_SERVER_FAILED: {
    means:
      'A service of the old server does not stop, or its event `pre-backup` failed. The message has the last words of it. Nothing was fetched after that; a warning before it says which services are stopped.',
    remedy:
      'Log in there, mend the cause, and run the same command again. To give up, start the services as the warning says.',
  },
}

export const SYNC_FINDINGS: Messages = {
  'sync-file-vanished': {
    means: 'A file was removed on the old server while it was being fetched.',
    remedy: '',
  },
  'sync-file-not-fetched': {
    means:
      'The old server could not read a file, which is therefore not here. The rest was fetched.',
    remedy: 'Mend the cause there (permissions, a broken disk), then run the same command again.',
  },
  'sync-services-stopped': {
    means:
      'The last fetch did not come to its end, and these services of the old server are stopped: its users cannot work.',
    remedy: 'Run the same command again, or start them with the command that the message gives.',
  },
}
