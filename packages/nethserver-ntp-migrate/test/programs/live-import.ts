// Imports a source into the live host and prints the report. Run where "live" is a namespace of its own.
import { Interruption, noProgress, runImport, toBytes } from '@nethserver-migrate/core/runner'
import plugin from '../../src/index.js'

const { report } = await runImport({
  source: toBytes(process.argv[2] ?? ''),
  root: '',
  mode: 'apply',
  plugins: [plugin],
  only: [plugin.name],
  progress: noProgress,
  interruption: new Interruption(),
  onFinding: () => undefined,
  onAction: () => undefined,
})
process.stdout.write(JSON.stringify(report))
