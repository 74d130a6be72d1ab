import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'check-mail-clients': {
    means:
      'The mail programs of the users are set up for the old server: its name, its ports, and how they log in.',
    remedy:
      'Look at the page Email for what is offered here, and change the mail programs, or give the new server the name of the old one. `nethserver-migrate sync-mail` brings what arrives on the old server meanwhile.',
  },
  'active-script-exists': {
    means:
      'The user has an active mail filter on the new server already, another one than on the old server. It is kept; the old scripts are there, too.',
    remedy: 'Let the user choose in the mail client which one is to be active.',
  },
  'active-script-no-link': {
    means:
      'What tells which mail filter is active is no link to a script on the old server. It is left in the source, and no filter of the user is active.',
    remedy: 'Let the user choose the active filter in the mail client.',
  },
  'active-script-outside': {
    means:
      'The active mail filter of the user is not one of the user’s own scripts. None is activated, since a link to elsewhere could be followed to other files.',
    remedy: 'Let the user choose the active filter in the mail client.',
  },
  'domains-missing': {
    means:
      'The backup has no database `domains`: no mail domain is migrated, and mail to these domains is refused.',
    remedy: 'Extract the whole backup, then run the same command again.',
  },
  'domain-invalid': {
    means: 'The key of a record of the old server is no name of a domain. It is skipped.',
    remedy: 'If it was a domain, enter it by hand on the page Email.',
  },
  'domain-exists': {
    means: 'The new server has this mail domain already, with other settings. It is kept as it is.',
    remedy: 'Look at its settings with `db domains show NAME`.',
  },
  'forward-unknown': {
    means:
      'The record of the user has an unknown way to forward mail. Mail is delivered to the mailbox.',
    remedy: 'Ask the user whether mail is to be forwarded, and set it on the page of the user.',
  },
  'forward-without-address': {
    means:
      'Mail of the user was to be forwarded, but no address was set. It is delivered to the mailbox.',
    remedy: 'Ask the user where mail should go, and set it on the page of the user.',
  },
  'forward-address-odd': {
    means:
      'The address that mail of the user is forwarded to does not look like one. It is set as it was; mail may bounce.',
    remedy: 'Correct the address on the page of the user.',
  },
  'vmail-missing': {
    means: 'The account vmail, which owns all mailboxes, does not exist. No mailbox is migrated.',
    remedy:
      'Install the mail server with `yum install nethserver-mail-server`, then run the same command again.',
  },
  'no-domain-name': {
    means:
      'The new server has no domain name yet, and mailboxes are named after their user and domain. No mailbox is migrated.',
    remedy:
      'Give the new server its full host name on the page Server name, then run the same command again.',
  },
  'mailbox-without-user': {
    means:
      'There is mail of a user who is unknown here, or whose name is one of an account of the system. It is not migrated, and still in the source.',
    remedy:
      'Make the account and run the same command again, or copy what is still needed by hand.',
  },
  'mailbox-disabled': {
    means:
      'The account gets no mail on the new server: its mailbox is disabled. Its old mail is not migrated, and still in the source.',
    remedy:
      'If it is to have mail: `db accounts setprop USER MailStatus enabled`, then run the same command again.',
  },
  'mailbox-missing': {
    means:
      'The folder with the mail of a user is not in the source, or is no folder. No mail of this user is migrated.',
    remedy:
      'If the user had mail, extract the whole backup and run the same command again. Nothing has to be done for a user without mail.',
  },
  'pseudonym-of-system': {
    means:
      'The address is one that the mail server defines itself, such as postmaster. The old one is not migrated.',
    remedy: '',
  },
  'pseudonym-invalid': {
    means:
      'The key of the record, or the name of the account, is no address that mail can be sent to: it has a blank, a quote, a slash, a control character or the like in it. It is skipped.',
    remedy: 'If it was in use, enter it as it was meant on the page Email addresses.',
  },
  'pseudonym-differs-by-case': {
    means:
      'Two addresses differ in upper and lower case only, which is no difference for mail. The first one holds.',
    remedy:
      'Look to whom the one that is here leads, on the page Email addresses, and change it if the other one was right.',
  },
  'pseudonym-exists': {
    means:
      'The new server has this address already, for somebody else. It is kept; the message names both recipients.',
    remedy: 'Change it on the page Email addresses if the old one was right.',
  },
  'pseudonym-to-postmaster': {
    means:
      'The recipient of an address is missing here, is an account of the system or a group without members, or the addresses lead in a circle; the message says which. Its mail goes to postmaster, so that none is lost.',
    remedy: 'See the task `check-pseudonyms`.',
  },
  'check-pseudonyms': {
    means: 'These addresses lead to postmaster, since their old recipients are not here.',
    remedy: 'Give each its account, or delete it, on the page Email addresses.',
  },
  'pseudonym-outside': {
    means:
      'The address was sent on to another server, which an address of the new one cannot do by itself. Its mail goes to postmaster.',
    remedy:
      'Decide who gets its mail now: give the address to a user on the page Email addresses, and set a forward for that user if it is to leave the server.',
  },
  'spamassassin-missing': {
    means:
      'The old server had no record of a spam filter: the settings of the spam folder here stay.',
    remedy: '',
  },
  'dovecot-missing': {
    means:
      'The destination has no record of its mail server, so the setting of the spam folder has no place.',
    remedy:
      'Install the mail server with `yum install nethserver-mail-server` (or signal its update event), then run the same command again.',
  },
  'shared-folder-names': {
    means:
      'Users had shared folders of their mailbox with others. The lists of who may read them name users without a domain, as the old server did, and the new one may not find them.',
    remedy:
      'See a list with `doveadm acl get -u USER FOLDER`. Where somebody is missing, share the folder again in the mail client.',
  },
  'shared-mailbox-index': {
    means:
      'Which mailboxes share folders with whom is also in an index, which is not migrated by default: it could name people who are not here. Without it shared folders do not show.',
    remedy:
      'Have users share their folders again in the mail client. Or run the same command again with the option that the task names, to take over the old index.',
  },
  'shared-mailbox-index-odd': {
    means: 'The old index of shared mailboxes cannot be read. It was not copied.',
    remedy: 'Have users share their folders again in the mail client.',
  },
}
