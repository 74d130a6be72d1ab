// Loads dumps of a source into the live host's database server and prints the report, with the
// most memory (kB) that it took. Run where "live" is a namespace of its own.
import { readFileSync } from 'node:fs'
import { toBytes } from '../../src/files/bytes.js'
import type { LoadDumps } from '../../src/destination/load-dumps.js'
import { noProgress } from '../../src/report/progress.js'
import { Interruption } from '../../src/run/interruption.js'
import { runImport } from '../../src/run/run-import.js'
import { pluginOf } from '../helpers/plugin-of.js'

const [source = '', request = '', mode = 'apply'] = process.argv.slice(2)
const plugin = pluginOf(async ({ destination }) => {
  await destination.loadDumps(JSON.parse(request) as LoadDumps)
})
const { report } = await runImport({
  source: toBytes(source),
  root: '',
  mode: mode === 'plan' ? 'plan' : 'apply',
  plugins: [plugin],
  only: [plugin.name],
  progress: noProgress,
  interruption: new Interruption(),
  onFinding: () => undefined,
  onAction: () => undefined,
})
// What this program itself had: getrusage(2) counts what its parent had before it was started.
const memory = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
process.stdout.write(JSON.stringify({ report, memory }))
