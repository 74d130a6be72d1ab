import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatQueue, parseQueues, valuesOf, type Queue } from '../src/queue-file.js'

const namesOf = (text: string, kind: Queue['kind'] = 'Printer') =>
  parseQueues(text, kind).queues.map(({ name }) => name)

describe('a file of printers', () => {
  it('is read block by block, whatever stands between them', () => {
    const text = `# Printer configuration file for CUPS v1.3.7
NextPrinterId 3
<DefaultPrinter laser>
# a comment
Info Laser, <first> floor
DeviceURI socket://192.168.1.60:9100
</Printer>

<Printer labels>
</Printer>`
    expect(parseQueues(text, 'Printer')).toEqual({
      queues: [
        {
          kind: 'Printer',
          name: 'laser',
          isDefault: true,
          lines: [
            '# a comment',
            'Info Laser, <first> floor',
            'DeviceURI socket://192.168.1.60:9100',
          ],
        },
        { kind: 'Printer', name: 'labels', isDefault: false, lines: [] },
      ],
      problems: [],
    })
  })

  it.each([
    '<Printer laser>\n</Printer>',
    '<printer laser>\r\n</PRINTER>\r\n',
    '  <Printer   laser >  \n\t</Printer>\n',
    '<DefaultPrinter laser>\n</DefaultPrinter>\n',
  ])('may be written in several ways: "%s"', (text) => {
    expect(namesOf(text)).toEqual(['laser'])
  })

  it.each<[string, string[], string[]]>([
    ['<Printer a>\nx\n', [], ['line 1: a beginning without an end']],
    ['<Printer a>\n<Printer b>\n</Printer>\n', ['b'], ['line 1: a beginning without an end']],
    ['x\n</Printer>\n<Printer b>\n</Printer>', ['b'], ['line 2: an end without a beginning']],
    ['<Printer a>\n</Class>\n</Printer>', [], ['line 2: a tag that has no place there']],
    [
      '<Printer a\n</Printer>',
      [],
      ['line 1: a tag that has no place there', 'line 2: an end without a beginning'],
    ],
    [
      '<Class a>\n</Class>',
      [],
      ['line 1: a tag that has no place there', 'line 2: a tag that has no place there'],
    ],
    ['<Printer>\n</Printer>', [], ['line 1: no valid name']],
    ['<Printer a b>\n</Printer>', [], ['line 1: no valid name']],
    ['<Printer ../a>\n</Printer>\n<Printer b>\n</Printer>', ['b'], ['line 1: no valid name']],
    [`<Printer ${'x'.repeat(128)}>\n</Printer>`, [], ['line 1: no valid name']],
  ])('is read but for what is not whole: %j', (text, names, problems) => {
    expect(namesOf(text)).toEqual(names)
    expect(parseQueues(text, 'Printer').problems).toEqual(problems)
  })

  it('has each value of a directive, in any case of letters', () => {
    const [queue] = parseQueues(
      '<Class office>\nPrinter laser\n  printer\tlabels \r\nPrinters no\n#Printer no\n</Class>',
      'Class',
    ).queues
    expect(queue && valuesOf(queue, 'Printer')).toEqual(['laser', 'labels'])
  })
})

const line = fc
  .string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)) })
  .map((text) => text.replace(/\n/g, ' '))
  .filter((text) => !/^[ \t]*</.test(text))
const queue = fc.record({
  kind: fc.constant('Printer' as const),
  name: fc.stringMatching(/^[!$-.0-;=?-~\x80-\xff]{1,20}$/),
  isDefault: fc.boolean(),
  lines: fc.array(line, { maxLength: 5 }),
})
const between = fc.array(line, { maxLength: 3 }).map((lines) => lines.map((text) => `${text}\n`))

describe('queues', () => {
  it('are read as they were written, between whatever else', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(between, queue)), (parts) => {
        const text = parts.map(([noise, one]) => noise.join('') + formatQueue(one)).join('')
        const queues = parts.map(([, one]) => one)
        expect(parseQueues(text, 'Printer')).toEqual({ queues, problems: [] })
      }),
    )
  })

  it('are read from any bytes: each tag is a queue or a problem', () => {
    const piece = fc.oneof(
      line,
      fc.constantFrom(
        '<Printer a>',
        '<DefaultPrinter b>',
        '</Printer>',
        '<Class a>',
        '<',
        '</',
        'x>',
      ),
    )
    fc.assert(
      fc.property(fc.array(piece), (lines) => {
        const { queues, problems } = parseQueues(lines.join('\n'), 'Printer')
        const tags = lines.filter((text) => text.startsWith('<')).length
        expect(queues.length * 2 + problems.length).toBeLessThanOrEqual(tags)
        if (tags > 0) expect(queues.length + problems.length).toBeGreaterThan(0)
        // What was read can be added to any file that was understood.
        const again = parseQueues(queues.map(formatQueue).join(''), 'Printer')
        expect(again).toEqual({ queues, problems: [] })
      }),
    )
  })
})
