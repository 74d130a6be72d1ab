import { filesHolding, writeTree } from '@nethserver-migrate/testkit'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { addAccount, hashOf, oldHome, oldServer, user } from './helpers/old-server.js'

const STRONG = '$6$salt$hashOfMario'

describe('a password on a NethServer 6', () => {
  it('is set as its hash, over a random one that enables the account', async () => {
    const t = oldServer({ like: 6, accounts: user('mrossi'), hashes: { mrossi: STRONG } })
    await t.run(plugin)
    expect(hashOf(t, 'mrossi')).toBe(STRONG)
    expect(t.events()).toEqual([
      'user-create mrossi',
      'password-modify mrossi /var/lib/nethserver/migration/secrets/password-mrossi',
      'run: lpasswd -f 0 mrossi',
    ])
  })

  it('reaches the replay in private files, and nowhere else', async () => {
    const t = oldServer({ like: 6, accounts: user('mrossi'), hashes: { mrossi: STRONG } })
    await t.run(plugin)
    const secret = (name: string) => join(t.root, 'var/lib/nethserver/migration/secrets', name)
    const random = readFileSync(secret('password-mrossi'), 'utf8')
    expect(Buffer.from(random, 'base64')).toHaveLength(16)
    expect(readFileSync(secret('hash-mrossi'), 'utf8')).toBe(`${random}\n${STRONG}\n`)
    expect(statSync(secret('hash-mrossi')).mode & 0o777).toBe(0o600)
    expect(statSync(secret('')).mode & 0o777).toBe(0o700)
    expect(filesHolding(t.root, random)).toEqual([
      'var/lib/nethserver/migration/secrets/hash-mrossi',
      'var/lib/nethserver/migration/secrets/password-mrossi',
    ])
  })

  it.each(['no', '', 'YES'])('is not set for a user with PasswordSet=%s', async (PasswordSet) => {
    const t = oldServer({
      like: 6,
      accounts: user('pneri', { PasswordSet }),
      hashes: { pneri: STRONG },
    })
    const { messages } = await t.run(plugin)
    expect(messages).toContain('user pneri had no password on the old server: stays disabled')
    expect(hashOf(t, 'pneri')).toBe('!!')
    expect(t.events()).toEqual(['user-create pneri'])
  })
})

describe('a password on a NethServer 7', () => {
  it('is set as its hash alone', async () => {
    const t = oldServer({ accounts: user('mrossi'), hashes: { mrossi: STRONG } })
    await t.run(plugin)
    expect(hashOf(t, 'mrossi')).toBe(STRONG)
    expect(t.events()).toEqual(['user-create mrossi Mario Rossi', 'run: lpasswd -f 0 mrossi'])
    expect(t.file('var/lib/nethserver/migration/secrets/hash-mrossi')).toBe(`${STRONG}\n`)
  })

  it('is set whatever PasswordSet says', async () => {
    const t = oldServer({
      accounts: user('mrossi', { PasswordSet: 'no' }),
      hashes: { mrossi: STRONG },
    })
    await t.run(plugin)
    expect(hashOf(t, 'mrossi')).toBe(STRONG)
  })
})

