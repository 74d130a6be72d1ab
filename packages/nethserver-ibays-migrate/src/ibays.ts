import type { OperationResult } from '@nethserver-migrate/core'

/** Where an old server keeps the files of its ibays, and what it knows of their ACLs. */
export const IBAYS = 'home/e-smith/files/ibays'
export const DUMP = 'home/e-smith/db/acls.dump'

/** Where a NethServer keeps its shared folders. */
export const SHARED_FOLDERS = '/var/lib/nethserver/ibay'

/** The type of a record that no other action takes for a shared folder yet. */
export const HALF_MADE = 'ibay-migrate'

/** A shared folder whose files are in place, if it has any. */
export interface FilledFolder {
  readonly name: string
  readonly moved: readonly OperationResult[]
}
