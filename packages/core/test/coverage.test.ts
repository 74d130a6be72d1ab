import { describe, expect, it } from 'vitest'
import { temporaryFolder, testbed, writeTree, type Tree } from '@nethserver-migrate/testkit'
import type { Plugin } from '../src/plugin/define-plugin.js'
import { unknownParts } from '../src/report/coverage.js'
import { Source } from '../src/source/source.js'
import { importWith } from './helpers/import-with.js'
import { pluginOf } from './helpers/plugin-of.js'

const DB = 'home/e-smith/db'

function sourceWith(tree: Tree): Source {
  const folder = temporaryFolder()
  writeTree(folder, { [`${DB}/configuration`]: '', ...tree })
  return Source.open(folder)
}

function pluginThat(parts: Partial<Pick<Plugin, 'covers' | 'leavesOut'>>): Plugin {
  return { ...pluginOf(() => undefined), ...parts }
}

describe('the records that no plugin knows', () => {
  const accounts = [
    'admin=system',
    'private=ibay|Name|x',
    'rossi=user|FirstName|M',
    'sales=group',
    'shared=ibay|Name|y',
    'verdi=user|FirstName|V',
    'odd=',
  ].join('\n')
  const source = () => sourceWith({ [`${DB}/accounts`]: `${accounts}\n` })

  it('are listed by their type, with their keys', () => {
    expect(unknownParts(source(), [])).toEqual([
      { subject: '1 × record of type system in accounts', keys: ['admin'] },
      { subject: '1 × record without type in accounts', keys: ['odd'] },
      { subject: '2 × record of type ibay in accounts', keys: ['private', 'shared'] },
      { subject: '2 × record of type user in accounts', keys: ['rossi', 'verdi'] },
      { subject: '1 × record of type group in accounts', keys: ['sales'] },
    ])
  })

  it('are not those of a type or a key that a plugin covers or leaves out', () => {
    const plugins = [
      pluginThat({ covers: [{ database: 'accounts', type: 'user' }] }),
      pluginThat({
        covers: [{ database: 'accounts', key: 'admin', props: ['PasswordSet'] }],
        leavesOut: [
          { database: 'accounts', type: 'group', reason: 'no-equivalent' },
          { database: 'hosts', type: 'ibay', reason: 'no-equivalent' },
        ],
      }),
    ]
    expect(unknownParts(source(), plugins)).toEqual([
      { subject: '1 × record without type in accounts', keys: ['odd'] },
      { subject: '2 × record of type ibay in accounts', keys: ['private', 'shared'] },
    ])
  })

  it('are none in a database that a plugin covers whole', () => {
    expect(unknownParts(source(), [pluginThat({ covers: [{ database: 'accounts' }] })])).toEqual([])
  })

  it('are plain values in the configuration database when they have no props', () => {
    const configuration = 'SystemName=mail\nTimeZone=UTC\nntpd=service|status|enabled\n'
    expect(unknownParts(sourceWith({ [`${DB}/configuration`]: configuration }), [])).toEqual([
      { subject: '2 × plain value in configuration', keys: ['SystemName', 'TimeZone'] },
      { subject: '1 × record of type service in configuration', keys: ['ntpd'] },
    ])
  })

  it('are shown decoded, without control characters', () => {
    const line = Buffer.from('Perch\xe9\x07=type\xe9|a|b\n', 'latin1')
    expect(unknownParts(sourceWith({ [`${DB}/spam`]: { content: line } }), [])).toEqual([
      { subject: '1 × record of type typeé in spam', keys: ['Perché\\x07'] },
    ])
  })
})

describe('the files that no plugin knows', () => {
  const tree: Tree = {
    'etc/passwd': '',
    'etc/e-smith/templates-custom/x': '',
    'root/file': '',
    'home/e-smith/files/users/rossi/home/x': '',
    'home/e-smith/files/ibays/sales/x': '',
    [`${DB}/mysql/dump.sql`]: '',
    'opt/thing/x': '',
  }

  it('are listed by the highest folder of which nothing is known', () => {
    const plugins = [
      pluginThat({
        covers: [{ tree: 'etc/passwd' }, { tree: 'home/e-smith/files/users' }],
        leavesOut: [{ tree: 'root', reason: 'obsolete' }],
      }),
    ]
    expect(unknownParts(sourceWith(tree), plugins)).toEqual([
      { subject: 'etc/e-smith', keys: [] },
      { subject: 'home/e-smith/db/mysql', keys: [] },
      { subject: 'home/e-smith/files/ibays', keys: [] },
      { subject: 'opt', keys: [] },
    ])
  })

  it('are not taken for known because their name begins like a known one', () => {
    const plugins = [pluginThat({ covers: [{ tree: 'root' }, { tree: 'home' }] })]
    expect(unknownParts(sourceWith({ 'root2/x': '', 'root/x': '' }), plugins)).toEqual([
      { subject: 'root2', keys: [] },
    ])
  })

  it('are never looked for behind a link', () => {
    const outside = temporaryFolder()
    writeTree(outside, { 'e-smith/files/x': '' })
    const source = sourceWith({ var: { link: outside } })
    expect(unknownParts(source, [pluginThat({ covers: [{ tree: 'var/e-smith' }] })])).toEqual([])
  })
})

describe('an import', () => {
  it('says at its end what no installed plugin knows, with some of the keys', async () => {
    const records = Array.from({ length: 10 }, (_, number) => `u${number}=user\n`).join('')
    const bed = testbed({ source: { databases: { accounts: records }, files: { 'opt/x': '' } } })
    const { report } = await importWith(bed, [
      pluginThat({ covers: [{ database: 'configuration' }] }),
    ])
    expect(report.findings).toEqual([
      {
        severity: 'notice',
        plugin: '',
        action: '',
        code: 'unknown',
        subject: '10 × record of type user in accounts',
        message:
          'no installed plugin knows 10 × record of type user in accounts: u0, u1, u2, u3, u4, u5, u6, u7 and 2 more',
        remedy: '',
      },
      {
        severity: 'notice',
        plugin: '',
        action: '',
        code: 'unknown',
        subject: 'opt',
        message: 'no installed plugin knows opt',
        remedy: '',
      },
    ])
  })

  it('with some of the plugins or actions only does not say it', async () => {
    const bed = testbed({ source: { files: { 'opt/x': '' } } })
    const plugin = pluginOf(() => undefined)
    const runs = [{ only: [plugin.name] }, { action: plugin.name }]
    for (const options of runs)
      expect((await importWith(bed, [plugin], options)).report.findings).toEqual([])
  })
})
