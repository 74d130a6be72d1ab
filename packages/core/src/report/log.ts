import type { Coverage } from '../plugin/coverage.js'
import { escapeControls } from '../files/bytes.js'
import type { Finding, Severity } from './findings.js'

export interface LogDetails {
  /** Kebab-case; the default is `message`. */
  readonly code?: string
  readonly subject?: string
  /** One sentence without a full stop at its end. */
  readonly remedy?: string
  /** What of the source is not migrated after all: the accounting of the report shows it so. */
  readonly leaves?: readonly Coverage[]
}

/**
 * What an action says. Messages are for people: decode names with `toDisplay` before they go in.
 * Each becomes a log line and a finding of the report.
 */
export interface Log {
  info(message: string, details?: LogDetails): void
  notice(message: string, details?: LogDetails): void
  warning(message: string, details?: LogDetails): void
  /** The action goes on, and ends as failed. */
  error(message: string, details?: LogDetails): void
  /** Something a person must still do: listed at the end of the report. */
  followUp(message: string, details?: LogDetails): void
}

/** A log that speaks for one action. */
export function actionLog(plugin: string, action: string, sink: (finding: Finding) => void): Log {
  const say =
    (severity: Severity) =>
    (message: string, { code = 'message', subject = '', remedy = '', leaves }: LogDetails = {}) =>
      sink({
        severity,
        plugin,
        action,
        code,
        subject: escapeControls(subject),
        message: escapeControls(message),
        remedy: escapeControls(remedy),
        ...(leaves === undefined ? {} : { leaves }),
      })
  return {
    info: say('info'),
    notice: say('notice'),
    warning: say('warning'),
    error: say('error'),
    followUp: say('follow-up'),
  }
}
