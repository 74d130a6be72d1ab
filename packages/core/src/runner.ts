/** What the command needs beside the plugin interface: the runner and what lies around it. */
export {
  runImport,
  IMPORT_EVENT,
  type AccountedBefore,
  type ImportOptions,
  type ImportResult,
} from './run/run-import.js'
export { verifyImport, type VerifyOptions } from './verify/verify-import.js'
export { testServices } from './services/test-services.js'
export type {
  ServiceOptions,
  ServiceOutcome,
  ServiceResult,
  ServiceTest,
  TestUser,
} from './services/service-test.js'
export { rollback, type RollbackOptions, type RollbackResult } from './run/rollback.js'
export { replay, REPLAY_EVENT, type ReplayOptions, type ReplayResult } from './run/replay.js'
export { loadDatabases, type LoadDatabasesOptions } from './run/load-databases.js'
export type { RootPassword } from './destination/load-dumps.js'
export { Interruption } from './run/interruption.js'
export { lookAtDestination, type DestinationView } from './run/look-at-destination.js'
export { lookAt } from './check/look.js'
export { openHost } from './run/open-host.js'
export type { Host } from './host/host.js'
export { takeRunLock } from './run/run-lock.js'
export {
  lookAndDecide,
  runCheck,
  type CheckOptions,
  type CheckResult,
  type Decided,
} from './check/run-check.js'
export {
  CHECK_SEVERITIES,
  isOpen,
  type CheckFinding,
  type CheckSeverity,
} from './check/check-finding.js'
export { decisionsText, type Decisions, type DecisionsFile } from './decisions/decisions-file.js'
export { noAnswers, type Answers } from './decisions/question.js'
export type { CountProgress, FileCount } from './inspect/count-files.js'
export { inspect, type Inspection } from './inspect/inspect.js'
export { installCommand, type FeatureState, type KnownPlugin } from './inspect/features.js'
export { checkPlugin } from './plugin/check-plugin.js'
export { actionLinks, writeCreatelinks, type ActionLink } from './plugin/createlinks.js'
export {
  describeError,
  DestinationError,
  InterruptedError,
  isDefect,
  isMigrateError,
  MigrateError,
  PluginError,
  SourceError,
  UsageError,
} from './errors.js'
export {
  type Accounted,
  type Accounting,
  type AccountingEntry,
  type AccountingTotals,
} from './report/accounting.js'
export { shorten } from './report/unknown-parts.js'
export { CORE_MESSAGES } from './messages/core-messages.js'
export type { Message, MessageGroup, Messages } from './messages/message.js'
export { actionLog } from './report/log.js'
export { LEFT_BEHIND, logLine, type Finding, type Severity } from './report/findings.js'
export { noProgress, type Progress, type ProgressTask } from './report/progress.js'
export type { ChangeList } from './report/kept-changes.js'
export { countOutcomes, mergeReports, type ActionReport, type Report } from './report/report.js'
export {
  subjectOf,
  type Change,
  type Outcome,
  type PropChange,
  type ReportedChange,
} from './destination/changes.js'
export { stageDestination, type StageOptions } from './stage/stage-destination.js'
export { commandText } from './host/command-text.js'
export { stateFolder } from './host/state-folder.js'
export { escapeControls, joinPath, toBuffer, toBytes, toDisplay } from './files/bytes.js'
export { mailboxState, oldMailboxes, type OldMailbox } from './mail/mailboxes.js'
export { maildirRules } from './mail/maildir-rules.js'
export type { TransferMode } from './files/transfer-apply.js'
export {
  CONFLICT_POLICIES,
  DEFAULT_CONFLICT_POLICY,
  type ConflictPolicy,
} from './files/transfer-plan.js'
export { writeDurably } from './files/durable-write.js'
export { roomIn } from './files/disk-room.js'
export { enterFolder } from './files/enter-folder.js'
export { Source } from './source/source.js'
export type { Plugin } from './plugin/define-plugin.js'
