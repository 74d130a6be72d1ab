// Imports a source into the live host, verifies it with its services, and prints what came of that.
// Run where "live" is a namespace of its own.
import { toBytes } from '../../src/files/bytes.js'
import { noProgress } from '../../src/report/progress.js'
import { Interruption } from '../../src/run/interruption.js'
import { runImport } from '../../src/run/run-import.js'
import { verifyImport } from '../../src/verify/verify-import.js'
import { pluginOf } from '../helpers/plugin-of.js'

const plugin = {
  ...pluginOf(async ({ destination }) => {
    await destination.configuration.merge('root', { EmailAddress: 'root@acme.com' })
  }),
  serviceTests: () => [{ kind: 'accounts' as const, record: 'sssd', users: ['anna', 'bruno'] }],
}
const common = {
  source: toBytes(process.argv[2] ?? ''),
  root: '',
  plugins: [plugin],
  progress: noProgress,
  interruption: new Interruption(),
  onFinding: () => undefined,
  onAction: () => undefined,
}
await runImport({ ...common, mode: 'apply', only: [] })
const report = await verifyImport({ ...common, checksum: false, services: {} })
process.stdout.write(JSON.stringify(report))
