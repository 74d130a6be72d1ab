import { describe, expect, it } from 'vitest'
import { temporaryFolder, testbed, writeTree, type Tree } from '@nethserver-migrate/testkit'
import type { Plugin } from '../src/plugin/define-plugin.js'
import { accountedTrees, accountFor, type Accounting } from '../src/report/accounting.js'
import type { Finding } from '../src/report/findings.js'
import { Source } from '../src/source/source.js'
import { importWith } from './helpers/import-with.js'
import { pluginOf } from './helpers/plugin-of.js'

const DB = 'home/e-smith/db'

function sourceWith(tree: Tree): Source {
  const folder = temporaryFolder()
  writeTree(folder, { [`${DB}/configuration`]: '', ...tree })
  return Source.open(folder)
}

function pluginThat(
  parts: Partial<Pick<Plugin, 'covers' | 'leavesOut'>>,
  name = 'nethserver-test-migrate',
): Plugin {
  return { ...pluginOf(() => undefined, { name }), ...parts }
}

interface Others {
  readonly missing?: readonly string[]
  readonly findings?: readonly Finding[]
  readonly trees?: readonly string[]
}

function account(
  source: Source,
  plugins: readonly Plugin[],
  { missing = [], findings = [], trees = [] }: Others = {},
): Accounting {
  return accountFor({
    source,
    plugins,
    isInstalled: ({ name }) => !missing.includes(name),
    findings,
    trees,
  })
}

/** Each entry on a line: what, which records and props, what becomes of it and why. */
function lines({ entries }: Accounting): string[] {
  return entries.map(({ state, subject, keys, props, reason, manual }) =>
    [
      subject,
      ...(keys.length > 0 ? [`[${keys.join(' ')}]`] : []),
      ...(props.length > 0 ? [`(${props.join(' ')})`] : []),
      '→',
      state,
      ...(reason ? [reason] : []),
      ...(manual ? [`"${manual}"`] : []),
    ].join(' '),
  )
}

/** What a run says that leaves something behind. */
function saying(leaves: Finding['leaves'], plugin = 'nethserver-test-migrate'): Finding {
  return {
    severity: 'warning',
    plugin,
    action: plugin,
    code: 'message',
    subject: '',
    message: 'left',
    remedy: 'Do it by hand',
    ...(leaves === undefined ? {} : { leaves }),
  }
}

