import { joinPath, toDisplay, type Bytes } from '../files/bytes.js'
import { stateFolder } from '../host/state-folder.js'
import { Journal } from '../journal/journal.js'
import type { Source } from '../source/source.js'

/** What a run is about to do, and with what. */
export interface JournalledRun {
  readonly root: Bytes
  readonly event: string
  readonly source: Source
  /** What the run was given as its source. */
  readonly sourcePath: Bytes
  /** The only action that is run. */
  readonly action?: string | undefined
}

/** The journal of a destination, for a run that begins now. */
export function openJournal({ root, event, source, sourcePath, action }: JournalledRun): Journal {
  const now = new Date()
  return Journal.open(joinPath(stateFolder(root), 'journal.jsonl'), {
    id: `${now.toISOString()}-${process.pid}`,
    at: now.toISOString(),
    event,
    sourceHost: toDisplay(source.hostName),
    sourcePath: toDisplay(sourcePath),
    fingerprint: source.fingerprint(),
    ...(action === undefined ? {} : { action }),
    ...(root === '' ? {} : { queues: true }),
  })
}
