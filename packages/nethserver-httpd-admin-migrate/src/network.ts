import { isIPv4 } from 'node:net'
import { addressNumber } from '@nethserver-migrate/core'

/** An IPv4 network. */
export interface Network {
  readonly address: number
  /** The bits of the network part. */
  readonly mask: number
}

/** `192.168.1.0/24`, `192.168.1.0/255.255.255.0`, or one address alone; nothing for other texts. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length = '32', ...rest] = text.split('/')
  const mask = maskOf(length)
  if (!isIPv4(address) || mask === undefined || rest.length > 0) return undefined
  return { address: (addressNumber(address) & mask) >>> 0, mask }
}

/** Whether all addresses of a network are in another one. */
export function contains(outer: Network, inner: Network): boolean {
  return (
    (outer.mask & inner.mask) >>> 0 === outer.mask &&
    (inner.address & outer.mask) >>> 0 === outer.address
  )
}

function maskOf(text: string): number | undefined {
  if (/^\d{1,2}$/.test(text))
    return Number(text) <= 32 ? (2 ** 32 - 2 ** (32 - Number(text))) >>> 0 : undefined
  if (!isIPv4(text)) return undefined
  const mask = addressNumber(text)
  return /^1*0*$/.test(mask.toString(2).padStart(32, '0')) ? mask : undefined
}
