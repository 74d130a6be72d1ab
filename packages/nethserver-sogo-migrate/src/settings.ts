import {
  importable,
  toDisplay,
  type EsmithRecord,
  type MigrateContext,
  type Props,
} from '@nethserver-migrate/core'
import { isNethServer7 } from './variant.js'
import { virtualHost } from './virtual-host.js'

/** Numbers that suit the hardware and the release of a server. */
export const TUNING: readonly string[] = [
  'SOGoInternalSyncInterval',
  'SOGoMaximumPingInterval',
  'SOGoMaximumSyncInterval',
  'SOGoMaximumSyncResponseSize',
  'SOGoMaximumSyncWindowSize',
  'SxVMemLimit',
  'WOWatchDogRequestTimeout',
  'WOWorkersCount',
]

/** Props that have another name at the destination, or no meaning. */
const REPLACED = new Set([
  'ACLsSendEMailNotifications',
  'DbPassword',
  'SharedMailbox',
  'SievePort',
  'VirtualHosts',
  'mysqlPassword',
  'updates',
])

/** How an old server looked for its users; the destination has its own accounts. */
const LDAP_CONNECTION = /^(Ads|Ldap)/i

/** Settings in the words of the destination. Rule: README.md#settings */
export async function migrateSettings(old: EsmithRecord, context: MigrateContext): Promise<void> {
  const { destination } = context
  const kept = Object.entries(importable(old.props, destination)).filter(
    ([name]) => !REPLACED.has(name) && !TUNING.includes(name) && !LDAP_CONNECTION.test(name),
  )
  sayTuning(old.props, context)
  sayConnection(old.props, context)
  const host = virtualHost(old.props['VirtualHosts'] ?? '', context)
  await destination.configuration.merge(
    'sogod',
    {
      ...Object.fromEntries(kept),
      Notifications: notifications(old.props),
      ...(isNethServer7(destination)
        ? { Dav: old.props['Dav'] || 'enabled', ...(host ? { VirtualHost: host } : {}) }
        : { mysqlPassword: old.props['DbPassword'] || 'sogo' }),
    },
    { typeWhenNew: old.type || 'service' },
  )
}

function notifications({ ACLsSendEMailNotifications: acls = '' }: Props): string {
  return `Appointment,EMail${acls.toLowerCase() === 'yes' ? ',ACLs' : ''}`
}

function sayTuning(old: Props, { destination, log }: MigrateContext): void {
  const here = destination.configuration.get('sogod')?.props ?? {}
  const different = TUNING.filter((name) => old[name] && old[name] !== here[name])
  if (different.length === 0) return
  const list = different.map(
    (name) => `${name}=${toDisplay(old[name] ?? '')} (here ${toDisplay(here[name] ?? 'not set')})`,
  )
  log.notice(`SOGo keeps the numbers of this server, the old one had ${list.join(', ')}`, {
    code: 'tuning-kept',
    subject: 'configuration/sogod',
    remedy:
      'To take one over: config setprop sogod NAME VALUE; signal-event nethserver-sogo-update',
  })
}

/** Names only: credentials may be among the values. */
function sayConnection(old: Props, { log }: MigrateContext): void {
  const names = Object.keys(old).filter((name) => LDAP_CONNECTION.test(name) && old[name])
  if (names.length > 0)
    log.notice(
      `SOGo looks for users where the accounts of this server are: ${names.map(toDisplay).join(', ')} of the old server are left out`,
      { code: 'ldap-connection-left', subject: 'configuration/sogod' },
    )
}
