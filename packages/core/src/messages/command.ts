import type { Messages } from './message.js'

export const COMMAND_ERRORS: Messages = {
  UNKNOWN_PLUGIN: {
    means: '`--only` names a plugin that is not installed, or misspells one. Nothing was done.',
    remedy:
      'See the names with `nethserver-migrate plugins`, then write the name as it stands there, with `nethserver-` and `-migrate`. If it is missing from the list, install its package first.',
  },
  UNKNOWN_ACTION: {
    means:
      'An event called `nethserver-migrate run-action` with an action that no installed plugin has: a link in `/etc/e-smith/events` is left from a plugin that was removed, or was written by hand.',
    remedy:
      'Install the plugin of that action again, or remove its link: `find /etc/e-smith/events -name "*ACTION*"` shows where it is.',
  },
  UNKNOWN_PACKAGE: {
    means:
      '`stage --packages` names a package that no installed plugin is for, so the staged destination would not know what to do with it. Nothing was made.',
    remedy:
      'Check the spelling: `nethserver-migrate plugins` shows the packages in its column “For package”. Leave out what is not there.',
  },
  STAGE_NOT_EMPTY: {
    means:
      'The directory for the staged destination exists and has files in it. A staged destination is never made over other files.',
    remedy:
      'Name a directory that does not exist yet. To begin again with the same name, move the old one away first.',
  },
  NOT_ROOT: {
    means:
      'Only root can change a live NethServer: files get owners, and databases and events belong to root. Nothing was done.',
    remedy:
      'Log in as root (`su -`) and run the same command again. To try it out as somebody else, make a staged destination with `nethserver-migrate stage DIR` and add `--root DIR`.',
  },
  ANOTHER_RUN: {
    means:
      'Another run works on this destination, or a program of a run that was killed still copies files: two at once would write over each other. The message names the process and when it began. Nothing was done.',
    remedy:
      'Wait until it has ended, then run the same command again. `ps -fp NUMBER` shows the process that the message names; if that one is gone, `fuser -v /var/lib/nethserver/migration/lock` shows who still holds the lock.',
  },
  LOCK_FAILED: {
    means:
      'The destination could not be locked, so nobody could keep a second run away: the program `flock` is missing, or failed. Nothing was done.',
    remedy: 'Install it with `yum install util-linux`, then run the same command again.',
  },
  PLUGIN_OTHER_API: {
    means:
      'A plugin was made for another release of nethserver-migrate. It is left out, so nothing of its feature is migrated; the other plugins are used.',
    remedy:
      'Bring both to the same release: `yum update "nethserver-*migrate*"`. Then run the same command again.',
  },
  PLUGIN_MALFORMED: {
    means:
      'A file among the installed plugins is no plugin, or a part of it is missing: it is damaged, or defective. It is left out, so nothing of its feature is migrated; the other plugins are used.',
    remedy:
      'Install its package again (`yum reinstall NAME`) and run the same command again. If that does not help, report the message to the maintainers of the plugin.',
  },
  INTERRUPTED: {
    means:
      'The run was stopped by Ctrl-C or a TERM signal. What was done so far is written down in the journal, nothing is left half done without being known.',
    remedy: 'Run the same command again: it goes on from where it was stopped.',
  },
  DEFECT: {
    means:
      'Something went wrong that nethserver-migrate did not reckon with: an error of ours, not of yours. What was done before it is in the journal.',
    remedy:
      'Report it to the maintainers with the lines below the error, and keep `/var/lib/nethserver/migration/journal.jsonl`. Running the same command again is safe, and goes on with what can be done.',
  },
}
