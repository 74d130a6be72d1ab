// Imports a source into a staged destination and prints what was said. Run as an ordinary user.
import { toBytes } from '../../src/files/bytes.js'
import { noProgress } from '../../src/report/progress.js'
import { Interruption } from '../../src/run/interruption.js'
import { runImport } from '../../src/run/run-import.js'
import { pluginOf } from '../helpers/plugin-of.js'

const HOMES = '/var/lib/nethserver/home'

const plugin = pluginOf(async ({ destination }) => {
  await destination.createUsers([
    { name: 'rossi', fullName: 'Mario Rossi', uid: 5001, props: {} },
    { name: 'verdi', fullName: 'Giulia Verdi', uid: 5002, props: {} },
  ])
  await destination.createGroups([{ name: 'sales', gid: 5010, members: ['rossi'], props: {} }])
  const rossi = { user: 'rossi' }
  await destination.transferTree({ from: 'people/rossi', to: `${HOMES}/rossi`, owner: rossi })
  await destination.transferTree({
    from: 'mail',
    to: '/var/lib/nethserver/vmail/rossi',
    owner: { user: 'vmail', group: 'vmail' },
    closed: true,
  })
  await destination.makeFolder({
    to: '/var/lib/nethserver/ibay/share',
    mode: 0o2770,
    owner: { user: 'root', group: 'sales' },
  })
  const moved = await destination.transferTree({
    from: 'share',
    to: '/var/lib/nethserver/ibay/share',
  })
  await destination.restoreAcls([
    {
      folder: '/var/lib/nethserver/ibay/share',
      broughtBy: [moved],
      files: [
        {
          path: 'plan',
          acl: {
            owner: 'verdi',
            group: 'sales',
            entries: [
              { tag: 'user', permissions: 'rw-', isDefault: false },
              { tag: 'group', permissions: 'r--', isDefault: false },
              { tag: 'other', permissions: '---', isDefault: false },
            ],
          },
        },
      ],
    },
  ])
  await destination.makeLink({ to: '/etc/link', target: 'hosts', owner: rossi })
  await destination.writeFile({ to: '/etc/secret', content: 'x', mode: 0o600 })
})

const [source = '', root = ''] = process.argv.slice(2).map(toBytes)
const { report } = await runImport({
  source,
  root,
  mode: 'apply',
  plugins: [plugin],
  only: [plugin.name],
  progress: noProgress,
  interruption: new Interruption(),
  onFinding: () => undefined,
  onAction: () => undefined,
})
process.stdout.write(
  JSON.stringify(report.findings.map(({ severity, code }) => `${severity} ${code}`)),
)
