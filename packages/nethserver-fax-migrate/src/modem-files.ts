import { toDisplay, type MigrateContext } from '@nethserver-migrate/core'
import { isThere, OLD_SPOOL, SPOOL, UUCP } from './old-spool.js'

/** A file `config.*` for each modem. Rule: README.md#files */
export async function migrateModemFiles(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  const folder = `${OLD_SPOOL}/etc`
  if (!isThere(folder, context)) return
  const names = source.list(folder)
  const modems = names.filter((name) => name.startsWith('config.'))
  const others = names.filter((name) => !modems.includes(name))
  if (others.length > 0)
    log.info(`${folder}: only config.* is migrated, not ${others.map(toDisplay).join(', ')}`, {
      code: 'fax-settings-left',
      subject: folder,
    })
  for (const name of modems) {
    const to = `${SPOOL}/etc/${name}`
    const { outcome } = await destination.copyFile({
      from: `${folder}/${name}`,
      to,
      mode: 0o644,
      owner: UUCP,
      whenDifferent: 'save-old',
    })
    if (outcome !== 'failed')
      log.followUp(
        `check ${toDisplay(to)}: it was written for the old server, and may name a device or paths that are not here`,
        {
          code: 'check-modem-file',
          subject: toDisplay(to),
          remedy: `Run grep -n / ${toDisplay(to)} to see its paths, and correct those that are wrong here`,
        },
      )
  }
}
