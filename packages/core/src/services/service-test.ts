import type { Change } from '../destination/changes.js'
import type { LookContext } from '../decisions/question.js'
import type { Bytes } from '../files/bytes.js'

/** What a plugin may look at to say which of its services are to be tested after an import. */
export interface ServiceContext extends LookContext {
  /** What imports of the source have done, and nobody has undone since; names as they are shown. */
  readonly imported: readonly Change[]
}

/**
 * One service, and what of it an import has brought, as data: how it is asked is the business of
 * core. docs/verifying.md#services
 */
export type ServiceTest = ServiceAsked & {
  /** The record of the service in the configuration database: one that is disabled is not asked. */
  readonly record: Bytes
  /** What `systemctl` or `service` call it, where that is not the name of the record. */
  readonly unit?: string
}

export type ServiceAsked =
  /** The accounts of the host know these users. */
  | { readonly kind: 'accounts'; readonly users: readonly Bytes[] }
  /** The LDAP server behind them answers. */
  | { readonly kind: 'directory'; readonly uri: string }
  /** The test user can log in; one of these could be it. */
  | { readonly kind: 'imap'; readonly users: readonly string[] }
  /** The mail server greets. */
  | { readonly kind: 'smtp' }
  /** The web server answers for each of these host names. */
  | { readonly kind: 'web'; readonly hosts: readonly string[] }
  /** The file server lists these shares. */
  | { readonly kind: 'shares'; readonly shares: readonly Bytes[] }
  /** The database server answers, and has these databases; names as they are shown. */
  | { readonly kind: 'sql'; readonly databases: readonly string[] }

export type ServiceKind = ServiceAsked['kind']

/** The part of a plugin in the service tests: the services that it imports for. */
export type ServiceTests = (context: ServiceContext) => readonly ServiceTest[]

export type ServiceOutcome = 'passed' | 'failed' | 'not-done'

/** What became of one test. Its JSON form is part of docs/report.schema.json. */
export interface ServiceResult {
  readonly plugin: string
  readonly kind: ServiceKind
  /** Who or what was asked: a host name, a user, a program. */
  readonly subject: string
  readonly outcome: ServiceOutcome
  /** One sentence without a full stop at its end. */
  readonly message: string
  /** What to do now, with commands; empty when nothing is to be done. */
  readonly remedy: string
}

/** Somebody who logs in for a test. */
export interface TestUser {
  readonly name: string
  readonly password: Bytes
}

/** Where services are asked, and how long; the defaults are those of a live NethServer. */
export interface ServicePlaces {
  readonly host: string
  readonly imap: number
  readonly imaps: number
  readonly smtp: number
  readonly http: number
  /** How root logs in to the database server; not needed where there is no such file. */
  readonly mysqlOptions: Bytes
  /** How long each test may take. */
  readonly seconds: number
}

export const SERVICE_PLACES: ServicePlaces = {
  host: '127.0.0.1',
  imap: 143,
  imaps: 993,
  smtp: 25,
  http: 80,
  mysqlOptions: '/root/.my.cnf',
  seconds: 15,
}

export interface ServiceOptions {
  /** Without one, log-ins are not tested. */
  readonly testUser?: TestUser | undefined
  readonly places?: Partial<ServicePlaces>
}
