import type { Messages } from '@nethserver-migrate/core'

/** By the code that a line of the log has: what it means, and what to do. */
export const messages: Messages = {}
