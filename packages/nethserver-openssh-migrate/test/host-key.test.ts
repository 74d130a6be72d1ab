import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostKeyProblem } from '../src/host-key.js'
import { keyPair, makePair, type KeyOptions } from './helpers/key-pair.js'

const TYPES = { rsa: 'ssh-rsa', ecdsa: 'ecdsa-sha2-', ed25519: 'ssh-ed25519' } as const

function problemOf(options: KeyOptions, change: Partial<ReturnType<typeof keyPair>> = {}) {
  const { privateKey, publicKey } = { ...keyPair(options), ...change }
  return hostKeyProblem(privateKey, publicKey, TYPES[options.type ?? 'rsa'])
}

const GOOD: KeyOptions[] = [
  { format: 'PEM' },
  { format: 'PKCS8' },
  { format: 'RFC4716' },
  { bits: 3072, format: 'PEM' },
  { type: 'ecdsa', format: 'PEM' },
  { type: 'ecdsa', bits: 384, format: 'PKCS8' },
  { type: 'ecdsa', bits: 521, format: 'RFC4716' },
  { type: 'ed25519', format: 'RFC4716' },
]

describe('a pair of host keys', () => {
  it.each(GOOD)('is good: %o', (options) => {
    expect(problemOf(options)).toBeUndefined()
  })

  it.each<KeyOptions>([
    { bits: 1024, format: 'PEM' },
    { bits: 1024, format: 'RFC4716' },
    { bits: 2047, format: 'PEM' },
  ])('is weak with an RSA key below 2048 bits: %o', (options) => {
    expect(problemOf(options)).toEqual({ weak: true, why: `an RSA key of ${options.bits} bits` })
  })

  it('is weak with a DSA key, whatever the name of the file says', () => {
    const publicKey = 'ssh-dss AAAAB3NzaC1kc3MAAACBAJ root@old\n'
    expect(problemOf({}, { publicKey })).toEqual({ weak: true, why: 'a DSA key' })
  })

  it.each<KeyOptions>([{ format: 'PEM' }, { format: 'RFC4716' }])(
    'is of no use when one is not that of the other: %o',
    (options) => {
      const { publicKey } = makePair(options)
      expect(problemOf(options, { publicKey })).toEqual({
        weak: false,
        why: 'it does not belong to its .pub file',
      })
    },
  )

  it.each<KeyOptions>([
    { format: 'PEM', passphrase: 'secret' },
    { format: 'PKCS8', passphrase: 'secret' },
    { format: 'RFC4716', passphrase: 'secret' },
  ])('is of no use with a passphrase: %o', (options) => {
    expect(problemOf(options)).toEqual({
      weak: false,
      why: 'it is in no known format, or has a passphrase',
    })
  })

  it.each([
    ['an Ed25519 key that is not in the format of OpenSSH', generateKeyPairSync('ed25519')],
    ['a curve that ssh does not have', generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
  ])('is of no use when its private file holds %s', (_what, pair) => {
    const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(problemOf({ type: 'ed25519', format: 'RFC4716' }, { privateKey })).toEqual({
      weak: false,
      why: 'it is in no known format, or has a passphrase',
    })
  })

  it('is of no use when its private file holds the public key only', () => {
    const { publicKey } = keyPair()
    expect(problemOf({}, { privateKey: publicKey })).toMatchObject({ weak: false })
  })

  it.each(['', 'x', '2048 65537 12345 root@old', 'ssh-rsa', 'ssh-rsa !!!', 'ssh-rsa AAAA'])(
    'is of no use when its .pub file holds no key of its type: "%s"',
    (publicKey) => {
      expect(problemOf({}, { publicKey })).toMatchObject({ weak: false })
    },
  )

  it('is of no use under the name of another type', () => {
    const { privateKey, publicKey } = keyPair({ type: 'ecdsa' })
    expect(hostKeyProblem(privateKey, publicKey, 'ssh-rsa')).toEqual({
      weak: false,
      why: 'it holds a key of another type than its name says',
    })
  })

  it('is never good once its private file was cut short, or its .pub file changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...GOOD), fc.nat(), fc.nat(255), (options, at, byte) => {
        const { privateKey, publicKey } = keyPair(options)
        const end = privateKey.trimEnd().length - 1
        expect(problemOf(options, { privateKey: privateKey.slice(0, at % end) })).toBeDefined()

        const [type = '', base64 = ''] = publicKey.split(' ')
        const blob = Buffer.from(base64, 'base64')
        const place = at % blob.length
        fc.pre(blob[place] !== byte)
        blob[place] = byte
        const changed = { publicKey: `${type} ${blob.toString('base64')} root@old\n` }
        expect(problemOf(options, changed)).toBeDefined()
      }),
    )
  })

  it('is judged whatever bytes it is made of', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 60 })
    const ownFormat = fc
      .uint8Array({ maxLength: 80 })
      .map((bytes) => Buffer.concat([Buffer.from('openssh-key-v1\0'), bytes]).toString('base64'))
      .map(
        (body) => `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----`,
      )
    fc.assert(
      fc.property(fc.oneof(anything, ownFormat), anything, (privateKey, noise) => {
        const { publicKey } = keyPair()
        expect(hostKeyProblem(privateKey, publicKey, 'ssh-rsa')).toMatchObject({ weak: false })
        expect(
          hostKeyProblem(privateKey, `ssh-rsa ${Buffer.from(noise).toString('base64')}`, 'ssh-rsa'),
        ).toBeDefined()
      }),
    )
  })
})
