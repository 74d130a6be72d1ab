import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'no-domain-name': {
    means:
      'The new server has no domain name yet, and mail is fetched for users of a domain. No external mail account is migrated.',
    remedy:
      'Give the new server its full host name on the page Server name, then run the same command again.',
  },
  'service-was-off': {
    means:
      'The service that fetched mail was switched off on the old server. Its accounts are migrated and disabled, so that no mail is fetched that nobody expects.',
    remedy:
      'Enable those that are to be polled: `db getmail setprop KEY status enabled` for each, then `signal-event nethserver-getmail-save`.',
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
      'Compare both (`db getmail show KEY`), and correct the one that is here if the old one was right.',
  },
  'account-disabled': {
    means:
      'Something that the account needs is missing or wrong; the message says what. It was migrated and is disabled, so that no mail is fetched to the wrong place.',
    remedy:
      'Complete it with `db getmail setprop KEY PROP VALUE`, enable it with `db getmail setprop KEY status enabled`, then run `signal-event nethserver-getmail-save`.',
  },
  'unused-props': {
    means:
      'The old account has settings for which the new program has no place. They are left out.',
    remedy: '',
  },
}
