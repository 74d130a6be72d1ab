import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'workgroup-left': {
    means:
      'The workgroup of the old server is not taken over; the message says why. Only the name of a domain that this server goes on with matters here.',
    remedy: '',
  },
  'workgroup-invalid': {
    means:
      'The name of the old domain is none that Windows allows (up to 15 of A-Z, 0-9, - and _). It is not taken over.',
    remedy: 'Choose a name for the domain, and have the workstations join it.',
  },
  'workgroup-kept': {
    means: 'The domain keeps the name that it had on the old server, so workstations find it.',
    remedy: '',
  },
}
