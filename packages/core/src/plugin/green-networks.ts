import { isIPv4 } from 'node:net'
import type { Destination } from '../destination/destination.js'
import type { Bytes } from '../files/bytes.js'

/** The network behind a green interface of the destination. */
export interface GreenNetwork {
  /** The interface, by its key in the `networks` database. */
  readonly key: Bytes
  /** The destination's own address there; empty when it has none. */
  readonly address: Bytes
  /** Whether a machine of the network can have the address. */
  has(address: string): boolean
}

/** The green networks of the destination, in byte order of their interfaces. */
export function greenNetworks(destination: Destination): GreenNetwork[] {
  return destination
    .database('networks')
    .records()
    .filter(({ props }) => props['role'] === 'green')
    .map(({ key, props: { ipaddr = '', netmask = '' } }) => ({
      key,
      address: ipaddr,
      has: (address) => isHostOf(address, ipaddr, netmask),
    }))
}

/** An IPv4 address as a number: addresses are in the order of their numbers. */
export function addressNumber(address: string): number {
  return address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0)
}

/** Neither the network itself nor its broadcast address is one of a machine. */
function isHostOf(address: string, own: string, mask: string): boolean {
  if (![address, own, mask].every((text) => isIPv4(text))) return false
  const size = 2 ** 32 - addressNumber(mask)
  const first = addressNumber(own) - (addressNumber(own) % size)
  const place = addressNumber(address) - first
  return place > 0 && place < size - 1
}
