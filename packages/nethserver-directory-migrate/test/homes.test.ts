import { manifest } from '@nethserver-migrate/testkit'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import plugin from '../src/index.js'
import { addAccount, entries, oldHome, oldServer, user } from './helpers/old-server.js'

const HOMES = 'var/lib/nethserver/home'
const USERS = 'home/e-smith/files/users'

const needsRoot = (context: TestContext) =>
  context.skip(process.getuid?.() !== 0, 'only root can give files away')

describe.each([6, 7] as const)('home directories on a NethServer %s', (like) => {
  it('get what lay in home/, one level up, with modes, dot files, links and odd names', async () => {
    const t = oldServer({
      like,
      accounts: user('mrossi'),
      files: oldHome('mrossi', {
        'My Documents/report 2012.doc': 'r',
        '.hidden/.config': { content: 'c', mode: 0o600 },
        'Soci\xe9t\xe9.txt': 's',
        'quote\'s "and" $dollar;semi&amp`tick`.txt': 'q',
        '-rf': 'x',
        '*': 'x',
        'line\nbreak.txt': 'x',
        'latest.doc': { link: 'My Documents/report 2012.doc' },
        'empty folder': { directory: true, mode: 0o700 },
      }),
    })
    await t.run(plugin)
    expect(entries(t, HOMES)).toEqual([
      'd 0700 mrossi',
      'f 0644 mrossi/*',
      'f 0644 mrossi/-rf',
      'd 0755 mrossi/.hidden',
      'f 0600 mrossi/.hidden/.config',
      'd 0755 mrossi/My Documents',
      'f 0644 mrossi/My Documents/report 2012.doc',
      'f 0644 mrossi/Société.txt',
      'd 0700 mrossi/empty folder',
      'l 0777 mrossi/latest.doc -> My Documents/report 2012.doc',
      'f 0644 mrossi/line\\nbreak.txt',
      'f 0644 mrossi/quote\'s "and" $dollar;semi&amp`tick`.txt',
    ])
  })

  it('belong to the user, with everything that was moved', async (context) => {
    needsRoot(context)
    const t = oldServer({
      like,
      accounts: user('mrossi'),
      files: oldHome('mrossi', {
        'a/b': { content: 'x', owner: [5555, 5556] },
        link: { link: 'a', owner: [5555, 5556] },
      }),
    })
    await t.run(plugin)
    const owner = like === 6 ? '5001:5001' : '10001:10000'
    expect(t.manifest(HOMES).map((line) => line.split(' ')[2])).toEqual([
      owner,
      owner,
      owner,
      owner,
    ])
  })

  it('keep what lay there before, with its owner and content', async (context) => {
    needsRoot(context)
    const t = oldServer({
      like,
      accounts: user('mrossi'),
      files: oldHome('mrossi', { '.bashrc': 'the old one', 'docs/a': 'a' }),
      destination: {
        files: {
          [`${HOMES}/mrossi/.bashrc`]: { content: 'the new one!', owner: [7, 8] },
          [`${HOMES}/mrossi/docs`]: { directory: true, mode: 0o750, owner: [7, 8] },
        },
      },
    })
    const { said } = await t.run(plugin)
    expect(said).toContain(
      'notice exists-kept-both /var/lib/nethserver/home/mrossi/.bashrc.migrated',
    )
    expect(t.file(`${HOMES}/mrossi/.bashrc`)).toBe('the new one!')
    expect(t.file(`${HOMES}/mrossi/.bashrc.migrated`)).toBe('the old one')
    expect(t.manifest(HOMES).filter((line) => line.includes(' 7:8 '))).toHaveLength(2)
  })

  it('get dot files that lay beside home/, and never the mail', async () => {
    const t = oldServer({
      like,
      accounts: user('mrossi'),
      files: {
        ...oldHome('mrossi'),
        [`${USERS}/mrossi/.bash_history`]: { content: 'h', mode: 0o600 },
        [`${USERS}/mrossi/Maildir/cur/1`]: 'mail',
        [`${USERS}/mrossi/sieve/a.sieve`]: 'keep;',
        [`${USERS}/mrossi/.dovecot.sieve`]: { link: 'sieve/a.sieve' },
        [`${USERS}/mrossi/.dovecot.svbin`]: 'b',
      },
    })
    await t.run(plugin)
    expect(entries(t, `${HOMES}/mrossi`)).toEqual(['f 0600 .bash_history', 'f 0644 notes.txt'])
    expect(readdirSync(join(t.source, USERS, 'mrossi')).sort()).toEqual(
      expect.arrayContaining(['.dovecot.sieve', '.dovecot.svbin', 'Maildir', 'sieve']),
    )
  })

  it('keep both when a name lay in home/ and beside it', async () => {
    const t = oldServer({
      like,
      accounts: user('mrossi'),
      files: {
        ...oldHome('mrossi', { '.profile': 'in home' }),
        [`${USERS}/mrossi/.profile`]: 'beside it',
      },
    })
    await t.run(plugin)
    expect(t.file(`${HOMES}/mrossi/.profile`)).toBe('in home')
    expect(t.file(`${HOMES}/mrossi/.profile.migrated`)).toBe('beside it')
  })

  it('that the source does not have are a warning; none is made', async () => {
    const t = oldServer({
      like,
      accounts: user('nohome', { PasswordSet: 'yes' }),
      hashes: { nohome: '$6$a$b' },
    })
    expect((await t.run(plugin)).said).toEqual(['warning home-missing nohome'])
    expect(entries(t, HOMES)).toEqual([])
  })

  it('are never moved out of a folder that is a link', async () => {
    const t = oldServer({
      like,
      accounts: user('mrossi') + user('zoe', { Uid: '5002' }),
      files: {
        'elsewhere/secret': 's',
        [`${USERS}/mrossi`]: { link: '../../../../elsewhere' },
        ...oldHome('zoe'),
      },
    })
    const { said, report } = await t.run(plugin)
    expect(said.filter((line) => line.startsWith('error'))).toEqual([
      'error SOURCE_SYMBOLIC_LINK /var/lib/nethserver/home/mrossi',
    ])
    expect(report.actions[0]?.outcome).toBe('failed')
    expect(readFileSync(join(t.source, 'elsewhere/secret'), 'utf8')).toBe('s')
    expect(entries(t, HOMES)).toEqual(['d 0700 zoe', 'f 0644 zoe/notes.txt'])
  })

  it('are not moved out of a home/ that is a link; what lies beside it is', async () => {
    const t = oldServer({
      like,
      accounts: user('mrossi'),
      files: {
        [`${USERS}/mrossi/home`]: { link: '/etc' },
        [`${USERS}/mrossi/.bash_history`]: 'h',
      },
    })
    const { said } = await t.run(plugin)
    expect(said).toContain('error SOURCE_SYMBOLIC_LINK /var/lib/nethserver/home/mrossi')
    expect(entries(t, HOMES)).toEqual(['d 0700 mrossi', 'f 0644 mrossi/.bash_history'])
  })

  it('that are a file are an error, and the others go on', async () => {
    const t = oldServer({
      like,
      accounts: user('mrossi') + user('zoe', { Uid: '5002' }),
      files: { [`${USERS}/mrossi`]: 'no folder', ...oldHome('zoe') },
    })
    const { said } = await t.run(plugin)
    expect(said).toContain('error SOURCE_NOT_A_DIRECTORY /var/lib/nethserver/home/mrossi')
    expect(t.file(`${HOMES}/zoe/notes.txt`)).toBe('n')
  })

  it('bring links along as links: nothing is read, written or given away behind them', async () => {
    const t = oldServer({
      like,
      accounts: user('dsmith'),
      files: oldHome('dsmith', {
        'passwords.txt': { link: '/etc/shadow' },
        sysconfig: { link: '/etc' },
        dangling: { link: 'nowhere/at/all' },
      }),
    })
    const before = lstatSync('/etc/shadow')
    await t.run(plugin)
    expect(entries(t, `${HOMES}/dsmith`)).toEqual([
      'l 0777 dangling -> nowhere/at/all',
      'l 0777 passwords.txt -> /etc/shadow',
      'l 0777 sysconfig -> /etc',
    ])
    const { uid, gid, mode, mtimeMs } = lstatSync('/etc/shadow')
    expect({ uid, gid, mode, mtimeMs }).toMatchObject({
      uid: before.uid,
      gid: before.gid,
      mode: before.mode,
      mtimeMs: before.mtimeMs,
    })
  })

  it('never land outside of the destination when the new home is a link there', async () => {
    const t = oldServer({ like, accounts: user('mrossi'), files: oldHome('mrossi') })
    const outside = join(t.root, '../outside')
    mkdirSync(outside)
    mkdirSync(join(t.root, HOMES), { recursive: true })
    symlinkSync(outside, join(t.root, HOMES, 'mrossi'))
    const { report } = await t.run(plugin)
    expect(readdirSync(outside)).toEqual([])
    expect(report.actions[0]?.outcome).toBe('failed')
  })

  it('that belong to no user stay in the source, with a warning', async () => {
    const t = oldServer({ like, files: oldHome('leaver') })
    const before = manifest(join(t.source, USERS))
    expect((await t.run(plugin)).said).toEqual(['warning home-without-user leaver'])
    expect(manifest(join(t.source, USERS))).toEqual(before)
  })

  it('go on where they stopped: what came to the source meanwhile is added', async () => {
    const t = oldServer({ like, accounts: user('mrossi'), files: oldHome('mrossi') })
    await t.run(plugin)
    mkdirSync(join(t.source, USERS, 'mrossi/home/later'), { mode: 0o755 })
    await t.run(plugin)
    expect(entries(t, `${HOMES}/mrossi`)).toEqual(['d 0755 later', 'f 0644 notes.txt'])
  })
})

