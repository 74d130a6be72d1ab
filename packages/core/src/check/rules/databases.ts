import type { RecordFinding } from '@nethserver-migrate/esmith-db'
import { describeError } from '../../errors.js'
import { DATABASES, type Source } from '../../source/source.js'
import type { CheckNote } from '../check-finding.js'

/** Oddities that take nothing away from what is imported. */
const HARMLESS = new Set<RecordFinding['code']>([
  'escaped-line-feed',
  'escaped-pipe',
  'trailing-blanks',
  'case-clash',
])

/** Databases that cannot be read, and records in them that may not say what was meant. */
export function databaseNotes({ source }: { readonly source: Source }): CheckNote[] {
  const unreadable = source.databaseNames().flatMap((name): CheckNote[] => {
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
