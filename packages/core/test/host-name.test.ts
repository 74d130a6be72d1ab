import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isHostName } from '../src/plugin/host-name.js'

it.each(['pc1', 'www.example.com', 'Old_PC-2.example.com', '0.pool.ntp.org', '_sip.example.com'])(
  'takes %s for a host name',
  (name) => {
    expect(isHostName(name)).toBe(true)
  },
)

it.each([
  '',
  '.',
  '-rf',
  'www..example.com',
  'www.example.com.',
  'a b',
  'a\n',
  'b\xfccher.example',
  '*.example.com',
  "x'y",
])('does not take %j for a host name', (name) => {
  expect(isHostName(name)).toBe(false)
})

it('never lets a character through that a program could take for more than a name', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      if (isHostName(text)) expect(text).toMatch(/^[0-9A-Za-z_][0-9A-Za-z._-]*$/)
    }),
  )
})
