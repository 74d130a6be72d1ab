import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { toBuffer, type Bytes } from './bytes.js'

/** How to compute the value of a key that the file does not decide. */
export type VirtualKeys = Readonly<Record<string, () => Bytes>>

/**
 * The keys that a live NethServer 7 computes on every read of its `configuration` database. Never
 * for a source, a NethServer 6 or a staged destination: there they are ordinary records.
 * Rule: docs/esmith-db.md#virtual-keys
 * @param root where `etc/localtime` is; the host name is always that of the running kernel
 */
export function hostVirtualKeys(root: Bytes = ''): VirtualKeys {
  return {
    SystemName: () => hostname().split('.')[0] ?? '',
    DomainName: () => hostname().split('.').slice(1).join('.'),
    TimeZone: () => timeZone(`${root}/etc/localtime`),
  }
}

function timeZone(link: Bytes): Bytes {
  try {
    const target = readlinkSync(toBuffer(link), 'latin1')
    return target.replace(/^(?:\.\.)?\/usr\/share\/zoneinfo\//, '')
  } catch {
    return 'UTC'
  }
}
