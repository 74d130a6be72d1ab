import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outcome, ReportedChange } from '../src/destination/changes.js'
import { KeptChanges } from '../src/report/kept-changes.js'

const OUTCOMES: readonly Outcome[] = ['done', 'skipped', 'failed', 'pending']

const changes = fc.array(
  fc.record({
    plugin: fc.constantFrom('nethserver-base-migrate', 'nethserver-mail-server-migrate'),
    action: fc.constantFrom('first', 'second'),
    outcome: fc.constantFrom(...OUTCOMES),
    change: fc.oneof(
      fc.record({ kind: fc.constant('user' as const), name: fc.string({ unit: 'grapheme' }) }),
      fc.record({ kind: fc.constant('link' as const), to: fc.string(), target: fc.string() }),
    ),
  }),
  { maxLength: 20 },
)

function kept(list: readonly ReportedChange[]): KeptChanges {
  const all = new KeptChanges()
  for (const change of list) all.add(change)
  return all
}

/** So often that several pieces are text, and some changes are not yet. */
function many(some: readonly ReportedChange[]): ReportedChange[] {
  return Array.from({ length: 2_500 }, (_none, index) => some[index % some.length]).flatMap(
    (change) => change ?? [],
  )
}

describe('the changes that are kept for a report', () => {
  it('are read as they were added, in their order', () => {
    fc.assert(
      fc.property(changes, (some) => {
        const list = many(some)
        const all = kept(list)
        const failed = ({ outcome }: ReportedChange) => outcome === 'failed'
        expect([...all]).toEqual(list)
        expect(all.length).toBe(list.length)
        expect(all.outcomes).toEqual(list.map(({ outcome }) => outcome))
        expect(all.filter(failed)).toEqual(list.filter(failed))
        expect(all.map(({ change }) => change)).toEqual(list.map(({ change }) => change))
        expect(JSON.parse(JSON.stringify(all))).toEqual(list)
      }),
      { numRuns: 20 },
    )
  })

  it('are found by their place, whichever is asked for', () => {
    const list = many([
      { plugin: 'p', action: 'a', outcome: 'done', change: { kind: 'user', name: 'rossi' } },
      { plugin: 'p', action: 'b', outcome: 'failed', change: { kind: 'password', user: 'rossi' } },
      { plugin: 'q', action: 'b', outcome: 'done', change: { kind: 'user', name: 'verdi' } },
    ])
    const all = kept(list)
    for (const place of [2_499, 0, 1_000, 999, 2_000, 1_999])
      expect(all.at(place)).toEqual(list[place])
    expect(all.at(2_500)).toBeUndefined()
  })

  it('get their outcome later, also those that are text by then', () => {
    const pending = many([
      { plugin: 'p', action: 'a', outcome: 'pending', change: { kind: 'user', name: 'rossi' } },
    ])
    const all = kept(pending)
    for (const place of [0, 999, 2_499]) all.settle(place, 'done')
    expect([...all]).toEqual(
      pending.map((change, place) => ({
        ...change,
        outcome: [0, 999, 2_499].includes(place) ? 'done' : 'pending',
      })),
    )
  })
})
