import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixtureSource } from '@nethserver-migrate/testkit'
import { parseSmbpasswd } from '../src/source/smbpasswd.js'
import { Source } from '../src/source/source.js'

const HASH = '0FE87E604BD1A9211D7F1352663670CB'
const NO_LM = 'X'.repeat(32)
const line = (hash: string, flags = '[U          ]', name = 'rossi') =>
  `${name}:5001:${NO_LM}:${hash}:${flags}:LCT-4F4A8DD9:\n`
const parsed = (text: string) => [...parseSmbpasswd(text).entries.values()]

describe('a line of smbpasswd', () => {
  it('tells name, id and NT hash', () => {
    expect(parsed(line(HASH))).toEqual([
      { name: 'rossi', uid: 5001, ntHash: HASH, disabled: false },
    ])
  })

  it('has its hash in capital letters', () => {
    expect(parsed(line(HASH.toLowerCase()))[0]?.ntHash).toBe(HASH)
  })

  it.each([
    ['no password', `NO PASSWORD${'X'.repeat(21)}`],
    ['a password that must be set', 'X'.repeat(32)],
    ['the empty password', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['too short a hash', HASH.slice(1)],
    ['too long a hash', `${HASH}0`],
    ['nothing', ''],
  ])('has no hash where it holds %s', (_what, hash) => {
    expect(parsed(line(hash))[0]?.ntHash).toBeUndefined()
  })

  it.each([
    ['[U          ]', false],
    ['[DU         ]', true],
    ['[UD         ]', true],
    ['[W          ]', false],
    ['[WD         ]', true],
    ['', false],
    ['LCT-4F4ADDDD', false],
  ])('says by its flags whether the account is disabled: %s', (flags, disabled) => {
    expect(parsed(line(HASH, flags))[0]?.disabled).toBe(disabled)
  })

  it('of an older Samba needs no flags', () => {
    expect(parsed(`rossi:5001:${NO_LM}:${HASH}`)[0]?.ntHash).toBe(HASH)
  })

  it('is found by its name in any case; the first one counts', () => {
    const { entries, badLines } = parseSmbpasswd(
      line(HASH, '[U]', 'Rossi') + line(NO_LM, '[U]', 'ROSSI'),
    )
    expect([...entries]).toEqual([
      ['rossi', { name: 'Rossi', uid: 5001, ntHash: HASH, disabled: false }],
    ])
    expect(badLines).toEqual([{ line: 2, reason: 'the name stands in an earlier line' }])
  })

  it('that says nothing usable is named by its number; comments are none', () => {
    const { entries, badLines } = parseSmbpasswd(`# x\n\n:1:x:${HASH}:\nrossi:x:y:z:\nrossi\n`)
    expect(entries.size).toBe(0)
    expect(badLines).toEqual([
      { line: 3, reason: 'no name' },
      { line: 4, reason: 'uid is not a number' },
      { line: 5, reason: 'uid is not a number' },
    ])
  })
})

describe('smbpasswd', () => {
  it('of the sample backup has its users and workstations', () => {
    const { entries, badLines } = Source.open(fixtureSource()).smbpasswd ?? {}
    expect([entries?.size, badLines]).toEqual([18, []])
    expect(entries?.get('pneri')).toMatchObject({ ntHash: undefined, disabled: true })
    expect(entries?.get('ws01$')).toMatchObject({ uid: 5044, disabled: false })
  })

  it('gives one entry or one bad line for each line that is no comment, whatever it holds', () => {
    const piece = fc.constantFrom(':', '[', ']', 'D', 'a', '1', HASH, NO_LM, '\n', '#', '\xe9')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('')
        const { entries, badLines } = parseSmbpasswd(text)
        const lines = text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))
        expect(entries.size + badLines.length).toBe(lines.length)
        for (const { ntHash } of entries.values()) expect(ntHash ?? HASH).toMatch(/^[0-9A-F]{32}$/)
      }),
    )
  })
})
