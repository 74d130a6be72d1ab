import { toDisplay, type EsmithRecord, type Log } from '@nethserver-migrate/core'
import type { PublicAccess } from './web-ibay.js'

const NONE: PublicAccess = {
  isOnTheWeb: false,
  isLocal: false,
  hasPassword: false,
  trustsLocal: false,
}

const VALUES: ReadonlyMap<string, PublicAccess> = new Map([
  ['none', NONE],
  ['local', { ...NONE, isOnTheWeb: true, isLocal: true }],
  ['local-pw', { ...NONE, isOnTheWeb: true, isLocal: true, hasPassword: true }],
  ['global', { ...NONE, isOnTheWeb: true }],
  ['global-pw', { ...NONE, isOnTheWeb: true, hasPassword: true }],
  ['global-pw-remote', { ...NONE, isOnTheWeb: true, hasPassword: true, trustsLocal: true }],
])

/** What `PublicAccess` of an ibay stands for; a value that is unknown opens nothing. */
export function publicAccess({ key, props }: EsmithRecord, log: Log): PublicAccess {
  const { PublicAccess: value = '' } = props
  const known = VALUES.get(value)
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
  return NONE
}
