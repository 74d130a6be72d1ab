import type { MigrateContext } from '@nethserver-migrate/core'

/** The days that the destination offers for keeping spam. */
const RETENTION_DAYS = [1, 2, 4, 7, 15, 30, 60, 90, 180]

/** Spam folder and how long spam is kept. Rule: README.md#server-settings */
export async function migrateSettings({ source, destination, log }: MigrateContext): Promise<void> {
  const old = source.configuration.get('spamassassin')
  if (!old)
    return log.info(
      'spamassassin is not in the source configuration database: the spam folder here stays',
      {
        code: 'spamassassin-missing',
      },
    )
  if (!destination.configuration.has('dovecot'))
    return log.error(
      'dovecot is not in the configuration database of the destination: the spam folder is not migrated',
      {
        code: 'dovecot-missing',
        subject: 'configuration/dovecot',
        remedy: 'Initialise the mail server package, then run the same command again',
      },
    )
  const { SortSpam: sort = '', MessageRetentionTime: days = '' } = old.props
  const folder = destination.accountsProvider === 'accounts-database' ? 'junkmail' : 'Junk'
  await destination.configuration.merge('dovecot', {
    SpamFolder: sort === 'enabled' ? folder : '',
    SpamRetentionTime: retentionTime(days),
  })
}

/** The nearest number of days on offer, the smaller of two that are as near. */
function retentionTime(days: string): string {
  const wanted = /^\s*\d+(\.\d+)?\s*$/.test(days) ? Number(days) : 0
  if (wanted < 1) return 'infinite'
  const distance = (offered: number) => Math.abs(offered - wanted)
  return `${RETENTION_DAYS.reduce((best, offered) => (distance(offered) < distance(best) ? offered : best))}d`
}
