import type { EsmithRecord } from '@nethserver-migrate/esmith-db'
import { toDisplay } from '../files/bytes.js'
import type { Log } from '../report/log.js'

/**
 * Of records whose keys differ in the case of letters only, the first in byte order; the others are
 * named in a WARNING each. docs/process.md#keys-that-differ-by-case
 * @param database the name of the source database, for the messages.
 */
export function firstOfEachSpelling(
  database: string,
  records: readonly EsmithRecord[],
  log: Log,
): EsmithRecord[] {
  const first = new Map<string, string>()
  return records.filter(({ key }) => {
    // Bytes above ASCII are parts of letters here: they have no case of their own.
    const folded = key.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    const other = first.get(folded)
    if (other === undefined) {
      first.set(folded, key)
      return true
    }
    const subject = `${database}/${toDisplay(key)}`
    log.warning(
      `${subject} differs from ${toDisplay(other)} in upper and lower case only: skipped`,
      {
        code: 'key-differs-by-case',
        subject,
        remedy: 'Enter it by hand under another name if it is still needed',
        leaves: [{ database, key }],
      },
    )
    return false
  })
}
