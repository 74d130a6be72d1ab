import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'own-name': {
    means:
      'The host name is that of the new or of the old server itself, or leads to the old server: to its address, or in a domain that it did not serve. It is left out, so that the new server keeps its own name and no name leads to a server that is gone.',
    remedy:
      'If the name of the old server is to lead here: `db hosts set NAME self`, then `signal-event nethserver-hosts-update`.',
  },
  'enter-aliases': {
    means:
      'The old server had names that stood for other names (CNAME). The new one can only give addresses to names, so they are not migrated.',
    remedy:
      'Look up the address of each one that is still needed (`host NAME`), then `db hosts set ALIAS remote IpAddress ADDRESS` and `signal-event nethserver-hosts-update`.',
  },
  'host-exists': {
    means:
      'The new server has a host of this name already, with other values. It is kept as it is.',
    remedy:
      'Compare both (`db hosts show NAME`), and correct the one that is here if the old one was right.',
  },
  'host-alias': {
    means:
      'The record is an alias: it names another host where an IPv4 address should stand. It is skipped, and listed in the task `enter-aliases`.',
    remedy: 'See the task `enter-aliases`.',
  },
  'host-name-invalid': {
    means:
      'The key of the record is no host name (letters, digits, dashes, underscores and dots). It is skipped.',
    remedy: 'Enter it by hand with a valid name if it is still needed.',
  },
  'host-no-address': {
    means: 'The record has no address, or one that is no IPv4 address. It is skipped.',
    remedy: 'Enter the host by hand with its address if it is still needed.',
  },
  'host-type-invalid': {
    means:
      'The record does not say whether the host is this server, in the local network or elsewhere, or says something unknown. It is skipped.',
    remedy: 'Enter the host by hand if it is still needed.',
  },
  'no-hosts-database': {
    means:
      'The new server has no database `hosts`, so no host name and no reservation is migrated.',
    remedy:
      'Install the package with `yum install nethserver-hosts`, then run the same command again.',
  },
  'standard-names': {
    means:
      'Every SME Server gave itself names such as ftp, mail, proxy, wpad and www in each of its domains, though nobody had entered them. They are migrated and lead to the new server.',
    remedy:
      'Delete those that nobody uses, such as wpad and proxy where there is no web proxy: `db hosts delete NAME`, then `signal-event nethserver-hosts-update`.',
  },
  'no-reservation': {
    means:
      'A machine had a fixed address from DHCP, which needs a short name here that is free and a valid card address; the message says what is in the way. It gets its name, without the reservation.',
    remedy:
      'Reserve the address by hand under another name on the page DHCP, if the machine needs it.',
  },
  'reservation-address': {
    means:
      'The fixed address of a machine does not fit the new network: it is outside of it, is that of this server, or lies in the range that DHCP gives to others. The reservation is migrated, but may not work.',
    remedy:
      'Give it another address: `db hosts setprop NAME IpAddress ADDRESS`, then `signal-event nethserver-hosts-update`.',
  },
}
