import type { Coverage } from '../plugin/coverage.js'

export type Severity = 'error' | 'warning' | 'notice' | 'info' | 'follow-up'

/** One thing the administrator is told: in the log as a line, in the report as an entry. */
export interface Finding {
  readonly severity: Severity
  readonly plugin: string
  readonly action: string
  /** Kebab-case, stable: what a program looks for. */
  readonly code: string
  /** The record, file, account or package it is about, as a person writes it. */
  readonly subject: string
  readonly message: string
  /** What to do now; empty when nothing is to be done. */
  readonly remedy: string
  /** What of the source stays behind for it, although plugins cover it in general. */
  readonly leaves?: readonly Coverage[]
}

/** The code of what is only said for the accounting: a part of the source has nothing to do here. */
export const LEFT_BEHIND = 'left-behind'

const TAGS: Record<Severity, string> = {
  error: '[ERROR]',
  warning: '[WARNING]',
  notice: '[NOTICE]',
  info: '[INFO]',
  'follow-up': '[NOTICE]',
}

/** The log line of a finding: tag first, since administrators search for it. */
export function logLine({ severity, action, message, remedy }: Finding): string {
  const who = action ? `${action}: ` : ''
  const todo = severity === 'follow-up' ? 'to do: ' : ''
  return `${TAGS[severity]} ${who}${todo}${message}${remedy ? `. ${remedy}` : ''}`
}
