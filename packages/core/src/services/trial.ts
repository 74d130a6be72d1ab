import type { ServiceOutcome, ServicePlaces, TestUser } from './service-test.js'

/** What a test has to do with its service. */
export interface Means {
  readonly places: ServicePlaces
  readonly testUser: TestUser | undefined
  /** The command that shows whether the service runs: `systemctl status dovecot`. */
  readonly statusCommand: string
  /** Ends the test when its time is over. */
  readonly signal: AbortSignal
}

/** What a test has found. */
export interface Tried {
  readonly outcome: ServiceOutcome
  readonly message: string
  readonly remedy: string
}

export function passed(message: string): Tried {
  return { outcome: 'passed', message, remedy: '' }
}

export function failed(message: string, remedy: string): Tried {
  return { outcome: 'failed', message, remedy }
}

export function notDone(message: string, remedy: string): Tried {
  return { outcome: 'not-done', message, remedy }
}

/** Names for people: all of a few, the first of many. */
export function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ')
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown
}
