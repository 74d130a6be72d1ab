import { toDisplay, type EsmithRecord, type MigrateContext } from '@nethserver-migrate/core'

/** The backups of an old server, and what an administrator wants to know of each. */
const BACKUPS: Readonly<
  Record<string, { title: string; facts: Readonly<Record<string, string>> }>
> = {
  backup: { title: 'tape backup', facts: { Program: 'program', BackupTime: 'at' } },
  backupwk: {
    title: 'workstation backup',
    facts: {
      VFSType: 'by',
      SmbHost: 'to host',
      SmbShare: 'share',
      Login: 'as',
      BackupTime: 'at',
      DaysInSet: 'days in a set',
      FullDay: 'full backup on day',
      SetsMax: 'sets kept',
    },
  },
}

const REMEDY = 'Open the page Backup of the new server and set destination, schedule and retention'

/** No backup can be migrated: says what was configured, as a task. Rule: README.md#leaves-out */
export function migrate({ source, log }: MigrateContext): void {
  const enabled = Object.entries(BACKUPS).flatMap(([key, { title, facts }]) => {
    const record = source.configuration.get(key)
    if (!record) return []
    const described = describe(record, facts)
    if (record.props['status'] === 'enabled') return [{ key, title, described }]
    log.info(`configuration/${key}: the old server's ${title} was not enabled (${described})`, {
      code: 'backup-not-enabled',
      subject: `configuration/${key}`,
    })
    return []
  })
  for (const { key, title, described } of enabled)
    log.followUp(`configure the backup again: the old server had a ${title} (${described})`, {
      code: 'configure-backup',
      subject: `configuration/${key}`,
      remedy: REMEDY,
    })
  if (enabled.length === 0)
    log.followUp('configure a backup: none that is known was enabled on the old server', {
      code: 'configure-backup',
      subject: 'backup',
      remedy: REMEDY,
    })
}

/** Only the facts named here are shown: the record also holds the password of the share. */
function describe({ props }: EsmithRecord, facts: Readonly<Record<string, string>>): string {
  const known = Object.entries(facts).flatMap(([prop, words]) =>
    props[prop] ? [`${words} ${toDisplay(props[prop])}`] : [],
  )
  return known.join(', ') || 'nothing more is known of it'
}
