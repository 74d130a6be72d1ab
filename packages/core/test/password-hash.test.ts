import { describe, expect, it } from 'vitest'
import { passwordHash, type PasswordHash } from '../src/source/password-hash.js'

const LOCKED: PasswordHash = { kind: 'locked' }
const NONE: PasswordHash = { kind: 'none' }
const UNKNOWN: PasswordHash = { kind: 'unknown' }
const strong = (hash: string): PasswordHash => ({ kind: 'password', hash, weak: false })
const weak = (hash: string): PasswordHash => ({ kind: 'password', hash, weak: true })

const MD5 = '$1$abcdefgh$G0fH2hXYgYwLQ9cmVGxqG/'
const SHA256 = '$5$rounds=5000$saltsalt$kFHpSrZ2NRzLmGdLcYX5S0GnLEBRYcvtyJcPyiAlGv2'
const SHA512 = `$6$saltsalt$${'x'.repeat(86)}`
const DES = 'rqXexS6ZhobKA'

describe('the second field of a shadow line', () => {
  it.each<[string, string | undefined, PasswordHash]>([
    ['a SHA-512 hash', SHA512, strong(SHA512)],
    ['a SHA-256 hash with rounds', SHA256, strong(SHA256)],
    ['a blowfish hash', '$2y$10$abcdefghijklmnopqrstuv', strong('$2y$10$abcdefghijklmnopqrstuv')],
    ['a yescrypt hash', '$y$j9T$salt$hash', strong('$y$j9T$salt$hash')],
    ['an MD5 hash, which is weak', MD5, weak(MD5)],
    ['a DES hash, which is weak', DES, weak(DES)],
    ['a star', '*', LOCKED],
    ['an exclamation mark', '!', LOCKED],
    ['two exclamation marks', '!!', LOCKED],
    ['a locked hash', `!${SHA512}`, LOCKED],
    ['a hash locked twice', `!!${SHA512}`, LOCKED],
    ['a hash behind a star', `*${SHA512}`, LOCKED],
    ['an account locked by name', '*LK*', LOCKED],
    ['nothing', '', NONE],
    ['no line at all', undefined, NONE],
    ['a shadow mark of passwd', 'x', UNKNOWN],
    ['a clear text', 'secret', UNKNOWN],
    ['a method without a hash', '$6$', UNKNOWN],
    ['a method that does not exist', '$9$salt$hash', UNKNOWN],
    ['a blank in a hash', '$6$salt$ha sh', UNKNOWN],
    ['a line feed in a hash', '$6$salt$hash\nroot', UNKNOWN],
    ['a colon in a hash', '$6$salt$hash:0', UNKNOWN],
    ['a byte above ASCII', '$6$salt$h\xe9', UNKNOWN],
    ['twelve letters', 'a'.repeat(12), UNKNOWN],
    ['fourteen letters', 'a'.repeat(14), UNKNOWN],
    ['thirteen letters and a line feed', `${DES}\n`, UNKNOWN],
  ])('%s: %j', (_what, field, expected) => {
    expect(passwordHash(field)).toEqual(expected)
  })
})
