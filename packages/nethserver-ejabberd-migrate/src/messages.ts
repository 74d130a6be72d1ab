import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'unused-props': {
    means:
      'The old settings have entries that the chat server of the destination does not use. They are carried over, and do nothing.',
    remedy: '',
  },
}
