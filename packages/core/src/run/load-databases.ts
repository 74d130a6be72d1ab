import { readdirSync, rmSync, statSync } from 'node:fs'
import { subjectOf } from '../destination/changes.js'
import { DatabaseServer } from '../destination/database-server.js'
import { dumpFile, type RootPassword } from '../destination/load-dumps.js'
import { OperationRunner } from '../destination/operation-runner.js'
import { DestinationError, SourceError } from '../errors.js'
import { byByteOrder, joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { NethServerHost } from '../host/nethserver-host.js'
import { stateFolder } from '../host/state-folder.js'
import { Journal } from '../journal/journal.js'
import { logLine, type Finding } from '../report/findings.js'
import { actionLog } from '../report/log.js'
import type { Progress } from '../report/progress.js'
import type { Interruption } from './interruption.js'
import { takeRunLock } from './run-lock.js'

export interface LoadDatabasesOptions {
  /** Where the dumps wait. */
  readonly folder: Bytes
  /** The old server they come from, as the journal knows it. */
  readonly sourceHost: string
  readonly replace: boolean
  readonly rootPassword?: RootPassword | undefined
  readonly progress: Progress
  readonly interruption: Interruption
  /** Called for each finding as it comes. */
  readonly onFinding: (finding: Finding) => void
}

const ACTION = 'load-databases'
/** The old server's own database: its accounts come after all databases. */
const SYSTEM_DUMP = 'mysql.dump'

/**
 * Loads the dumps that an import into a staged destination has left for the first boot, as it
 * would have done on the live host. What was loaded is removed from the folder.
 * docs/databases.md
 * @returns whether nothing failed.
 * @throws MigrateError when it is refused before anything was touched, or asked to stop.
 */
export async function loadDatabases(options: LoadDatabasesOptions): Promise<boolean> {
  const { folder, replace, rootPassword, interruption, progress } = options
  if (process.getuid?.() !== 0) throw DestinationError.notRoot()
  if (!statSync(toBuffer(folder), { throwIfNoEntry: false })?.isDirectory())
    throw SourceError.missing(toDisplay(folder))
  const release = takeRunLock('')
  try {
    const host = new NethServerHost()
    let failed = false
    const log = actionLog('', ACTION, (finding) => {
      failed ||= finding.severity === 'error'
      options.onFinding(finding)
      host.log(logLine(finding))
    })
    const journal = openJournal(options)
    const runner = new OperationRunner({ mode: 'apply', host, journal, interruption })
    runner.enterAction({ plugin: '', action: ACTION, log })
    const names = readdirSync(toBuffer(folder), { encoding: 'latin1' })
    const dumps = names
      .filter((name) => /^[^.].*\.dump$/s.test(name))
      .sort(byByteOrder)
      .map((name) => dumpFile(name, joinPath(folder, name)))
    const databases = dumps.filter(({ from }) => from !== SYSTEM_DUMP)
    const accounts = dumps.find(({ from }) => from === SYSTEM_DUMP)
    const server = new DatabaseServer({ runner, progress, interruption })
    const results = await server.load({ databases, accounts, replace, rootPassword })
    for (const { outcome, change } of runner.changes)
      if (outcome === 'done')
        log.info(`${change.kind.replace('-', ' ')} ${subjectOf(change)}: done`, {
          code: 'database-done',
          subject: subjectOf(change),
        })
    for (const [index, { path }] of databases.entries())
      if (['done', 'unchanged'].includes(results[index]?.outcome ?? ''))
        rmSync(toBuffer(path), { force: true })
    const others = results.slice(databases.length)
    if (accounts && others.every(({ outcome }) => outcome !== 'failed'))
      rmSync(toBuffer(accounts.path), { force: true })
    journal.finish(failed ? 'failed' : 'done')
    return !failed
  } finally {
    release()
  }
}

function openJournal({ folder, sourceHost }: LoadDatabasesOptions): Journal {
  const at = new Date().toISOString()
  return Journal.open(joinPath(stateFolder(''), 'journal.jsonl'), {
    id: `${at}-${process.pid}`,
    at,
    event: 'load-databases',
    sourceHost,
    sourcePath: toDisplay(folder),
  })
}
