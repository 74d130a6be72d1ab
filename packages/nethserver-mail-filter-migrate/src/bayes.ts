import { toDisplay, type MigrateContext } from '@nethserver-migrate/core'

/** Where the old filter kept what it had learnt; a usual backup has nothing of it. */
const FOLDER = 'var/spool/spamd/.spamassassin'

/** What the old filter had learnt cannot be read by the new one. Rule: README.md#leaves-out */
export function reportBayes({ source, log }: MigrateContext): void {
  const files = source
    .list(FOLDER)
    .map((name) => ({ name, path: `${FOLDER}/${name}` }))
    .filter(({ name, path }) => name.startsWith('bayes_') && source.kind(path) === 'file')
    .map(({ name, path }) => `${toDisplay(name)} has ${source.read(path).length} bytes`)
  const learnt = source.configuration.prop('spamassassin', 'UseBayes') === '1'
  if (files.length === 0 && !learnt) return
  log.followUp(
    `train the new spam filter: what the old one had learnt is not migrated (${files.join(', ') || 'it is not in the backup'})`,
    {
      code: 'train-spam-filter',
      subject: FOLDER,
      remedy: 'Have users move spam into their spam folder, and good messages out of it',
    },
  )
}
