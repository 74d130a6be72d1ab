import type { Messages } from './message.js'

export const CHECK_ERRORS: Messages = {
  DECISIONS_NOT_UNDERSTOOD: {
    means:
      'A line of the file of decisions is not YAML, has an answer that is none of those allowed, or belongs to another old server. The message has its number. Nothing was done.',
    remedy:
      'Correct the line. To see a file that is right, write a new one beside it: `nethserver-migrate check SOURCE --decisions OTHER-FILE`.',
  },
}

export const CHECK_FINDINGS: Messages = {
  'disk-space': {
    means:
      'A filesystem of this server has not as much free room as the import will copy there: trees from another filesystem (all trees with `--transfer copy`), and dumps of databases. What is moved within a filesystem needs none.',
    remedy:
      'Make room, and see it with `df -h`. Or put the extracted backup on the filesystem that it is imported to, so that its files are moved.',
  },
  'import-running': {
    means: 'Another run is at work on this destination; the message names its process.',
    remedy: 'Wait until it has ended. `ps -fp NUMBER` shows it.',
  },
  'import-unfinished': {
    means: 'An import of this source was cut short.',
    remedy: 'Run `nethserver-migrate import SOURCE`: it goes on from where it stopped.',
  },
  'imported-before': {
    means:
      'This source was imported here before. A new import does what the last one has not done, and nothing twice.',
    remedy: '',
  },
  'question-unanswered': {
    means:
      'Something can only be decided by a person, has no safe default, and is not decided yet.',
    remedy:
      'Write the questions with `nethserver-migrate check SOURCE --decisions FILE`, answer them with an editor, and give the same option to `plan` and `import`.',
  },
  'package-missing': {
    means:
      'The old server made use of a feature whose package is not installed here, so nothing of it would be migrated.',
    remedy:
      'If the feature is still needed, run the `yum install` of the message. If it is not, nothing has to be done.',
  },
  'plugin-missing': {
    means:
      'The old server made use of a feature whose package is installed here, but the plugin that migrates it is not.',
    remedy: 'Run the `yum install` of the message.',
  },
  'port-in-use': {
    means:
      'A service that the import switches on has a network port (TCP or UDP) that another service of the databases, or a program that runs now, has too. Only one of them can start.',
    remedy:
      '`ss -ltunp` shows which program has the port. Stop it, or switch the other service off, before the import.',
  },
  'clock-behind': {
    means:
      'The clock of this server is before the time at which the old server wrote its configuration: one of the two is wrong.',
    remedy: 'Compare `date -u` with a clock that is right, and set it before the import.',
  },
  'backup-age': {
    means: 'The backup is older than a week. What came to the old server since is not in it.',
    remedy:
      'If the old server is still in use, make a new backup, or fetch it anew with `nethserver-migrate sync`.',
  },
  'database-unreadable': {
    means: 'A database of the backup cannot be read, so nothing of it would be migrated.',
    remedy:
      'See what it is with `ls -l FILE`, and extract the backup again. If it is the same there, take a new backup.',
  },
  'not-checked': {
    means:
      'A check could not be made, mostly because a database that it looks at cannot be read. What else there is was checked.',
    remedy:
      'Mend what the message names and check again. An import would leave out what depends on it, and say so.',
  },
  'record-malformed': {
    means:
      'A line of a database of the backup may not say what was meant: it has no `=`, or an odd number of fields. The message has the file and the line.',
    remedy:
      'Compare it with the old server (`db DATABASE show KEY`), and correct the line in the extracted backup.',
  },
  'services-restarted': {
    means: 'The import restarts the services in the message, each with its own event.',
    remedy: 'Import when nobody works with them.',
  },
}
