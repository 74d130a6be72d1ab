import { toDisplay, type EsmithRecord, type Log } from '@nethserver-migrate/core'
import type { PublicAccess } from './web-ibay.js'

export const NOT_ON_THE_WEB: PublicAccess = {
  isOnTheWeb: false,
  isLocal: false,
  hasPassword: false,
  trustsLocal: false,
}

const VALUES: ReadonlyMap<string, PublicAccess> = new Map([
  ['none', NOT_ON_THE_WEB],
  ['local', { ...NOT_ON_THE_WEB, isOnTheWeb: true, isLocal: true }],
  ['local-pw', { ...NOT_ON_THE_WEB, isOnTheWeb: true, isLocal: true, hasPassword: true }],
  ['global', { ...NOT_ON_THE_WEB, isOnTheWeb: true }],
  ['global-pw', { ...NOT_ON_THE_WEB, isOnTheWeb: true, hasPassword: true }],
  [
    'global-pw-remote',
    { ...NOT_ON_THE_WEB, isOnTheWeb: true, hasPassword: true, trustsLocal: true },
  ],
])

/** What `PublicAccess` of an ibay stands for, or nothing when that is unknown. */
export function knownPublicAccess({ props }: EsmithRecord): PublicAccess | undefined {
  return VALUES.get(props['PublicAccess'] ?? '')
}

/** The same; a value that is unknown opens nothing. */
export function publicAccess(record: EsmithRecord, log: Log): PublicAccess {
  const { key, props } = record
  const { PublicAccess: value = '' } = props
  const known = knownPublicAccess(record)
  if (known) return known
  const subject = `accounts/${toDisplay(key)}`
  log.warning(
    `${subject}: its PublicAccess is ${value === '' ? 'not set' : `${toDisplay(value)}, which is unknown`}; it is not shown on the web`,
    {
      code: 'ibay-public-access',
      subject,
      remedy: 'Show its pages by hand if the old server did',
    },
  )
  return NOT_ON_THE_WEB
}
