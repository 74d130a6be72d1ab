// Imports a source into the live host and prints the report. Run where "live" is a namespace of its own.
import { toBytes } from '../../src/files/bytes.js'
import { noProgress } from '../../src/report/progress.js'
import { Interruption } from '../../src/run/interruption.js'
import { runImport } from '../../src/run/run-import.js'
import { pluginOf } from '../helpers/plugin-of.js'

const plugin = pluginOf(async ({ destination, log }) => {
  await destination.createUsers([
    { name: 'rossi', fullName: 'Mario Rossi', uid: 5001, props: { FirstName: 'Mario' } },
  ])
  await destination.setPasswords([{ user: 'rossi', hash: '$6$salt$hash' }])
  await destination.configuration.merge('root', { EmailAddress: 'root@acme.com' })
  await destination.run(['doveadm', 'expunge'], { onOutput: (output) => log.notice(output.trim()) })
  await destination.signalEvent('mail-save')
  log.notice('all done')
})

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
