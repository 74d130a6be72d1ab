import { DestinationError } from '../errors.js'
import { joinPath, type Bytes } from '../files/bytes.js'
import { subjectOf, type Change, type ReportedChange } from '../destination/changes.js'
import { lookAt } from '../check/look.js'
import { featureInstalled } from '../run/feature-installed.js'
import { runImport, type ImportOptions } from '../run/run-import.js'
import { stateFolder } from '../host/state-folder.js'
import { readHistory, type PastOperation, type PastRun } from '../journal/history.js'
import type { Finding } from '../report/findings.js'
import { actionLog } from '../report/log.js'
import type { Report } from '../report/report.js'
import type { ServiceOptions } from '../services/service-test.js'
import { testServices } from '../services/test-services.js'
import type { UndoData } from '../undo/undo-data.js'
import { readUndo, undoPath } from '../undo/undo-file.js'
import type { Brought, Verification } from './verification.js'
import { verifyFiles } from './verify-files.js'
import { verifyRecords } from './verify-records.js'
import { verifyTrees } from './verify-trees.js'

export interface VerifyOptions extends Pick<
  ImportOptions,
  'source' | 'root' | 'plugins' | 'progress' | 'interruption' | 'onFinding'
> {
  /** Whether each byte is read. */
  readonly checksum: boolean
  /** How services are tested at the end; nothing when they are not. */
  readonly services?: ServiceOptions | undefined
}

/** Each looks at one kind of thing; to check more, add a part. */
const PARTS: readonly ((verification: Verification) => Promise<void> | void)[] = [
  verifyRecords,
  verifyTrees,
  verifyFiles,
]

const AGAIN = 'If nobody changed it on purpose, import again'

/**
 * Looks whether everything that imports of a source have brought is still as they left it: records,
 * files with their sizes and checksums, that a new import would change nothing, and at last whether
 * the services of the host answer. Changes nothing. docs/verifying.md
 */
export async function verifyImport(options: VerifyOptions): Promise<Report> {
  const { root, checksum, plugins, services, onFinding } = options
  const findings: Finding[] = []
  const subjects = new Set<string>()
  const sink = (finding: Finding) => {
    findings.push(finding)
    onFinding(finding)
  }
  const log = actionLog('', 'verify', sink)
  const view = await lookAt(options)
  const { report: plan, sourceHost } = await runImport({
    ...options,
    opened: view.source,
    mode: 'plan',
    only: [],
    onFinding: () => undefined,
    onAction: () => undefined,
  })
  const runs = runsOf(root, sourceHost)
  const brought = runs.flatMap((run) => run.operations.flatMap((each) => broughtBy(root, each)))
  const differs = (code: string, subject: string, message: string, remedy: string) => {
    subjects.add(subject)
    log.error(message, { code, subject, remedy })
  }
  for (const part of PARTS)
    await part({
      root,
      checksum,
      brought,
      read: ({ run }, range) => readUndo(undoPath(root, run), range),
      differs,
      log,
    })
  for (const change of plan.changes)
    if (['pending', 'failed'].includes(change.outcome) && !subjects.has(subjectOf(change.change)))
      sayPending(change, differs)
  const results =
    services &&
    (await testServices(
      plugins.filter(({ feature }) => featureInstalled(feature, view.host, view.destination)),
      { ...view, imported: importedBy(runs) },
      view.host.kind === 'nethserver',
      services,
      sink,
    ))
  return {
    ...plan,
    status: findings.some(({ severity }) => severity === 'error') ? 'failed' : 'unchanged',
    findings,
    changes: plan.changes.filter(({ outcome }) => outcome === 'pending'),
    ...(results === undefined ? {} : { services: results }),
  }
}

/** What was done by these runs, or was found as it should be. */
function importedBy(runs: readonly PastRun[]): Change[] {
  return runs
    .flatMap(({ operations }) => operations)
    .filter(({ outcome }) => outcome === 'done' || outcome === 'unchanged')
    .map(({ operation }) => operation.change)
}

function sayPending({ change }: ReportedChange, differs: Verification['differs']): void {
  const subject = subjectOf(change)
  const code = change.kind === 'record' ? 'verify-record' : 'verify-pending'
  differs(code, subject, `${subject} (${change.kind}): a new import would change it`, AGAIN)
}

function runsOf(root: Bytes, sourceHost: string): PastRun[] {
  const { runs } = readHistory(joinPath(stateFolder(root), 'journal.jsonl'))
  const own = runs.filter(({ header }) => header.sourceHost === sourceHost)
  if (own.length === 0) throw DestinationError.neverImported(sourceHost)
  return own
}

function broughtBy(root: Bytes, operation: PastOperation): Brought[] {
  const path = undoPath(root, operation.run)
  return (operation.undo ?? []).flatMap((range) => {
    const text = readUndo(path, range)
    return text === '' ? [] : [{ operation, data: JSON.parse(text) as UndoData }]
  })
}
