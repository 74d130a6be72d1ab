import {
  CHECK_SEVERITIES,
  isOpen,
  type CheckFinding,
  type CheckSeverity,
} from '@nethserver-migrate/core/runner'
import { colours } from './colours.js'
import { count } from './sizes.js'
import { widthOf, wrap } from './wrap.js'

/** How many of one kind are shown: the rest is in --json, and in the log of the import. */
const SHOWN = 3

const TITLES: Readonly<Record<CheckSeverity, (text: string) => string>> = {
  blocker: (text) => colours.bold(colours.red(text)),
  high: (text) => colours.red(text),
  medium: (text) => colours.yellow(text),
  info: (text) => colours.bold(text),
}

/**
 * What a check has found, by weight, the lightest first: at the end of the screen stands what a
 * person has to do first.
 */
export function findingLines(
  findings: readonly CheckFinding[],
  stream: NodeJS.WritableStream,
): string[] {
  const width = widthOf(stream)
  const accepted = findings.filter((finding) => !isOpen(finding))
  return [
    ...[...CHECK_SEVERITIES]
      .reverse()
      .flatMap((severity) => severityLines(severity, findings.filter(isOpen), width)),
    ...(accepted.length === 0
      ? []
      : ['', 'Accepted', ...[...byCode(accepted)].map(([code, some]) => acceptedLine(code, some))]),
  ]
}

/** One line: how many of each weight. */
export function countsLine(findings: readonly CheckFinding[]): string {
  const open = findings.filter(isOpen)
  return CHECK_SEVERITIES.map((severity) => {
    const number = open.filter((finding) => finding.severity === severity).length
    return severity === 'blocker' ? count(number, 'blocker') : `${number} ${severity}`
  }).join(', ')
}

function severityLines(
  severity: CheckSeverity,
  open: readonly CheckFinding[],
  width: number,
): string[] {
  const findings = open.filter((finding) => finding.severity === severity)
  if (findings.length === 0) return []
  return [
    '',
    TITLES[severity](`${severity} (${findings.length})`),
    ...[...byCode(findings)].flatMap(([code, some]) =>
      codeLines(code, severity === 'info' ? some.map(withoutRemedy) : some, width),
    ),
  ]
}

/** What is for information is done after the import, which says how. */
function withoutRemedy(finding: CheckFinding): CheckFinding {
  return { ...finding, remedy: '' }
}

/** What has the same remedy names it once. */
function codeLines(code: string, findings: readonly CheckFinding[], width: number): string[] {
  const shown = findings.slice(0, SHOWN)
  const remedies = new Set(shown.map(({ remedy }) => remedy))
  const lines = shown.flatMap(({ message, remedy }) => [
    ...wrap(`    ${message}`, width, '      '),
    ...(remedies.size > 1 ? remedyLines(remedy, width) : []),
  ])
  return [
    `  ${colours.bold(code)}${findings.length > 1 ? ` (${findings.length})` : ''}`,
    ...lines,
    ...(findings.length > SHOWN ? [`    and ${findings.length - SHOWN} more, see --json`] : []),
    ...(remedies.size === 1 ? remedyLines(shown[0]?.remedy ?? '', width) : []),
  ]
}

function remedyLines(remedy: string, width: number): string[] {
  return remedy === '' ? [] : wrap(`    → ${remedy}`, width, '      ')
}

function acceptedLine(code: string, findings: readonly CheckFinding[]): string {
  return `  ${code} (${findings.length}): ${findings[0]?.accepted ?? ''}`
}

function byCode(findings: readonly CheckFinding[]): Map<string, CheckFinding[]> {
  const codes = new Map<string, CheckFinding[]>()
  for (const finding of findings)
    codes.set(finding.code, [...(codes.get(finding.code) ?? []), finding])
  return codes
}
