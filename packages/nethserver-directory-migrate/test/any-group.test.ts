// Whatever the old records say, a group has members who exist, each once, and no account is made twice.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { accountLine, group, oldServer, user } from './helpers/old-server.js'

const PEOPLE = ['anna', 'bruno', 'carla']
const member = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...PEOPLE, 'admin') },
  fc.constantFrom('ghost', 'root', 'sales', '', ' anna ', '-rf', '..', '$(id)', 'an:na', 'ANNA'),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) =>
    Buffer.from(text)
      .toString('latin1')
      .replace(/[|\n,\0]/g, '_'),
  ),
)
const id = fc.oneof(
  fc.constantFrom('', '0', '5001', '-1', '99999999999', 'x'),
  fc.nat().map(String),
)

describe.each([6, 7] as const)('any group on a NethServer %i', (like) => {
  it('has the members that exist, in their order, and an id of its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(member, { maxLength: 6 }), id), { minLength: 1, maxLength: 4 }),
        async (groups) => {
          const names = groups.map((_group, index) => `team${'abcd'[index] ?? ''}`)
          const t = oldServer({
            like,
            accounts:
              PEOPLE.map((name, index) => user(name, { Uid: String(5001 + index) })).join('') +
              groups
                .map(([members, Gid], index) =>
                  group(names[index] ?? '', { Gid, Members: members.join(',') }),
                )
                .join(''),
          })
          await t.run(plugin)
          const lines = names.map((name) => (accountLine(t, 'group', name) ?? '').split(':'))
          expect(lines.map(([, , , members]) => members)).toEqual(
            groups.map(([members]) => {
              const known = members
                .map((name) => name.trim())
                .filter((name) => [...PEOPLE, 'admin'].includes(name))
              return [...new Set(known)].join(',')
            }),
          )
          const ids = lines.map(([, , gid]) => Number(gid))
          expect(new Set(ids).size).toBe(ids.length)
          for (const gid of ids) expect(gid).toBeGreaterThanOrEqual(like === 6 ? 5000 : 1000)
        },
      ),
      { numRuns: 15 },
    )
  })
})
