import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fixtureSource, testbed, type Testbed, type Tree } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { keyPair, makePair, type KeyPair } from './helpers/key-pair.js'

const EVENT = 'nethserver-openssh-update'

interface World {
  readonly like?: 6 | 7
  /** Props of the old sshd record; without them there is no such record. */
  readonly old?: string
  /** The record of the destination. */
  readonly here?: string
  /** Files of the old `etc/ssh`. */
  readonly files?: Tree
  /** Files of the destination's `/etc/ssh`. */
  readonly filesHere?: Tree
}

function oldServer({ like = 7, old, here, files = {}, filesHere = {} }: World = {}) {
  return testbed({
    like,
    source: {
      databases: {
        configuration: `SystemName=old\nDomainName=example.com\n${old === undefined ? '' : `sshd=service|${old}\n`}`,
      },
      files: below('etc/ssh', files),
    },
    destination: {
      ...(here === undefined
        ? {}
        : {
            databases: {
              configuration: `${here}${like === 7 ? 'sssd=service|Provider|ldap\n' : ''}`,
            },
          }),
      files: {
        ...below('etc/ssh', filesHere),
        'var/lib/nethserver/migration/packages': 'nethserver-openssh\n',
      },
    },
  })
}

function below(folder: string, files: Tree): Tree {
  return Object.fromEntries(
    Object.entries(files).map(([name, entry]) => [`${folder}/${name}`, entry]),
  )
}

/** A pair of host keys as an old server has it. */
function files(name: string, { privateKey, publicKey }: KeyPair, mode = 0o600): Tree {
  return {
    [name]: { content: privateKey, mode },
    [`${name}.pub`]: { content: publicKey, mode: 0o644 },
  }
}

/** What lies in the destination's /etc/ssh: kind, mode and name. */
function sshFolder(t: Testbed): string[] {
  return t.manifest('etc/ssh').map((line) => line.replace(/ \d+:\d+ (\S+) = .*$/, ' $1'))
}

