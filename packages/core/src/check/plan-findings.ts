import type { Plugin } from '../plugin/define-plugin.js'
import type { Finding, Severity } from '../report/findings.js'
import type { CheckFinding, CheckSeverity } from './check-finding.js'

/** What a plan says weighs this much, unless its plugin says otherwise. Notices and information are no findings of a check. */
const WEIGHTS: Partial<Record<Severity, CheckSeverity>> = {
  error: 'high',
  warning: 'medium',
  'follow-up': 'info',
}

/** Those of the runner itself that count as well; the rest of its notices is said elsewhere. */
const RUNNER: Readonly<Record<string, CheckSeverity>> = {
  unknown: 'medium',
  'source-changed': 'info',
}

/** What the plan of an import says, by its weight. docs/checks.md#what-a-plan-says */
export function planFindings(
  findings: readonly Finding[],
  plugins: readonly Plugin[],
): CheckFinding[] {
  const own = new Map(plugins.map(({ name, checks }) => [name, checks?.severities ?? {}]))
  return findings.flatMap(({ severity: said, code, subject, message, remedy, plugin }) => {
    const severity = own.get(plugin)?.[code] ?? (plugin ? undefined : RUNNER[code]) ?? WEIGHTS[said]
    return severity === undefined ? [] : [{ severity, code, subject, message, remedy, plugin }]
  })
}
