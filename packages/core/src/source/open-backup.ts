import { statSync } from 'node:fs'
import { SourceError } from '../errors.js'
import { toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { gigabytes } from '../files/disk-room.js'
import { stateFolder } from '../host/state-folder.js'
import type { Finding } from '../report/findings.js'
import { actionLog } from '../report/log.js'
import type { Progress } from '../report/progress.js'
import { shorten } from '../report/unknown-parts.js'
import type { Interruption } from '../run/interruption.js'
import { extractArchive } from './extract-archive.js'
import { Source } from './source.js'

export interface OpenBackupOptions {
  /** An archive, or a directory in which one was extracted. */
  readonly source: Bytes
  /** The destination, in whose state folder an archive is extracted. */
  readonly root: Bytes
  readonly progress: Progress
  readonly interruption: Interruption
}

/**
 * Opens a backup, after extracting it where it is an archive. Whoever does that holds the run lock.
 * @throws SourceError when it is none, or cannot be extracted.
 */
export async function openBackup(
  options: OpenBackupOptions,
  sink: (finding: Finding) => void,
): Promise<Source> {
  const log = actionLog('', '', sink)
  let directory = options.source
  if (!isDirectory(options.source)) {
    const archive = await extractArchive(options.source, stateFolder(options.root), {
      ...options,
      onMeasured: (size, { available, mount }) => {
        log.info(
          `${toDisplay(options.source)} expands to ${gigabytes(size)}; the filesystem ${mount} has room for ${gigabytes(available)}`,
          { code: 'archive-size', subject: toDisplay(options.source) },
        )
      },
    })
    directory = archive.directory
    log.info(
      archive.extracted
        ? `${toDisplay(options.source)} was extracted in ${toDisplay(directory)}`
        : `${toDisplay(options.source)} had been extracted in ${toDisplay(directory)} before`,
      { code: 'archive-extracted', subject: toDisplay(options.source) },
    )
    for (const refused of archive.refused)
      log.warning(`the archive holds an entry that was not extracted as it is: ${refused}`, {
        code: 'archive-entry-refused',
        subject: toDisplay(options.source),
      })
    if (archive.repeated.length > 0)
      log.warning(
        `the archive holds more than one entry of some names, the last one counts: ${shorten(archive.repeated)}`,
        {
          code: 'archive-entry-repeated',
          subject: toDisplay(options.source),
        },
      )
  }
  const source = Source.open(directory)
  if (source.directory !== directory)
    log.notice(`the backup lies one folder deeper, in ${toDisplay(source.directory)}`, {
      code: 'source-one-deeper',
      subject: toDisplay(directory),
    })
  return source
}

/** @throws SourceError when nothing lies there. */
export function isDirectory(path: Bytes): boolean {
  const stats = statSync(toBuffer(path), { throwIfNoEntry: false })
  if (!stats) throw SourceError.missing(toDisplay(path))
  return stats.isDirectory()
}
