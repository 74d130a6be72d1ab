import {
  IMPORT_EVENT,
  isOpen,
  logLine,
  lookAndDecide,
  noAnswers,
  runCheck,
  type Answers,
  type CheckFinding,
  type ConflictPolicy,
  type Finding,
  type ImportOptions,
  type Source,
  type TransferMode,
} from '@nethserver-migrate/core/runner'
import { BlockedError } from './blocked-error.js'
import { decisionsFile } from './decisions-file.js'
import { findingLines } from './output/check-lines.js'
import { isWorthALine } from './output/findings.js'

interface BeforeRunOptions extends Pick<
  ImportOptions,
  'source' | 'root' | 'mode' | 'plugins' | 'only' | 'pluginOptions' | 'progress' | 'interruption'
> {
  readonly transfer: TransferMode
  /** What `--on-conflict` says, where it was given. */
  readonly onConflict: ConflictPolicy | undefined
  readonly event: string
  readonly restart: boolean
  /** A file of decisions. */
  readonly decisions: string | undefined
  /** Codes of findings of the check that stop nothing. */
  readonly accept: readonly string[]
}

export interface BeforeRun {
  /** The source, where it had to be opened. */
  readonly opened: Source | undefined
  readonly answers: Answers
  /** What the option says, otherwise what was decided; nothing where nobody has said. */
  readonly onConflict: ConflictPolicy | undefined
  /** What was said of it then. */
  readonly said: readonly Finding[]
}

/**
 * What comes before a run: decisions are read, and an import is checked. One that goes on after it
 * was cut short had its check.
 * @throws BlockedError when a blocker is found that nobody accepts.
 */
export async function beforeRun(
  options: BeforeRunOptions,
  screen: NodeJS.WritableStream,
): Promise<BeforeRun> {
  const { mode, event, restart, onConflict } = options
  const decisions = decisionsFile(options.decisions)
  const isImport = mode === 'apply' && event === IMPORT_EVENT
  if (!isImport && decisions === undefined)
    return { opened: undefined, answers: noAnswers, onConflict: options.onConflict, said: [] }

  // The import itself accounts for all of the source.
  const checked = { ...options, decisions, known: [], accountsForAll: false }
  const decided = await lookAndDecide(checked)
  const { source, said, unfinished } = decided.view
  let accepted: readonly Finding[] = []
  if (isImport && (restart || !unfinished)) {
    const { findings } = await runCheck(checked, decided)
    // Of another import that is at work the lock of the run tells, which nobody can accept.
    const all = findings.filter(
      ({ severity, code }) => severity === 'blocker' && code !== 'import-running',
    )
    const blockers = all.filter(isOpen)
    if (blockers.length > 0) {
      screen.write(`${findingLines(blockers, screen).join('\n')}\n`)
      throw new BlockedError(blockers)
    }
    accepted = all.map(acceptance)
  }
  const heard = [...said, ...accepted, ...overruled(onConflict, decided.decisions.onConflict)]
  for (const finding of heard) if (isWorthALine(finding)) screen.write(`${logLine(finding)}\n`)
  return {
    opened: source,
    answers: decided.decisions.answers,
    onConflict: onConflict ?? decided.decisions.onConflict,
    said: heard,
  }
}

/** An option wins over the file of decisions, and the report says so. docs/decisions.md#conflicts */
function overruled(
  option: ConflictPolicy | undefined,
  decided: ConflictPolicy | undefined,
): Finding[] {
  if (option === undefined || decided === undefined || option === decided) return []
  return [
    {
      severity: 'notice',
      plugin: '',
      action: '',
      code: 'decision-overruled',
      subject: 'onConflict',
      message: `--on-conflict ${option} holds, although the file of decisions says ${decided}`,
      remedy: '',
    },
  ]
}

/** What the report says of a blocker that was accepted. */
function acceptance({ plugin, code, subject, message, accepted = '' }: CheckFinding): Finding {
  const why = accepted === '--accept' ? 'with --accept' : `since ${accepted}`
  return {
    severity: 'notice',
    plugin,
    action: '',
    code: 'blocker-accepted',
    subject: subject || code,
    message: `${code} was accepted ${why}: ${message}`,
    remedy: '',
  }
}
