import type { Log, MigrateContext, Props } from '@nethserver-migrate/core'
import { DUMPS, findDumps } from './find-dumps.js'
import { OPTION_FILE, oldRootPassword } from './root-password.js'

/** The props of the old server that mean something to the new one. */
export const IMPORTED = ['LocalNetworkingOnly', 'status']
/** The plugin's option, as it is given on the command line. */
export const REPLACE = 'replace-databases'

/** Carries the databases over, their accounts, and root's password. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const { source, destination, log, options } = context
  const { databases, accounts } = findDumps(context)
  const none = databases.length === 0 && accounts === undefined
  if (none && source.kind(OPTION_FILE) === 'missing')
    return log.info('the old server has neither databases nor a root password: nothing to do')
  if (none) sayNoDumps(log)

  const old = source.configuration.get('mysqld')?.props ?? {}
  const off = destination.configuration.prop('mysqld', 'status') === 'disabled'
  if (off) sayOff(log)
  // It may be off because an import that was cut short has just made it so.
  if (off && old['status'] !== 'disabled') return

  const results = off
    ? []
    : await destination.loadDumps({
        databases,
        accounts,
        replace: options.has(REPLACE),
        rootPassword: oldRootPassword(context),
      })
  const failed = results.some(({ outcome }) => outcome === 'failed')
  const props = importedProps(old, failed, log)
  if (Object.keys(props).length > 0)
    await destination.configuration.merge('mysqld', props, { typeWhenNew: 'service' })
  await destination.signalEvent('nethserver-mysql-update')
}

/** A server that is still to load something is not switched off. */
function importedProps(old: Props, failed: boolean, log: Log): Props {
  const staysOn = failed && old['status'] === 'disabled'
  if (staysOn)
    log.warning(
      'the database server was disabled on the old server: it stays as it is here, since something failed to load',
      {
        code: 'server-stays-on',
        subject: 'configuration/mysqld status',
        remedy: 'Mend the errors, then run the same command again',
      },
    )
  const names = IMPORTED.filter((name) => name in old && !(staysOn && name === 'status'))
  return Object.fromEntries(names.map((name) => [name, old[name] ?? '']))
}

function sayNoDumps(log: Log): void {
  log.warning(`the backup has no dumps of databases in ${DUMPS}: none is migrated`, {
    code: 'no-dumps',
    subject: DUMPS,
    remedy:
      'If the old server had databases, take a whole backup there again (it makes the dumps), then import that one',
  })
}

function sayOff(log: Log): void {
  log.notice('the database server of the destination is disabled: no dump is loaded', {
    code: 'server-disabled',
    subject: 'configuration/mysqld',
    remedy:
      'If a database is missing: config setprop mysqld status enabled; signal-event nethserver-mysql-update; then run the same command again',
  })
}
