import {
  CORE_MESSAGES,
  type Messages,
  type Plugin,
  type Severity,
} from '@nethserver-migrate/core/runner'
import { APP_MESSAGES } from './app-messages.js'

/** What one speaker means by a code. */
export interface Explanation {
  readonly code: string
  /** `nethserver-migrate` itself, or the plugin. */
  readonly from: string
  /** Where the code tells it. */
  readonly severity?: Severity
  readonly means: string
  /** Empty when nothing has to be done. */
  readonly remedy: string
}

/** All codes with what they mean: those of the command first, then plugin by plugin. */
export function explanations(plugins: readonly Plugin[]): Explanation[] {
  return [
    ...[...CORE_MESSAGES, ...APP_MESSAGES].flatMap(({ messages }) =>
      saidBy('nethserver-migrate', messages),
    ),
    ...plugins.flatMap(({ name, messages }) => saidBy(name, messages)),
  ]
}

function saidBy(from: string, messages: Messages): Explanation[] {
  return Object.entries(messages).map(([code, { means, remedy }]) => ({
    code,
    from,
    ...(/[A-Z]/.test(code) ? { severity: 'error' } : {}),
    means,
    remedy,
  }))
}