describe.each([6, 7] as const)("admin's files on a NethServer %s", (like) => {
  const links = (t: ReturnType<typeof oldServer>) =>
    entries(t, 'root').filter((line) => line.includes('admin-migration'))

  it('get a private folder of their own, and a link in /root', async () => {
    const t = oldServer({
      like,
      accounts: 'admin=system\n',
      files: {
        ...oldHome('admin'),
        [`${USERS}/admin/.bash_history`]: 'h',
        [`${USERS}/admin/Maildir/cur/1`]: 'mail',
      },
      destination: { files: { [`${HOMES}/admin/notes.txt`]: 'of the new admin' } },
    })
    await t.run(plugin)
    expect(entries(t, 'var/lib/nethserver/migration/admin')).toEqual([
      'f 0644 .bash_history',
      'f 0644 notes.txt',
    ])
    expect(lstatSync(join(t.root, 'var/lib/nethserver/migration/admin')).mode & 0o7777).toBe(0o700)
    expect(t.file(`${HOMES}/admin/notes.txt`)).toBe('of the new admin')
    expect(links(t)).toHaveLength(1)
    expect(links(t)[0]).toMatch(
      /^l 0777 admin-migration-\d{14} -> \.\.\/var\/lib\/nethserver\/migration\/admin$/,
    )
    const link = links(t)[0]?.split(' ')[2] ?? ''
    expect(readdirSync(join(t.root, 'root', link)).sort()).toEqual(['.bash_history', 'notes.txt'])
  })

  it("are root's", async (context) => {
    needsRoot(context)
    const t = oldServer({
      like,
      files: oldHome('admin', { a: { content: 'a', owner: [101, 102] } }),
    })
    await t.run(plugin)
    expect(t.manifest('var/lib/nethserver/migration/admin')[0]).toMatch(/^f 0644 0:0 a /)
    expect(lstatSync(join(t.root, 'var/lib/nethserver/migration/admin')).uid).toBe(0)
  })

  it('may be missing: a word, no error, no folder and no link', async () => {
    const t = oldServer({ like, accounts: 'admin=system\n' })
    const { messages, report } = await t.run(plugin)
    expect(messages).toContain('admin has no files in the source: nothing to do')
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(existsSync(join(t.root, 'var/lib/nethserver/migration/admin'))).toBe(false)
    expect(links(t)).toEqual([])
  })

  it('get no link when they could not be moved', async () => {
    const t = oldServer({ like, files: { [`${USERS}/admin`]: { link: '/etc' } } })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['error SOURCE_SYMBOLIC_LINK /var/lib/nethserver/migration/admin'])
    expect(links(t)).toEqual([])
  })

  it('get one link, also when they are imported twice', async () => {
    const t = oldServer({ like, files: oldHome('admin') })
    await t.run(plugin)
    const before = t.manifest('root')
    await t.run(plugin)
    expect(t.manifest('root')).toEqual(before)
  })
})

describe('the files of an account that exists', () => {
  it('are moved into the home that it has', async () => {
    const t = oldServer({ accounts: user('mrossi'), files: oldHome('mrossi') })
    addAccount(t, 'passwd', 'mrossi:x:10050:10000::/var/lib/nethserver/home/other:/bin/bash')
    await t.run(plugin)
    expect(entries(t, HOMES)).toEqual(['d 0700 other', 'f 0644 other/notes.txt'])
  })
})
