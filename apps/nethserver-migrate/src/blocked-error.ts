import { MigrateError, type CheckFinding } from '@nethserver-migrate/core/runner'

/** A check has found what an import must not begin with. */
export class BlockedError extends MigrateError {
  override readonly name = 'BlockedError'
  readonly blockers: readonly CheckFinding[]

  constructor(blockers: readonly CheckFinding[]) {
    const codes = [...new Set(blockers.map(({ code }) => code))]
    super(
      'CHECK_BLOCKED',
      `the import is refused, nothing was touched: ${codes.join(', ')}`,
      `mend this, or import all the same with ${codes.map((code) => `--accept ${code}`).join(' ')}`,
    )
    this.blockers = blockers
  }
}
