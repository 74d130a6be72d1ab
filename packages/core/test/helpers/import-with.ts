import { withoutOwnersNotice, type RunResult, type Testbed } from '@nethserver-migrate/testkit'
import type { Plugin } from '../../src/plugin/define-plugin.js'
import { noProgress } from '../../src/report/progress.js'
import { Interruption } from '../../src/run/interruption.js'
import { runImport, type ImportOptions, type ImportResult } from '../../src/run/run-import.js'

/** Imports with several plugins, or in a way that the testbed itself does not offer. */
export async function importWith(
  { source, root }: Testbed,
  plugins: readonly Plugin[],
  options: Partial<ImportOptions> = {},
): Promise<ImportResult & Pick<RunResult, 'report'>> {
  const { report, sourceHost, interrupted } = await runImport({
    source,
    root,
    mode: 'apply',
    plugins,
    only: [],
    progress: noProgress,
    interruption: new Interruption(),
    onFinding: () => undefined,
    onAction: () => undefined,
    ...options,
  })
  return {
    report: {
      ...report,
      findings: withoutOwnersNotice(report.findings),
      changes: [...report.changes],
    },
    sourceHost,
    interrupted,
  }
}
