import type { Host } from '../host/host.js'
import type { Finding } from '../report/findings.js'
import { openHost } from '../run/open-host.js'
import { lookAtDestination, type DestinationView } from '../run/look-at-destination.js'
import { takeRunLock } from '../run/run-lock.js'
import { isDirectory, openBackup, type OpenBackupOptions } from '../source/open-backup.js'
import type { Source } from '../source/source.js'

/** Both servers, for reading. */
export interface View extends DestinationView {
  readonly host: Host
  readonly source: Source
  /** What was said while the backup was opened. */
  readonly said: readonly Finding[]
}

/**
 * Opens a backup and a destination for reading. An archive has to be extracted for it.
 * @throws MigrateError when one of them is none.
 */
export async function lookAt(options: OpenBackupOptions): Promise<View> {
  const host = openHost(options.root, 'plan')
  const release = isDirectory(options.source) ? () => undefined : takeRunLock(options.root)
  try {
    const said: Finding[] = []
    const source = await openBackup(options, (finding) => said.push(finding))
    return { host, source, said, ...lookAtDestination(host, source) }
  } finally {
    release()
  }
}