describe.each([
  [
    6,
    'sshd=service|InitscriptOrder|85|LogLevel|VERBOSE|LoginGraceTime|2m|MaxAuthTries|6|PasswordAuthentication|yes|PermitRootLogin|yes|Protocol|2|TCPPort|22|UsePAM|yes|access|public|status|enabled',
    'access=private (here public)',
  ],
  [
    7,
    'sshd=service|AllowEveryone|none|AllowGroups||AllowLocalGroups|wheel|InitscriptOrder|85|LogLevel|VERBOSE|LoginGraceTime|2m|MaxAuthTries|6|PasswordAuthentication|yes|PermitRootLogin|yes|Protocol|2|StrongEncryption|enabled|SubsystemSftp|yes|TCPPort|22|UsePAM|yes|access|green,red|status|enabled',
    'access=private (here green,red)',
  ],
] as const)('ssh on a NethServer %s', (like, record, access) => {
  const OLD =
    'InitscriptOrder|85|LogLevel|VERBOSE|PasswordAuthentication|no|PermitRootLogin|no|TCPPort|2222|access|private|status|disabled'

  it('gets the settings of the old server, but nobody is locked out: log-in and access stay, and are listed', async () => {
    const t = oldServer({ like, old: OLD })
    const { said, messages } = await t.run(plugin)
    expect(t.record('configuration', 'sshd')).toBe(record)
    expect(said).toEqual(['follow-up ssh-access-kept configuration/sshd'])
    expect(messages).toEqual([
      `look at how one may log in with ssh: nothing of it is changed here, the old server had PasswordAuthentication=no (here yes), PermitRootLogin=no (here yes), TCPPort=2222 (here 22), ${access}, status=disabled (here enabled)`,
      'the source has no ssh host keys: those of this server stay',
    ])
    expect(t.events()).toEqual([EVENT])
  })

  it('shows the host key of the old server, with the modes that sshd asks for', async () => {
    const t = oldServer({ like, files: files('ssh_host_rsa_key', keyPair(), 0o644) })
    const { said, messages } = await t.run(plugin)
    expect(sshFolder(t)).toEqual(['f 0600 ssh_host_rsa_key', 'f 0644 ssh_host_rsa_key.pub'])
    expect(t.file('etc/ssh/ssh_host_rsa_key')).toBe(keyPair().privateKey)
    expect(t.file('etc/ssh/ssh_host_rsa_key.pub')).toBe(keyPair().publicKey)
    expect(messages[0]).toBe(
      'sshd is not in the source configuration database: its settings stay as they are here',
    )
    expect(said).toEqual(['notice host-keys-migrated /etc/ssh'])
    expect(t.events()).toEqual([EVENT])
  })

  it('keeps its own host key beside, and its mode', async () => {
    const own = makePair()
    const t = oldServer({
      like,
      files: files('ssh_host_rsa_key', keyPair()),
      filesHere: files('ssh_host_rsa_key', own, 0o640),
    })
    await t.run(plugin)
    expect(sshFolder(t)).toEqual([
      'f 0640 ssh_host_rsa_key',
      'f 0640 ssh_host_rsa_key.before-migration',
      'f 0644 ssh_host_rsa_key.pub',
      'f 0644 ssh_host_rsa_key.pub.before-migration',
    ])
    expect(t.file('etc/ssh/ssh_host_rsa_key')).toBe(keyPair().privateKey)
    expect(t.file('etc/ssh/ssh_host_rsa_key.before-migration')).toBe(own.privateKey)
    expect(t.file('etc/ssh/ssh_host_rsa_key.pub.before-migration')).toBe(own.publicKey)
  })

  it('stays as it is when the source has nothing of it: no event, no error', async () => {
    const t = oldServer({ like })
    const before = t.databaseText('configuration')
    const { said, messages, report } = await t.run(plugin)
    expect(messages).toEqual([
      'sshd is not in the source configuration database: its settings stay as they are here',
      'the source has no ssh host keys: those of this server stay',
    ])
    expect(said).toEqual([])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(t.databaseText('configuration')).toBe(before)
    expect(t.events()).toEqual([])
  })

  it('changes and signals nothing the second time', async () => {
    const world = { like, old: OLD, files: files('ssh_host_rsa_key', keyPair()) }
    const t = oldServer({ ...world, filesHere: files('ssh_host_rsa_key', makePair(), 0o640) })
    const first = await t.run(plugin)
    const after = [t.databaseText('configuration'), t.manifest('etc/ssh'), t.events()]
    const { report, said } = await t.run(plugin)
    expect(report.counts.done).toBe(0)
    expect([t.databaseText('configuration'), t.manifest('etc/ssh'), t.events()]).toEqual(after)
    expect(said).toEqual(first.said)
  })

  it('is planned as it is then imported, and planning changes nothing', async () => {
    const t = oldServer({ like, old: OLD, files: files('ssh_host_rsa_key', keyPair()) })
    const before = t.databaseText('configuration')
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(t.databaseText('configuration')).toBe(before)
    expect(existsSync(join(t.root, 'etc/ssh'))).toBe(false)
    expect(t.events()).toEqual([])
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toMatchObject([{ name: EVENT, args: [] }])
    expect(plan.said).toEqual(said)
  })

  it('of the sample backup lets everybody in who could log in before', async () => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const others = t.databaseText('configuration').replace(/^sshd=.*\n/m, '')
    const { said, messages } = await t.run(plugin)
    expect(t.record('configuration', 'sshd')).toBe(
      record
        .replace(
          'VERBOSE|LoginGraceTime|2m|MaxAuthTries|6',
          'INFO|LoginGraceTime|2m|MaxAuthTries|6|MaxStartups|10:30:60',
        )
        .replace('|TCPPort|22', `${like === 6 ? '|SubsystemSftp|yes' : ''}|TCPPort|22`),
    )
    expect(t.databaseText('configuration').replace(/^sshd=.*\n/m, '')).toBe(others)
    expect(said).toEqual(['follow-up ssh-access-kept configuration/sshd'])
    expect(messages).toEqual([
      `look at how one may log in with ssh: nothing of it is changed here, the old server had PasswordAuthentication=no (here yes), ${access}`,
      'the source has no ssh host keys: those of this server stay',
    ])
    expect(t.events()).toEqual([EVENT])
  })
})

