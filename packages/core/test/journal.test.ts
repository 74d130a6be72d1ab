import { existsSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import type { Change } from '../src/destination/changes.js'
import { describeError } from '../src/errors.js'
import { readHistory } from '../src/journal/history.js'
import { Journal, type BeginLine, type RunHeader } from '../src/journal/journal.js'
import type { UndoData } from '../src/undo/undo-data.js'
import { readUndo } from '../src/undo/undo-file.js'
import { thrownBy } from './helpers/thrown-by.js'

const ACME: RunHeader = {
  id: 'run-1',
  at: '2026-01-02T03:04:05.000Z',
  event: 'migration-import',
  sourceHost: 'mail.acme.com',
  sourcePath: '/var/lib/migration',
  fingerprint: 'f1',
}
const OTHER: RunHeader = { ...ACME, id: 'run-2', sourceHost: 'mail.other.com', fingerprint: 'f2' }

const userChange = (name: string): Change => ({ kind: 'user', name, uid: 5001 })

const PLUGIN = 'nethserver-test-migrate'

function journalPath(): string {
  return join(temporaryFolder(), 'migration/journal.jsonl')
}

/** Writes down a batch of operations, and how each ended; those without an outcome stay open. */
function write(
  journal: Journal,
  operations: Readonly<Record<string, 'done' | 'failed' | undefined>>,
  checkpoint = 0,
): void {
  const keys = Object.keys(operations)
  const ids = journal.begin(
    keys.map((key) => ({ key, plugin: PLUGIN, action: PLUGIN, change: userChange(key) })),
    checkpoint,
  )
  const results = keys.flatMap((key, index) => {
    const outcome = operations[key]
    return outcome ? [{ id: ids[index] ?? 0, key, plugin: PLUGIN, outcome }] : []
  })
  if (results.length > 0) journal.end(results)
}

const lines = (path: string) => readFileSync(path, 'utf8').split('\n').slice(0, -1)

describe('a journal', () => {
  it('is one JSON object a line: the run, beginnings before ends, the end of the run', () => {
    const path = journalPath()
    const journal = Journal.open(path, ACME)
    write(journal, { 'user:rossi': 'done', 'user:verdi': undefined }, 120)
    journal.finish('done')
    expect(lines(path).map((line) => JSON.parse(line) as unknown)).toEqual([
      { run: ACME },
      {
        begin: 1,
        checkpoint: 120,
        operation: {
          key: 'user:rossi',
          plugin: PLUGIN,
          action: PLUGIN,
          change: { kind: 'user', name: 'user:rossi', uid: 5001 },
        },
      },
      {
        begin: 2,
        checkpoint: 120,
        operation: {
          key: 'user:verdi',
          plugin: PLUGIN,
          action: PLUGIN,
          change: { kind: 'user', name: 'user:verdi', uid: 5001 },
        },
      },
      { end: 1, outcome: 'done' },
      { finished: 'run-1', status: 'done' },
    ])
  })

  it('tells the next run what was done, what failed and what was left open', () => {
    const path = journalPath()
    write(Journal.open(path, ACME), { a: 'done', b: 'failed', c: undefined }, 42)
    const journal = Journal.open(path, ACME)
    expect(['a', 'b', 'c', 'd'].filter((key) => journal.wasDone(key))).toEqual(['a'])
    expect(journal.doneBefore).toBe(1)
    expect(journal.unfinished('a')).toBeUndefined()
    expect(journal.unfinished('b')).toBeUndefined()
    expect(journal.unfinished('c')).toMatchObject({ checkpoint: 42, change: userChange('c') })
  })

  it('keeps the order in which operations were done last, over all runs', () => {
    const path = journalPath()
    const first = Journal.open(path, ACME)
    write(first, { a: 'done' })
    write(first, { b: 'done' })
    const second = Journal.open(path, ACME)
    write(second, { a: 'done', c: 'done' })
    const order = (journal: Journal) =>
      ['a', 'b', 'c'].sort(
        (x, y) => journal.doneSequence(x, PLUGIN) - journal.doneSequence(y, PLUGIN),
      )
    expect(order(second)).toEqual(['b', 'a', 'c'])
    expect(order(Journal.open(path, ACME))).toEqual(['b', 'a', 'c'])
    expect(second.doneSequence('never', PLUGIN)).toBe(0)
  })

  it('tells apart what two plugins did to the same record', () => {
    const path = journalPath()
    const journal = Journal.open(path, ACME)
    write(journal, { a: 'done' })
    expect(journal.wasDone('a')).toBe(true)
    expect(journal.doneSequence('a', 'nethserver-other-migrate')).toBe(0)
    expect(Journal.open(path, ACME).doneSequence('a', 'nethserver-other-migrate')).toBe(0)
  })

  it('keeps what was done when the same operation fails later', () => {
    const path = journalPath()
    const journal = Journal.open(path, ACME)
    write(journal, { a: 'done' })
    write(journal, { a: 'failed' })
    expect(journal.wasDone('a')).toBe(true)
    expect(Journal.open(path, ACME).wasDone('a')).toBe(true)
  })

  it('looks back to the first of several beginnings that were left open', () => {
    const path = journalPath()
    write(Journal.open(path, ACME), { a: undefined }, 10)
    write(Journal.open(path, ACME), { a: undefined }, 99)
    expect(Journal.open(path, ACME).unfinished('a')?.checkpoint).toBe(10)
  })

  it('lets a later run say that what was left open had been done', () => {
    const path = journalPath()
    write(Journal.open(path, ACME), { a: undefined, b: 'done' })
    const second = Journal.open(path, ACME)
    second.adopt('a')
    second.adopt('never begun')
    for (const journal of [second, Journal.open(path, ACME)]) {
      expect(journal.unfinished('a')).toBeUndefined()
      expect(journal.doneSequence('a', PLUGIN)).toBeGreaterThan(journal.doneSequence('b', PLUGIN))
    }
  })

  it('gives every operation of every run an id of its own', () => {
    const path = journalPath()
    for (const header of [ACME, OTHER, ACME])
      write(Journal.open(path, header), { a: 'done', b: 'done' })
    const ids = lines(path).flatMap((line) => /"begin":(\d+)/.exec(line)?.[1] ?? [])
    expect(new Set(ids).size).toBe(6)
  })

  it('does not take what was done for another source as its own', () => {
    const path = journalPath()
    const other = Journal.open(path, OTHER)
    write(other, { a: 'done', b: undefined })
    const journal = Journal.open(path, ACME)
    expect({
      wasDone: journal.wasDone('a'),
      unfinished: journal.unfinished('b'),
      doneBefore: journal.doneBefore,
      interrupted: journal.interrupted,
      sourceChanged: journal.sourceChanged,
    }).toEqual({
      wasDone: false,
      unfinished: undefined,
      doneBefore: 0,
      interrupted: false,
      sourceChanged: false,
    })
    write(journal, { c: 'done' })
    expect(Journal.open(path, OTHER).wasDone('a')).toBe(true)
    expect(Journal.open(path, OTHER).wasDone('c')).toBe(false)
  })

  it('knows that the last run of its source was cut short', () => {
    const path = journalPath()
    const first = Journal.open(path, ACME)
    write(first, { a: 'done' })
    expect(Journal.open(path, ACME).interrupted).toBe(true)
    first.finish('done')
    expect(Journal.open(path, ACME).interrupted).toBe(false)
  })

  it('takes note that a run which had nothing left to do has ended an interrupted one', () => {
    const path = journalPath()
    write(Journal.open(path, ACME), { a: 'done' })
    Journal.open(path, ACME).finish('unchanged')
    expect(Journal.open(path, ACME).interrupted).toBe(false)
  })

  it('knows that the source has changed since its last run', () => {
    const path = journalPath()
    write(Journal.open(path, ACME), { a: 'done' })
    expect(Journal.open(path, ACME).sourceChanged).toBe(false)
    expect(Journal.open(path, { ...ACME, fingerprint: 'f9' }).sourceChanged).toBe(true)
  })

  it('does not take a run that had a part of the source only for a change of it', () => {
    const path = journalPath()
    write(Journal.open(path, ACME), { a: 'done' })
    const { id, at, event, sourceHost, sourcePath } = ACME
    write(Journal.open(path, { id, at, event, sourceHost, sourcePath }), { b: 'done' })
    expect(Journal.open(path, ACME).sourceChanged).toBe(false)
    expect(Journal.open(path, { ...ACME, fingerprint: 'f9' }).sourceChanged).toBe(true)
  })

  it('tells runs of one event from those of another, with the same source', () => {
    const path = journalPath()
    const again = { ...ACME, event: 'migration-again', at: '2026-02-03T04:05:06.000Z' }
    write(Journal.open(path, ACME), { a: 'done' })
    const other = Journal.open(path, { ...again, fingerprint: 'f9' })
    expect([other.interrupted, other.sourceChanged, other.wasDone('a')]).toEqual([
      false,
      false,
      true,
    ])
    write(other, { b: 'done' })
    other.finish('done')
    const { interrupted, sourceChanged } = Journal.open(path, ACME)
    expect([interrupted, sourceChanged]).toEqual([true, false])
    const last = Journal.open(path, { ...ACME, at: '2026-03-04T05:06:07.000Z' })
    write(last, { c: 'done' })
    expect(
      ['migration-import', 'migration-again', 'migration-none'].map((event) =>
        Journal.open(path, ACME).firstRun(event),
      ),
    ).toEqual([ACME.at, again.at, undefined])
  })

  it('is not written by a run that did nothing', () => {
    const path = journalPath()
    Journal.open(path, ACME).finish('unchanged')
    expect(existsSync(path)).toBe(false)
    const first = Journal.open(path, ACME)
    write(first, { a: 'done' })
    first.finish('done')
    const before = readFileSync(path, 'utf8')
    Journal.open(path, ACME).finish('unchanged')
    expect(readFileSync(path, 'utf8')).toBe(before)
  })

  it('can be read by its owner only', () => {
    const path = journalPath()
    write(Journal.open(path, ACME), { a: 'done' })
    expect(lstatSync(path).mode & 0o777).toBe(0o600)
    expect(lstatSync(join(path, '..')).mode & 0o777).toBe(0o700)
  })

  it('writes down what an undo needs, bytes as they are', () => {
    const path = journalPath()
    const links = ['a', 'b'].map((name): UndoData => ({
      kind: 'link',
      path: '/Perch\xe9',
      made: [],
      target: 'caff\xe8',
      name,
    }))
    const journal = Journal.open(path, ACME)
    journal.undo.write('beside')
    journal.begin(
      links.map((undo, index) => ({
        key: `link${index}`,
        plugin: PLUGIN,
        action: PLUGIN,
        change: userChange('a'),
        undo: [undo],
      })),
      0,
    )
    const file = join(path, '../undo', ACME.id)
    expect(lstatSync(file).mode & 0o777).toBe(0o600)
    const read = lines(path)
      .slice(1)
      .flatMap((line) => (JSON.parse(line) as BeginLine).undo ?? [])
      .map((range) => JSON.parse(readUndo(file, range)) as unknown)
    expect(read).toEqual(links)
    expect(readFileSync(path, 'utf8')).not.toContain('caff')
  })
})

describe('a journal that was cut short', () => {
  /** Two runs with all kinds of lines, and names of several bytes. */
  function wholeJournal(path: string): Buffer {
    const first = Journal.open(path, ACME)
    write(first, { 'user:josé': 'done', tree: undefined }, 7)
    const second = Journal.open(path, ACME)
    write(second, { tree: 'done', 日本: 'failed' }, 9)
    second.finish('failed')
    return readFileSync(path)
  }

  /** What a journal knows, as plain data. */
  function knowledge(journal: Journal) {
    return {
      done: ['user:josé', 'tree', '日本'].map((key) => journal.doneSequence(key, PLUGIN)),
      open: ['user:josé', 'tree', '日本'].map((key) => journal.unfinished(key)?.checkpoint),
      interrupted: journal.interrupted,
    }
  }

  it('at any byte is read up to its last whole line', () => {
    const path = journalPath()
    const whole = wholeJournal(path)
    let expected = knowledge(Journal.open(`${path}.missing`, ACME))
    const seen = new Set<string>()
    for (let length = 0; length <= whole.length; length += 1) {
      writeFileSync(path, whole.subarray(0, length))
      const known = knowledge(Journal.open(path, ACME))
      if (whole[length - 1] === 0x0a) expected = known
      expect(known, `cut after ${length} bytes`).toEqual(expected)
      seen.add(JSON.stringify(known))
    }
    // Before the first line, and after each but the second run's first two, which say nothing new.
    expect(seen.size).toBe(9)
  })

  it('at any byte is written on behind its last whole line', () => {
    const path = journalPath()
    const whole = wholeJournal(path)
    for (let length = 0; length <= whole.length; length += 3) {
      const kept = whole.subarray(0, whole.subarray(0, length).lastIndexOf(0x0a) + 1)
      writeFileSync(path, whole.subarray(0, length))
      write(Journal.open(path, ACME), { late: 'done' })
      const text = readFileSync(path)
      expect(text.subarray(0, kept.length).equals(kept), `cut after ${length} bytes`).toBe(true)
      expect(text.toString('utf8', kept.length)).toMatch(
        /^\{"run":.*\}\n\{"begin":.*\}\n\{"end":.*\}\n$/,
      )
      expect(Journal.open(path, ACME).wasDone('late')).toBe(true)
    }
  })
})

it('is written no more once it could not be: nothing may happen that is not written down', () => {
  const path = join(temporaryFolder(), 'journal.jsonl')
  const journal = Journal.open(path, ACME)
  symlinkSync('/dev/full', path)
  const failure = {
    code: 'JOURNAL_NOT_WRITTEN',
    hint: 'make room on the disk, then run the same command again: it goes on',
  }
  expect(thrownBy(() => write(journal, { a: 'done' }))).toMatchObject(failure)
  rmSync(path)
  expect(thrownBy(() => write(journal, { a: 'done' }))).toMatchObject(failure)
  expect(existsSync(path)).toBe(false)
})

describe('a damaged journal', () => {
  const entry = (line: string) => `${line}\n`
  const run = entry(JSON.stringify({ run: ACME }))

  it.each([
    ['text', 'garbage'],
    ['half an object', '{"begin":1,"checkp'],
    ['zero bytes', '\0\0\0\0'],
    ['a number', '7'],
    ['null', 'null'],
    ['an object of another kind', '{"start":1}'],
  ])('with %s in its middle is refused, and the line is named', (_what, damage) => {
    const path = join(temporaryFolder(), 'journal.jsonl')
    writeFileSync(path, run + entry(damage) + entry('{"finished":"run-1","status":"done"}'))
    expect(thrownBy(() => Journal.open(path, ACME))).toMatchObject({
      code: 'JOURNAL_DAMAGED',
      message: `${path} cannot be read: line 2 is damaged`,
      hint: 'restore the journal from a backup; without it the migration does not know what it has done',
    })
  })

  it('with a byte that is no UTF-8 inside a text is written on without a gap', () => {
    const path = join(temporaryFolder(), 'journal.jsonl')
    const damaged = Buffer.from(run, 'latin1')
    damaged[damaged.indexOf('acme')] = 0xff
    writeFileSync(path, damaged)
    write(Journal.open(path, ACME), { a: 'done' })
    expect(Journal.open(path, ACME).wasDone('a')).toBe(true)
  })

  it('is read or refused, whatever a line of it says', () => {
    const path = join(temporaryFolder(), 'journal.jsonl')
    const kind = fc.constantFrom(
      'run',
      'begin',
      'end',
      'finished',
      'rollback',
      'undone',
      'rolledBack',
    )
    const nearly = fc
      .tuple(kind, fc.json(), fc.jsonValue())
      .map(([key, , value]) => JSON.stringify({ [key]: value, operation: value, runs: value }))
    fc.assert(
      fc.property(fc.oneof(nearly, fc.json(), fc.string()), (text) => {
        const line = text.replaceAll('\n', ' ')
        writeFileSync(path, `${run}${line}\n`)
        for (const read of [() => Journal.open(path, ACME), () => readHistory(path)]) {
          const error = codeOf(read)
          expect(['', 'JOURNAL_DAMAGED', 'ROLLBACK_UNFINISHED']).toContain(error)
        }
      }),
    )
  })

  it('is refused at the line that is damaged, wherever a byte of it is', () => {
    const path = journalPath()
    write(Journal.open(path, ACME), { a: 'done', b: 'failed' })
    const whole = readFileSync(path)
    const line = (at: number) => whole.subarray(0, at).filter((byte) => byte === 0x0a).length + 1
    fc.assert(
      fc.property(fc.nat(whole.length - 2), (at) => {
        const damaged = Buffer.from(whole)
        damaged[at] = 0
        writeFileSync(path, damaged)
        const reader = () => Journal.open(path, ACME)
        const message = messageOf(reader)
        // A line end that is lost makes two lines one.
        expect(message).toBe(`${path} cannot be read: line ${line(at)} is damaged`)
      }),
    )
  })
})

describe('the history of a journal that was cut short', () => {
  it('at any byte is what its whole lines say', () => {
    const path = journalPath()
    const first = Journal.open(path, ACME)
    write(first, { 'user:josé': 'done', tree: undefined }, 7)
    first.finish('failed')
    write(Journal.open(path, OTHER), { tree: 'done' })
    const whole = readFileSync(path)
    for (let length = 0; length <= whole.length; length += 1) {
      const kept = whole.subarray(0, whole.subarray(0, length).lastIndexOf(0x0a) + 1)
      writeFileSync(path, kept)
      const expected = readHistory(path)
      writeFileSync(path, whole.subarray(0, length))
      expect(readHistory(path), `cut after ${length} bytes`).toEqual(expected)
      expect(expected.goodBytes).toBe(kept.length)
    }
    expect(
      readHistory(path).runs.map(({ operations }) => operations.map(({ outcome }) => outcome)),
    ).toEqual([['done', undefined], ['done']])
  })
})

function codeOf(read: () => unknown): string {
  try {
    read()
    return ''
  } catch (error) {
    return describeError(error).code
  }
}

function messageOf(read: () => unknown): string {
  try {
    read()
    return ''
  } catch (error) {
    return describeError(error).message
  }
}
