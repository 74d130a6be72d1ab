import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'spam-rules-skipped': {
    means:
      'The old spam filter had rules that the new one cannot have, mostly with wildcards in the middle of an address. They are left out.',
    remedy:
      'See what each was for, and enter addresses or whole domains in their place on the page of the mail filter.',
  },
  'train-spam-filter': {
    means:
      'What the old spam filter had learnt from the users cannot be read by the new one. It begins with its rules alone.',
    remedy:
      'Have users move spam into their spam folder, and good messages out of it: the new filter learns from that.',
  },
  'mail-filter-missing': {
    means:
      'The destination has no record of a mail filter, neither rspamd nor amavisd, so the settings of the old one have no place.',
    remedy: 'Run `signal-event nethserver-mail-filter-update`, then the same command again.',
  },
  'spam-lists-contradict': {
    means:
      'Senders are both allowed and refused by the lists of the new server. Which of the two holds depends on the filter.',
    remedy: 'Take each of them out of one of the two lists on the page of the mail filter.',
  },
  'user-lists-left': {
    means:
      'The old server had lists of allowed and refused senders for single users. The new filter has lists for all only.',
    remedy:
      'Have users write filters of their own, in their mail client, where they still need them.',
  },
  'spam-levels-not-comparable': {
    means:
      'The levels from which a message counts as spam are not migrated: the new filter counts in another way. The message has the old ones.',
    remedy:
      'Look at the levels of the new filter on the page of the mail filter. Nothing has to be done if mail arrives as it should.',
  },
  'spam-levels-unusable': {
    means:
      'The old spam levels contradict each other: each has to be below the next one. Those of the new server stay.',
    remedy: 'Set the levels on the page of the mail filter.',
  },
  'spam-levels-lowered': {
    means:
      'Each spam level has to be below the next one, and some were not: they were lowered. More messages may be marked as spam.',
    remedy: 'Compare the levels with those of the old server on the page of the mail filter.',
  },
  'spam-sensitivity-unknown': {
    means:
      'The old server had a sensitivity of its spam filter that is not known. The default level is taken.',
    remedy: 'Look at the level on the page of the mail filter.',
  },
  'spam-level-no-number': {
    means: 'A spam level of the old server is no number. The one in the message is taken.',
    remedy: 'Look at the level on the page of the mail filter.',
  },
  'spam-rule-skipped': {
    means:
      'A rule for allowed or refused senders cannot be said in the words of the new filter (sub-domains alone, a wildcard inside an address, a comma). It is skipped; the message says why.',
    remedy:
      'Enter what it was for by hand on the page of the mail filter, where it is still needed.',
  },
  'recipient-black-list': {
    means:
      'The old server refused mail to some recipients. The new filter cannot do that, so their mail arrives.',
    remedy: 'Delete these addresses, or make them internal ones, on the page Email addresses.',
  },
}
