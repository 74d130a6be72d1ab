import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  baseName,
  byByteOrder,
  escapeControls,
  joinPath,
  parentOf,
  toBuffer,
  toBytes,
  toDisplay,
  toText,
} from '../src/files/bytes.js'
import { logLine } from '../src/report/findings.js'
import { actionLog } from '../src/report/log.js'

const anyText = fc
  .array(fc.oneof(fc.integer({ max: 0xd7ff, min: 0 }), fc.integer({ max: 0x10ffff, min: 0xe000 })))
  .map((points) => String.fromCodePoint(...points))

describe('bytes', () => {
  it('become text as UTF-8 where they are, as Latin-1 otherwise', () => {
    expect([toText('Perch\xc3\xa9'), toText('Perch\xe9'), toText('a\xff\xc3\xa9')]).toEqual([
      'Perché',
      'Perché',
      'aÿÃ©',
    ])
  })

  it('of any text come back as that text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(toText(toBytes(text))).toBe(text)
      }),
    )
  })

  it('are the same bytes for the file system', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (content) => {
        expect([...toBuffer(Buffer.from(content).toString('latin1'))]).toEqual([...content])
      }),
    )
  })

  it('never show a control character, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (content) => {
        const shown = toDisplay(Buffer.from(content).toString('latin1'))
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/)
      }),
    )
  })

  it('never break or drive a log line, wherever they come into it', () => {
    const text = fc.oneof(
      anyText,
      fc.constantFrom('\n[ERROR] forged', '\u001b]0;title\u0007', '\r'),
    )
    fc.assert(
      fc.property(text, text, text, (message, subject, remedy) => {
        const lines: string[] = []
        actionLog('plugin', 'action', (finding) =>
          lines.push(logLine(finding), finding.subject),
        ).warning(message, { subject, remedy })
        for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
        expect(lines[0]).toMatch(/^\[WARNING\] action: /)
      }),
    )
  })

  it('show control characters spelled out', () => {
    expect(escapeControls('a\nb\t\u001b[2J\u007f\u0085\u202e')).toBe(
      'a\\nb\\x09\\x1b[2J\\x7f\\x85\\x202e',
    )
  })

  it('are sorted by value: upper case first, then lower, then what is above ASCII', () => {
    expect(['\xe9', 'b', 'S9', 'S10', 'B', '_'].sort(byByteOrder)).toEqual([
      'B',
      'S10',
      'S9',
      '_',
      'b',
      '\xe9',
    ])
  })
})

describe('a path', () => {
  it('is joined with one slash each', () => {
    expect([joinPath('/a/', '/b', 'c'), joinPath('', 'a'), joinPath('a', '')]).toEqual([
      '/a/b/c',
      '/a',
      'a/',
    ])
  })

  it('has a last part and a folder', () => {
    expect(['/a/b', '/a', 'a'].map((path) => [baseName(path), parentOf(path)])).toEqual([
      ['b', '/a'],
      ['a', '/'],
      ['a', '/'],
    ])
  })
})
