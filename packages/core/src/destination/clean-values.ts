import {
  isSecretProp,
  validateChange,
  type Change as RecordChange,
  type EsmithRecord,
} from '@nethserver-migrate/esmith-db'
import { toDisplay } from '../files/bytes.js'
import type { Log } from '../report/log.js'

/**
 * Makes a change writable: a database cannot hold a pipe in a value, nor a backslash at its end.
 * A text loses those characters, with a WARNING. A secret is never changed in part: it stays what
 * the destination has, or is left empty, with an ERROR and a task, and its record is disabled.
 * docs/esmith-db.md#what-is-refused
 * @returns nothing when the record itself cannot be written (a bad key or type).
 */
export function cleanValues<C extends RecordChange>(
  database: string,
  change: C,
  existing: EsmithRecord | undefined,
  log: Log,
): C | undefined {
  // A new record has no parts that the change leaves alone, whatever lies under its key by now.
  const problems = validateChange(change, change.kind === 'create' ? undefined : existing).filter(
    ({ fatal }) => fatal,
  )
  if (problems.length === 0) return change
  const where = `${database}/${toDisplay(change.key)}`
  const bad = problems.find(({ prop }) => prop === undefined)
  if (bad || !('props' in change) || change.kind === 'deleteProps') {
    log.error(`${where} cannot be written: ${bad?.message ?? 'its props are malformed'}`, {
      code: 'record-not-writable',
      subject: where,
      remedy: 'Enter the record by hand under another name',
    })
    return undefined
  }
  const props: Record<string, string> = { ...change.props }
  for (const { prop = '' } of problems) {
    const subject = `${where} ${toDisplay(prop)}`
    if (isSecretProp(prop) && existing?.props[prop]) {
      // Somebody has entered it by hand.
      props[prop] = existing.props[prop]
    } else if (isSecretProp(prop)) {
      props[prop] = ''
      if ('status' in { ...existing?.props, ...props }) props['status'] = 'disabled'
      log.error(
        `${subject}: the value holds a character that the database cannot hold; left empty`,
        {
          code: 'secret-not-writable',
          subject,
        },
      )
      log.followUp(`enter ${toDisplay(prop)} of ${where} by hand`, {
        code: 'enter-secret',
        subject,
        remedy: `db ${database} setprop ${toDisplay(change.key)} ${toDisplay(prop)} VALUE`,
      })
    } else if (props[prop] !== undefined && strip(props[prop] ?? '') !== props[prop]) {
      props[prop] = strip(props[prop] ?? '')
      log.warning(`${subject}: pipes were taken out of the value, the database cannot hold them`, {
        code: 'pipe-stripped',
        subject,
        remedy: 'Compare it with the value of the old server',
      })
    } else {
      delete props[prop]
      log.warning(`${subject}: a prop of this name cannot be written; left out`, {
        code: 'prop-not-writable',
        subject,
      })
    }
  }
  return { ...change, props }
}

function strip(value: string): string {
  return value.replace(/\|/g, '').replace(/\\n/g, 'n').replace(/\\+$/, '')
}