describe('settings of ssh', () => {
  const HERE = 'sshd=service|PermitRootLogin|yes|TCPPort|22|access|green|status|enabled\n'

  it.each([
    'AllowEveryone',
    'AllowGroups',
    'AllowLocalGroups',
    'AllowUsers',
    'DenyUsers',
    'LoginGraceTime',
    'MaxAuthTries',
    'PasswordAuthentication',
    'PermitEmptyPasswords',
    'PermitRootLogin',
    'Protocol',
    'PubkeyAuthentication',
    'UsePAM',
    'access',
    'status',
  ])('that decide who gets in stay, and the old one is listed: %s', async (prop) => {
    const t = oldServer({ old: `${prop}|odd`, here: HERE })
    const { said, messages } = await t.run(plugin)
    expect(t.databaseText('configuration')).toContain(HERE)
    expect(said).toEqual(['follow-up ssh-access-kept configuration/sshd'])
    expect(messages[0]).toContain(` the old server had ${prop}=odd (here `)
    expect(t.events()).toEqual([])
  })

  it.each([
    [7, 'green,red', 'public'],
    [7, 'green', 'private'],
    [7, '', 'localhost'],
    [7, 'green', 'green'],
    [6, 'public', 'public'],
  ] as const)(
    'say nothing when they are the same in other words, on NethServer %s: "%s" is %s',
    async (like, here, old) => {
      const t = oldServer({
        like,
        old: `PermitRootLogin|yes|TCPPort|22|access|${old}|status|enabled`,
        here: `sshd=service|PermitRootLogin|yes|access|${here}|status|enabled|TCPPort|22\nother=service|access|${like === 6 ? 'private' : 'green'}\n`,
      })
      const { said } = await t.run(plugin)
      expect(said).toEqual([])
    },
  )

  it('never import a port', async () => {
    const t = oldServer({ old: 'TCPPort|2222|TCPPorts|1|UDPPort|2|UDPPorts|3', here: HERE })
    await t.run(plugin)
    expect(t.databaseText('configuration')).toContain(HERE)
    expect(t.events()).toEqual([])
  })

  it('make the record where the package is installed without it', async () => {
    const t = oldServer({ old: 'LogLevel|INFO|PermitRootLogin|no', here: '' })
    const { said, messages } = await t.run(plugin)
    expect(t.record('configuration', 'sshd')).toBe('sshd=service|LogLevel|INFO')
    expect(said).toEqual(['follow-up ssh-access-kept configuration/sshd'])
    expect(messages[0]).toContain('PermitRootLogin=no (here not set)')
    expect(t.events()).toEqual([EVENT])
  })

  it('are shown with their control characters spelled out', async () => {
    const t = oldServer({ old: String.raw`AllowGroups|a\nb`, here: HERE })
    const { messages } = await t.run(plugin)
    expect(messages[0]).not.toContain('\n')
  })

  it('are skipped, with a notice, where ssh is not installed', async () => {
    const t = testbed({
      source: { databases: { configuration: 'SystemName=old\nsshd=service|LogLevel|INFO\n' } },
      destination: { databases: { configuration: 'sssd=service|Provider|ldap\n' } },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-openssh-migrate'])
  })
})

describe('a host key', () => {
  it('of each kind that is still good arrives', async () => {
    const t = oldServer({
      files: {
        ...files('ssh_host_rsa_key', keyPair()),
        ...files('ssh_host_ecdsa_key', keyPair({ type: 'ecdsa' })),
        ...files('ssh_host_ed25519_key', keyPair({ type: 'ed25519', format: 'RFC4716' })),
        sshd_config: 'PermitRootLogin no\n',
        moduli: '# nothing\n',
      },
    })
    const { messages } = await t.run(plugin)
    expect(sshFolder(t)).toEqual([
      'f 0600 ssh_host_ecdsa_key',
      'f 0644 ssh_host_ecdsa_key.pub',
      'f 0600 ssh_host_ed25519_key',
      'f 0644 ssh_host_ed25519_key.pub',
      'f 0600 ssh_host_rsa_key',
      'f 0644 ssh_host_rsa_key.pub',
    ])
    expect(messages[1]).toBe(
      'ssh shows the host keys of the old server from now on: ssh_host_rsa_key, ssh_host_ecdsa_key, ssh_host_ed25519_key',
    )
  })

  it('belongs to root', async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root can give files away')
    const t = oldServer({
      files: {
        ssh_host_rsa_key: { content: keyPair().privateKey, mode: 0o666, owner: [5001, 5001] },
        'ssh_host_rsa_key.pub': { content: keyPair().publicKey, mode: 0o666, owner: [5001, 5001] },
      },
    })
    await t.run(plugin)
    const { uid, gid, mode } = statSync(join(t.root, 'etc/ssh/ssh_host_rsa_key'))
    expect([uid, gid, mode & 0o777]).toEqual([0, 0, 0o600])
  })

  it.each([
    ['ssh_host_key', 'of protocol 1', keyPair()],
    ['ssh_host_dsa_key', 'a DSA key', keyPair()],
    ['ssh_host_rsa_key', 'an RSA key of 1024 bits', keyPair({ bits: 1024 })],
  ])('that is weak stays behind, with a warning: %s', async (name, why, pair) => {
    const own = makePair()
    const t = oldServer({ files: files(name, pair), filesHere: files(name, own) })
    const { said, messages } = await t.run(plugin)
    expect(t.file(`etc/ssh/${name}`)).toBe(own.privateKey)
    expect(sshFolder(t)).toEqual([`f 0600 ${name}`, `f 0644 ${name}.pub`])
    expect(said).toEqual([`warning host-key-weak etc/ssh/${name}`])
    expect(messages[1]).toContain(why)
    expect(t.events()).toEqual([])
  })

  it.each<[string, Tree, string]>([
    [
      'without its .pub file',
      { ssh_host_rsa_key: keyPair().privateKey },
      'etc/ssh/ssh_host_rsa_key.pub is missing in the source, or no regular file',
    ],
    [
      'whose .pub file stands alone',
      { 'ssh_host_rsa_key.pub': keyPair().publicKey },
      'etc/ssh/ssh_host_rsa_key is missing in the source, or no regular file',
    ],
    [
      'that is a link',
      {
        ssh_host_rsa_key: { link: '/etc/shadow' },
        'ssh_host_rsa_key.pub': keyPair().publicKey,
      },
      'etc/ssh/ssh_host_rsa_key is missing in the source, or no regular file',
    ],
    [
      'that belongs to another .pub file',
      { ...files('ssh_host_rsa_key', keyPair()), 'ssh_host_rsa_key.pub': makePair().publicKey },
      'it does not belong to its .pub file',
    ],
    [
      'that was cut short',
      {
        ...files('ssh_host_rsa_key', keyPair()),
        ssh_host_rsa_key: keyPair().privateKey.slice(0, 500),
      },
      'it is in no known format, or has a passphrase',
    ],
  ])('%s stays behind, with a warning, and another one arrives', async (_what, pair, why) => {
    const t = oldServer({
      files: { ...pair, ...files('ssh_host_ecdsa_key', keyPair({ type: 'ecdsa' })) },
    })
    const { said, messages } = await t.run(plugin)
    expect(sshFolder(t)).toEqual(['f 0600 ssh_host_ecdsa_key', 'f 0644 ssh_host_ecdsa_key.pub'])
    expect(said).toEqual([
      'warning host-key-not-imported etc/ssh/ssh_host_rsa_key',
      'notice host-keys-migrated /etc/ssh',
    ])
    expect(messages[1]).toBe(
      `etc/ssh/ssh_host_rsa_key cannot be used: ${why}; the key of this server stays`,
    )
    expect(t.events()).toEqual([EVENT])
  })

  it('that cannot be written takes its .pub file with it: no half of a pair', async () => {
    const t = oldServer({
      files: files('ssh_host_rsa_key', keyPair()),
      filesHere: { ssh_host_rsa_key: { directory: true } },
    })
    const { report } = await t.run(plugin)
    expect(sshFolder(t)).toEqual([expect.stringMatching(/^d .* ssh_host_rsa_key$/)])
    expect(report.actions[0]?.outcome).toBe('failed')
    expect(t.events()).toEqual([])
  })

  it('that somebody has replaced since is not brought back', async () => {
    const t = oldServer({ files: files('ssh_host_rsa_key', keyPair()) })
    await t.run(plugin)
    writeFileSync(join(t.root, 'etc/ssh/ssh_host_rsa_key'), 'a new one')
    await t.run(plugin)
    expect(t.file('etc/ssh/ssh_host_rsa_key')).toBe('a new one')
  })

  it('stands in no log, journal or report', async () => {
    const t = oldServer({ files: files('ssh_host_rsa_key', keyPair()) })
    const { report } = await t.run(plugin)
    const [, line = ''] = keyPair().privateKey.split('\n')
    expect(JSON.stringify(report)).not.toContain(line)
    expect(t.file('var/lib/nethserver/migration/journal.jsonl')).not.toContain(line)
    expect(t.file('var/log/messages')).not.toContain(line)
  })
})
