import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifest, testbed, type Testbed } from '@nethserver-migrate/testkit'
import type { Action } from '../src/plugin/define-plugin.js'
import { Interruption } from '../src/run/interruption.js'
import { importWith } from './helpers/import-with.js'
import { forgetAfter, journalOf } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'
import { rollBack } from './helpers/roll-back.js'

const NAME = 'nethserver-test-migrate'
const isRoot = process.getuid?.() === 0

/** One of each kind of operation. */
const everything: Action = async ({ destination }) => {
  await destination.createUsers([{ name: 'rossi', fullName: 'R', uid: undefined, props: {} }])
  await destination.setPasswords([{ user: 'rossi', hash: '$1$a$b' }])
  await destination.configuration.merge('dns', { Mark: 'old' }, { typeWhenNew: 'service' })
  await destination.configuration.merge('SystemName', { Mark: 'old' })
  await destination.database('made').create('key', 'type', {})
  await destination.copyFile({
    from: 'notes',
    to: '/etc/notes',
    mode: 0o644,
    whenDifferent: 'save-old',
  })
  await destination.writeFile({ to: '/etc/below/written', content: 'new', mode: 0o600 })
  await destination.makeFolder({ to: '/srv/folder', mode: 0o700 })
  await destination.makeFolder({ to: '/srv', mode: 0o711 })
  await destination.makeLink({ to: '/srv/link-<TIMESTAMP>', target: 'folder' })
  await destination.transferTree({
    from: 'old',
    to: '/srv/new/place',
    closed: true,
    ...(isRoot ? { owner: { user: 'rossi' } } : {}),
  })
  await destination.moveAside({ from: '/srv', files: ['aside/1'], to: '/var/aside' })
  await destination.signalEvent('dns-save')
}

function bedOf(): Testbed {
  return testbed({
    source: {
      files: {
        notes: 'old notes',
        'old/cur/1:2,': 'one',
        'old/cur/2:2,S': { content: 'two', mode: 0o644 },
        'old/new/3': 'three',
        'old/link': { link: 'cur' },
      },
    },
    destination: { files: { 'etc/notes': 'my notes', 'srv/aside/1': 'aside', 'srv/keep': 'keep' } },
  })
}

const run = (bed: Testbed, action: Action = everything, options = {}) =>
  importWith(bed, [pluginOf(action)], { only: [NAME], ...options })

function stateOf({ source, root }: Testbed) {
  const without = (lines: string[]) =>
    lines.filter((line) => !/ var(\/log.*|\/lib\/nethserver\/migration.*)?$| var\/log/.test(line))
  return [
    ...manifest(source),
    ...without(manifest(root)).filter((line) => !line.includes('nethserver/migration')),
  ]
}

