import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifest, temporaryFolder, writeTree } from '@nethserver-migrate/testkit'
import { actionLinks, createlinks, linkName, writeCreatelinks } from '../src/plugin/createlinks.js'
import { thrownBy } from './helpers/thrown-by.js'

const EVENTS = 'etc/e-smith/events'

describe('createlinks', () => {
  it.each([-1, 100, 1.5, NaN, Infinity])('refuses the level %d', (level) => {
    expect(
      thrownBy(() => createlinks({ 'migration-import': { actions: { 'nethserver-x': level } } })),
    ).toEqual(
      new RangeError(
        `level ${level} of nethserver-x in migration-import is not a number from 0 to 99`,
      ),
    )
  })

  it('takes the levels 0 and 99', () => {
    const links = { 'migration-import': { actions: { first: 0, last: 99 } } }
    expect(createlinks(links)).toBe(links)
  })
})

describe('the name of a link', () => {
  it.each([
    [0, 'S00x'],
    [5, 'S05x'],
    [20, 'S20x'],
    [99, 'S99x'],
  ])('has level %i as two digits', (level, name) => {
    expect(linkName(level, 'x')).toBe(name)
  })
})

describe('the links of an event', () => {
  it('run in byte order of their names, over all plugins', () => {
    const registrations = [
      { 'migration-import': { actions: { 'nethserver-mail-migrate-domains': 30, hhh: 5 } } },
      { 'migration-import': { actions: { generic_template_expand: 5, aaa: 5, ZZZ: 5 } } },
      {
        'migration-import': {
          actions: { 'nethserver-base-migrate': 20, 'nethserver-mail-migrate': 30 },
        },
        'other-event': { actions: { elsewhere: 1 } },
      },
      { 'migration-import': { templates2expand: ['/etc/hosts'] } },
    ]
    expect(actionLinks(registrations, 'migration-import')).toEqual([
      { link: 'S05ZZZ', action: 'ZZZ', level: 5 },
      { link: 'S05aaa', action: 'aaa', level: 5 },
      { link: 'S05generic_template_expand', action: 'generic_template_expand', level: 5 },
      { link: 'S05hhh', action: 'hhh', level: 5 },
      { link: 'S20nethserver-base-migrate', action: 'nethserver-base-migrate', level: 20 },
      { link: 'S30nethserver-mail-migrate', action: 'nethserver-mail-migrate', level: 30 },
      {
        link: 'S30nethserver-mail-migrate-domains',
        action: 'nethserver-mail-migrate-domains',
        level: 30,
      },
    ])
  })

  it('are none for an event that nobody registers for', () => {
    expect(actionLinks([{}], 'migration-import')).toEqual([])
  })
})

