// Imports a source with one plugin into the live host, and prints the report. Run where "live" is a
// namespace of its own.
import { pathToFileURL } from 'node:url'
import {
  Interruption,
  noProgress,
  runImport,
  toBytes,
  type Plugin,
} from '@nethserver-migrate/core/runner'

const [, , path = '', source = '', ...pluginOptions] = process.argv
const { default: plugin } = (await import(pathToFileURL(path).href)) as { default: Plugin }

const { report } = await runImport({
  source: toBytes(source),
  root: '',
  mode: 'apply',
  plugins: [plugin],
  only: [plugin.name],
  pluginOptions,
  progress: noProgress,
  interruption: new Interruption(),
  onFinding: () => undefined,
  onAction: () => undefined,
})
process.stdout.write(JSON.stringify(report))
