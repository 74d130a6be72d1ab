import { createHash } from 'node:crypto'
import type { MigrateContext } from '@nethserver-migrate/core'

const DUMP = 'home/e-smith/db/mysql/faxdb.dump'

/** Paths of documents that the fax web interface keeps in MySQL. Rule: README.md#fax-web-interface */
export async function migrateFaxWeb({ source, destination, log }: MigrateContext): Promise<void> {
  if (source.kind(DUMP) === 'missing')
    return log.info(
      `${DUMP} is not in the source, the fax web interface was not in use: nothing to do`,
    )
  if (destination.configuration.prop('mysqld', 'status') !== 'enabled')
    return log.info(
      'mysqld is not enabled at the destination, which has no list of faxes: nothing to do',
    )
  await destination.run(
    [
      'mysql',
      '--defaults-extra-file=/root/.my.cnf',
      '--batch',
      '--skip-column-names',
      `--execute=${rewritePaths(source.read(DUMP))}`,
    ],
    {
      onOutput: (output) =>
        log.info(output.trim(), { code: 'fax-paths', subject: 'faxdb.faxweb_fax' }),
    },
  )
}

/**
 * Changes the beginning of each path, and nothing when the table is missing. A dump that is newer
 * brings old paths with it: its checksum makes the statement another one, which is run again.
 */
function rewritePaths(dump: string): string {
  const checksum = createHash('sha256').update(dump, 'latin1').digest('hex')
  return [
    `/* faxdb.dump ${checksum.slice(0, 12)} */`,
    'SET @there = (SELECT COUNT(*) FROM information_schema.columns',
    "WHERE table_schema = 'faxdb' AND table_name = 'faxweb_fax' AND column_name = 'path');",
    "SET @change = IF(@there, 'UPDATE faxdb.faxweb_fax",
    "SET path = CONCAT(''/var/lib/nethserver/'', SUBSTRING(path, CHAR_LENGTH(''/home/e-smith/'') + 1))",
    "WHERE path LIKE BINARY ''/home/e-smith/%''', 'DO 0');",
    'PREPARE change_paths FROM @change;',
    'EXECUTE change_paths;',
    "SELECT IF(@there, CONCAT(ROW_COUNT(), ' paths in faxdb.faxweb_fax were changed'),",
    "'there is no faxdb.faxweb_fax: no paths were changed');",
  ].join(' ')
}
