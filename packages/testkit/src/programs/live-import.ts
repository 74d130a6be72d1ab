// Imports a source into the live host with one plugin, and prints the report. Run by `liveHost`.
import {
  checkPlugin,
  Interruption,
  noProgress,
  runImport,
  toBytes,
} from '@nethserver-migrate/core/runner'

const [name = '', module = '', source = '', ...pluginOptions] = process.argv.slice(2)
const loaded = (await import(module)) as { readonly default: unknown }

const { report } = await runImport({
  source: toBytes(source),
  root: '',
  mode: 'apply',
  plugins: [checkPlugin(name, loaded.default)],
  only: [name],
  pluginOptions,
  progress: noProgress,
  interruption: new Interruption(),
  onFinding: () => undefined,
  onAction: () => undefined,
})
process.stdout.write(JSON.stringify(report))
