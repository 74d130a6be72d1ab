import { randomBytes } from 'node:crypto'
import {
  firstOfEachSpelling,
  isNetbiosName,
  toDisplay,
  type EsmithRecord,
  type MigrateContext,
} from '@nethserver-migrate/core'
import { usableHash, type Passwords } from './passwords.js'

/** A workstation that has joined the domain. */
export interface Machine {
  readonly name: string
  readonly uid: number
  readonly hash: string
}

/** Makes the accounts of workstations. Rule: README.md#domain */
export async function migrateMachines(
  context: MigrateContext,
  passwords: Passwords,
): Promise<Machine[]> {
  const { source, log } = context
  const records = firstOfEachSpelling('accounts', source.accounts.records('machine'), log)
  const machines: Machine[] = []
  const lost: string[] = []
  for (const record of records) {
    const machine = await makeMachine(record, context, passwords)
    if (!machine) continue
    const hash = usableHash(passwords.find(machine.name))
    if (hash === undefined) lost.push(machine.name)
    // What nobody knows: until it joins again, nobody can pass for it.
    machines.push({ ...machine, hash: hash ?? randomBytes(16).toString('hex').toUpperCase() })
  }
  if (lost.length > 0)
    log.followUp(
      `workstations without a secret in smbpasswd have to join again: ${lost.join(', ')}`,
      {
        code: 'machines-without-secret',
        subject: 'etc/samba/smbpasswd',
        remedy: 'Have each leave the domain and join it again',
      },
    )
  return machines
}

async function makeMachine(
  { key: name, props }: EsmithRecord,
  { destination, log }: MigrateContext,
  passwords: Passwords,
): Promise<Omit<Machine, 'hash'> | undefined> {
  const shown = toDisplay(name)
  const uid = props['Uid'] || String(passwords.find(name)?.uid ?? '')
  const problem =
    !name.endsWith('$') || !isNetbiosName(name.slice(0, -1))
      ? 'its name is none (up to 15 of A-Z, 0-9, - and _, with $ at the end)'
      : /^\d{1,9}$/.test(uid)
        ? undefined
        : 'it has no id, in its record or in smbpasswd'
  if (problem) {
    log.error(`machine ${shown} is not migrated: ${problem}`, {
      code: 'machine-invalid',
      subject: shown,
      remedy: 'Have the workstation join the domain again',
    })
    return undefined
  }
  const record = await destination.accounts.create(name, 'machine', { Uid: uid })
  if (record.outcome === 'exists')
    log.warning(
      `machine ${name}: the destination has an account of this name already, kept as it is`,
      {
        code: 'machine-exists',
        subject: name,
        remedy: 'Have the workstation join the domain again if it cannot log on',
      },
    )
  if (record.outcome === 'exists' || record.outcome === 'failed') return undefined
  const added = await destination.run(['pdbedit', '-a', '-m', '-u', name], { onlyFor: [record] })
  return added.outcome === 'failed' ? undefined : { name, uid: Number(uid) }
}
