import { splitNames, type MigrateContext, type SourceDatabases } from '@nethserver-migrate/core'

const SMTPAUTH = 'smtpauth'

/** Clients that log in may go on sending through port 25. Rule: README.md#migrates */
export async function migrate({ source, destination, log }: MigrateContext): Promise<void> {
  if (!ranMail(source))
    return log.info('neither qpsmtpd nor sqpsmtpd is enabled on the old server: nothing to do')

  const { configuration } = destination
  const here = configuration.prop('postfix', 'AccessPolicies') ?? ''
  const policies = splitNames(here)
  const AccessPolicies = policies.includes(SMTPAUTH) ? here : [...policies, SMTPAUTH].join(',')
  const changed = await configuration.merge(
    'postfix',
    { AccessPolicies },
    { typeWhenNew: 'service' },
  )
  // The packages that came with rspamd have given their update event another name.
  const event = `nethserver-mail-common-${configuration.has('rspamd') ? 'save' : 'update'}`
  await destination.signalEvent(event, [], { onlyFor: [changed] })
}

/** Whether the old server accepted mail: by SMTP, or by SMTP over SSL. */
export function ranMail({ configuration }: Pick<SourceDatabases, 'configuration'>): boolean {
  return ['qpsmtpd', 'sqpsmtpd'].some((key) => configuration.prop(key, 'status') === 'enabled')
}
