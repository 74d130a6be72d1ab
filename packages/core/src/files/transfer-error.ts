import { MigrateError } from '../errors.js'

/** A transfer that could not be carried out as it was planned. */
export class TransferError extends MigrateError {
  override readonly name = 'TransferError'

  static copyFailed(path: string, reason: string) {
    return new TransferError(
      'COPY_FAILED',
      `${path} could not be copied: ${reason}`,
      'mend the cause, then run the same command again: it goes on from here; nothing was taken from the source',
    )
  }

  static copyDiffers(path: string) {
    return new TransferError(
      'COPY_DIFFERS',
      `${path} changed while it was copied, or the copy is not whole`,
      'run the same command again: nothing was taken from the source',
    )
  }

  static appeared(path: string) {
    return new TransferError(
      'TARGET_APPEARED',
      `${path} was made by another program during the import: not overwritten`,
      'run the same command again',
    )
  }

  static aclsStay(reason: string) {
    return new TransferError(
      'ACLS_NOT_REMOVED',
      `the ACLs of the old server could not be taken off: ${reason}`,
      'mend the cause, then run the same command again; nothing was moved',
    )
  }
}
