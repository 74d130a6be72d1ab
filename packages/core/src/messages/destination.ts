import type { Messages } from './message.js'

export const DESTINATION_ERRORS: Messages = {
  DESTINATION_NOT_FOUND: {
    means:
      'The destination has no `var/lib/nethserver/db/configuration`: this machine is no NethServer, or `--root` names a directory that is no staged destination.',
    remedy:
      'On a NethServer leave out `--root`. Elsewhere make a destination with `nethserver-migrate stage DIR` and import with `--root DIR`.',
  },
  DESTINATION_DATABASE_MISSING: {
    means:
      'Records belong into a database that the destination does not have: the package that owns it is not installed, or was never initialised.',
    remedy:
      'Install the package of the feature with `yum install NAME`, see that the file exists below `/var/lib/nethserver/db`, then run the same command again.',
  },
  DESTINATION_RECORD_MISSING: {
    means:
      'A record was to be changed that the destination does not have. The package that owns it makes it when it is initialised, which has not happened.',
    remedy:
      'Signal the update event of its package (`signal-event NAME-update`), look at the record with `config show KEY` or `db NAME show KEY`, then run the same command again.',
  },
  DESTINATION_CHANGED_MEANWHILE: {
    means:
      'During the import another program, or a person, made or removed the record that was about to be written. It is left as it is.',
    remedy:
      'Look at the record with `db NAME show KEY`, let nobody else change settings during the import, then run the same command again.',
  },
  DESTINATION_UNKNOWN_ACCOUNT: {
    means:
      'Files were to get an owner or a group that the destination does not have. They were not migrated.',
    remedy:
      'Check with `getent passwd NAME` and `getent group NAME`. Make the account, or install the package that brings it, then run the same command again.',
  },
  DESTINATION_OUTSIDE_ROOT: {
    means:
      'A symbolic link in the path at the destination leads out of the destination. Nothing was written there.',
    remedy:
      'See which part of the path is the link with `namei -l PATH`. Replace it by a real folder, then run the same command again. When data lies on another disk, mount that disk there instead of linking to it.',
  },
  ROOM_UNKNOWN: {
    means:
      'The program df did not say how much room the filesystem of a folder has. An archive is not extracted then, and nothing is fetched from an old server, since either could fill the disk.',
    remedy:
      'See what `df -P -k` says of the folder in the message. Where df cannot work, extract the archive by hand and give the directory to the command.',
  },
  ARCHIVE_NO_ROOM: {
    means:
      'An archive is expanded to nowhere first, to see how much it holds. This one holds more than the filesystem of the migration folder has room for, so nothing of it was written. How much more is not known: reading it stopped there.',
    remedy:
      'Compare `df -h` for the filesystem in the message with what the old server held. Make room, or extract the archive on a larger filesystem and give the directory to the command. If it should be much smaller than that, it is damaged or was made to fill disks: do not extract it.',
  },
  DESTINATION_PATH_UPWARDS: {
    means:
      'A path at the destination was to be made of a name of the old server that has `..` in it, which could lead anywhere. Nothing was written.',
    remedy:
      'Look at the record that the message names with the old server’s `db` command: no account, shared folder or domain has such a name. Bring what it is about by hand, if it was ever in use.',
  },
  DESTINATION_NOT_A_FOLDER: {
    means:
      'At the destination a file or link has the name of a folder that is needed. It was not touched.',
    remedy: 'Look at it with `ls -l PATH`, move it away, then run the same command again.',
  },
  ACLS_NOT_RESTORED: {
    means:
      'The program `setfacl` could not set all access rights of the folder; the message has its first line. Files are migrated, some have fewer rights than they had.',
    remedy:
      'Mend what the message says: the filesystem may have to be mounted with ACLs (`mount | grep acl`), or the disk may be full. Then run the same command again: it sets those that are missing.',
  },
  ACLS_NOT_REMOVED: {
    means:
      'The access rights (ACLs) that files had on the old server could not be taken off before they were moved. Nothing of this folder was moved.',
    remedy:
      'Mend what the message says (a disk that is mounted read-only, a program `setfacl` that is missing), then run the same command again.',
  },
  TARGET_APPEARED: {
    means:
      'Another program made a file under the very name during the import. It was not overwritten, and that of the old server is still in the source.',
    remedy:
      'Run the same command again: it finds the file and keeps both. If it happens again, stop the program that writes there for the time of the import.',
  },
  COPY_FAILED: {
    means:
      'A file could not be copied to the other filesystem; the message says why, most often a full disk. Nothing was taken from the source, and the copy that was begun does not count.',
    remedy:
      'Make room (`df -h`), or mend what the message says, then run the same command again: it goes on from there.',
  },
  COPY_DIFFERS: {
    means:
      'After copying, a file is not the same on both sides: it was changed meanwhile, or the copy is not whole. Nothing was taken from the source.',
    remedy:
      'Let nothing write to the source, then run the same command again. If the same file differs again, look for errors of the disk with `dmesg`.',
  },
  EVENT_MISSING: {
    means:
      'An event of the host was to be signalled that does not exist here: the package that brings it is missing, or older or newer than the plugin knows. The records are written, but not applied.',
    remedy:
      'Install or update the package that owns the event (`yum install NAME`), then run the same command again.',
  },
  COMMAND_FAILED: {
    means:
      'An event or a program of the host failed; the message has its exit status and its last line. The records are written, but may not be applied.',
    remedy:
      'Look for its lines with `tail -n 200 /var/log/messages`, mend the cause, then run the same command again: only what failed is done once more.',
  },
  STEP_LEFT_OUT: {
    means:
      'Several steps belong together (such as stop, change, start), and one before this one failed: the steps that depend on it were not taken.',
    remedy:
      'Mend what the first error of these steps says, then run the same command again: all of them are taken anew.',
  },
}
