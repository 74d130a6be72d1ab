import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecordTable, validateChange, type Change, type EsmithRecord } from '../src/index.js'
import { recordsOf } from './support.js'

// Few different characters, so that keys meet again and every combination with an escape comes up.
const odd = fc.constantFrom(...'\\|n=# \n\r\tab\0\xa0\xff')
const text = fc.string({ unit: odd, maxLength: 6 })
const key = fc.oneof(fc.constantFrom('a', 'b', 'c'), text)
const props = fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'n'), text), text, {
  maxKeys: 4,
  noNullPrototype: false,
})
const file = fc.oneof(
  fc.string({ unit: odd, maxLength: 80 }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
)
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), key, type: text, props }),
  fc.record({ kind: fc.constant('merge' as const), key, props }),
  fc.record({ kind: fc.constant('merge' as const), key, props, typeWhenNew: text }),
  fc.record({ kind: fc.constant('set' as const), key, type: text, props }),
  fc.record({ kind: fc.constant('setType' as const), key, type: text }),
  fc.record({ kind: fc.constant('deleteProps' as const), key, props: fc.array(text) }),
  fc.record({ kind: fc.constant('delete' as const), key }),
)

const reread = (table: RecordTable) => RecordTable.parse(table.serialize())
const linesBut = (key: string | undefined, table: RecordTable) =>
  recordsOf(table)
    .split('\n')
    .filter((line) => key === undefined || !line.startsWith(`${key}=`))
const isWritable = (change: Change, existing?: EsmithRecord) =>
  !validateChange(change, existing).some(({ fatal }) => fatal)

describe('any bytes', () => {
  it('are read without an error, with findings on lines that exist', () => {
    fc.assert(
      fc.property(file, (bytes) => {
        const lines = bytes.split('\n')
        for (const { line, key } of RecordTable.parse(bytes).findings) {
          const text = lines[line - 1] ?? ''
          expect(text === key || text.startsWith(`${key}=`)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('are written so that every record is read again', () => {
    fc.assert(
      fc.property(file, (bytes) => {
        const table = RecordTable.parse(bytes)
        const again = reread(table)
        expect(again.keys()).toEqual(table.keys())
        expect(again.records()).toEqual(expect.arrayContaining([...table.records()]))
        expect(recordsOf(again)).toBe(recordsOf(table))
        expect(reread(again).equals(again)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('any sequence of changes', () => {
  it('reads back as what it said, and leaves all other records alone to the byte', () => {
    fc.assert(
      fc.property(file, fc.array(change, { maxLength: 10 }), (bytes, changes) => {
        const table = RecordTable.parse(bytes)
        for (const change of changes) {
          if (!isWritable(change, table.get(change.key))) {
            expect(() => table.apply(change)).toThrow()
            continue
          }
          const lines = linesBut(undefined, table)
          const others = linesBut(change.key, table)
          const { outcome, before, after } = table.apply(change)
          const again = reread(table)
          if (outcome === 'changed') {
            expect(again.get(change.key)).toEqual(after)
            expect(after).toEqual(expected(change, before))
            expect(linesBut(change.key, again)).toEqual(others)
          } else {
            expect(after).toEqual(before)
            expect(linesBut(undefined, again)).toEqual(lines)
          }
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('changes nothing when it is made again', () => {
    fc.assert(
      fc.property(file, change, (bytes, change) => {
        const table = RecordTable.parse(bytes)
        fc.pre(isWritable(change, table.get(change.key)))
        table.apply(change)
        const once = table.clone()
        expect(table.apply(change).outcome).not.toBe('changed')
        expect(table.equals(once)).toBe(true)
      }),
    )
  })

  it('on a clone does not reach the table, nor the other way round', () => {
    fc.assert(
      fc.property(file, fc.array(change), fc.array(change), (bytes, here, there) => {
        const table = RecordTable.parse(bytes)
        const clone = table.clone()
        const [alone, clonedAlone] = [RecordTable.parse(bytes), RecordTable.parse(bytes)]
        applyAll(table, here)
        applyAll(clone, there)
        expect(applyAll(alone, here).equals(table)).toBe(true)
        expect(applyAll(clonedAlone, there).equals(clone)).toBe(true)
      }),
    )
  })
})

function applyAll(table: RecordTable, changes: readonly Change[]): RecordTable {
  for (const change of changes) {
    if (isWritable(change, table.get(change.key))) table.apply(change)
  }
  return table
}

/** What a change that is made leads to, told in the plainest way. */
function expected(change: Change, before: EsmithRecord | undefined): EsmithRecord | undefined {
  const { key, kind } = change
  const old = { type: '', props: {}, ...before }
  switch (kind) {
    case 'create':
    case 'set':
      return { key, type: change.type, props: change.props }
    case 'merge':
      return {
        key,
        type: before?.type ?? change.typeWhenNew ?? '',
        props: { ...old.props, ...change.props },
      }
    case 'setType':
      return { key, type: change.type, props: old.props }
    case 'deleteProps':
      return {
        key,
        type: old.type,
        props: Object.fromEntries(
          Object.entries(old.props).filter(([name]) => !change.props.includes(name)),
        ),
      }
    case 'delete':
      return undefined
  }
}
