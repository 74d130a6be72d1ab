import type { Messages } from '@nethserver-migrate/core/runner'

/** With any of these nothing was changed at the destination. */
export const SYNC_MAIL_ERRORS: Messages = {
  SYNC_BAD_ADDRESS: {
    means: 'What stands behind `--from` is no address of a server. Nothing was done.',
    remedy: 'Write it as `root@HOST`; an IPv6 address goes in brackets.',
  },
  SYNC_BAD_PORT: {
    means: 'What stands behind `--port` is no number of a port. Nothing was done.',
    remedy:
      'Give the number on which the old server takes ssh, from 1 to 65535, or leave `--port` out for 22.',
  },
  SYNC_NO_PLUGIN: {
    means: 'No installed plugin can merge mailboxes, so nothing was fetched.',
    remedy:
      'Install it with `yum install nethserver-mail-server-migrate`, then run the same command again.',
  },
  SYNC_CANNOT_MERGE: {
    means:
      'Mail could not be merged into the mailboxes here; the message says why, such as a mail server that is not installed. Nothing was fetched.',
    remedy: 'Mend what the message says, then run the same command again.',
  },
  SYNC_NO_SME_SERVER: {
    means:
      'The server behind `--from` has no databases of an SME Server, or does not show them to the account that logged in. Nothing was fetched.',
    remedy: 'Check the address, and log in there as root: `--from root@HOST`.',
  },
  SSH_HOST_KEY_UNKNOWN: {
    means:
      'The server of this address is new to ssh, which does not know its key. Nothing was fetched, since it could be another one that answers.',
    remedy:
      'Log in once by hand (`ssh root@HOST true`) and compare the fingerprint with what `ssh-keygen -lf /etc/ssh/ssh_host_rsa_key.pub` says on the old server. Then run the same command again.',
  },
  SSH_HOST_KEY_CHANGED: {
    means:
      'The server shows another key than before. Somebody has given it a new one, another server has its address, or somebody listens in between.',
    remedy:
      'Find out why first. Only when the new key is the right one remove the old one with `ssh-keygen -R HOST`, log in once by hand, then run the same command again.',
  },
  SSH_PERMISSION_DENIED: {
    means:
      'The old server does not let root of this server in without a question, and nobody is there to answer one.',
    remedy:
      'Give it the key of this root user with `ssh-copy-id root@HOST` (make one with `ssh-keygen` if there is none). An SME Server lets root in only when that is allowed in its server manager, page Remote access.',
  },
  SSH_NO_CONNECTION: {
    means: 'Nobody answers under this address and port, or the name of the server is not known.',
    remedy:
      'Try `ssh root@HOST true`. Check name, `--port`, that the old server is on, and that its firewall and settings for ssh let this server in. Then run the same command again.',
  },
  REMOTE_RSYNC_MISSING: {
    means: 'There is no rsync on the old server, and mail is fetched with it.',
    remedy:
      'Install it there: `ssh root@HOST yum -y install rsync`. Then run the same command again.',
  },
  RSYNC_MISSING: {
    means: 'There is no rsync on this server, and mail is fetched with it.',
    remedy: 'Install it with `yum install rsync`, then run the same command again.',
  },
  SYNC_FETCH_FAILED: {
    means:
      'The connection broke while mail was fetched, or the disk here is full; the message has the words of ssh or rsync. What was fetched so far is kept aside, no mailbox was changed.',
    remedy:
      'See whether `ssh root@HOST true` works and what `df -h` says, then run the same command again: it goes on from there.',
  },
  SYNC_NEW_MAIL_HERE: {
    means:
      '`--delete` takes away here what the old server has no longer. Mail has arrived here that was never there, so it would be lost: nothing was done.',
    remedy: 'Run it without `--delete`: the new server is in use already.',
  },
  SYNC_LIST_INCOMPLETE: {
    means:
      '`--delete` needs the whole list of messages of the old server, and the old server could not read all of them. Messages that are merely unreadable would be taken away here: nothing was done.',
    remedy: 'Mend the cause on the old server, or run it without `--delete`.',
  },
}

export const SYNC_MAIL_FINDINGS: Messages = {
  'never-imported': {
    means:
      'Mail is synchronised with a server whose backup was never imported here. Users who have no account here get none of their mail.',
    remedy:
      'Import its backup first: `nethserver-migrate import BACKUP`. Or see that `--from` names the right server.',
  },
  'users-without-account': {
    means:
      'These users of the old server have no account here. Their mail stays on the old server.',
    remedy: 'If their mail is needed, make the accounts and run the same command again.',
  },
  'old-mail-unreadable': {
    means:
      'The old server could not read some of its mail, which is therefore not here. The rest was brought.',
    remedy: 'Mend the cause there (permissions, a broken disk), then run the same command again.',
  },
  'mail-moved-meanwhile': {
    means:
      'Messages were moved or deleted on the old server after it had listed them, and before they were fetched. Such a message may be missing here for now.',
    remedy: 'Run the same command again: it brings what was moved.',
  },
  'messages-taken-away': {
    means:
      'With `--delete`, messages that the old server has no longer were moved out of the mailbox, into the folder that the message names. None was deleted.',
    remedy: 'Move back what is still wanted, and remove the folder when nothing is.',
  },
}
