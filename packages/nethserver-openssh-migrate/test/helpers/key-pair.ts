import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface KeyPair {
  readonly privateKey: string
  readonly publicKey: string
}

export interface KeyOptions {
  readonly type?: 'rsa' | 'ecdsa' | 'ed25519'
  readonly bits?: number
  /** The format of the old servers is PEM. */
  readonly format?: 'PEM' | 'PKCS8' | 'RFC4716'
  readonly passphrase?: string
}

const made = new Map<string, KeyPair>()

/** A pair of host keys as ssh itself makes it; the same one for the same options. */
export function keyPair(options: KeyOptions = {}): KeyPair {
  const name = JSON.stringify(options)
  const pair = made.get(name) ?? makePair(options)
  made.set(name, pair)
  return pair
}

/** Another pair than the one that {@link keyPair} gives. */
export function makePair({
  type = 'rsa',
  bits = type === 'rsa' ? 2048 : 256,
  format = 'PEM',
  passphrase = '',
}: KeyOptions = {}): KeyPair {
  const folder = mkdtempSync(join(tmpdir(), 'key-pair-'))
  try {
    const file = join(folder, 'key')
    const options = ['-q', '-t', type, '-b', `${bits}`, '-m', format, '-N', passphrase]
    execFileSync('ssh-keygen', [...options, '-C', 'root@old', '-f', file])
    return {
      privateKey: readFileSync(file, 'utf8'),
      publicKey: readFileSync(`${file}.pub`, 'utf8'),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
