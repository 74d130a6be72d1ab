import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'accounts-unreadable': {
    means:
      'The database of external mail accounts is a link or no file in the source. None of them is migrated.',
    remedy:
      'Put the real file at `home/e-smith/db/fetchmail` of the source, then run the same command again.',
  },
  'account-empty': {
    means:
      'An external mail account names neither mailbox nor server nor user, so there is nothing to fetch. It was skipped.',
    remedy: 'Enter it by hand if it is still needed.',
  },
  'account-exists': {
    means:
      'The new server has an external mail account under this key already, with other values. It is kept as it is.',
    remedy:
      'Compare both (`db fetchmail show KEY`), and correct the one that is here if the old one was right.',
  },
  'activate-account': {
    means:
      'The account was polled on the old server, but its password cannot be stored here. It is inactive until somebody enters it.',
    remedy:
      'Enter the password (see the task `enter-secret`), then run `db fetchmail setprop KEY active YES` and `signal-event nethserver-fetchmail-update`.',
  },
  'account-inactive': {
    means:
      'Something that the account needs is missing or wrong; the message says what. It was migrated and is inactive, so that no mail is fetched to the wrong place.',
    remedy:
      'Complete it with `db fetchmail setprop KEY PROP VALUE`, set `active` to `YES`, then run `signal-event nethserver-fetchmail-update`.',
  },
  'active-unclear': {
    means:
      'The old record does not clearly say whether the account was polled. It is inactive here.',
    remedy:
      'If it is to be polled: `db fetchmail setprop KEY active YES`, then `signal-event nethserver-fetchmail-update`.',
  },
  'nokeep-unclear': {
    means:
      'The old record does not clearly say whether mail was deleted on the remote server once it was fetched. It is kept there, since that can be undone.',
    remedy:
      'If it is to be deleted there: `db fetchmail setprop KEY nokeep YES`, then `signal-event nethserver-fetchmail-update`.',
  },
  'accounts-without-service': {
    means:
      'The old server has external mail accounts, but no record of the service that polled them: nothing was fetched there, so they are not migrated.',
    remedy: 'Enter by hand the accounts that are still needed.',
  },
}
