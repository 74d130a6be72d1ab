import type { RecordFinding } from '@nethserver-migrate/esmith-db'
import { describeError } from '../../errors.js'
import { joinPath } from '../../files/bytes.js'
import type { Plugin } from '../../plugin/define-plugin.js'
import { DATABASES, isDatabaseName, type Source } from '../../source/source.js'
import type { CheckNote } from '../check-finding.js'

/** Oddities that take nothing away from what is imported. */
const HARMLESS = new Set<RecordFinding['code']>([
  'escaped-line-feed',
  'escaped-pipe',
  'trailing-blanks',
  'case-clash',
])

/**
 * Databases that cannot be read, and records in them that may not say what was meant. A folder is
 * taken for a database when a plugin knows one of its name.
 */
export function databaseNotes({
  source,
  plugins,
}: {
  readonly source: Source
  readonly plugins: readonly Plugin[]
}): CheckNote[] {
  const known = new Set(
    plugins
      .flatMap(({ covers, leavesOut }) => [...covers, ...leavesOut])
      .map((part) => ('database' in part ? part.database : undefined)),
  )
  const names = source
    .list(DATABASES)
    .filter(isDatabaseName)
    .filter((name) => known.has(name) || source.kind(joinPath(DATABASES, name)) !== 'directory')
  const unreadable = names.flatMap((name): CheckNote[] => {
    try {
      source.database(name)
      return []
    } catch (error) {
      const { message, remedy } = describeError(error)
      return [{ severity: 'high', code: 'database-unreadable', subject: name, message, remedy }]
    }
  })
  const odd = source
    .databaseFindings()
    .filter(({ finding }) => !HARMLESS.has(finding.code))
    .map(({ database, finding }): CheckNote => ({
      severity: 'medium',
      code: 'record-malformed',
      subject: `${DATABASES}/${database}:${finding.line}`,
      message: `${DATABASES}/${database}, ${finding.message}`,
      remedy: 'Correct the line in the extracted backup if the record matters',
    }))
  return [...unreadable, ...odd]
}
