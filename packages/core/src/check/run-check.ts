import { readDecisions, type Decisions, type DecisionsFile } from '../decisions/decisions-file.js'
import { noAnswers, type LookContext, type Question } from '../decisions/question.js'
import { describeError } from '../errors.js'
import { toDisplay } from '../files/bytes.js'
import type { ConflictPolicy } from '../files/transfer-plan.js'
import type { KnownPlugin } from '../inspect/features.js'
import type { Plugin } from '../plugin/define-plugin.js'
import { featureInstalled } from '../run/feature-installed.js'
import { runImport, type ImportOptions } from '../run/run-import.js'
import { clockNotes } from './rules/clock.js'
import { databaseNotes } from './rules/databases.js'
import { diskNotes } from './rules/disk-space.js'
import { featureNotes } from './rules/features.js'
import { portNotes } from './rules/ports.js'
import { runNotes } from './rules/runs.js'
import { serviceNotes } from './rules/services.js'
import { bySeverity, type CheckFinding, type CheckNote } from './check-finding.js'
import { lookAt, type View } from './look.js'
import { planFindings } from './plan-findings.js'

export interface CheckOptions extends Pick<
  ImportOptions,
  | 'source'
  | 'root'
  | 'plugins'
  | 'only'
  | 'pluginOptions'
  | 'accountsForAll'
  | 'progress'
  | 'interruption'
> {
  readonly transfer: 'move' | 'copy'
  /** Plugins that exist; those that are installed are always known. */
  readonly known: readonly KnownPlugin[]
  readonly decisions?: DecisionsFile | undefined
  /** What the import will be told; it wins over the decisions. */
  readonly onConflict?: ConflictPolicy | undefined
  /** Codes of findings that stop nothing. */
  readonly accept: readonly string[]
}

export interface CheckResult {
  /** The old server's name. */
  readonly host: string
  /** The heaviest first. */
  readonly findings: readonly CheckFinding[]
  readonly questions: readonly Question[]
  readonly decisions: Decisions
}

/** Nobody has decided anything. */
const UNDECIDED: Decisions = { onConflict: undefined, answers: noAnswers, accepted: new Map() }

/**
 * Looks at a source and a destination before an import: what its plan says, what plugins check, and
 * what no plan tells. Nothing is changed. docs/checks.md
 * @param decided what {@link lookAndDecide} gave for the same options.
 * @throws MigrateError when they cannot be read, or the decisions are not understood.
 */
export async function runCheck(options: CheckOptions, decided?: Decided): Promise<CheckResult> {
  const { view, questions, unasked, decisions } = decided ?? (await lookAndDecide(options))
  const { onConflict = decisions.onConflict, ...rest } = options
  const { report } = await runImport({
    ...rest,
    ...(onConflict === undefined ? {} : { onConflict }),
    opened: view.source,
    mode: 'plan',
    answers: decisions.answers,
    // It only reads: a run that holds the lock is a finding.
    holdsLock: true,
    onFinding: () => undefined,
    onAction: () => undefined,
  })
  const { transfer, plugins, known } = options
  const context = { ...view, transfer, plugins, known, answers: decisions.answers, report }
  const rules = [
    () => runNotes(view),
    () => questionNotes(questions, decisions),
    () => diskNotes(context),
    () => featureNotes(context),
    () => portNotes(context),
    () => databaseNotes(context),
    () => clockNotes(view),
    () => serviceNotes(report),
  ]
  const findings = [
    ...unasked,
    ...rules.flatMap((rule) => notesOf('', rule)),
    ...chosen(options, view).flatMap(({ name, checks }) =>
      (checks?.rules ?? []).flatMap((rule) => notesOf(name, () => rule(context))),
    ),
    ...planFindings([...view.said, ...report.findings], plugins),
  ].map((finding) => accept(finding, options.accept, decisions))
  return {
    host: toDisplay(view.source.hostName),
    findings: bySeverity(findings),
    questions,
    decisions,
  }
}

export interface Decided {
  readonly view: View
  readonly questions: readonly Question[]
  /** Why some questions could not be asked. */
  readonly unasked: readonly CheckFinding[]
  readonly decisions: Decisions
}

/** Asks what a person may choose, and reads what was decided. */
export async function lookAndDecide(
  options: Pick<
    CheckOptions,
    'source' | 'root' | 'plugins' | 'only' | 'progress' | 'interruption' | 'decisions'
  >,
): Promise<Decided> {
  const view = await lookAt(options)
  const context: LookContext = view
  const running = chosen(options, view)
  const questions: Question[] = []
  // One file serves for imports of single plugins, too: answers to the others are known there.
  const answerable: Question[] = []
  const unasked: CheckFinding[] = []
  for (const plugin of chosen({ ...options, only: [] }, view))
    try {
      const asked = plugin.decisions?.(context) ?? []
      answerable.push(...asked)
      if (running.includes(plugin)) questions.push(...asked)
    } catch (error) {
      if (running.includes(plugin)) unasked.push(notChecked(plugin.name, error))
    }
  const decisions =
    options.decisions === undefined
      ? UNDECIDED
      : readDecisions(options.decisions, toDisplay(view.source.hostName), answerable)
  return { view, questions, unasked, decisions }
}

/** Those that the import would run. */
function chosen(
  { plugins, only }: Pick<CheckOptions, 'plugins' | 'only'>,
  { host, destination }: View,
): Plugin[] {
  return plugins
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .filter(({ feature }) => featureInstalled(feature, host, destination))
}

/** A rule that cannot be applied, as to a database that cannot be read, stops no other rule. */
function notesOf(plugin: string, rule: () => readonly CheckNote[]): CheckFinding[] {
  try {
    return rule().map((note) => ({ ...note, plugin }))
  } catch (error) {
    return [notChecked(plugin, error)]
  }
}

function notChecked(plugin: string, error: unknown): CheckFinding {
  const { message, remedy } = describeError(error)
  return {
    severity: 'high',
    plugin,
    code: 'not-checked',
    subject: plugin || 'check',
    message: `not everything could be checked: ${message}`,
    remedy,
  }
}

function questionNotes(questions: readonly Question[], { answers }: Decisions): CheckNote[] {
  return questions
    .filter(
      ({ topic, subject, otherwise }) =>
        otherwise === undefined && answers.get(topic, subject) === undefined,
    )
    .map(({ topic, subject, about }) => ({
      severity: 'blocker',
      code: 'question-unanswered',
      subject: `${topic}/${toDisplay(subject)}`,
      message: `only you can decide this: ${about}`,
      remedy: `Write the questions with check SOURCE --decisions FILE, answer ${toDisplay(subject)} of ${topic}, and give the file to the import`,
    }))
}

function accept(
  finding: CheckFinding,
  codes: readonly string[],
  { accepted }: Decisions,
): CheckFinding {
  const reason = accepted.get(finding.code)
  if (reason !== undefined) return { ...finding, accepted: reason }
  return codes.includes(finding.code) ? { ...finding, accepted: '--accept' } : finding
}
