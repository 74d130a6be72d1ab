import { Destination } from '../destination/destination.js'
import { OperationRunner } from '../destination/operation-runner.js'
import { DEFAULT_CONFLICT_POLICY } from '../files/transfer-plan.js'
import type { Host } from '../host/host.js'
import { noProgress } from '../report/progress.js'
import type { Source } from '../source/source.js'
import { Interruption } from './interruption.js'
import { openJournal } from './open-journal.js'
import { IMPORT_EVENT } from './run-import.js'

export interface DestinationView {
  /** For reading only: nothing can be changed through it. */
  readonly destination: Destination
  /** When this source was first imported; nothing when it never was. */
  readonly importedAt: Date | undefined
  /** Whether an import of this source was cut short: the next one goes on. */
  readonly unfinished: boolean
}

/** What a command may look at before its run. */
export function lookAtDestination(host: Host, source: Source): DestinationView {
  const { root } = host
  const journal = openJournal({ root, event: IMPORT_EVENT, source, sourcePath: source.directory })
  const interruption = new Interruption()
  const runner = new OperationRunner({ mode: 'plan', host, journal, interruption })
  const at = journal.firstRun(IMPORT_EVENT)
  return {
    destination: new Destination(
      host,
      runner,
      source,
      { transfer: 'move', onConflict: DEFAULT_CONFLICT_POLICY, checksum: false },
      { progress: noProgress, interruption },
    ),
    importedAt: at === undefined ? undefined : new Date(at),
    unfinished: journal.interrupted,
  }
}