describe('a rollback', () => {
  it('makes everything as it was, of each kind of operation', async () => {
    const bed = bedOf()
    utimesSync(join(bed.source, 'old/cur'), 1_200_000_000, 1_200_000_000)
    const before = stateOf(bed)
    await run(bed)
    expect(stateOf(bed)).not.toEqual(before)
    const { said, report } = await rollBack(bed)
    expect(said).toEqual([])
    expect(report.status).toBe('done')
    expect(stateOf(bed)).toEqual(before)
    expect(statSync(join(bed.source, 'old/cur')).mtimeMs).toBe(1_200_000_000_000)
    expect(readdirSync(join(bed.root, 'var/lib/nethserver/migration/undo'))).toEqual([])
    expect(bed.events()).toEqual([])
  })

  it('is planned without a trace', async () => {
    const bed = bedOf()
    await run(bed)
    const before = bed.manifest('.')
    const { said, report } = await rollBack(bed, { mode: 'plan' })
    expect(said).toEqual([])
    expect(report.status).toBe('pending')
    expect(bed.manifest('.')).toEqual(before)
  })

  it('lets the same import begin from nothing', async () => {
    const bed = bedOf()
    const first = await run(bed)
    await rollBack(bed)
    const second = await run(bed)
    expect(second.report.changes).toEqual(first.report.changes)
    expect(second.report.findings).toEqual(first.report.findings)
  })

  it('undoes the import before when it is called again, and then refuses', async () => {
    const bed = bedOf()
    const first = stateOf(bed)
    await run(bed, async ({ destination }) => {
      await destination.configuration.merge('dns', { Mark: 'a' }, { typeWhenNew: 'service' })
      await destination.signalEvent('dns-save')
    })
    const second = stateOf(bed)
    await run(bed, async ({ destination }) => {
      await destination.configuration.merge('dns', { Mark: 'b' })
      await destination.signalEvent('dns-save')
    })
    await rollBack(bed)
    expect(stateOf(bed)).toEqual(second)
    expect(bed.events()).toEqual(['dns-save'])
    await rollBack(bed)
    expect(stateOf(bed)).toEqual(first)
    await expect(rollBack(bed)).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' })
  })

  it('takes an import that was cut short and the one that went on as one', async () => {
    const bed = bedOf()
    const before = stateOf(bed)
    await run(bed)
    forgetAfter(bed, '"end"')
    await run(bed)
    await rollBack(bed)
    expect(stateOf(bed)).toEqual(before)
    await expect(rollBack(bed)).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' })
  })

  it('takes the actions that an event has called one by one as one, until one comes again', async () => {
    const bed = bedOf()
    const merging = (name: string, value: string) =>
      pluginOf(
        async ({ destination }) => {
          await destination.configuration.merge(name, { Mark: value }, { typeWhenNew: 'service' })
        },
        { name: `nethserver-${name}-migrate` },
      )
    const before = stateOf(bed)
    const signal = async (value: string) => {
      for (const name of ['one', 'two'])
        await importWith(bed, [merging(name, value)], { action: `nethserver-${name}-migrate` })
    }
    await signal('a')
    const once = stateOf(bed)
    await signal('b')
    await rollBack(bed)
    expect(stateOf(bed)).toEqual(once)
    await rollBack(bed)
    expect(stateOf(bed)).toEqual(before)
  })

  it('undoes an import that was begun anew, and then the one before', async () => {
    const bed = bedOf()
    const before = stateOf(bed)
    await run(bed)
    const once = stateOf(bed)
    await run(bed, everything, { restart: true })
    await rollBack(bed)
    expect(stateOf(bed)).toEqual(once)
    expect((await run(bed)).report.status).toBe('unchanged')
    await rollBack(bed)
    expect(stateOf(bed)).toEqual(before)
  })

  it('goes on where it was stopped, and no import begins in between', async () => {
    const bed = bedOf()
    const before = stateOf(bed)
    await run(bed)
    writeFileSync(join(bed.root, 'etc/below/written'), 'mine')
    const interruption = new Interruption()
    const first = await rollBack(bed, {
      interruption,
      onFinding: ({ code }) => {
        if (code === 'changed-since') interruption.request('SIGINT')
      },
    })
    expect(first.interrupted).toBeDefined()
    await expect(run(bed)).rejects.toMatchObject({ code: 'ROLLBACK_UNFINISHED' })
    const { said } = await rollBack(bed)
    expect(said).toEqual([
      'notice rollback-resumed old.example.com',
      'warning changed-since /etc/below/written',
    ])
    rmSync(join(bed.root, 'etc/below'), { recursive: true })
    expect(stateOf(bed)).toEqual(before)
    expect(readFileSync(journalOf(bed), 'utf8')).toContain('rolledBack')
  })
})

