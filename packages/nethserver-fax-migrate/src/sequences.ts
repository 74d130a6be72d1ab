import type { MigrateContext } from '@nethserver-migrate/core'
import { isThere, OLD_SPOOL, SEQUENCE_FOLDERS, SPOOL, UUCP } from './old-spool.js'

/** The larger number of both servers, so that no id is ever given twice. Rule: README.md#files */
export async function migrateSequences(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  for (const folder of SEQUENCE_FOLDERS) {
    const from = `${OLD_SPOOL}/${folder}/seqf`
    const to = `${SPOOL}/${folder}/seqf`
    if (!isThere(from, context)) continue
    const content = source.kind(from) === 'file' ? source.read(from) : ''
    const old = sequenceNumber(content)
    const here = sequenceNumber(destination.readFile(to) ?? '')
    if (old === undefined)
      log.warning(`${from} holds no sequence number: that of the destination stays`, {
        code: 'fax-sequence-invalid',
        subject: from,
        remedy: `Write a number into ${to} that is larger than all ids in use`,
      })
    else if (here === undefined || here < old)
      await destination.writeFile({ to, content, mode: 0o600, owner: UUCP })
    else if (here > old)
      log.info(`${to} is ${here} already: the ${old} of the old server is not needed`, {
        code: 'fax-sequence-kept',
        subject: to,
      })
  }
}

/** The number in a sequence file, or nothing where the fax server would begin to count anew. */
export function sequenceNumber(content: string): number | undefined {
  const [, digits] = /^\s*(\d{1,9})\s*$/.exec(content) ?? []
  return Number(digits) || undefined
}
