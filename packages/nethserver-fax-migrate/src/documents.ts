import type { MigrateContext } from '@nethserver-migrate/core'
import { isThere, UUCP } from './old-spool.js'

export const OLD_DOCUMENTS = 'home/e-smith/fax/docs'
export const DOCUMENT_FOLDERS = ['sent', 'received', 'sentm'] as const
const DOCUMENTS = '/var/lib/nethserver/fax/docs'

/** Sent and received documents. Rule: README.md#files */
export async function migrateDocuments(context: MigrateContext): Promise<void> {
  const { destination } = context
  const folders = DOCUMENT_FOLDERS.filter((name) => isThere(`${OLD_DOCUMENTS}/${name}`, context))
  if (folders.length === 0) return
  const owned = { mode: 0o775, owner: UUCP }
  await destination.makeFolder({ to: DOCUMENTS, ...owned })
  for (const name of folders) await destination.makeFolder({ to: `${DOCUMENTS}/${name}`, ...owned })
  await destination.transferTrees(
    folders.map((name) => ({
      from: `${OLD_DOCUMENTS}/${name}`,
      to: `${DOCUMENTS}/${name}`,
      owner: UUCP,
    })),
  )
}
