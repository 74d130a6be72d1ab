import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'smarthost-port-465': {
    means:
      'The old server spoke to the smart host on port 465 (encrypted from the first byte), which the new one cannot. It uses 587 with TLS (STARTTLS).',
    remedy:
      'Send a test message. If it stays in the queue (`mailq`), ask the provider for a port with STARTTLS.',
  },
  'smarthost-tls-enabled': {
    means:
      'The smart host is given a user name and a password. They are sent encrypted only, which the old server may not have done.',
    remedy:
      'Send a test message. If it stays in the queue (`mailq`), ask the provider for a port with STARTTLS.',
  },
  'smarthost-two-ports': {
    means:
      'The old server had two settings for the port of the smart host, and they differ. The one behind its name is taken.',
    remedy:
      'Send a test message. If it stays in the queue (`mailq`), change it: `config setprop postfix SmartHostPort PORT`.',
  },
  'smarthost-port-invalid': {
    means: 'The port of the smart host is no number from 1 to 65535. 25 is taken.',
    remedy: 'Ask the provider which port to use, then `config setprop postfix SmartHostPort PORT`.',
  },
  'smarthost-no-host': {
    means:
      'What the old server had as its smart host is no host name. The setting of the new server stays.',
    remedy:
      'Look at it with `config get SMTPSmartHost` on the old server, then enter the smart host by hand on the page Email.',
  },
}
