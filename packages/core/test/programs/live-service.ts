// Changes a file of the live host while a service is stopped, and prints the report.
import { toBytes } from '../../src/files/bytes.js'
import { noProgress } from '../../src/report/progress.js'
import { Interruption } from '../../src/run/interruption.js'
import { runImport } from '../../src/run/run-import.js'
import { pluginOf } from '../helpers/plugin-of.js'

const [, , source = '', how = ''] = process.argv
const interruption = new Interruption()

const plugin = pluginOf(async ({ destination }) => {
  await destination.whileStopped('cups', async () => {
    if (how === 'throws') throw new Error('a defect')
    if (how === 'interrupted') interruption.request('SIGINT')
    await destination.writeFile({ to: '/etc/printers', content: 'laser\n', mode: 0o600 })
    if (how === 'interrupted late') interruption.request('SIGINT')
  })
})

const { report } = await runImport({
  source: toBytes(source),
  root: '',
  mode: how === 'plan' ? 'plan' : 'apply',
  plugins: [plugin],
  only: [plugin.name],
  progress: noProgress,
  interruption,
  onFinding: () => undefined,
  onAction: () => undefined,
})
process.stdout.write(JSON.stringify(report))
