import { isMigrateError } from '@nethserver-migrate/core/runner'
import type { Outcome } from '@nethserver-migrate/core/runner'

/** What the exit status of the command says; shown by every --help and docs/exit-codes.md. */
export const EXIT_CODES = {
  0: 'all holds',
  1: 'finished, with errors listed',
  2: 'wrong usage, or the source is no backup',
  3: 'refused before anything was touched',
  4: 'another run holds the lock',
  130: 'interrupted by Ctrl-C: the same command goes on',
  143: 'ended by a TERM signal: the same command goes on',
} as const

export type ExitCode = keyof typeof EXIT_CODES

export const exitCodesHelp = [
  '',
  'Exit codes:',
  ...Object.entries(EXIT_CODES).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`),
].join('\n')

export function exitCodeOfStatus(status: Outcome): ExitCode {
  return status === 'failed' ? 1 : 0
}

/** The exit code of a run that did not come about. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (!isMigrateError(error)) return 1
  switch (error.name) {
    case 'UsageError':
    case 'SourceError':
      return 2
    case 'InterruptedError':
      return 'signal' in error && error.signal === 'SIGTERM' ? 143 : 130
    case 'OldServerError':
      // Its services are stopped by then.
      return error.code === 'OLD_SERVER_FAILED' ? 1 : 3
    case 'JournalError':
    case 'ReportError':
      return error.code === 'JOURNAL_DAMAGED' ? 3 : 1
    default:
      return error.code === 'ANOTHER_RUN' ? 4 : 3
  }
}
