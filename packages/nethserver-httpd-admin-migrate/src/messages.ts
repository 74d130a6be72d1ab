import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'valid-from-malformed': {
    means:
      'Among the networks that might reach the server manager is something that is no network. It is left out, the others are used.',
    remedy:
      'Enter it by hand, as ADDRESS/MASK: look at the list with `config getprop httpd-admin ValidFrom`.',
  },
  'valid-from-locks-out': {
    means:
      'The old list of networks that may reach the server manager does not have the green network of the new server in it. With it you could not log in any more, so it is not imported.',
    remedy:
      'Add the green network by hand: `config setprop httpd-admin ValidFrom LIST`, then `signal-event nethserver-httpd-admin-update`. Or import again with the option that the message names, if you have another way in.',
  },
}
