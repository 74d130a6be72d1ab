import type { Messages } from './message.js'

/** The codes of the operating system itself, as far as a person can do something. */
export const SYSTEM_ERRORS: Messages = {
  ENOSPC: {
    means: 'The disk is full: a file could not be written. What was done before is in the journal.',
    remedy:
      'See which disk with `df -h` (and `df -i`: it may be out of inodes), make room, then run the same command again.',
  },
  EDQUOT: {
    means: 'A quota does not allow any more files or bytes for the account that was to get them.',
    remedy: 'See the quotas with `repquota -a`, raise the one, then run the same command again.',
  },
  EACCES: {
    means: 'The system refused to read or write the file in the message.',
    remedy:
      'See who may with `namei -l PATH`. Run as root; on a network mount root may have no rights of its own. Then run the same command again.',
  },
  EPERM: {
    means:
      'The system does not allow the operation on the file in the message, perhaps not even for root: the file may be marked as immutable, or the filesystem may have no owners.',
    remedy:
      'Look at `namei -l PATH` and `lsattr PATH` (`chattr -i PATH` takes the mark off), then run the same command again.',
  },
  EROFS: {
    means: 'The filesystem is mounted read-only: by intention, or since the disk had errors.',
    remedy:
      'Look for errors with `dmesg`. If there are none, mount it for writing (`mount -o remount,rw PATH`), then run the same command again.',
  },
  EIO: {
    means: 'The disk could not be read or written: it may be broken.',
    remedy:
      'Look at `dmesg` and `smartctl -a DEVICE`. Secure your data first; when the disk is good again, run the same command again.',
  },
}