describe('the account of records', () => {
  const source = () =>
    sourceWith({
      [`${DB}/accounts`]: [
        'admin=system|PasswordSet|yes|Shell|x',
        'odd=',
        'rossi=user|FirstName|M|Shell|sh',
        'verdi=user|FirstName|V|Extra|1|Shell|sh',
        'shared=ibay',
        '',
      ].join('\n'),
    })

  it('shows every prop as unknown where no plugin says anything', () => {
    const accounting = account(source(), [])
    expect(lines(accounting)).toEqual([
      'accounts: records of type ibay [shared] → unknown',
      'accounts: records of type system [admin] (PasswordSet Shell) → unknown',
      'accounts: records of type user [rossi verdi] (Extra FirstName Shell) → unknown',
      'accounts: records without type [odd] → unknown',
    ])
    expect(accounting.totals).toEqual({
      records: { migrated: 0, 'left-out': 0, 'not-installed': 0, unknown: 5 },
      values: { migrated: 0, 'left-out': 0, 'not-installed': 0, unknown: 9 },
      trees: { migrated: 0, 'left-out': 0, 'not-installed': 0, unknown: 0 },
    })
  })

  it('takes a plugin that names props at its word, and for no other prop', () => {
    const plugin = pluginThat({
      covers: [
        { database: 'accounts', type: 'user', props: ['FirstName'] },
        { database: 'accounts', key: 'admin', props: ['PasswordSet'] },
      ],
      leavesOut: [
        { database: 'accounts', type: 'user', props: ['Shell'], reason: 'no-equivalent' },
        { database: 'accounts', type: 'system', reason: 'obsolete', manual: 'Look' },
      ],
    })
    expect(lines(account(source(), [plugin]))).toEqual([
      'accounts: records of type ibay [shared] → unknown',
      'accounts: records of type system [admin] (PasswordSet) → migrated',
      'accounts: records of type system [admin] (Shell) → left-out obsolete "Look"',
      'accounts: records of type user [rossi verdi] (FirstName) → migrated',
      'accounts: records of type user [rossi verdi] (Shell) → left-out no-equivalent',
      'accounts: records of type user [verdi] (Extra) → unknown',
      'accounts: records without type [odd] → unknown',
    ])
  })

  it('counts a record by the best that became of one of its props', () => {
    const plugin = pluginThat({
      covers: [{ database: 'accounts', type: 'user', props: ['FirstName'] }],
      leavesOut: [{ database: 'accounts', type: 'system', reason: 'obsolete' }],
    })
    expect(account(source(), [plugin]).totals.records).toEqual({
      migrated: 2,
      'left-out': 1,
      'not-installed': 0,
      unknown: 2,
    })
  })

  const users = pluginThat({ covers: [{ database: 'accounts', type: 'user' }] })
  const isUser = (line: string) => line.includes('type user')

  it('says which package is missing for what is carried only with it', () => {
    expect(lines(account(source(), [users], { missing: [users.name] })).filter(isUser)).toEqual([
      'accounts: records of type user [rossi verdi] (Extra FirstName Shell) → not-installed "Where it is still needed, install nethserver-test and run the same command again"',
    ])
  })

  it('prefers the plugin that is installed, whatever the other one says', () => {
    const other = pluginThat(
      { leavesOut: [{ database: 'accounts', type: 'user', reason: 'no-equivalent' }] },
      'nethserver-other-migrate',
    )
    const plugins = [users, other]
    expect(lines(account(source(), plugins, { missing: [users.name] })).filter(isUser)).toEqual([
      'accounts: records of type user [rossi verdi] (Extra FirstName Shell) → left-out no-equivalent',
    ])
    expect(lines(account(source(), plugins)).filter(isUser)).toEqual([
      'accounts: records of type user [rossi verdi] (Extra FirstName Shell) → migrated',
    ])
  })

  it('leaves the word to others where a plugin says that they have it', () => {
    const other = pluginThat(
      {
        leavesOut: [
          { database: 'accounts', type: 'user', props: ['Shell'], reason: 'other-plugin' },
        ],
      },
      'nethserver-other-migrate',
    )
    const shell = (plugins: Plugin[]) =>
      lines(account(source(), plugins)).filter((line) => line.includes('Shell) →'))
    expect(shell([users, other])).toContain(
      'accounts: records of type user [rossi verdi] (Extra FirstName Shell) → migrated',
    )
    expect(shell([other])).toContain(
      'accounts: records of type user [rossi verdi] (Shell) → left-out other-plugin',
    )
  })

  it('believes what a run has met more than what its plugin says in general', () => {
    const findings = [saying([{ database: 'accounts', type: 'user', key: 'rossi' }])]
    expect(lines(account(source(), [users], { findings })).filter(isUser)).toEqual([
      'accounts: records of type user [rossi] (FirstName Shell) → left-out skipped "Do it by hand"',
      'accounts: records of type user [verdi] (Extra FirstName Shell) → migrated',
    ])
  })

  it('lets another plugin carry what one leaves behind, but not a record that one has met', () => {
    const other = { ...users, name: 'nethserver-other-migrate' }
    const type = [saying([{ database: 'accounts', type: 'user' }])]
    const key = [saying([{ database: 'accounts', type: 'user', key: 'rossi' }])]
    const states = (findings: Finding[]) =>
      account(source(), [users, other], { findings })
        .entries.filter(({ subject }) => isUser(subject))
        .map(({ state, plugins }) => [state, ...plugins])
    expect(states(type)).toEqual([['migrated', other.name]])
    expect(states(key)).toEqual([
      ['left-out', users.name],
      ['migrated', users.name, other.name],
    ])
  })

  it('never shows a prop that may be a piece of a password', () => {
    const text = '1=fetchmail|password|abc|rest of it|x|popserver|pop\n'
    const plugin = pluginThat({
      covers: [{ database: 'fetchmail', props: ['password', 'popserver'] }],
    })
    expect(lines(account(sourceWith({ [`${DB}/fetchmail`]: text }), [plugin]))).toEqual([
      'fetchmail: records of type fetchmail [1] (password popserver) → migrated',
      'fetchmail: records of type fetchmail [1] (***) → unknown',
    ])
  })

  it('shows names decoded, without control characters', () => {
    const line = Buffer.from('Perch\xe9\x07=type\xe9|a|b\n', 'latin1')
    expect(lines(account(sourceWith({ [`${DB}/spam`]: { content: line } }), []))).toEqual([
      'spam: records of type typeé [Perché\\x07] (a) → unknown',
    ])
  })

  it('has an entry for each record of the configuration database', () => {
    const text = 'SystemName=mail\nntpd=service|status|enabled\n'
    const plugin = pluginThat({ covers: [{ database: 'configuration', key: 'SystemName' }] })
    expect(lines(account(sourceWith({ [`${DB}/configuration`]: text }), [plugin]))).toEqual([
      'configuration/SystemName [SystemName] → migrated',
      'configuration/ntpd [ntpd] (status) → unknown',
    ])
  })
})

