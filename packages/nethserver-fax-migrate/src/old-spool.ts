import type { MigrateContext, OwnerNames } from '@nethserver-migrate/core'

export const OLD_SPOOL = 'home/e-smith/hylafax'
export const SPOOL = '/var/spool/hylafax'

/** Each counts its own jobs, documents or sessions in a file `seqf`. */
export const SEQUENCE_FOLDERS = ['log', 'sendq', 'docq', 'recvq'] as const

/** The account that the fax server runs as. */
export const UUCP: OwnerNames = { user: 'uucp', group: 'uucp' }

/** Whether the source has it; what is missing there is normal, and said. */
export function isThere(path: string, { source, log }: MigrateContext): boolean {
  if (source.kind(path) !== 'missing') return true
  log.info(`${path} is not in the source: nothing to migrate`, {
    code: 'fax-files-missing',
    subject: path,
  })
  return false
}
