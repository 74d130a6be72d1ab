import type { Destination, Log, MigrateContext, Props } from '@nethserver-migrate/core'
import { connectionTo } from './connection.js'
import { parseSmartHost } from './parse-smart-host.js'

/** Carries the smart host over; without one, that of the destination stays. Rule: README.md#migrates */
export async function migrate({ source, destination, log }: MigrateContext): Promise<void> {
  const value = source.configuration.type('SMTPSmartHost') ?? ''
  if (/^[ \t]*$/.test(value))
    return log.info('SMTPSmartHost is not set on the old server: the smart host here stays')
  const host = parseSmartHost(value)
  if (!host)
    return log.warning(
      'SMTPSmartHost of the old server is no host name: the smart host here stays',
      {
        code: 'smarthost-no-host',
        subject: 'configuration/SMTPSmartHost',
        remedy: 'Look at it with: config get SMTPSmartHost; then enter the smart host by hand',
      },
    )

  const proxy = source.configuration.get('smtp-auth-proxy')?.props ?? {}
  const { Userid: user = '', Passwd: password = '' } = proxy['status'] === 'enabled' ? proxy : {}
  const { port, tls } = connectionTo(host, proxy, user !== '' || password !== '', log)
  const wanted = {
    SmartHostStatus: 'enabled',
    SmartHostName: host.name,
    SmartHostPort: port,
    SmartHostTlsStatus: tls ? 'enabled' : 'disabled',
    SmartHostUsername: user,
    SmartHostPassword: password,
  }
  const { configuration } = destination
  const props = isWritable(password)
    ? wanted
    : withoutPassword(wanted, configuration.get('postfix')?.props ?? {}, log)
  const changed = await configuration.merge('postfix', props, { typeWhenNew: 'service' })
  await destination.signalEvent(updateEvent(destination), [], { onlyFor: [changed] })
}

/** What a database cannot hold. The record's own status is that of all mail: see withoutPassword. */
function isWritable(password: string): boolean {
  return !/\||\\n|\\$/.test(password)
}

/**
 * The smart host without its password, and so disabled, but for the password that somebody has
 * entered here since. Rule: README.md#password
 */
function withoutPassword(wanted: Props, here: Props, log: Log): Props {
  const entered =
    here['SmartHostPassword'] &&
    ['SmartHostName', 'SmartHostUsername'].every((prop) => here[prop] === wanted[prop])
  if (entered) {
    const { SmartHostStatus = '', SmartHostPassword = '' } = here
    return { ...wanted, SmartHostStatus, SmartHostPassword }
  }
  const subject = 'configuration/postfix SmartHostPassword'
  log.error(
    `${subject}: the old password holds a character that the database cannot hold; left empty, the smart host is disabled`,
    {
      code: 'secret-not-writable',
      subject,
      remedy: 'Have the provider set a password without pipes and backslashes',
    },
  )
  log.followUp('enter the new password of the smart host by hand and enable it', {
    code: 'enter-secret',
    subject,
    remedy:
      'Use the page Email, or config setprop postfix SmartHostPassword VALUE SmartHostStatus enabled',
  })
  return { ...wanted, SmartHostStatus: 'disabled', SmartHostPassword: '' }
}

/** The smart host had no package of its own before NethServer 7; rspamd came with other event names. */
function updateEvent({ configuration }: Destination): string {
  const owner = configuration.has('sssd') ? 'nethserver-mail-smarthost' : 'nethserver-mail-common'
  return `${owner}-${configuration.has('rspamd') ? 'save' : 'update'}`
}
