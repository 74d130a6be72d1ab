import type { MigrateContext } from '@nethserver-migrate/core'
import { isThere, OLD_SPOOL, SPOOL, UUCP } from './old-spool.js'

/** What the server knows of its partners, and what it has received. Rule: README.md#files */
export async function migrateQueues(context: MigrateContext): Promise<void> {
  const { destination } = context
  const trees = [
    { name: 'info', exclude: [] },
    // Its sequence file has a rule of its own.
    { name: 'recvq', exclude: ['seqf'] },
  ].filter(({ name }) => isThere(`${OLD_SPOOL}/${name}`, context))
  await destination.transferTrees(
    trees.map(({ name, exclude }) => ({
      from: `${OLD_SPOOL}/${name}`,
      to: `${SPOOL}/${name}`,
      owner: UUCP,
      mode: 0o755,
      exclude,
    })),
  )
  sayWhatWaits(context)
}

/** Jobs are bound to the server that took them in. */
function sayWhatWaits({ source, log }: MigrateContext): void {
  const [jobs, documents] = ['sendq', 'docq'].map(
    (name) => source.list(`${OLD_SPOOL}/${name}`).filter((entry) => entry !== 'seqf').length,
  )
  if (!jobs && !documents) return
  log.followUp(
    `faxes of the old server wait to be sent and are not migrated: ${jobs} in sendq, ${documents} documents in docq`,
    {
      code: 'fax-jobs-left',
      subject: `${OLD_SPOOL}/sendq`,
      remedy: 'Send again what is still wanted',
    },
  )
}
