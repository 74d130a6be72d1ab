import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { testbed } from '@nethserver-migrate/testkit'
import { pluginOf } from './helpers/plugin-of.js'

const HASH = '$6$PLANTED$hash'

const carriesSecrets = pluginOf(async ({ source, destination }) => {
  const hash = source.passwordHash('rossi')
  await destination.createUsers([{ name: 'rossi', fullName: 'R', uid: undefined, props: {} }])
  if (hash.kind === 'password') await destination.setPasswords([{ user: 'rossi', hash: hash.hash }])
  await destination.configuration.merge('root', { mysqlPassword: 'PLANTED' })
  await destination.configuration.merge('sysconfig', { BindPassword: 'PLANTED|in two' })
  await destination.configuration.set('DynDNSPassword', 'PLANTED')
  await destination.configuration.merge('missing', { Password: 'PLANTED' })
  await destination.database('nowhere').merge('x', { Secret: 'PLANTED' })
  await destination.configuration.set('DynDNSPassword', 'PLANTED again')
  await destination.configuration.deleteProps('root', ['mysqlPassword'])
  await destination.configuration.merge('root', { FtpPassword: 'PLANTED' })
  await destination.copyFile({
    from: 'root/key.pem',
    to: '/etc/pki/key.pem',
    mode: 0o600,
    whenDifferent: 'save-old',
  })
  await destination.writeFile({ to: '/root/.my.cnf', content: 'pw=PLANTED', mode: 0o600 })
  await destination.signalEvent('nethserver-mysql-save')
  throw new Error('the action ends here')
})

describe.each([6, 7] as const)('a secret of the source, imported like NethServer %i', (like) => {
  it('appears nowhere but in what it is for: shadow, private files, the records and files asked for', async () => {
    const bed = testbed({
      like,
      source: {
        files: {
          'etc/shadow': `rossi:${HASH}:14610:0:99999:7:::\n`,
          'root/key.pem': 'PLANTED KEY',
        },
      },
      destination: { files: { 'etc/pki/key.pem': 'other' } },
    })
    const plan = await bed.run(carriesSecrets, { mode: 'plan' })
    const first = await bed.run(carriesSecrets)
    const afterFirst = filesHolding(bed.root)
    const second = await bed.run(carriesSecrets)
    for (const result of [plan, first, second])
      expect(JSON.stringify(result)).not.toContain('PLANTED')

    const holders = [
      './etc/pki/key.pem',
      './etc/shadow',
      './root/.my.cnf',
      './var/lib/nethserver/db/configuration',
      './var/lib/nethserver/migration/secrets/hash-rossi',
    ]
    expect(afterFirst).toEqual(holders)
    // To undo the second is to have the files of the destination as the first has left them.
    expect(filesHolding(bed.root).map(withoutRun)).toEqual([...holders, `${UNDO}/RUN`])
  })
})

const UNDO = './var/lib/nethserver/migration/undo'

function filesHolding(root: string): string[] {
  const found = execFileSync('grep', ['-rlaF', 'PLANTED', '.'], { cwd: root, encoding: 'utf8' })
  return found.split('\n').filter(Boolean).sort()
}

function withoutRun(path: string): string {
  return path.startsWith(UNDO) ? `${UNDO}/RUN` : path
}
