// Whatever an old record says, a shared folder has an access and a group that a destination knows.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { fileServer, WORLDS } from './helpers/file-server.js'

const KNOWN_GROUPS = new Set([
  ...['sales', 'tech', 'admins', 'support', 'ghosts'].flatMap((name) => [
    name,
    `${name}@newserver.test`,
  ]),
  ...['locals', 'admin', 'root', 'domain users@newserver.test', 'domain admins@newserver.test'],
])

/** Bytes that a value of a database can hold. */
const value = fc.string({ unit: 'binary', maxLength: 12 }).map((text) =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[|\n\0]/g, '_'),
)
const one = (...values: readonly string[]) => fc.oneof(fc.constantFrom(...values), value)
const prop = (name: string, values: fc.Arbitrary<string>) =>
  fc
    .option(values, { nil: undefined })
    .map((text) => (text === undefined ? '' : `|${name}|${text}`))

const record = fc
  .tuple(
    prop('Group', one('sales', 'shared', 'admin', 'root', 'mrossi', 'tech', 'a/../b', '$(id)')),
    prop('Name', value),
    prop('PublicAccess', one('none', 'local', 'global', 'global-pw')),
    prop(
      'UserAccess',
      one('wr-admin-rd-group', 'wr-group-rd-group', 'wr-group-rd-everyone', 'rw-all'),
    ),
  )
  .map((props) => props.join(''))

describe.each(WORLDS)('any ibay, where accounts are of the world of %s', (world) => {
  it('gets a known access and a known group, or the closed ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (records) => {
        const names = records.map((_record, index) => `shop${'abcdefgh'[index] ?? ''}`)
        const t = fileServer({
          world,
          accounts: `mrossi=user\n${records.map((text, index) => `${names[index]}=ibay${text}\n`).join('')}`,
          acls: '',
        })
        await t.run(plugin)
        for (const [index, name] of names.entries()) {
          const made = t.record('accounts', name) ?? ''
          const [, group, other] = /\|GroupAccess\|([^|]*).*\|OtherAccess\|([^|]*)/.exec(made) ?? []
          const [, owning = ''] = /\|OwningGroup\|([^|]*)/.exec(made) ?? []
          const wanted = /\|UserAccess\|([^|]*)/.exec(records[index] ?? '')?.[1]
          expect([group, other], made).toEqual(
            wanted === 'wr-admin-rd-group'
              ? ['r', '']
              : ['rw', wanted === 'wr-group-rd-everyone' ? 'r' : ''],
          )
          expect([...KNOWN_GROUPS], made).toContain(owning)
        }
      }),
      { numRuns: 15 },
    )
  })
})
