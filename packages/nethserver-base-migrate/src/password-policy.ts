import { importable, type MigrateContext } from '@nethserver-migrate/core'

const LIMITS = ['MinUid', 'maxAcctNameLength', 'maxGroupNameLength', 'maxIbayNameLength']

/** Password strength, and the larger of both servers' account limits. Rule: README.md#migrates */
export async function migratePasswordPolicy(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  const old = source.configuration.get('passwordstrength')
  if (old)
    await destination.configuration.merge('passwordstrength', importable(old.props, destination), {
      typeWhenNew: 'configuration',
    })
  else
    log.info('passwordstrength is not in the source configuration database: the policy here stays')

  for (const limit of LIMITS) await migrateLimit(limit, context)
  await destination.signalEvent('password-policy-update')
}

/** A smaller limit would shut out names and ids that are in use here already. */
async function migrateLimit(
  limit: string,
  { source, destination, log }: MigrateContext,
): Promise<void> {
  const old = source.configuration.type(limit)
  if (!old)
    return log.info(`${limit} is not in the source configuration database: the value here stays`)
  if (!isNumber(old))
    return log.warning(`${limit} of the source is no usable number: the value here stays`, {
      code: 'limit-not-a-number',
      subject: `configuration/${limit}`,
      remedy: `Look at it with: config get ${limit}`,
    })
  const here = destination.configuration.type(limit) ?? ''
  const larger = isNumber(here) ? Math.max(Number(old), Number(here)) : Number(old)
  await destination.configuration.set(limit, String(larger))
}

function isNumber(value: string): boolean {
  return /^\d{1,9}$/.test(value)
}
