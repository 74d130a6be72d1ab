import { SourceError } from '@nethserver-migrate/core/runner'
import type { Remote } from './remote.js'

/** What was reached is no source. */
export function noSmeServer(remote: Remote, missing: string, reason: string): SourceError {
  return new SourceError(
    'SYNC_NO_SME_SERVER',
    `${remote.address}: cannot read ${missing}: ${reason}`,
    'name an SME Server, and log in there as root',
  )
}
