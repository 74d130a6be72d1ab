import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'no-green-interface': {
    means:
      'The old server gave addresses to machines (DHCP), and the new one has no green interface for which it could. The range is not migrated.',
    remedy:
      'Give an interface the role green on the page Network, then run the same command again.',
  },
  'dhcp-exists': {
    means:
      'The new server has settings for DHCP on this interface already. They are kept; the message has the range of the old server.',
    remedy:
      'Compare both (`db dhcp show INTERFACE`). Correct the one here if machines count on the old addresses.',
  },
  'dhcp-range-disabled': {
    means:
      'The old range does not fit the green network of the new server, or is no range. It is written down, but disabled: it would give addresses that lead nowhere.',
    remedy: 'Correct the range on the page DHCP, and enable it there.',
  },
  'switch-off-old-dhcp': {
    means:
      'The new server gives addresses (DHCP) on this network. As long as the old one does too, machines get addresses now from the one, now from the other.',
    remedy:
      'Disable DHCP in the console of the old server, or shut the old server down, as soon as the new one is in the network.',
  },
  'dnsmasq-enabled-for-dhcp': {
    means:
      'The name server was not enabled on the old server. Here it is, since the same program also gives addresses (DHCP).',
    remedy: '',
  },
}
