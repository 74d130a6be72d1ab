import type { Testbed } from '@nethserver-migrate/testkit'
import { Interruption } from '../../src/run/interruption.js'
import { rollback, type RollbackOptions } from '../../src/run/rollback.js'

/** Undoes the last import of a testbed. */
export async function rollBack({ root }: Testbed, options: Partial<RollbackOptions> = {}) {
  const { report, interrupted } = await rollback({
    root,
    mode: 'apply',
    interruption: new Interruption(),
    onFinding: () => undefined,
    ...options,
  })
  const said = report.findings
    .filter(({ code }) => code !== 'rollback')
    .map(({ severity, code, subject }) => `${severity} ${code} ${subject}`.trim())
  return { report, interrupted, said }
}
