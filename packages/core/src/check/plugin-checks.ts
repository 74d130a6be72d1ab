import type { Answers, LookContext } from '../decisions/question.js'
import type { CheckNote, CheckSeverity } from './check-finding.js'

/** All that a check may look at: the shape of an action's context, for reading only. */
export interface CheckContext extends LookContext {
  readonly answers: Answers
}

/** One rule that no plan tells. */
export type Check = (context: CheckContext) => readonly CheckNote[]

/** The part of a plugin in the check before an import. docs/checks.md */
export interface PluginChecks {
  /**
   * How much findings of the plugin's own actions weigh before an import, by code. Those that are
   * not named weigh what their severity says.
   */
  readonly severities?: Readonly<Record<string, CheckSeverity>>
  readonly rules?: readonly Check[]
}
