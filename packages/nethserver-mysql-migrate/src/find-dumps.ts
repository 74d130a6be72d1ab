import { toDisplay, type MigrateContext } from '@nethserver-migrate/core'

/** Where a backup of the old server has a dump of each database. */
export const DUMPS = 'home/e-smith/db/mysql'

/** The server's own database: its accounts are carried over, its tables never. */
export const SYSTEM = 'mysql'
/** What a server computes about itself. */
const COMPUTED = ['information_schema', 'performance_schema']

export interface Dumps {
  readonly databases: readonly string[]
  readonly accounts: string | undefined
}

/** The dumps in the source, in byte order; what is none is named. Rule: README.md#migrates */
export function findDumps({ source, log }: MigrateContext): Dumps {
  const databases: string[] = []
  let accounts: string | undefined
  if (!['missing', 'directory'].includes(source.kind(DUMPS))) sayNoDump(DUMPS, log)
  for (const file of source.list(DUMPS)) {
    const path = `${DUMPS}/${file}`
    const [, name] = /^(.+)\.dump$/s.exec(file) ?? []
    if (name === undefined || source.kind(path) !== 'file') sayNoDump(path, log)
    else if (COMPUTED.includes(name.toLowerCase()))
      log.info(`${path} is what the old server computed about itself: not loaded`)
    else if (name === SYSTEM) accounts = path
    else databases.push(path)
  }
  return { databases, accounts }
}

function sayNoDump(path: string, log: MigrateContext['log']): void {
  const subject = toDisplay(path)
  log.warning(`${subject} is no dump, or a link: left in the source`, {
    code: 'no-dump',
    subject,
    remedy: 'Look at it by hand, and load it by hand if it is needed',
  })
}
