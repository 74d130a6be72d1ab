import { DestinationError } from '../errors.js'
import { joinPath, type Bytes } from '../files/bytes.js'
import { subjectOf, type ReportedChange } from '../destination/changes.js'
import { openHost } from '../run/open-host.js'
import { runImport, type ImportOptions } from '../run/run-import.js'
import { stateFolder } from '../host/state-folder.js'
import { readHistory, type PastOperation, type PastRun } from '../journal/history.js'
import type { Finding } from '../report/findings.js'
import { actionLog } from '../report/log.js'
import type { Report } from '../report/report.js'
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
 * files with their sizes and checksums, and that a new import would change nothing. Changes nothing.
 * docs/files.md#verifying
 */
export async function verifyImport(options: VerifyOptions): Promise<Report> {
  const { root, checksum, onFinding } = options
  openHost(root, 'plan')
  const findings: Finding[] = []
  const subjects = new Set<string>()
  const log = actionLog('', 'verify', (finding) => {
    findings.push(finding)
    onFinding(finding)
  })
  const { report: plan, sourceHost } = await runImport({
    ...options,
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
  return {
    ...plan,
    status: subjects.size > 0 ? 'failed' : 'unchanged',
    findings,
    changes: plan.changes.filter(({ outcome }) => outcome === 'pending'),
  }
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
