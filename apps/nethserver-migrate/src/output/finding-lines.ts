import { logLine, type Finding } from '@nethserver-migrate/core/runner'
import { isWorthALine } from './findings.js'

/** How much a run says while it goes on. docs/report.md#the-screen-of-an-import */
export type Loudness = 'quiet' | 'normal' | 'verbose'

/** Of many findings of one kind the screen shows these; the report has all. */
const SHOWN = 3

/** Which findings are shown as they come, and how many alike were not. */
export class FindingLines {
  readonly #loudness: Loudness
  readonly #alike = new Map<string, number>()

  constructor(loudness: Loudness) {
    this.#loudness = loudness
  }

  /** The line to show now, if any. */
  lineOf(finding: Finding): string | undefined {
    if (this.#loudness === 'verbose') return logLine(finding)
    if (finding.severity === 'error') return logLine(finding)
    if (this.#loudness === 'quiet' || !isWorthALine(finding)) return undefined
    // What only informs of one plugin's work is in the log; what is due is told at the end.
    if (finding.severity === 'notice' && finding.plugin !== '' && finding.remedy === '')
      return undefined
    const seen = (this.#alike.get(finding.code) ?? 0) + 1
    this.#alike.set(finding.code, seen)
    return seen <= SHOWN ? logLine(finding) : undefined
  }

  /** What to say at the end of an action of those that were not shown. */
  endOfAction(): string[] {
    const lines = [...this.#alike].flatMap(([code, seen]) =>
      seen > SHOWN
        ? [`  and ${seen - SHOWN} more like it (${code}), in the log and the report`]
        : [],
    )
    this.#alike.clear()
    return lines
  }
}
