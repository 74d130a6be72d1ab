import { MigrateError } from '@nethserver-migrate/core/runner'

/** A synchronisation that did not come about: nothing was changed at the destination. */
export class SyncError extends MigrateError {
  override readonly name = 'SyncError'

  static noPlugin() {
    return new SyncError(
      'SYNC_NO_PLUGIN',
      'no installed plugin merges mailboxes',
      'install nethserver-mail-server-migrate, then run the same command again',
    )
  }

  static cannotMerge(reason: string, remedy: string) {
    return new SyncError(
      'SYNC_CANNOT_MERGE',
      `mail cannot be merged here: ${reason}`,
      remedy || 'install what is missing here, then run the same command again',
    )
  }

  static newMailHere(mailboxes: readonly string[]) {
    return new SyncError(
      'SYNC_NEW_MAIL_HERE',
      `mail that never was on the old server has arrived here, and --delete would take it away: ${mailboxes.join(', ')}`,
      'run it without --delete: the new server is in use already',
    )
  }

  static incompleteList(complaint: string) {
    return new SyncError(
      'SYNC_LIST_INCOMPLETE',
      `the old server could not list all of its messages, so none is taken away here: ${complaint}`,
      'mend the cause on the old server, or run it without --delete',
    )
  }
}
