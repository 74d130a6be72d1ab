import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'address-book-exists': {
    means:
      'The new server has an address book under this key already, with other values. It is kept as it is.',
    remedy:
      'Compare both (`db sogo_sources show KEY`), and correct the one that is here if the old one was right.',
  },
  'check-address-books': {
    means:
      'Address books of SOGo ask an LDAP server, whose name was carried over. Where it was the old server itself, nobody answers any more.',
    remedy:
      'Where a server has moved: `db sogo_sources setprop KEY hostname NAME`, then `signal-event nethserver-sogo-update`.',
  },
  'set-database-password': {
    means:
      'The database of SOGo has to be opened with the password that this server has for it, and could not be given that one by the import.',
    remedy:
      'When the database is loaded, run the command of the task. It takes the password from its file, so nobody sees it.',
  },
  'tuning-kept': {
    means:
      'Numbers of processes and limits fit the machine, so those of the new server stay. The message has both.',
    remedy:
      'To take one over: `config setprop sogod NAME VALUE`, then `signal-event nethserver-sogo-update`.',
  },
  'ldap-connection-left': {
    means:
      'The old settings say where SOGo looks for users. The new one looks where the accounts of this server are.',
    remedy: '',
  },
  'virtual-hosts-not-migrated': {
    means:
      'The names under which SOGo answered are more than the new one can have, or none that it can use. They are not migrated.',
    remedy:
      'Set them with the command of the message, then run `signal-event nethserver-sogo-update`.',
  },
}