describe('what was changed since', () => {
  it('is kept and listed: records, account lines, files, links', async () => {
    const bed = bedOf()
    await run(bed)
    const databases = join(bed.root, 'var/lib/nethserver/db')
    const configuration = readFileSync(join(databases, 'configuration'), 'latin1')
    writeFileSync(
      join(databases, 'configuration'),
      configuration.replace(/^dns=\w+\|/m, '$&Added|x|'),
      'latin1',
    )
    appendFileSync(join(bed.root, 'etc/notes'), 'more')
    const planned = await rollBack(bed, { mode: 'plan' })
    const { said } = await rollBack(bed)
    expect(said).toEqual([
      'warning changed-since /etc/notes',
      'warning changed-since configuration/dns',
    ])
    expect(planned.said).toEqual(said)
    expect(bed.record('configuration', 'dns')).toContain('Added|x')
    expect(bed.record('configuration', 'dns')).toContain('Mark|old')
    expect(bed.record('configuration', 'SystemName')).not.toContain('Mark')
    expect(bed.file('etc/notes')).toBe('old notesmore')
    expect(bed.file('etc/notes.before-migration')).toBe('my notes')
  })

  const moving: Action = async ({ destination }) => {
    await destination.transferTree({ from: 'old', to: '/mail' })
  }

  it.each(['move', 'copy'] as const)(
    'goes back under its old name when a message was read (%s), new mail stays',
    async (transfer) => {
      const bed = bedOf()
      const before = manifest(bed.source)
      await run(bed, moving, { transfer })
      const mail = join(bed.root, 'mail')
      renameSync(join(mail, 'new/3'), join(mail, 'cur/3:2,S'))
      renameSync(join(mail, 'cur/1:2,'), join(mail, 'cur/1:2,RS'))
      writeFileSync(join(mail, 'new/4'), 'four')
      const { said } = await rollBack(bed)
      expect(said).toEqual(['warning new-since /mail'])
      expect(manifest(bed.source)).toEqual(before)
      expect(manifest(mail).map((line) => line.split(' ')[3])).toEqual(['new', 'new/4'])
    },
  )

  it('has its ACLs again, whatever the names above it are', async () => {
    const names = ['old', 'other tree\n', 'other tree\n/$&\\x']
    const bed = testbed({ source: { files: { 'old/a': '1', [`${names[2]}/b`]: '2' } } })
    for (const name of names)
      execFileSync('setfacl', ['-R', '-m', 'u:1234:rwx,d:u:1234:rx', join(bed.source, name)])
    const acls = () => execFileSync('getfacl', ['-pRns', bed.source], { encoding: 'utf8' })
    const before = acls()
    await run(bed, async ({ destination }) => {
      await destination.transferTrees([
        { from: 'old', to: '/srv/one', closed: true },
        { from: names[2] ?? '', to: '/srv/other', closed: true },
      ])
    })
    const there = execFileSync('getfacl', ['-pRns', join(bed.root, 'srv')], { encoding: 'utf8' })
    expect(there).toBe('')
    expect((await rollBack(bed)).said).toEqual([])
    expect(acls()).toBe(before)
  })

  it('is told when it is gone, or changed', async () => {
    const bed = bedOf()
    await run(bed, moving)
    rmSync(join(bed.root, 'mail/cur/1:2,'))
    appendFileSync(join(bed.root, 'mail/new/3'), ' more')
    const { said, report } = await rollBack(bed)
    expect(said).toEqual(['warning changed-since /mail', 'warning gone-since /mail'])
    expect(report.findings.map(({ message }) => message).join()).toContain('/mail/cur/1:2,')
    expect(readFileSync(join(bed.source, 'old/new/3'), 'utf8')).toBe('three more')
    expect(existsSync(join(bed.root, 'mail'))).toBe(false)
  })

  it('stays as a copy that was edited; the others are removed', async () => {
    const bed = bedOf()
    await run(bed, moving, { transfer: 'copy' })
    appendFileSync(join(bed.root, 'mail/new/3'), ' more')
    expect((await rollBack(bed)).said).toEqual(['warning changed-since /mail'])
    expect(bed.manifest('mail').map((line) => line.split(' ')[3])).toEqual(['new', 'new/3'])
  })

  it('stays where it is when its source is gone', async () => {
    const bed = bedOf()
    await run(bed, moving)
    rmSync(join(bed.source, 'old'), { recursive: true })
    expect((await rollBack(bed)).said).toEqual(['warning source-gone /mail'])
    expect(bed.file('mail/new/3')).toBe('three')
  })

  it('takes its place again, what a file of the source had replaced', async () => {
    const bed = bedOf()
    mkdirSync(join(bed.root, 'mail/new'), { recursive: true })
    writeFileSync(join(bed.root, 'mail/new/3'), 'mine')
    const before = stateOf(bed)
    await run(bed, moving, { onConflict: 'replace' })
    expect(bed.file('mail/new/3.before-migration')).toBe('mine')
    expect((await rollBack(bed)).said).toEqual([])
    expect(stateOf(bed)).toEqual(before)
  })
})

it('lists what only a person can undo where the queue was run meanwhile', async () => {
  const bed = bedOf()
  await run(bed, async ({ destination }) => {
    await destination.signalEvent('first-save')
  })
  await run(bed, async ({ destination }) => {
    await destination.createGroups([{ name: 'g', gid: undefined, members: [], props: {} }])
    await destination.signalEvent('dns-save')
  })
  rmSync(join(bed.root, 'var/lib/nethserver/migration/events.jsonl'))
  const { report } = await rollBack(bed)
  expect(
    report.findings.flatMap(({ code, remedy }) => (code === 'not-undone' ? [remedy] : [])),
  ).toEqual(['Signal it again, it applies what the databases hold now: signal-event dns-save'])
})

it.runIf(isRoot)('gives files their owners and modes back', async () => {
  const bed = bedOf()
  await run(bed)
  expect(lstatSync(join(bed.root, 'srv/new/place/cur/2:2,S')).mode & 0o777).toBe(0o600)
  await rollBack(bed)
  const { mode, uid } = lstatSync(join(bed.source, 'old/cur/2:2,S'))
  expect([mode & 0o777, uid]).toEqual([0o644, 0])
})
