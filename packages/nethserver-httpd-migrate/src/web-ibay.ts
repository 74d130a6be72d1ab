import type { EsmithRecord } from '@nethserver-migrate/core'

/** How an ibay was on the web. */
export interface WebIbay {
  readonly record: EsmithRecord
  readonly access: PublicAccess
  /** The host names whose site it was. */
  readonly sites: readonly string[]
  /** The host names that a person has chosen for it. */
  readonly ownHosts?: readonly string[]
}

/** Who could see its pages. */
export interface PublicAccess {
  readonly isOnTheWeb: boolean
  /** Shown to the local network only. */
  readonly isLocal: boolean
  readonly hasPassword: boolean
  /** Who came from the local network was not asked for the password. */
  readonly trustsLocal: boolean
}