describe.each([6, 7] as const)('passwords on a NethServer %s', (like) => {
  it.each(['!', '!!', '*', `!${STRONG}`, '*LK*', '!x'])(
    'keep a locked account locked: %s',
    async (field) => {
      const t = oldServer({ like, accounts: user('mrossi'), hashes: { mrossi: field } })
      const { said, messages } = await t.run(plugin)
      expect(messages).toContain('user mrossi was locked on the old server: stays locked')
      expect(said).toContain('follow-up users-without-password etc/shadow')
      expect(hashOf(t, 'mrossi')).toBe('!!')
      expect(t.events()).toHaveLength(1)
    },
  )

  it('keep an account without any password disabled', async () => {
    const t = oldServer({ like, accounts: user('mrossi') + user('zoe'), hashes: { mrossi: '' } })
    const { messages } = await t.run(plugin)
    expect(messages).toContain('user mrossi had no password on the old server: stays disabled')
    expect(messages).toContain('user zoe had no password on the old server: stays disabled')
    expect(hashOf(t, 'mrossi')).toBe('!!')
    expect(hashOf(t, 'zoe')).toBe('!!')
  })

  it('are named together, as a task, where there are none', async () => {
    const t = oldServer({
      like,
      accounts: user('anna') + user('bruno') + user('carla'),
      hashes: { anna: '!!', bruno: STRONG, carla: '' },
    })
    expect((await t.run(plugin)).messages).toContain(
      '2 users have no password or a locked one, give a new one to those who need it: anna, carla',
    )
  })

  it.each([
    ['DES', 'abcdefghijklm'],
    ['MD5', '$1$salt$hashOfMario'],
  ])(
    'in a weak form are imported as they are, with a warning for each: %s',
    async (_title, hash) => {
      const t = oldServer({
        like,
        accounts: user('anna') + user('bruno') + user('carla'),
        hashes: { anna: hash, bruno: hash, carla: STRONG },
      })
      const { said } = await t.run(plugin)
      expect(said.filter((line) => line.includes('password-weak'))).toEqual([
        'warning password-weak anna',
        'warning password-weak bruno',
      ])
      expect(hashOf(t, 'anna')).toBe(hash)
    },
  )

  it.each(['$5$salt$hash', '$6$rounds=5000$salt$hash', '$2y$10$hash'])(
    'in a strong form are imported without a word: %s',
    async (hash) => {
      const t = oldServer({ like, accounts: user('mrossi'), hashes: { mrossi: hash } })
      const { said } = await t.run(plugin)
      expect(said.filter((line) => line.startsWith('warning password'))).toEqual([])
      expect(hashOf(t, 'mrossi')).toBe(hash)
    },
  )

  it.each(['plaintext', '$6$', '$6$a b$c', 'x'])(
    'in no known form are not imported, with a warning that does not show them: %s',
    async (field) => {
      const t = oldServer({ like, accounts: user('mrossi'), hashes: { mrossi: field } })
      const { said, messages } = await t.run(plugin)
      expect(said).toContain('warning password-unknown-form mrossi')
      expect(messages).toContain(
        'user mrossi: the password is in no form that this host understands, not imported',
      )
      expect(hashOf(t, 'mrossi')).toBe('!!')
    },
  )

  it("bring admin's hash", async () => {
    const t = oldServer({
      like,
      accounts: 'admin=system|PasswordSet|yes\n',
      hashes: { admin: STRONG },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual([])
    expect(hashOf(t, 'admin')).toBe(STRONG)
    expect(t.events().at(-1)).toBe('run: lpasswd -f 0 admin')
  })

  it('do not need an admin in the source', async () => {
    const t = oldServer({ like, hashes: { admin: STRONG } })
    const { said, report } = await t.run(plugin)
    expect(said).toEqual([])
    expect(report.status).toBe('unchanged')
    expect(hashOf(t, 'admin')).toBe('*')
  })

  it("are never those of reserved accounts, nor root's", async () => {
    const names = ['administrator', 'guest', 'krbtgt', 'root', 'vmail']
    const t = oldServer({
      like,
      accounts: names.map((name) => user(name)).join(''),
      hashes: Object.fromEntries(names.map((name) => [name, STRONG])),
    })
    const before = t.file('etc/shadow')
    await t.run(plugin)
    expect(t.file('etc/shadow')).toBe(before)
    expect(t.events()).toEqual([])
  })

  it('that were changed since the import are left as they are by another run', async () => {
    const t = oldServer({ like, accounts: user('mrossi'), hashes: { mrossi: STRONG } })
    await t.run(plugin)
    addAccount(t, 'shadow', 'mrossi:$6$new$password:19000:0:99999:7:::')
    const before = [t.file('etc/shadow'), t.events()]
    await t.run(plugin)
    expect([t.file('etc/shadow'), t.events()]).toEqual(before)
  })

  it('are an error when the source has no etc/shadow; users and files come all the same', async () => {
    const t = oldServer({ like, accounts: user('mrossi'), files: oldHome('mrossi') })
    rmSync(join(t.source, 'etc/shadow'))
    const { said, report } = await t.run(plugin)
    expect(said).toEqual(['error shadow-missing etc/shadow'])
    expect(report.actions[0]?.outcome).toBe('failed')
    expect(t.file('var/lib/nethserver/home/mrossi/notes.txt')).toBe('n')
  })
})

describe('the lines of the old account files', () => {
  it('that cannot be read are said once, with file and line', async () => {
    const t = oldServer({
      accounts: user('mrossi'),
      files: {
        'etc/shadow': `broken\nmrossi:${STRONG}:15000:0:99999:7:::\n:x:::::::\nmrossi:x:1:0:99999:7:::\n`,
        'etc/passwd': 'mrossi:x:abc:5001:::\n',
        'etc/group': 'sales:x\n',
      },
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([
      'warning account-file-bad-lines etc/passwd',
      'warning account-file-bad-lines etc/shadow',
      'warning account-file-bad-lines etc/group',
      'warning home-missing mrossi',
    ])
    expect(messages.slice(0, 3)).toEqual([
      'etc/passwd: cannot be read, left out: line 1 (uid or gid is not a number)',
      'etc/shadow: cannot be read, left out: line 1 (1 fields instead of 9), line 3 (no name), line 4 (the name stands in an earlier line)',
      'etc/group: cannot be read, left out: line 1 (2 fields instead of 4)',
    ])
    expect(hashOf(t, 'mrossi')).toBe(STRONG)
  })

  it('are counted where there are very many of them', async () => {
    const t = oldServer({ files: { 'etc/passwd': 'broken\n'.repeat(25) } })
    expect((await t.run(plugin)).messages[0]).toMatch(/line 10 \(.*\) and 15 more$/)
  })

  it('are not read behind a link', async () => {
    const t = oldServer({ accounts: user('mrossi') })
    rmSync(join(t.source, 'etc/shadow'))
    writeTree(t.source, { 'etc/shadow': { link: '/etc/shadow' } })
    expect((await t.run(plugin)).said).toContain('error shadow-missing etc/shadow')
  })
})
