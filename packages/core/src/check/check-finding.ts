/** The weights of what a check has found, the heaviest first. docs/checks.md#severities */
export const CHECK_SEVERITIES = ['blocker', 'high', 'medium', 'info'] as const

export type CheckSeverity = (typeof CHECK_SEVERITIES)[number]

/** What one check says of one thing. */
export interface CheckNote {
  readonly severity: CheckSeverity
  /** Kebab-case, stable: what `--accept` names. */
  readonly code: string
  /** The record, file, account or package it is about, as a person writes it. */
  readonly subject: string
  /** One sentence without a full stop at its end. */
  readonly message: string
  /** What to do now, with the command where there is one; empty when nothing is to be done. */
  readonly remedy: string
}

export interface CheckFinding extends CheckNote {
  /** Whose check it is; empty for those that belong to no feature. */
  readonly plugin: string
  /** Why a person accepts it; it stops nothing then. */
  readonly accepted?: string
}

/** Whether a finding still counts. */
export function isOpen({ accepted }: CheckFinding): boolean {
  return accepted === undefined
}

/** The heaviest first; of the same weight as they came. */
export function bySeverity(findings: readonly CheckFinding[]): CheckFinding[] {
  return CHECK_SEVERITIES.flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  )
}
