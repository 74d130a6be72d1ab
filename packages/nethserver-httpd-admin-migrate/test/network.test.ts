import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contains, parseNetwork } from '../src/network.js'

describe('a network', () => {
  it.each([
    ['192.168.1.0/24', '192.168.1.0/255.255.255.0'],
    ['192.168.1.77/24', '192.168.1.0/24'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['10.1.2.3', '10.1.2.3/255.255.255.255'],
    ['200.1.2.3/0', '0.0.0.0/0.0.0.0'],
    ['255.255.255.255/1', '128.0.0.0/1'],
  ])('can be written in several ways: %s is %s', (one, other) => {
    expect(parseNetwork(one)).toBeDefined()
    expect(parseNetwork(one)).toEqual(parseNetwork(other))
  })

  it.each([
    ...['', '/', '10.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/255.0.255.0'],
    ...[
      '10.0.0.0/8/8',
      '10.0.0.256/8',
      'all',
      'example.com',
      '::1/128',
      ' 10.0.0.0/8',
      '10.0.0.0/x',
    ],
  ])('is none: %j', (text) => {
    expect(parseNetwork(text)).toBeUndefined()
  })

  it('contains the one that begins with the same bits, and no other', () => {
    const bits = fc.string({ unit: fc.constantFrom('0', '1'), minLength: 32, maxLength: 32 })
    const text = (address: string, length: number) =>
      `${(address.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)).join('.')}/${length}`
    const length = fc.integer({ min: 0, max: 32 })
    const changed = fc.integer({ min: 0, max: 32 })
    fc.assert(
      fc.property(bits, length, length, changed, (outer, a, b, flip) => {
        const inner =
          outer.slice(0, flip) + (outer[flip] === '1' ? '0' : '1') + outer.slice(flip + 1)
        const [one, other] = [
          parseNetwork(text(outer, a)),
          parseNetwork(text(inner.slice(0, 32), b)),
        ]
        if (!one || !other) throw new Error('no networks')
        expect(contains(one, other)).toBe(b >= a && outer.slice(0, a) === inner.slice(0, a))
      }),
    )
  })
})
