import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSmartHost } from '../src/parse-smart-host.js'

describe('the name of a smart host', () => {
  it.each([
    ['smtp.provider.test', 'smtp.provider.test', ''],
    ['relay', 'relay', ''],
    ['smtp_1.provider.test.', 'smtp_1.provider.test.', ''],
    [' \tsmtp.provider.test ', 'smtp.provider.test', ''],
    ['smtp.provider.test:2525', 'smtp.provider.test', '2525'],
    ['smtp.provider.test : 2525', 'smtp.provider.test', '2525'],
    ['smtp.provider.test:', 'smtp.provider.test', ''],
    ['1.2.3.4', '1.2.3.4', ''],
    ['[1.2.3.4]', '1.2.3.4', ''],
    ['[ smtp.provider.test ]:587', 'smtp.provider.test', '587'],
    ['2001:db8::1', '2001:db8::1', ''],
    ['[2001:db8::1]:587', '2001:db8::1', '587'],
    ['[IPv6:2001:db8::1]', '2001:db8::1', ''],
  ])('is told from brackets, port and blanks: "%s"', (text, name, port) => {
    expect(parseSmartHost(text)).toEqual({ name, port })
  })

  it.each([
    '',
    ' ',
    ':25',
    '[]',
    '[smtp.provider.test',
    'smtp.provider.test]',
    'smtp.provider.test:smtp',
    'smtp provider test',
    'a.test,b.test',
    'a.test|b.test',
    'me:secret@smtp.provider.test',
    'smtp://smtp.provider.test',
    '-oProxyCommand=x',
    '$(reboot)',
    'smtp.provider.test;reboot',
    'smtp.provider.test\nx',
    'bücher.test',
    'smtp..provider.test',
  ])('is none: "%s"', (text) => {
    expect(parseSmartHost(text)).toBeUndefined()
  })

  it('never holds anything but letters, digits, dots, colons, dashes and underscores', () => {
    const piece = fc.constantFrom('[', ']', ':', '.', '-', ' ', '\t', 'a', '1', '|', '@', '%', '\n')
    const nearly = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearly, fc.ipV6(), fc.domain()), (text) => {
        const host = parseSmartHost(text)
        if (!host) return
        expect(host.name).toMatch(/^[\w.:-]+$/)
        expect(host.name).not.toMatch(/^-/)
        expect(host.port).toMatch(/^\d*$/)
      }),
    )
  })
})