describe('the account of files', () => {
  const tree: Tree = {
    'etc/e-smith/templates-custom/a/one': 'x',
    'etc/e-smith/templates-custom/two': 'xyz',
    'root/file': '',
    'home/e-smith/files/users/rossi/home/x': '',
    'home/e-smith/files/users/leaver/home/x': '12345',
    'opt/thing/x': '12',
    'opt/thing/y/z': '123',
  }
  const plugin = pluginThat({
    covers: [{ tree: 'home/e-smith/files/users' }],
    leavesOut: [
      { tree: 'root', reason: 'obsolete' },
      { tree: 'etc/e-smith/templates-custom', each: true, reason: 'no-equivalent' },
      { tree: 'not/there', reason: 'obsolete' },
    ],
  })

  it('names what is claimed, file by file where asked, and the highest folders of the rest', () => {
    expect(lines(account(sourceWith(tree), [plugin]))).toEqual([
      'etc/e-smith/templates-custom/a/one → left-out no-equivalent',
      'etc/e-smith/templates-custom/two → left-out no-equivalent',
      'home/e-smith/files/users → migrated',
      'opt → unknown',
      'root → left-out obsolete',
    ])
  })

  it('has the number and the size of files that stay behind', () => {
    const opt = account(sourceWith(tree), [plugin]).entries.find(({ subject }) => subject === 'opt')
    expect(opt).toMatchObject({ values: 2, bytes: 5 })
  })

  it('has a folder that a run has left behind, though its plugin carries the others', () => {
    const findings = [saying([{ tree: 'home/e-smith/files/users/leaver' }])]
    expect(lines(account(sourceWith(tree), [plugin], { findings }))).toContain(
      'home/e-smith/files/users/leaver → left-out skipped "Do it by hand"',
    )
  })

  it('still names what was moved away since', () => {
    const trees = accountedTrees(sourceWith(tree), [plugin])
    expect(lines(account(sourceWith({}), [plugin], { trees }))).toEqual(
      lines(account(sourceWith(tree), [plugin])),
    )
  })

  it('does not take a folder for known because its name begins like a known one', () => {
    const source = sourceWith({ 'root2/x': '', 'root/x': '' })
    expect(lines(account(source, [plugin]))).toEqual([
      'root → left-out obsolete',
      'root2 → unknown',
    ])
  })

  it('never looks behind a link', () => {
    const outside = temporaryFolder()
    writeTree(outside, { 'e-smith/files/x': '' })
    const source = sourceWith({ var: { link: outside }, opt: { link: outside } })
    const entries = account(source, [pluginThat({ covers: [{ tree: 'var/e-smith' }] })]).entries
    expect(entries.map(({ subject, values, bytes }) => [subject, values, bytes])).toEqual([
      ['opt', 1, 0],
      ['var', 1, 0],
    ])
  })
})

describe('an import', () => {
  const configuration = pluginThat({ covers: [{ database: 'configuration' }] })

  it('accounts for everything at its end, and says what no installed plugin knows', async () => {
    const records = Array.from({ length: 10 }, (_, number) => `u${number}=user\n`).join('')
    const bed = testbed({ source: { databases: { accounts: records }, files: { 'opt/x': '' } } })
    const { report } = await importWith(bed, [configuration])
    expect(report.accounting?.totals.records.unknown).toBe(10)
    expect(report.findings.map(({ code, subject, message }) => [code, subject, message])).toEqual([
      [
        'unknown',
        'accounts: records of type user',
        'no installed plugin knows accounts: records of type user: u0, u1, u2, u3, u4, u5, u6, u7 and 2 more',
      ],
      ['unknown', 'opt', 'no installed plugin knows opt'],
    ])
  })

  it('names the unknown records of the configuration database in one line', async () => {
    const bed = testbed({ source: { databases: { configuration: 'a=1\nb=service|x|1\n' } } })
    const { report } = await importWith(bed, [pluginThat({})])
    const messages = report.findings.map(({ message }) => message)
    expect(messages[0]).toMatch(
      /^no installed plugin knows \d+ records of configuration: .*b \(x\)/,
    )
  })

  it('with some of the plugins only does not account', async () => {
    const bed = testbed({ source: { files: { 'opt/x': '' } } })
    const { report } = await importWith(bed, [configuration], { only: [configuration.name] })
    expect(report.accounting).toBeUndefined()
    expect(report.findings).toEqual([])
  })

  it('of one action accounts only when it is told to, with what was reported before', async () => {
    const bed = testbed({ source: { files: { 'opt/x': '' } } })
    const before = { trees: ['opt/y'], findings: [] }
    const ofOne = { action: configuration.name, accounted: before }
    expect((await importWith(bed, [configuration], ofOne)).report.accounting).toBeUndefined()

    const { report } = await importWith(bed, [configuration], { ...ofOne, accountsForAll: true })
    expect(report.accounting?.entries.map(({ subject, state }) => [subject, state])).toEqual([
      ['configuration/DomainName', 'migrated'],
      ['configuration/SystemName', 'migrated'],
      ['opt', 'unknown'],
      ['opt/y', 'unknown'],
    ])
    expect(report.findings).toEqual([])
  })
})
