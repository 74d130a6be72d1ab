import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'time-server-kept': {
    means: 'The old server asked a time server of its own. The new one keeps the one that it has.',
    remedy:
      'If the old one is to be asked here too: `config setprop ntpd NTPServer NAME`, then signal the event that the message names.',
  },
  'time-zone-unknown': {
    means:
      'The time zone of the old server is none that the new one knows. The time zone here stays.',
    remedy: 'Choose one of those in `/usr/share/zoneinfo`, then use the command of the message.',
  },
  'time-server-invalid': {
    means: 'The old time server is neither a host name nor an address. The one here stays.',
    remedy: 'Enter the time server by hand on the page Date and time, if another one is wanted.',
  },
}
