import { isIPv4 } from 'node:net'
import {
  isHostName,
  toDisplay,
  trimBlanks,
  type Bytes,
  type EsmithRecord,
} from '@nethserver-migrate/core'

/** The record that the destination gets. */
export type NewHost =
  | { readonly type: 'self'; readonly props: { readonly Description: Bytes } }
  | { readonly type: 'local'; readonly props: MachineProps & { readonly MacAddress: Bytes } }
  | { readonly type: 'remote'; readonly props: MachineProps & { readonly MacAddress?: '' } }

interface MachineProps {
  readonly Description: Bytes
  readonly IpAddress: string
}

/** Why a record becomes none. */
export interface Unusable {
  readonly code: 'host-alias' | 'host-name-invalid' | 'host-no-address' | 'host-type-invalid'
  readonly why: string
}

/** What the destination makes of a record of the old hosts database. Rule: README.md#migrates */
export function newHost({ key, props }: EsmithRecord): NewHost | Unusable {
  if (!isHostName(key)) return { code: 'host-name-invalid', why: 'this is no host name' }
  const { Comment: Description = '', HostType: type = '' } = props
  switch (type) {
    case 'Self':
      return { type: 'self', props: { Description } }
    case 'Local': {
      const IpAddress = trimBlanks(props['InternalIP'] ?? '')
      if (!isIPv4(IpAddress)) return noAddress('InternalIP', IpAddress)
      const MacAddress = trimBlanks(props['MACAddress'] ?? '')
      return MacAddress === ''
        ? { type: 'remote', props: { Description, IpAddress, MacAddress } }
        : { type: 'local', props: { Description, IpAddress, MacAddress } }
    }
    case 'Remote': {
      const IpAddress = trimBlanks(props['ExternalIP'] ?? '')
      if (isIPv4(IpAddress)) return { type: 'remote', props: { Description, IpAddress } }
      return IpAddress === ''
        ? noAddress('ExternalIP', IpAddress)
        : {
            code: 'host-alias',
            why: `aliases (CNAME) are not migrated, and ${toDisplay(IpAddress)} is no IPv4 address`,
          }
    }
    default:
      return {
        code: 'host-type-invalid',
        why: type === '' ? 'it has no HostType' : `its HostType ${toDisplay(type)} is unknown`,
      }
  }
}

function noAddress(prop: string, value: Bytes): Unusable {
  return {
    code: 'host-no-address',
    why: value === '' ? `it has no ${prop}` : `its ${prop} ${toDisplay(value)} is no IPv4 address`,
  }
}
