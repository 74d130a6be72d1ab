import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto'
import type { Bytes } from '@nethserver-migrate/core'

export interface HostKeyProblem {
  /** Too weak to be trusted; otherwise no usable pair. */
  readonly weak: boolean
  readonly why: string
}

/** What is asked of an RSA key today. */
const RSA_BITS = 2048

/**
 * Why a pair of files cannot serve as a host key, or nothing.
 * @param type what the key calls itself, or the beginning of that.
 */
export function hostKeyProblem(
  privateKey: Bytes,
  publicKey: Bytes,
  type: string,
): HostKeyProblem | undefined {
  const blob = parsePublicKey(publicKey)
  const [algorithm, , modulus] = blob ? fields(blob) : []
  if (!blob || !algorithm) return unusable('its .pub file holds no public key')
  const name = algorithm.toString('latin1')
  if (name === 'ssh-dss') return { weak: true, why: 'a DSA key' }
  if (!name.startsWith(type)) return unusable('it holds a key of another type than its name says')
  if (type === 'ssh-rsa') {
    const bits = bitLength(modulus ?? Buffer.alloc(0))
    if (bits < RSA_BITS) return { weak: true, why: `an RSA key of ${bits} bits` }
  }
  const own = publicPartOf(privateKey)
  if (!own) return unusable('it is in no known format, or has a passphrase')
  return own.equals(blob) ? undefined : unusable('it does not belong to its .pub file')
}

function unusable(why: string): HostKeyProblem {
  return { weak: false, why }
}

/** The key of a `.pub` file: `TYPE BASE64 COMMENT`. */
function parsePublicKey(text: Bytes): Buffer | undefined {
  const [, base64] = /^[a-z0-9-]+[ \t]+([A-Za-z0-9+/]+=*)(?:[ \t\r\n]|$)/.exec(text) ?? []
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}

/** The public part of a private key without a passphrase, as a `.pub` file has it. */
function publicPartOf(text: Bytes): Buffer | undefined {
  const [, own] =
    /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END OPENSSH PRIVATE KEY-----/.exec(text) ?? []
  if (own !== undefined) return publicPartOfOwnFormat(Buffer.from(own, 'base64'))
  try {
    return toBlob(createPublicKey(createPrivateKey(text)).export({ format: 'jwk' }))
  } catch {
    return undefined
  }
}

const OWN_FORMAT = 'openssh-key-v1\0'

function publicPartOfOwnFormat(key: Buffer): Buffer | undefined {
  if (key.toString('latin1', 0, OWN_FORMAT.length) !== OWN_FORMAT) return undefined
  // Cipher, key derivation and its options; how many keys there are; the public one, the private one.
  const [cipher, derivation, options] = fields(key.subarray(OWN_FORMAT.length))
  if (cipher?.toString('latin1') !== 'none' || !derivation || !options) return undefined
  const start = OWN_FORMAT.length + 12 + cipher.length + derivation.length + options.length + 4
  const [publicKey, secret] = fields(key.subarray(start))
  return secret && publicKey
}

/** The parts of a key, each behind its length in four bytes, up to one that is cut short. */
function fields(key: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at + 4 <= key.length;) {
    const end = at + 4 + key.readUInt32BE(at)
    if (end > key.length) break
    found.push(key.subarray(at + 4, end))
    at = end
  }
  return found
}

const CURVES = { 'P-256': 'nistp256', 'P-384': 'nistp384', 'P-521': 'nistp521' } as const

function toBlob({ crv = '', e = '', kty, n = '', x = '', y = '' }: JsonWebKey): Buffer | undefined {
  if (kty === 'RSA') return blobOf('ssh-rsa', number(decode(e)), number(decode(n)))
  // Ed25519 keys come in OpenSSH's own format alone: no sshd of a NethServer reads others.
  if (kty !== 'EC' || !isCurve(crv)) return undefined
  const curve = CURVES[crv]
  const point = Buffer.concat([Buffer.of(4), decode(x), decode(y)])
  return blobOf(`ecdsa-sha2-${curve}`, Buffer.from(curve), point)
}

function isCurve(name: string): name is keyof typeof CURVES {
  return name in CURVES
}

function decode(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}

function blobOf(type: string, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(type), ...parts].flatMap((part) => [lengthOf(part), part]))
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(part.length)
  return length
}

/** A number that would look negative has a zero in front. */
function number(digits: Buffer): Buffer {
  return (digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Buffer.of(0), digits])
}

function bitLength(value: Buffer): number {
  const first = value.findIndex((byte) => byte !== 0)
  if (first < 0) return 0
  return (value.length - first) * 8 - Math.clz32(value[first] ?? 0) + 24
}
