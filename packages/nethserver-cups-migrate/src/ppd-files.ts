import { toDisplay, type FileResult, type MigrateContext } from '@nethserver-migrate/core'
import { foldName } from './queue-file.js'
import type { QueuePlan } from './queues.js'

const FOLDER = 'etc/cups/ppd'

/** The options of printers, without those of a printer that stays what it is here. Rule: README.md#migrates */
export async function copyPpdFiles(
  { added, kept }: QueuePlan,
  { source, destination, log }: MigrateContext,
): Promise<FileResult[]> {
  const isNew = new Set(added.map(({ name }) => foldName(name)))
  const results: FileResult[] = []
  for (const name of source.list(FOLDER)) {
    const path = `${FOLDER}/${name}`
    const printer = foldName(name.replace(/\.ppd(\.O)?$/i, ''))
    if (kept.has(printer)) continue
    if (source.kind(path) !== 'file') {
      log.warning(`${toDisplay(path)} of the source is no regular file: left out`, {
        code: 'no-regular-file',
        subject: toDisplay(path),
        remedy: 'Choose the driver of the printer again',
      })
      continue
    }
    const copied = await destination.copyFile({
      from: path,
      to: `/${path}`,
      // Filters read it, under an account of their own.
      mode: 0o644,
      whenDifferent: isNew.has(printer) ? 'save-old' : 'put-beside',
    })
    if (copied.path !== `/${path}`)
      log.notice(`the destination has another /${toDisplay(path)}: both are kept`, {
        code: 'exists-kept-both',
        subject: `/${toDisplay(path)}`,
        remedy: `Compare it with ${toDisplay(copied.path)}`,
      })
    results.push(copied)
  }
  return results
}
