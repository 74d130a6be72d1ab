import { MigrateError } from '@nethserver-migrate/core/runner'
import type { Remote } from '../old-server/remote.js'
import { formatBytes } from '../output/sizes.js'

/** A source that is not fetched: nothing was changed, neither here nor on the old server. */
export class SyncRefused extends MigrateError {
  override readonly name = 'SyncRefused'

  static notRoot() {
    return new SyncRefused(
      'NOT_ROOT',
      'only root can keep the owners of the files that are fetched',
      'log in as root',
    )
  }

  static notAFolder(folder: string) {
    return new SyncRefused(
      'SYNC_NOT_A_FOLDER',
      `${folder} is no folder, so nothing can be fetched into it`,
      'name another one with --to DIR',
    )
  }

  static importedAlready(remote: Remote, host: string, at: Date) {
    return new SyncRefused(
      'SYNC_IMPORTED_ALREADY',
      `${host} was imported already, on ${at.toISOString()}: all that its import has moved away would be fetched again`,
      `bring new mail with nethserver-migrate sync-mail ${remote.from}; if all shall come again, add --again`,
    )
  }

  static noSpace(folder: string, needed: number, available: number) {
    return new SyncRefused(
      'SYNC_NO_SPACE',
      `${formatBytes(needed)} are to come, ${folder} has room for ${formatBytes(available)}`,
      'make room, or name a folder on another disk with --to DIR',
    )
  }

  static notConfirmed() {
    return new SyncRefused(
      'SYNC_NOT_CONFIRMED',
      'nobody has agreed that the services of the old server are stopped',
      'answer y, or add --yes where nobody can answer',
    )
  }
}
