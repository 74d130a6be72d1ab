import type { Report } from '../../report/report.js'
import type { CheckNote } from '../check-finding.js'

/** The events of an import restart the services whose configuration they write. */
export function serviceNotes({ events }: Report): CheckNote[] {
  const updates = [
    ...new Set(events.map(({ name }) => /^(.+)-(?:update|save)$/.exec(name)?.[1] ?? '')),
  ].filter(Boolean)
  return updates.length === 0
    ? []
    : [
        {
          severity: 'info',
          code: 'services-restarted',
          subject: updates.join(', '),
          message: `the import restarts the services of ${updates.join(', ')}`,
          remedy: 'Import when nobody works with them',
        },
      ]
}
