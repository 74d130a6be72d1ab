import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import {
  accountLine,
  addAccount,
  entries,
  hashOf,
  oldHome,
  oldServer,
  PROVIDERS,
  user,
} from './helpers/old-server.js'

const HASH = '$6$salt$hashOfMario'

describe('a user where accounts are records (NethServer 6)', () => {
  it('gets a record, an account with the old id, and the event', async () => {
    const t = oldServer({
      like: 6,
      accounts: user('mrossi', {
        City: 'Rimini',
        Company: 'Acme',
        Dept: 'Tech',
        Phone: '555',
        Street: 'Via 1',
        EmailForward: 'local',
        VPNClientAccess: 'no',
      }),
    })
    const { said } = await t.run(plugin)
    expect(t.record('accounts', 'mrossi')).toBe(
      'mrossi=user|City|Rimini|Company|Acme|Department|Tech|FirstName|Mario|LastName|Rossi|PhoneNumber|555|Street|Via 1|Uid|5001',
    )
    expect(accountLine(t, 'passwd', 'mrossi')).toBe(
      'mrossi:x:5001:5001:Mario Rossi:/var/lib/nethserver/home/mrossi:/usr/libexec/openssh/sftp-server',
    )
    expect(accountLine(t, 'group', 'mrossi')).toBe('mrossi:x:5001:')
    expect(t.events()).toEqual(['user-create mrossi'])
    expect(said).toContain('follow-up users-without-password etc/shadow')
  })

  it('keeps no contact data that equals the organisation’s', async () => {
    const t = oldServer({
      like: 6,
      accounts: user('mrossi', {
        City: 'Hometown',
        Company: 'Example Org',
        Dept: 'Main',
        Phone: '575-1685',
        Street: 'Elsewhere 1',
      }),
    })
    await t.run(plugin)
    expect(t.record('accounts', 'mrossi')).toBe(
      'mrossi=user|City||Company||Department||FirstName|Mario|LastName|Rossi|PhoneNumber||Street|Elsewhere 1|Uid|5001',
    )
  })

  it('keeps no contact data that equals the defaults where the organisation has no record', async () => {
    const t = oldServer({
      like: 6,
      accounts: user('mrossi', {
        City: 'Default City',
        Company: 'Default Company',
        Dept: 'Default Department',
        Phone: '555',
        Street: 'Default Street',
      }),
      destination: { databases: { configuration: 'MinUid=5000\nslapd=service\n' } },
    })
    await t.run(plugin)
    expect(t.record('accounts', 'mrossi')).toBe(
      'mrossi=user|City||Company||Department||FirstName|Mario|LastName|Rossi|PhoneNumber|555|Street||Uid|5001',
    )
  })

  it('loses a pipe of its values, with a warning, and keeps line ends', async () => {
    const t = oldServer({
      like: 6,
      accounts: user('sconti', {
        Dept: String.raw`R&D \| Test`,
        Street: String.raw`Via Roma 1\nPiano 2`,
        Phone: '=+39',
      }),
    })
    const { said } = await t.run(plugin)
    expect(t.record('accounts', 'sconti')).toBe(
      String.raw`sconti=user|City||Company||Department|R&D  Test|FirstName|Mario|LastName|Rossi|PhoneNumber|=+39|Street|Via Roma 1\nPiano 2|Uid|5001`,
    )
    expect(said).toContain('warning pipe-stripped accounts/sconti Department')
  })

  it('gets a new id when the old one is taken, with a warning', async () => {
    const t = oldServer({ like: 6, accounts: user('mrossi') })
    addAccount(t, 'passwd', 'backup:x:5001:100::/:/sbin/nologin')
    const { said, messages } = await t.run(plugin)
    expect(accountLine(t, 'passwd', 'mrossi')).toContain('mrossi:x:5000:5000:')
    expect(t.record('accounts', 'mrossi')).toContain('|Uid|5000')
    expect(said).toContain('warning uid-changed mrossi')
    expect(messages).toContain(
      'user mrossi: the id 5001 cannot be kept (taken, or not one of a person), the new one is 5000',
    )
  })

  it('gets a new id when two of the source have the same one', async () => {
    const t = oldServer({ like: 6, accounts: user('anna') + user('bruno') })
    const { said } = await t.run(plugin)
    expect(t.record('accounts', 'anna')).toContain('|Uid|5001')
    expect(t.record('accounts', 'bruno')).toContain('|Uid|5000')
    expect(said).toContain('warning uid-changed bruno')
  })

  it.each(['0', '48', '499', 'x', '-1', '99999999999'])(
    'gets a new id when the old one cannot be that of a person: %s',
    async (uid) => {
      const t = oldServer({ like: 6, accounts: user('mrossi', { Uid: uid }) })
      const { said } = await t.run(plugin)
      expect(accountLine(t, 'passwd', 'mrossi')).toContain('mrossi:x:5000:5000:')
      expect(said).toContain('warning uid-changed mrossi')
    },
  )

  it('gets an id without a word when the source has none', async () => {
    const t = oldServer({ like: 6, accounts: 'wtanaka=user|PasswordSet|no\n' })
    const { said } = await t.run(plugin)
    expect(t.record('accounts', 'wtanaka')).toBe(
      'wtanaka=user|City||Company||Department||FirstName||LastName||PhoneNumber||Street||Uid|5000',
    )
    expect(accountLine(t, 'passwd', 'wtanaka')).toContain(':5000:5000:wtanaka:')
    expect(said.filter((line) => line.includes('uid-changed'))).toEqual([])
  })

  it.each([
    ['a user', 'mrossi=user|Uid|700\n'],
    ['a group', 'mrossi=group|Members|\n'],
    ['a pseudonym', 'mrossi=pseudonym|Account|admin\n'],
  ])('is skipped with password and files when the name is that of %s', async (_title, record) => {
    const t = oldServer({
      like: 6,
      accounts: user('mrossi') + user('zoe', { Uid: '5002' }),
      hashes: { mrossi: HASH },
      files: { ...oldHome('mrossi'), ...oldHome('zoe') },
      destination: { records: { accounts: record } },
    })
    const { said } = await t.run(plugin)
    expect(said).toContain('warning user-exists mrossi')
    expect(t.record('accounts', 'mrossi')).toBe(record.trim())
    expect(hashOf(t, 'mrossi')).toBeUndefined()
    expect(entries(t, 'var/lib/nethserver/home')).toEqual(['d 0700 zoe', 'f 0644 zoe/notes.txt'])
    expect(t.events()).toEqual(['user-create zoe'])
  })

  it.each(['mysql', 'postfix'])('never takes the name of a system user: %s', async (name) => {
    const t = oldServer({
      like: 6,
      accounts: user(name),
      hashes: { [name]: HASH },
      files: oldHome(name),
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual([`warning user-exists ${name}`])
    expect(t.record('accounts', name)).toBeUndefined()
    expect(hashOf(t, name)).toBe('*')
    expect(t.events()).toEqual([])
  })
})

describe('a user where a local LDAP server has the accounts (NethServer 7)', () => {
  it('gets an account with a new id through the event, and no record', async () => {
    const t = oldServer({ accounts: user('mrossi', { City: 'Rimini' }) })
    const before = t.databaseText('accounts')
    await t.run(plugin)
    expect(t.databaseText('accounts')).toBe(before)
    expect(accountLine(t, 'passwd', 'mrossi')).toBe(
      'mrossi:x:10001:10000:Mario Rossi:/var/lib/nethserver/home/mrossi:/usr/libexec/openssh/sftp-server',
    )
    expect(accountLine(t, 'group', 'locals')).toBe('locals:x:10000:admin,mrossi')
    expect(t.events()).toEqual(['user-create mrossi Mario Rossi'])
  })

  it.each([
    ['UTF-8', 'J\xc3\xbcrgen', 'M\xc3\xbcller', 'Jürgen Müller', 'Jurgen Muller'],
    ['Latin-1', 'Ren\xe9', 'Lef\xe8vre', 'René Lefèvre', 'Rene Lefevre'],
    ['a letter whose last byte is no blank', 'Nicol\xc3\xa0', '', 'Nicolà', 'Nicola'],
    [
      'quotes and the like',
      'Tim; $(x)',
      "O'Brien `y`",
      "Tim; $(x) O'Brien `y`",
      "Tim; $(x) O'Brien `y`",
    ],
    ['colons and commas', 'A:B', 'C,D', 'A:B C,D', 'AB CD'],
    ['control characters', 'A\\nB', 'C\u0001', 'A B C', 'A B C'],
    ['no name at all', '', '', 'mrossi', 'mrossi'],
  ])(
    'has its full name as valid UTF-8 for the event, as ASCII in passwd: %s',
    async (_title, FirstName, LastName, full, ascii) => {
      const t = oldServer({ accounts: user('mrossi', { FirstName, LastName }) })
      await t.run(plugin)
      expect(t.events()).toEqual([`user-create mrossi ${full}`])
      expect(accountLine(t, 'passwd', 'mrossi')?.split(':')[4]).toBe(ascii)
    },
  )

  it('who is there already is kept, and gets password and files of the old server', async () => {
    const t = oldServer({
      accounts: user('mrossi'),
      hashes: { mrossi: HASH },
      files: oldHome('mrossi'),
    })
    addAccount(t, 'passwd', 'mrossi:x:10050:10000:Mario:/var/lib/nethserver/home/mario:/bin/bash')
    addAccount(t, 'shadow', 'mrossi:!!::0:99999:7:::')
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning user-exists mrossi'])
    expect(accountLine(t, 'passwd', 'mrossi')).toContain(':10050:')
    expect(hashOf(t, 'mrossi')).toBe(HASH)
    expect(entries(t, 'var/lib/nethserver/home')).toEqual([
      'd 0700 mario',
      'f 0644 mario/notes.txt',
    ])
    expect(t.events()).toEqual(['run: lpasswd -f 0 mrossi'])
  })

  it.each(['apache', 'mysql', 'chrony'])(
    'never takes the name of a system user: %s',
    async (name) => {
      const t = oldServer({ accounts: user(name), hashes: { [name]: HASH }, files: oldHome(name) })
      if (name === 'chrony')
        addAccount(t, 'passwd', 'chrony:x:998:996::/var/lib/chrony:/sbin/nologin')
      const { said } = await t.run(plugin)
      expect(said).toEqual([`warning user-exists ${name}`])
      expect(hashOf(t, name)).not.toBe(HASH)
      expect(entries(t, 'var/lib/nethserver/home')).toEqual([])
      expect(t.events()).toEqual([])
    },
  )
})

describe.each([6, 7] as const)('names on a NethServer %s', (like) => {
  it.each(['administrator', 'Guest', 'KRBTGT', 'root', 'vmail', 'postmaster', 'locals', 'shared'])(
    'that are reserved are a warning, without password and files: %s',
    async (name) => {
      const t = oldServer({
        like,
        accounts: user(name),
        hashes: { [name]: HASH },
        files: oldHome(name),
      })
      const before = t.file('etc/shadow')
      const { said } = await t.run(plugin)
      expect(said).toEqual([`warning reserved-account ${name}`])
      expect(t.file('etc/shadow')).toBe(before)
      expect(t.events()).toEqual([])
      expect(entries(t, 'var/lib/nethserver/home')).toEqual([])
    },
  )

  it.each([
    ['a semicolon', 'a;b', 'a;b'],
    ['a command', '$(x)', '$(x)'],
    ['dots', '..', '..'],
    ['a path', 'a/../../b', 'a/../../b'],
    ['a leading dash', '-rf', '-rf'],
    ['a capital letter', 'Mario', 'Mario'],
    ['a dot at its end', 'mario.', 'mario.'],
    ['a digit first', '1mario', '1mario'],
    ['a letter beyond ASCII', 'ren\xe9', 'rené'],
    ['a blank', 'mario rossi', 'mario rossi'],
    ['a control character', 'mario\u0007', 'mario\\x07'],
    ['a line end, spelled as in the file', 'mario\\nrossi', 'mario\\nrossi'],
    ['300 characters', 'm'.repeat(300), 'm'.repeat(300)],
    ['32 characters', 'm'.repeat(32), 'm'.repeat(32)],
  ])(
    'that no account can have are an error, and the others go on: %s',
    async (_title, name, shown) => {
      const t = oldServer({
        like,
        accounts: user(name) + user('zoe', { Uid: '5002' }),
        hashes: { [name]: HASH },
      })
      const { said, report } = await t.run(plugin)
      expect(said).toContain(`error account-name-invalid ${shown}`)
      expect(report.actions[0]?.outcome).toBe('failed')
      expect(accountLine(t, 'passwd', 'zoe')).toBeDefined()
      expect(
        t
          .file('etc/passwd')
          .split('\n')
          .filter((line) => line.includes('5001')),
      ).toEqual([])
      expect(t.events()).toEqual([like === 6 ? 'user-create zoe' : 'user-create zoe Mario Rossi'])
    },
  )

  it.each([
    ['of the source', 'maxAcctNameLength=40\n', ''],
    ['of the destination', 'maxAcctNameLength=12\n', 'maxAcctNameLength=40\n'],
  ])('may be as long as the larger limit says: that %s', async (_title, configuration, here) => {
    const name = 'm'.repeat(40)
    const t = oldServer({
      like,
      accounts: user(name),
      configuration,
      destination: { records: { configuration: here } },
    })
    await t.run(plugin)
    expect(accountLine(t, 'passwd', name)).toBeDefined()
  })

  it.each(['a', 'm'.repeat(31), 'anna-maria_2.rossi'])('may be like this: %s', async (name) => {
    const t = oldServer({ like, accounts: user(name) })
    await t.run(plugin)
    expect(accountLine(t, 'passwd', name)).toBeDefined()
  })

  it('that differ only by case give one account: the one that may have its name', async () => {
    const t = oldServer({ like, accounts: user('Mario') + user('mario') })
    const { said } = await t.run(plugin)
    expect(said).toContain('error account-name-invalid Mario')
    expect(t.events()).toEqual([like === 6 ? 'user-create mario' : 'user-create mario Mario Rossi'])
  })

  it('that are those of a group of the system are a warning', async () => {
    const t = oldServer({ like, accounts: user('tty'), files: oldHome('tty') })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning name-of-other-kind tty'])
    expect(accountLine(t, 'passwd', 'tty')).toBeUndefined()
    expect(t.events()).toEqual([])
  })

  it('never make admin, of whatever type the old one is', async () => {
    const t = oldServer({ like, accounts: user('admin', { Uid: '5099' }) })
    const before = [accountLine(t, 'passwd', 'admin'), t.record('accounts', 'admin')]
    const { said } = await t.run(plugin)
    expect(said.filter((line) => line.includes('admin'))).toEqual([])
    expect([accountLine(t, 'passwd', 'admin'), t.record('accounts', 'admin')]).toEqual(before)
  })
})

describe.each(['remote-ldap', 'remote-ad'] as const)('users of a %s server', (provider) => {
  const remote = () =>
    oldServer({
      accounts: user('mrossi') + user('zoe') + user('mysql'),
      hashes: { mrossi: HASH, zoe: HASH, mysql: HASH },
      files: { ...oldHome('mrossi'), ...oldHome('zoe'), ...oldHome('mysql') },
      destination: { records: { configuration: PROVIDERS[provider] } },
    })

  it('are never made; those who are known get their files, and nobody a password', async () => {
    const t = remote()
    addAccount(t, 'passwd', 'mrossi:x:70001:70000::/var/lib/nethserver/home/mrossi:/bin/bash')
    const before = [t.file('etc/passwd'), t.file('etc/shadow')]
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning user-exists mysql', 'warning user-unknown zoe'])
    expect([t.file('etc/passwd'), t.file('etc/shadow')]).toEqual(before)
    expect(entries(t, 'var/lib/nethserver/home')).toEqual([
      'd 0700 mrossi',
      'f 0644 mrossi/notes.txt',
    ])
    expect(t.events()).toEqual([])
  })

  it('who become known later get their files in the next run', async () => {
    const t = remote()
    await t.run(plugin)
    addAccount(t, 'passwd', 'zoe:x:70002:70000::/var/lib/nethserver/home/zoe:/bin/bash')
    await t.run(plugin)
    expect(entries(t, 'var/lib/nethserver/home')).toEqual(['d 0700 zoe', 'f 0644 zoe/notes.txt'])
  })
})
