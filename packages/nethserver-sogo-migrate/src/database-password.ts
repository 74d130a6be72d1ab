import { createHash } from 'node:crypto'
import type { Bytes, Log, MigrateContext } from '@nethserver-migrate/core'

/** What SOGo logs in to its database with. */
const SECRET = '/var/lib/nethserver/secrets/sogo'

/** The database user may have come with the old databases, and its old password. Rule: README.md#database-password */
export async function setDatabasePassword({ destination, log }: MigrateContext): Promise<void> {
  const secret = destination.readFile(SECRET)?.replace(/\n$/, '')
  if (!secret) return askForDatabasePassword(log)
  const { outcome } = await destination.run(['mysql', '--defaults-file=/root/.my.cnf'], {
    secretInput: { name: 'sogo-database-password', content: () => grantTo(secret) },
  })
  if (outcome === 'failed') askForDatabasePassword(log)
}

/** The hash that the server keeps: whatever it says of the statement, it cannot show the password. */
function grantTo(secret: Bytes): Bytes {
  const sha1 = (data: Buffer) => createHash('sha1').update(data).digest()
  const hash = sha1(sha1(Buffer.from(secret, 'latin1')))
    .toString('hex')
    .toUpperCase()
  return `GRANT ALL ON sogo.* TO sogo@localhost IDENTIFIED BY PASSWORD '*${hash}';\n`
}

/** The commands take the secret from its file: it is no argument of anything. */
function askForDatabasePassword(log: Log): void {
  log.followUp('give the database user of SOGo the password that this server has for it', {
    code: 'set-database-password',
    subject: SECRET,
    remedy: `{ printf "GRANT ALL ON sogo.* TO sogo@localhost IDENTIFIED BY '"; tr -d '\\n' <${SECRET}; printf "';\\n"; } | mysql && systemctl restart sogod`,
  })
}