describe('the tree of a registration', () => {
  const registration = createlinks({
    'migration-import': {
      actions: { 'nethserver-phonebook-migrate': 5, 'nethserver-phonebook-migrate-late': 90 },
      templates2expand: ['/usr/share/phonebooks/phonebook.sql', '/etc/hosts'],
      services2adjust: { smb: ['restart'], nmb: ['reload', 'start'] },
    },
    'nethserver-phonebook-update': { actions: { 'nethserver-phonebook-migrate': 0 } },
  })

  const owner = `${process.getuid?.()}:${process.getgid?.()}`

  /** The manifest without owners and checksums; of small files the text. */
  function treeOf(root: string): string[] {
    return manifest(root).map((line) => {
      const [kind, mode, , path = '', ...rest] = line.split(' ')
      expect(line.split(' ')[2]).toBe(owner)
      const text = kind === 'f' ? [JSON.stringify(readFileSync(join(root, path), 'utf8'))] : rest
      return [kind, mode, path, ...text].join(' ')
    })
  }

  const EXPECTED = [
    'd 0755 etc',
    'd 0755 etc/e-smith',
    `d 0755 ${EVENTS}`,
    `d 0755 ${EVENTS}/actions`,
    `f 0755 ${EVENTS}/actions/nethserver-phonebook-migrate "#!/bin/sh\\nexec /usr/bin/nethserver-migrate run-action nethserver-phonebook-migrate \\"$@\\"\\n"`,
    `f 0755 ${EVENTS}/actions/nethserver-phonebook-migrate-late "#!/bin/sh\\nexec /usr/bin/nethserver-migrate run-action nethserver-phonebook-migrate-late \\"$@\\"\\n"`,
    `d 0755 ${EVENTS}/migration-import`,
    `l 0777 ${EVENTS}/migration-import/S05nethserver-phonebook-migrate -> ../actions/nethserver-phonebook-migrate`,
    `l 0777 ${EVENTS}/migration-import/S90nethserver-phonebook-migrate-late -> ../actions/nethserver-phonebook-migrate-late`,
    `d 0755 ${EVENTS}/migration-import/services2adjust`,
    `f 0644 ${EVENTS}/migration-import/services2adjust/nmb "reload\\nstart\\n"`,
    `f 0644 ${EVENTS}/migration-import/services2adjust/smb "restart\\n"`,
    `d 0755 ${EVENTS}/migration-import/templates2expand`,
    `d 0755 ${EVENTS}/migration-import/templates2expand/etc`,
    `f 0644 ${EVENTS}/migration-import/templates2expand/etc/hosts ""`,
    `d 0755 ${EVENTS}/migration-import/templates2expand/usr`,
    `d 0755 ${EVENTS}/migration-import/templates2expand/usr/share`,
    `d 0755 ${EVENTS}/migration-import/templates2expand/usr/share/phonebooks`,
    `f 0644 ${EVENTS}/migration-import/templates2expand/usr/share/phonebooks/phonebook.sql ""`,
    `d 0755 ${EVENTS}/nethserver-phonebook-update`,
    `l 0777 ${EVENTS}/nethserver-phonebook-update/S00nethserver-phonebook-migrate -> ../actions/nethserver-phonebook-migrate`,
  ]

  it('has a relative link per action and level, empty template files, verbs of services, programs', () => {
    const root = temporaryFolder()
    writeCreatelinks(registration, root)
    expect(treeOf(root)).toEqual(EXPECTED)
  })

  it('is the same when it is written a second time, and beside the links of others', () => {
    const root = temporaryFolder()
    writeCreatelinks(registration, root)
    writeCreatelinks(registration, root)
    expect(treeOf(root)).toEqual(EXPECTED)
    writeCreatelinks({ 'migration-import': { actions: { other: 50 } } }, root)
    expect(treeOf(root)).toEqual(expect.arrayContaining(EXPECTED))
  })

  it('replaces plain files and dangling links that stand in its way, and follows none', () => {
    const outside = temporaryFolder()
    const root = temporaryFolder()
    writeTree(outside, { canary: 'alive' })
    writeTree(root, {
      [`${EVENTS}/migration-import/S05nethserver-phonebook-migrate`]: 'a plain file',
      [`${EVENTS}/migration-import/S90nethserver-phonebook-migrate-late`]: { link: 'nowhere' },
      [`${EVENTS}/actions/nethserver-phonebook-migrate`]: { link: join(outside, 'canary') },
    })
    writeCreatelinks(registration, root)
    expect(treeOf(root)).toEqual(EXPECTED)
    expect(readFileSync(join(outside, 'canary'), 'utf8')).toBe('alive')
  })

  it('hands the event and its arguments over unchanged, also odd ones', () => {
    const root = temporaryFolder()
    const name = 'nethserver-phonebook-migrate'
    writeCreatelinks(registration, root)
    const program = readFileSync(join(root, EVENTS, 'actions', name), 'utf8')
    const shown = program.replace('/usr/bin/nethserver-migrate', '/usr/bin/printf "<%s>"')
    const args = ['migration-import', 'a b', '$(x)', '', '"']
    expect(execFileSync('sh', ['-c', shown, 'action', ...args], { encoding: 'utf8' })).toBe(
      ['run-action', name, ...args].map((argument) => `<${argument}>`).join(''),
    )
  })
})
