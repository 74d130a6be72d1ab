import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import plugin from '../src/index.js'
import { oldServer, stateOf, type OldServer } from './helpers/old-server.js'

const SAMBA = 'home/e-smith/files/samba'
const HERE = 'var/lib/nethserver'
const CHECK_ROLE = 'follow-up check-samba-role configuration/smb'

const withFiles = (server: OldServer) => oldServer({ like: 6, ...server })

/** `kind mode path` of what lies in a folder of the destination. */
const entries = (t: ReturnType<typeof oldServer>, folder: string) =>
  t.manifest(`${HERE}/${folder}`).map((one) => one.replace(/^(\S \S+) \S+ (.*?)( = .*)?$/, '$1 $2'))

describe('files of Samba on a NethServer 6', () => {
  it('are moved: drivers and logon scripts, with modes and odd names', async () => {
    const t = withFiles({
      files: {
        [`${SAMBA}/printers/W32X86/3/driver.dll`]: { content: 'd', mode: 0o664 },
        [`${SAMBA}/printers/x64`]: { directory: true, mode: 0o775 },
        [`${SAMBA}/netlogon/log on;$(x).bat`]: 'REM',
      },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual([CHECK_ROLE])
    expect(entries(t, 'print_driver')).toEqual([
      'd 0755 W32X86',
      'd 0755 W32X86/3',
      'f 0664 W32X86/3/driver.dll',
      'd 0775 x64',
    ])
    expect(entries(t, 'netlogon')).toEqual(['f 0644 log on;$(x).bat'])
    expect(t.events()).not.toContain('nethserver-samba-update')
  })

  it('belong to admin and the administrators of the domain', async (context: TestContext) => {
    context.skip(process.getuid?.() !== 0, 'only root can give files away')
    const t = withFiles({
      files: { [`${SAMBA}/netlogon/a.bat`]: { content: 'x', owner: [101, 500] } },
    })
    await t.run(plugin)
    expect(t.manifest(`${HERE}/netlogon`)[0]).toMatch(/^f 0644 500:502 a.bat/)
  })

  it('keep what lies there already', async () => {
    const t = withFiles({
      files: { [`${SAMBA}/netlogon/logon.bat`]: 'the old one' },
      destinationFiles: { [`${HERE}/netlogon/logon.bat`]: 'the new one!' },
    })
    const { said } = await t.run(plugin)
    expect(said).toContain(
      'notice exists-kept-both /var/lib/nethserver/netlogon/logon.bat.migrated',
    )
    expect(entries(t, 'netlogon')).toEqual(['f 0644 logon.bat', 'f 0644 logon.bat.migrated'])
  })

  it('that the old server does not have are no error', async () => {
    const t = withFiles({})
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([CHECK_ROLE])
    expect(messages).toEqual(
      expect.arrayContaining(
        ['logon scripts', 'printer drivers', 'roaming profiles'].map(
          (name) => `the old server has no ${name}: nothing to do`,
        ),
      ),
    )
  })

  it('that are a link are an error, and nothing behind it is touched', async () => {
    const t = withFiles({
      files: { [`${SAMBA}/netlogon`]: { link: '/etc' }, [`${SAMBA}/printers/a.ppd`]: 'p' },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual([CHECK_ROLE, `error samba-files-no-folder ${SAMBA}/netlogon`])
    expect(entries(t, 'print_driver')).toEqual(['f 0644 a.ppd'])
  })
})

describe('a roaming profile', () => {
  const files = { [`${SAMBA}/profiles/anna/NTUSER.DAT`]: 'n' }

  it('is moved where the destination has a folder for it, and belongs to its user', async () => {
    const t = withFiles({
      files: { ...files, [`${SAMBA}/profiles/anna.V2/NTUSER.DAT`]: 'n2' },
      destinationFiles: {
        [`${HERE}/profile/anna`]: { directory: true, mode: 0o700 },
        [`${HERE}/profile/anna.V2`]: { directory: true, mode: 0o700 },
      },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual([CHECK_ROLE])
    const lines = t.manifest(`${HERE}/profile`).filter((one) => one.startsWith('f'))
    expect(lines).toEqual([
      expect.stringContaining(' anna/NTUSER.DAT ') as string,
      expect.stringContaining(' anna.V2/NTUSER.DAT ') as string,
    ])
    if (process.getuid?.() === 0) expect(lines[0]).toContain(' 5001:5001 ')
  })

  it('stays in the source, with a warning, where there is no such folder', async () => {
    const t = withFiles({ files })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([CHECK_ROLE, `warning profile-left ${SAMBA}/profiles/anna`])
    expect(messages).toContain(
      'profile anna stays in the source: there is no /var/lib/nethserver/profile/anna',
    )
  })

  it('comes with the next import when there is a folder by then', async () => {
    const t = withFiles({ files })
    await t.run(plugin)
    const other = withFiles({
      files,
      destinationFiles: { [`${HERE}/profile/anna`]: { directory: true } },
    })
    await other.run(plugin)
    expect(entries(other, 'profile')).toEqual(['d 0755 anna', 'f 0644 anna/NTUSER.DAT'])
  })

  it('of nobody stays in the source, with a warning', async () => {
    const t = withFiles({
      files: { [`${SAMBA}/profiles/leaver/NTUSER.DAT`]: 'n' },
      destinationFiles: { [`${HERE}/profile/leaver`]: { directory: true } },
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([CHECK_ROLE, `warning profile-left ${SAMBA}/profiles/leaver`])
    expect(messages).toContain('profile leaver stays in the source: there is no user leaver')
  })
})

describe('logon scripts', () => {
  const NAMED = 'follow-up logon-scripts-name-old-server /var/lib/nethserver/netlogon'
  const scripts = (texts: Readonly<Record<string, string>>, smb: Record<string, string> = {}) =>
    withFiles({
      smb,
      files: Object.fromEntries(
        Object.entries(texts).map(([name, text]) => [`${SAMBA}/netlogon/${name}`, text]),
      ),
    })

  it('that name the old server are a task that names them, in every run', async () => {
    const t = scripts({
      'a.bat': 'net use P: \\\\oldpdc\\sales\r\n',
      'b.CMD': 'net time \\\\OLDPDC.example.com /set\r\n',
      'c.vbs': 'x = "\\\\other\\sales"',
      'd.exe': '\\\\oldpdc',
    })
    const first = await t.run(plugin)
    expect(first.said).toEqual([CHECK_ROLE, NAMED])
    expect(first.messages).toContain('logon scripts name the old server oldpdc: a.bat, b.CMD')
    const second = await t.run(plugin)
    expect(second.said).toEqual(first.said)
    expect(second.messages).toContain('logon scripts name the old server oldpdc: a.bat, b.CMD')
  })

  it('may name it as ServerName says', async () => {
    const t = scripts({ 'a.bat': 'net use P: \\\\files\\sales' }, { ServerName: 'files' })
    expect((await t.run(plugin)).said).toEqual([CHECK_ROLE, NAMED])
  })

  it.each(['\\\\oldpdc2\\sales', '\\\\oldpdc-2\\sales', 'oldpdc', '\\oldpdc'])(
    'that name another one are no task: %s',
    async (text) => {
      expect((await scripts({ 'a.bat': text }).run(plugin)).said).toEqual([CHECK_ROLE])
    },
  )
})

it('files of Samba stay in the source on a NethServer 7, with a notice for each folder', async () => {
  const t = oldServer({
    like: 7,
    files: {
      [`${SAMBA}/netlogon/a.bat`]: 'a',
      [`${SAMBA}/printers`]: { directory: true },
      [`${SAMBA}/profiles/anna/x`]: 'x',
    },
  })
  const before = stateOf(t).files
  appendFileSync(join(t.root, 'etc/passwd'), '')
  const { said } = await t.run(plugin)
  expect(said).toEqual([
    CHECK_ROLE,
    `notice samba-files-left ${SAMBA}/netlogon`,
    `notice samba-files-left ${SAMBA}/profiles`,
  ])
  expect(stateOf(t).files).toEqual(before)
})
