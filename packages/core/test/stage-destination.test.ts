import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifest, temporaryFolder, testbed, writeTree } from '@nethserver-migrate/testkit'
import type { Plugin } from '../src/plugin/define-plugin.js'
import { stageDestination, type StageOptions } from '../src/stage/stage-destination.js'
import { importWith } from './helpers/import-with.js'
import { pluginOf } from './helpers/plugin-of.js'
import { thrownBy } from './helpers/thrown-by.js'

const isRoot = process.getuid?.() === 0

function pluginFor(name: string, level: number, keys: readonly string[]): Plugin {
  const plugin = pluginOf(() => undefined, { name: `nethserver-${name}-migrate`, level })
  const records = keys.map((key) => ({ database: 'configuration', key }))
  return { ...plugin, feature: { ...plugin.feature, records } }
}

const MAIL = pluginFor('mail', 30, ['dovecot', 'postfix'])
const FAX = pluginFor('fax', 70, ['hylafax', 'postfix'])

function stage(options: Partial<StageOptions> = {}) {
  const root = join(temporaryFolder(), 'destination')
  stageDestination({ root, like: 7, plugins: [MAIL, FAX], ...options })
  return {
    root,
    has: (key: string) =>
      readFileSync(join(root, 'var/lib/nethserver/db/configuration'), 'latin1').includes(
        `\n${key}=`,
      ),
    links: () =>
      manifest(join(root, 'etc/e-smith/events'))
        .filter((line) => line.startsWith('l '))
        .map((line) => line.split(' ')[3]),
    async installed() {
      const { report } = await importWith({ ...testbed(), root }, [MAIL, FAX])
      return report.actions
        .filter(({ outcome }) => outcome !== 'skipped')
        .map(({ plugin }) => plugin)
    },
  }
}

describe('staging a destination', () => {
  it.each([6, 7] as const)(
    'makes a tree like NethServer %i that an import accepts',
    async (like) => {
      expect(await stage({ like }).installed()).toEqual([MAIL.name, FAX.name])
    },
  )

  it('makes what only root may read unreadable for others', () => {
    const { root } = stage()
    const mode = (path: string) => (lstatSync(join(root, path)).mode & 0o7777).toString(8)
    expect(
      ['etc/shadow', 'root', 'var/lib/nethserver/db', 'var/lib/nethserver/db/accounts'].map(mode),
    ).toEqual(['600', '700', '2750', '640'])
  })

  it('gives the databases the group adm, as a real host does', (context) => {
    if (!isRoot) context.skip('only root may give files away')
    expect(lstatSync(join(stage().root, 'var/lib/nethserver/db')).gid).toBe(4)
  })

  it('gives no system account a password', () => {
    const shadow = readFileSync(join(stage().root, 'etc/shadow'), 'latin1')
    const hashes = shadow.split('\n').map((line) => line.split(':')[1])
    expect(new Set(hashes.slice(0, -1))).toEqual(new Set(['*']))
  })

  it('has every feature without a list of packages', () => {
    const staged = stage()
    expect(['dovecot', 'postfix', 'hylafax'].map(staged.has)).toEqual([true, true, true])
    expect(staged.links()).toEqual([
      'migration-import/S30nethserver-mail-migrate',
      'migration-import/S70nethserver-fax-migrate',
    ])
  })

  it('with a list has those features only: records that others own are left out', async () => {
    const staged = stage({ packages: ['nethserver-fax'] })
    expect(['dovecot', 'postfix', 'hylafax'].map(staged.has)).toEqual([false, true, true])
    expect(staged.links()).toEqual(['migration-import/S70nethserver-fax-migrate'])
    expect(await staged.installed()).toEqual([FAX.name])
  })

  it('goes by that list, not by records that were made since', async () => {
    const staged = stage({ packages: [] })
    writeTree(staged.root, {
      'var/lib/nethserver/db/configuration': 'SystemName=ns\nhylafax=service\n',
    })
    expect(await staged.installed()).toEqual([])
  })

  it('refuses a package that no plugin knows, and makes nothing', () => {
    const root = join(temporaryFolder(), 'destination')
    expect(
      thrownBy(() =>
        stageDestination({ root, like: 7, packages: ['nethserver-x'], plugins: [MAIL, FAX] }),
      ),
    ).toMatchObject({
      code: 'UNKNOWN_PACKAGE',
      message: 'no plugin knows the package nethserver-x',
      hint: 'choose from: nethserver-fax, nethserver-mail',
    })
    expect(lstatSync(root, { throwIfNoEntry: false })).toBeUndefined()
  })

  it('is never done over other files', () => {
    const root = temporaryFolder()
    writeTree(root, { 'own/file': 'x' })
    const before = manifest(root)
    expect(thrownBy(() => stageDestination({ root, like: 7, plugins: [] }))).toMatchObject({
      code: 'STAGE_NOT_EMPTY',
      message: `${root} exists and is not empty`,
    })
    expect(manifest(root)).toEqual(before)
  })
})
