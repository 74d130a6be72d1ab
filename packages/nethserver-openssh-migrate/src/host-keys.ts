import type { MigrateContext, OperationResult, Source } from '@nethserver-migrate/core'
import { hostKeyProblem, type HostKeyProblem } from './host-key.js'

/** What a file of this name holds. */
const HOST_KEYS = [
  { name: 'ssh_host_key', type: 'protocol 1' },
  { name: 'ssh_host_dsa_key', type: 'ssh-dss' },
  { name: 'ssh_host_rsa_key', type: 'ssh-rsa' },
  { name: 'ssh_host_ecdsa_key', type: 'ecdsa-sha2-' },
  { name: 'ssh_host_ed25519_key', type: 'ssh-ed25519' },
] as const

/** Host keys that are still good enough, so that clients see the server they know. Rule: README.md#host-keys */
export async function migrateHostKeys(context: MigrateContext): Promise<OperationResult[]> {
  const { source, log } = context
  const found = HOST_KEYS.filter(({ name }) =>
    pairOf(name).some((file) => source.kind(`etc/ssh/${file}`) !== 'missing'),
  )
  if (found.length === 0) {
    log.info('the source has no ssh host keys: those of this server stay', { subject: 'etc/ssh' })
    return []
  }
  const results: OperationResult[] = []
  const migrated: string[] = []
  for (const { name, type } of found) {
    const problem = problemWith(source, name, type)
    if (problem) {
      sayLeftBehind(name, problem, context)
      continue
    }
    const copied = await copyPair(name, context)
    results.push(...copied)
    if (copied.every(({ outcome }) => outcome !== 'failed')) migrated.push(name)
  }
  if (migrated.length > 0)
    log.notice(`ssh shows the host keys of the old server from now on: ${migrated.join(', ')}`, {
      code: 'host-keys-migrated',
      subject: '/etc/ssh',
      remedy:
        'A client that has met this server under its own key warns of a change: ssh-keygen -R NAME makes it forget',
    })
  return results
}

function pairOf(name: string): readonly [privateKey: string, publicKey: string] {
  return [name, `${name}.pub`]
}

function problemWith(source: Source, name: string, type: string): HostKeyProblem | undefined {
  if (type === 'protocol 1') return { weak: true, why: 'a key of protocol 1' }
  if (type === 'ssh-dss') return { weak: true, why: 'a DSA key' }
  const files = pairOf(name).map((file) => `etc/ssh/${file}`)
  for (const file of files)
    if (source.kind(file) !== 'file')
      return { weak: false, why: `${file} is missing in the source, or no regular file` }
  const [privateKey = '', publicKey = ''] = files.map((file) => source.read(file))
  return hostKeyProblem(privateKey, publicKey, type)
}

function sayLeftBehind(name: string, { weak, why }: HostKeyProblem, { log }: MigrateContext): void {
  const subject = `etc/ssh/${name}`
  if (weak)
    log.warning(`${subject} is ${why}, too weak for this server: it stays behind`, {
      code: 'host-key-weak',
      subject,
      remedy:
        'A client that knows the old server by it warns of a change: ssh-keygen -R NAME makes it forget',
    })
  else
    log.warning(`${subject} cannot be used: ${why}; the key of this server stays`, {
      code: 'host-key-not-imported',
      subject,
      remedy: 'Find both files of the pair on the old server and copy them by hand to /etc/ssh',
    })
}

/** The private key first: without it the public one would belong to nothing. */
async function copyPair(name: string, { destination }: MigrateContext): Promise<OperationResult[]> {
  const [privateKey, publicKey] = pairOf(name)
  const copy = (file: string, mode: number) =>
    destination.copyFile({
      from: `etc/ssh/${file}`,
      to: `/etc/ssh/${file}`,
      mode,
      whenDifferent: 'save-old',
    })
  const copied = await copy(privateKey, 0o600)
  return copied.outcome === 'failed' ? [copied] : [copied, await copy(publicKey, 0o644)]
}
