import { filesHolding, testbed, writeTree, type Tree } from '@nethserver-migrate/testkit'
import { existsSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { joinKeys } from '../src/root-home.js'

const OLD_KEY = 'ssh-rsa AAAAB3NzaC1yc2EAAAoldkey admin@old.example.com'
const NEW_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAnewkey admin@laptop'

function withRoot(files: Tree, here: Tree = {}) {
  return testbed({
    source: { databases: { networks: '' }, files },
    destination: { files: here },
  })
}

/** `kind mode path` of all that lies in /root. */
function rootFiles(t: ReturnType<typeof testbed>): string[] {
  return t.manifest('root').map((line) => line.replace(/^(\S \S+) \S+ (.*?)( = .*)?$/, '$1 $2'))
}

describe("root's files", () => {
  it('come over as they are: modes, dot files, links, odd names', async () => {
    const t = withRoot({
      'root/bin/rotate.sh': { content: '#!/bin/sh\n', mode: 0o755 },
      'root/.bash_history': { content: 'ls\n', mode: 0o600 },
      'root/install log.txt': 'x',
      'root/-rf': 'x',
      'root/latest': { link: 'bin/rotate.sh' },
      'root/empty': { directory: true, mode: 0o700 },
    })
    await t.run(plugin)
    expect(rootFiles(t)).toEqual([
      'f 0644 -rf',
      'f 0600 .bash_history',
      'd 0755 bin',
      'f 0755 bin/rotate.sh',
      'd 0700 empty',
      'f 0644 install log.txt',
      'l 0777 latest -> bin/rotate.sh',
    ])
  })

  it('keep their owners', async (context) => {
    context.skip(process.getuid?.() !== 0, 'only root can give files away')
    const t = withRoot({ 'root/notes': { content: 'n', owner: [101, 102] } })
    await t.run(plugin)
    expect(t.manifest('root')[0]).toMatch(/^f 0644 101:102 notes/)
  })

  it('stay beside those of the destination where both differ: nothing is lost', async () => {
    const t = withRoot(
      {
        'root/.bash_profile': 'the old profile',
        'root/install.log': 'the old log',
        'root/logs/app.log': 'the old app log',
        'root/same': 'same',
      },
      {
        'root/.bash_profile': 'new profile',
        'root/install.log': 'new log',
        'root/logs/app.log': 'new app log',
        'root/same': 'same',
      },
    )
    const { said } = await t.run(plugin)
    expect(rootFiles(t)).toEqual([
      'f 0644 .bash_profile',
      'f 0644 .bash_profile.migrated',
      'f 0644 install.log',
      'f 0644 install.log.migrated',
      'd 0755 logs',
      'f 0644 logs/app.log',
      'f 0644 logs/app.log.migrated',
      'f 0644 same',
    ])
    expect(t.file('root/.bash_profile')).toBe('new profile')
    expect(t.file('root/install.log.migrated')).toBe('the old log')
    expect(said).toEqual([
      'notice exists-kept-both /root/.bash_profile.migrated',
      'notice exists-kept-both /root/install.log.migrated',
      'notice exists-kept-both /root/logs/app.log.migrated',
    ])
  })

  it('leave .my.cnf in the source, and that of the destination alone', async () => {
    const t = withRoot(
      { 'root/.my.cnf': { content: 'password=old', mode: 0o600 }, 'root/notes': 'n' },
      { 'root/.my.cnf': 'password=new' },
    )
    await t.run(plugin)
    expect(rootFiles(t)).toEqual(['f 0644 .my.cnf', 'f 0644 notes'])
    expect(t.file('root/.my.cnf')).toBe('password=new')
    expect(existsSync(join(t.source, 'root/.my.cnf'))).toBe(true)
  })

  it('bring the password of the old database server nowhere, not even into a log', async () => {
    const t = withRoot({ 'root/.my.cnf': '[client]\npassword=Planted-in-my-cnf\n' })
    const { report } = await t.run(plugin)
    expect(filesHolding(t.root, 'Planted-in-my-cnf')).toEqual([])
    expect(JSON.stringify(report)).not.toContain('Planted-in-my-cnf')
  })

  it('that are missing are a warning, and nothing is removed', async () => {
    const t = withRoot({}, { 'root/.ssh/authorized_keys': `${NEW_KEY}\n`, 'root/notes': 'n' })
    const before = t.manifest('root')
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning root-home-missing root'])
    expect(t.manifest('root')).toEqual(before)
  })

  it('are not looked for behind a link', async () => {
    const t = withRoot({ root: { link: '/etc' } })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning root-home-missing root'])
    expect(rootFiles(t)).toEqual([])
  })

  it('never land outside of the destination through a link there', async () => {
    const t = withRoot({ 'root/shared/notes': 'n' }, { 'root/shared': { link: '/tmp' } })
    await t.run(plugin)
    expect(rootFiles(t)).toEqual([
      'l 0777 shared -> /tmp',
      'd 0755 shared.migrated',
      'f 0644 shared.migrated/notes',
    ])
  })

  it('are migrated once: a second run changes nothing', async () => {
    const t = withRoot(
      { 'root/.ssh/authorized_keys': `${OLD_KEY}\n`, 'root/.bashrc': 'old', 'root/notes': 'n' },
      { 'root/.ssh/authorized_keys': `${NEW_KEY}\n`, 'root/.bashrc': 'new' },
    )
    await t.run(plugin)
    const before = t.manifest('root')
    const again = await t.run(plugin)
    expect(again.report.counts.done).toBe(0)
    expect(again.said).toEqual([])
    expect(t.manifest('root')).toEqual(before)
  })
})

describe("root's .ssh", () => {
  it("keeps the destination's authorized keys and adds the old ones", async () => {
    const t = withRoot(
      { 'root/.ssh/authorized_keys': `${OLD_KEY}\n` },
      { 'root/.ssh/authorized_keys': { content: `${NEW_KEY}\n`, mode: 0o640 } },
    )
    await t.run(plugin)
    expect(t.file('root/.ssh/authorized_keys')).toBe(`${NEW_KEY}\n${OLD_KEY}\n`)
    expect(rootFiles(t)).toContain('f 0640 .ssh/authorized_keys')
    expect(t.file('root/.ssh/authorized_keys.before-migration')).toBe(`${NEW_KEY}\n`)
  })

  it('is made for root alone when the destination has none', async () => {
    const t = withRoot({
      'root/.ssh': { directory: true, mode: 0o700 },
      'root/.ssh/authorized_keys': { content: `${OLD_KEY}\n`, mode: 0o644 },
    })
    await t.run(plugin)
    expect(rootFiles(t)).toEqual(['d 0700 .ssh', 'f 0600 .ssh/authorized_keys'])
    expect(t.file('root/.ssh/authorized_keys')).toBe(`${OLD_KEY}\n`)
  })

  it('keeps private keys and known hosts of the destination, the old ones beside', async () => {
    const t = withRoot(
      {
        'root/.ssh/id_rsa': { content: 'old private', mode: 0o600 },
        'root/.ssh/known_hosts': 'the old hosts',
        'root/.ssh/id_dsa': { content: 'dsa', mode: 0o600 },
      },
      {
        'root/.ssh/id_rsa': { content: 'new private', mode: 0o600 },
        'root/.ssh/known_hosts': 'new hosts',
      },
    )
    await t.run(plugin)
    expect(t.file('root/.ssh/id_rsa')).toBe('new private')
    expect(t.file('root/.ssh/known_hosts')).toBe('new hosts')
    expect(rootFiles(t)).toEqual(
      expect.arrayContaining([
        'f 0600 .ssh/id_dsa',
        'f 0600 .ssh/id_rsa.migrated',
        'f 0644 .ssh/known_hosts.migrated',
      ]),
    )
  })

  it('is not touched when its keys are known already', async () => {
    const t = withRoot(
      { 'root/.ssh/authorized_keys': `${NEW_KEY} old comment\n` },
      { 'root/.ssh/authorized_keys': `${NEW_KEY}\n` },
    )
    await t.run(plugin)
    expect(rootFiles(t)).toEqual(['d 0755 .ssh', 'f 0644 .ssh/authorized_keys'])
  })

  it('says which lines hold no key, and leaves them out', async () => {
    const old = `# mine\n\n${OLD_KEY}\nhello\n1024 35 1234567890 ssh1@old\n`
    const t = withRoot(
      { 'root/.ssh/authorized_keys': old },
      { 'root/.ssh/authorized_keys': `${NEW_KEY}\n` },
    )
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['warning authorized-keys-unknown root/.ssh/authorized_keys'])
    expect(messages).toContain(
      'root/.ssh/authorized_keys: no key was recognised in line 4, line 5, left out',
    )
    expect(t.file('root/.ssh/authorized_keys')).toBe(`${NEW_KEY}\n${OLD_KEY}\n`)
  })

  it('leaves authorized keys alone that are a link, the old ones beside, with a warning', async () => {
    const t = withRoot(
      { 'root/.ssh/authorized_keys': `${OLD_KEY}\n` },
      { 'root/keys': `${NEW_KEY}\n`, 'root/.ssh/authorized_keys': { link: '../keys' } },
    )
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning authorized-keys-no-file /root/.ssh/authorized_keys'])
    expect(t.file('root/.ssh/authorized_keys')).toBe(`${NEW_KEY}\n`)
    expect(t.file('root/.ssh/authorized_keys.migrated')).toBe(`${OLD_KEY}\n`)
    expect(lstatSync(join(t.root, 'root/.ssh/authorized_keys')).isSymbolicLink()).toBe(true)
  })

  it('does not follow a link to the authorized keys', async () => {
    const t = withRoot({
      'root/keys': `${OLD_KEY}\n`,
      'root/.ssh/authorized_keys': { link: '../keys' },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning authorized-keys-no-file root/.ssh/authorized_keys'])
    expect(existsSync(join(t.root, 'root/.ssh/authorized_keys'))).toBe(false)
  })

  it('opens a second time: keys that the source got meanwhile are added', async () => {
    const t = withRoot({ 'root/.ssh/authorized_keys': `${OLD_KEY}\n` })
    await t.run(plugin)
    writeTree(t.source, { 'root/.ssh/authorized_keys': `${OLD_KEY}\n${NEW_KEY}\n` })
    await t.run(plugin)
    expect(t.file('root/.ssh/authorized_keys')).toBe(`${OLD_KEY}\n${NEW_KEY}\n`)
  })

  it('is left a link when the destination has one', async () => {
    const t = withRoot(
      { 'root/.ssh/id_dsa': 'dsa' },
      { 'root/keys/authorized_keys': `${NEW_KEY}\n`, 'root/.ssh': { link: 'keys' } },
    )
    await t.run(plugin)
    expect(lstatSync(join(t.root, 'root/.ssh')).isSymbolicLink()).toBe(true)
    expect(t.file('root/.ssh/authorized_keys')).toBe(`${NEW_KEY}\n`)
  })
})

describe('joining authorized keys', () => {
  const keys = (here: string, old: string) => joinKeys(here, old).content

  it('never brings a key back without the restriction it has here', () => {
    const restricted = `from="10.0.0.1",command="/bin/backup -x" ${OLD_KEY}\n`
    expect(keys(restricted, `${OLD_KEY}\n`)).toBe(restricted)
  })

  it('keeps the options of an old key', () => {
    const restricted = `no-pty,command="echo ssh-key" ${OLD_KEY}`
    expect(keys('', `${restricted}\n`)).toBe(`${restricted}\n`)
  })

  it('adds a key once, though the old file has it twice', () => {
    expect(keys('', `${OLD_KEY}\n${OLD_KEY} again\n`)).toBe(`${OLD_KEY}\n`)
  })

  it('begins a new line behind a last line that has no end', () => {
    expect(keys(NEW_KEY, `${OLD_KEY}\r\n`)).toBe(`${NEW_KEY}\n${OLD_KEY}\n`)
  })

  it('leaves the text of the destination as it is, comments and blank lines too', () => {
    const here = `# my keys\n\n${NEW_KEY}\n`
    expect(keys(here, `# old\n${OLD_KEY}\n`)).toBe(`${here}${OLD_KEY}\n`)
  })

  it('does not take a disabled key for one that is in use', () => {
    expect(keys(`# ${OLD_KEY}\n`, `${OLD_KEY}\n`)).toBe(`# ${OLD_KEY}\n${OLD_KEY}\n`)
  })

  it.each(['ecdsa-sha2-nistp256', 'sk-ssh-ed25519@openssh.com', 'ssh-dss'])('knows %s', (type) => {
    expect(keys('', `${type} AAAAkey me\n`)).toBe(`${type} AAAAkey me\n`)
  })
})
