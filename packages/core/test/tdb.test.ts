import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixtureSource, temporaryFolder } from '@nethserver-migrate/testkit'
import { readTdb, writeTdb } from '../src/source/tdb.js'
import { thrownBy } from './helpers/thrown-by.js'

/** What tdbtool prints when it is told what to do with a file of these bytes. */
function tdbtool(content: string, ...command: readonly string[]): string {
  const file = join(temporaryFolder(), 'x.tdb')
  writeFileSync(file, content, 'latin1')
  return execFileSync('tdbtool', [file, ...command], { encoding: 'latin1' })
}

/** A database that tdbtool has made: keys, and what is stored and deleted, in order. */
function madeByTdbtool(...commands: readonly (readonly string[])[]): string {
  const file = join(temporaryFolder(), 'x.tdb')
  const words = ['create ' + file, ...commands.map((command) => command.join(' ')), 'quit']
  execFileSync('tdbtool', { input: words.map((line) => `${line}\n`).join('') })
  return readFileSync(file, 'latin1')
}

const bytes = fc.uint8Array({ maxLength: 90 }).map((array) => Buffer.from(array).toString('latin1'))
const records = fc.array(fc.tuple(bytes, bytes), { maxLength: 300 }).map((pairs) => new Map(pairs))

describe('a trivial database', () => {
  it('of an old server is read', () => {
    const content = readFileSync(join(fixtureSource(), 'etc/samba/secrets.tdb'), 'latin1')
    const sid = '\x01\x04\0\0\0\0\0\x05\x15\0\0\0\xc75:B\x8ekt\x84U\xa1\xae\xc6'.padEnd(68, '\0')
    expect([...readTdb(content)]).toEqual([
      ['INFO/random_seed', '\x01\x02\x03\x04'],
      ['SECRETS/DOMGUID/ACME', '\0\x01\x02\x03\x04\x05\x06\x07\x08\t\n\v\f\r\x0e\x0f'],
      ['SECRETS/SID/ACME', sid],
    ])
  })

  it('that tdbtool has made is read: many in one chain, changed and deleted ones', () => {
    const content = madeByTdbtool(
      ...stored(500).map(([key, value]) => ['insert', key, value]),
      ['store', 'key7', 'another'],
      ['delete', 'key8'],
    )
    const expected = new Map(stored(500))
    expected.set('key7', 'another')
    expected.delete('key8')
    expect(new Map([...readTdb(content)].sort())).toEqual(new Map([...expected].sort()))
  })

  it('that we have made is sound for tdbtool, which finds every record', () => {
    fc.assert(
      fc.property(records, (content) => {
        expect(tdbtool(writeTdb(content), 'check')).toContain(
          `integrity is OK and has ${content.size} records`,
        )
      }),
      { numRuns: 20 },
    )
    const written = writeTdb(new Map([['SECRETS/SID/ACME', 'who'], ...stored(300)]))
    expect(tdbtool(written, 'show', 'SECRETS/SID/ACME')).toContain('who')
    expect(tdbtool(written, 'show', 'key299')).toContain('v299')
  })

  it('that we have made holds what we have put in', () => {
    fc.assert(
      fc.property(records, (content) => {
        expect(new Map(readTdb(writeTdb(content)))).toEqual(content)
      }),
    )
  })
})

describe('what is no trivial database', () => {
  const sound = writeTdb(new Map(stored(20)))
  const number = (value: number) => {
    const buffer = Buffer.alloc(4)
    buffer.writeUInt32LE(value)
    return buffer.toString('latin1')
  }
  const patched = (at: number, value: number) =>
    sound.slice(0, at) + number(value) + sound.slice(at + 4)
  const firstRecord = 172 + 4 * 131

  it.each([
    ['an empty file', '', 'it does not begin like a trivial database'],
    ['a text', 'TDB file\n', 'it does not begin like a trivial database'],
    ['one of a computer of another kind', patched(32, 0x6d190126), 'it is of another version'],
    ['one with more chains than bytes', patched(36, 0xffffffff), 'it is cut short'],
    ['one that is cut short', sound.slice(0, -40), 'it is cut short'],
    ['one with a record out of the file', patched(firstRecord + 8, 0x7fffffff), 'it is cut short'],
    ['one with a damaged record', patched(firstRecord + 20, 1), 'a record is damaged'],
    ['one that goes round in circles', patched(firstRecord, firstRecord), 'round in circles'],
  ])('is refused: %s', (_what, content, message) => {
    expect(thrownBy(() => readTdb(content))).toMatchObject({
      message: expect.stringContaining(message) as string,
    })
  })

  it('is refused or read, and never more than that, wherever a byte is damaged', () => {
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), (at, byte) => {
        const damaged = sound.slice(0, at) + String.fromCharCode(byte) + sound.slice(at + 1)
        let message = ''
        try {
          readTdb(damaged)
        } catch (error) {
          message = error instanceof Error ? error.message : 'no error'
        }
        expect(message).toMatch(/^(it |its |a record is |$)/)
      }),
    )
  })
})

function stored(count: number): [key: string, value: string][] {
  return Array.from({ length: count }, (_, index) => [`key${index}`, `v${index}`])
}
