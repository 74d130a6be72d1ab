import {
  greenNetworks,
  toDisplay,
  type Bytes,
  type DestinationDatabase,
  type MigrateContext,
  type OperationResult,
} from '@nethserver-migrate/core'
import { isInRange, servedRanges } from './dhcp-ranges.js'
import { splitName } from './own-names.js'

export interface Reservation {
  readonly Description: Bytes
  readonly IpAddress: string
  readonly MacAddress: Bytes
}

/** DHCP reservations: each has the first part of its name alone. Rule: README.md#migrates */
export class Reservations {
  readonly #context: MigrateContext
  /** The short names of the reservations that the old server had. */
  readonly #taken = new Set<string>()

  constructor(context: MigrateContext) {
    this.#context = context
  }

  /** A reservation or, where there can be none, the name with its address alone. */
  async create(name: Bytes, props: Reservation): Promise<OperationResult> {
    const short = splitName(name).host
    const obstacle = this.#obstacle(short, props)
    if (obstacle === undefined && (short === name || !this.#hosts.has(name))) {
      const result = await this.#hosts.create(short, 'local', { ...props })
      if (result.outcome !== 'exists') {
        this.#taken.add(short.toLowerCase())
        this.#sayWhatIsOdd(short)
        return result
      }
    }
    const result = await this.#hosts.create(name, 'remote', { ...props, MacAddress: '' })
    if (result.outcome !== 'exists')
      this.#context.log.warning(
        `host ${name} gets its name and no reservation: ${obstacle ?? `the destination has ${short} already`}`,
        {
          code: 'no-reservation',
          subject: `hosts/${name}`,
          remedy: `Reserve ${props.IpAddress} by hand under another name if the machine needs it`,
        },
      )
    return result
  }

  get #hosts(): DestinationDatabase {
    return this.#context.destination.database('hosts')
  }

  #obstacle(short: Bytes, { IpAddress, MacAddress }: Reservation): string | undefined {
    if (!isMac(MacAddress)) return `its MACAddress ${toDisplay(MacAddress)} is no hardware address`
    if (this.#taken.has(short.toLowerCase())) return `another one is called ${short}`
    // dnsmasq does not even start with two reservations of one address.
    const other = this.#hosts
      .records('local')
      .find(
        ({ key, props }) =>
          key !== short &&
          (props['IpAddress'] === IpAddress || isSameMac(props['MacAddress'] ?? '', MacAddress)),
      )
    return other && `${toDisplay(other.key)} has one for this address or this machine`
  }

  /** Looks at the record as it lies: a person may have mended it since an earlier import. */
  #sayWhatIsOdd(short: Bytes): void {
    const { destination, log } = this.#context
    const address = this.#hosts.prop(short, 'IpAddress') ?? ''
    const networks = greenNetworks(destination)
    const range = servedRanges(this.#context).find((served) => isInRange(address, served))
    const odd = [
      ...(networks.some((green) => green.has(address)) ? [] : ['is outside the green network']),
      ...(networks.some((green) => green.address === address) ? ['is that of this server'] : []),
      ...(range ? [`is inside the DHCP range ${range.start} to ${range.end}`] : []),
    ]
    if (odd.length > 0)
      log.warning(`reservation ${short}: its address ${toDisplay(address)} ${odd.join(' and ')}`, {
        code: 'reservation-address',
        subject: `hosts/${short}`,
        remedy: `Give it another one: db hosts setprop ${short} IpAddress ADDRESS; signal-event nethserver-hosts-update`,
      })
  }
}

function isMac(text: string): boolean {
  return /^[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/i.test(text)
}

function isSameMac(a: string, b: string): boolean {
  return bytesOfMac(a) === bytesOfMac(b)
}

function bytesOfMac(text: string): string {
  return text
    .split(/[:-]/)
    .map((byte) => parseInt(byte, 16))
    .join(':')
}
