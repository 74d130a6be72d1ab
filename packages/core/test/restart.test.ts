import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, testbed, type Testbed } from '@nethserver-migrate/testkit'
import { Journal, type RunHeader } from '../src/journal/journal.js'
import { importWith } from './helpers/import-with.js'
import { journalOf } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'

/** A user, a record, a file and an event. */
const plugin = pluginOf(async ({ destination }) => {
  await destination.createUsers([{ name: 'rossi', fullName: 'R', uid: undefined, props: {} }])
  await destination.setPasswords([{ user: 'rossi', hash: '$1$a$b' }])
  await destination.configuration.merge('dns', { Mark: 'old' }, { typeWhenNew: 'service' })
  await destination.copyFile({
    from: 'notes',
    to: '/etc/notes',
    mode: 0o644,
    whenDifferent: 'save-old',
  })
  await destination.signalEvent('dns-save')
})

const bedWithNotes = () => testbed({ source: { files: { notes: 'old' } } })
const run = (bed: Testbed, options = {}) =>
  importWith(bed, [plugin], { only: [plugin.name], ...options })

describe('an import that is begun anew', () => {
  it('does again what no longer holds and signals again, without taking what it made for another’s', async () => {
    const bed = bedWithNotes()
    await run(bed)
    const before = readFileSync(journalOf(bed), 'utf8')
    writeFileSync(join(bed.root, 'etc/notes'), 'edited')

    const { report } = await run(bed, { restart: true })

    expect(readFileSync(journalOf(bed), 'utf8').startsWith(before)).toBe(true)
    expect(report.findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'restarted',
        'the import of old.example.com begins anew: what earlier ones have done does not count',
      ],
    ])
    expect(report.counts).toMatchObject({ skipped: 0, failed: 0 })
    expect(bed.file('etc/notes')).toBe('old')
    expect(bed.file('etc/notes.before-migration')).toBe('edited')
    expect(bed.events().filter((event) => event === 'dns-save')).toHaveLength(2)
  })

  it('goes on afterwards like any other', async () => {
    const bed = bedWithNotes()
    await run(bed)
    await run(bed, { restart: true })
    const { report } = await run(bed)
    expect(report).toMatchObject({ status: 'unchanged', findings: [] })
  })

  it('is an ordinary one where nothing was imported before', async () => {
    const bed = bedWithNotes()
    const { report } = await run(bed, { restart: true })
    expect(report.findings).toEqual([])
  })

  it('is planned without a trace', async () => {
    const bed = bedWithNotes()
    await run(bed)
    const before = bed.manifest('.')
    const { report } = await run(bed, { restart: true, mode: 'plan' })
    expect(report.findings.map(({ code }) => code)).toEqual(['restarted'])
    expect(report.events.map(({ name }) => name)).toEqual(['user-create', 'dns-save'])
    expect(bed.manifest('.')).toEqual(before)
  })
})

describe('a journal that was begun anew', () => {
  const header = (sourceHost: string): RunHeader => ({
    id: sourceHost,
    at: '2026-01-02T03:04:05.000Z',
    sourceHost,
    sourcePath: '/backup',
    event: 'migration-import',
    fingerprint: 'f',
  })
  const begin = (journal: Journal, key: string) =>
    journal.begin(
      [{ key, plugin: 'p', action: 'p', change: { kind: 'user', name: key, uid: 1 } }],
      7,
    )
  const done = (journal: Journal, key: string) => {
    const [id = 0] = begin(journal, key)
    journal.end([{ id, key, plugin: 'p', outcome: 'done' }])
  }

  it('keeps what it holds of other sources', () => {
    const path = join(temporaryFolder(), 'journal.jsonl')
    for (const host of ['acme', 'other', 'acme']) done(Journal.open(path, header(host)), host)
    const anew = Journal.open(path, { ...header('acme'), id: 'anew' })
    expect(anew.restart()).toBe(true)
    done(anew, 'again')
    const [acme, other] = ['acme', 'other'].map((host) => Journal.open(path, header(host)))
    expect([acme?.wasDone('acme'), acme?.isOurs('acme'), acme?.isOurs('other')]).toEqual([
      false,
      true,
      false,
    ])
    expect([other?.wasDone('other'), other?.isOurs('acme')]).toEqual([true, false])
  })

  it('remembers through further restarts what was done or begun, and calls none of it done', () => {
    const path = join(temporaryFolder(), 'journal.jsonl')
    const first = Journal.open(path, header('acme'))
    done(first, 'a')
    begin(first, 'b')
    first.close()
    const second = Journal.open(path, { ...header('acme'), at: '2026-01-02T03:04:06.000Z' })
    expect(second.restart()).toBe(true)
    expect(second.interrupted).toBe(false)
    done(second, 'c')
    const third = Journal.open(path, { ...header('acme'), at: '2026-01-02T03:04:07.000Z' })
    expect(third.wasDone('c')).toBe(true)
    third.restart()
    done(third, 'd')
    for (const journal of [third, Journal.open(path, header('acme'))])
      for (const key of ['a', 'b', 'c'])
        expect([journal.isOurs(key), journal.wasDone(key), journal.unfinished(key)]).toEqual([
          true,
          false,
          undefined,
        ])
  })
})
