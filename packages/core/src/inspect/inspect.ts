import { lstatSync } from 'node:fs'
import type { EsmithRecord } from '@nethserver-migrate/esmith-db'
import { lookAt } from '../check/look.js'
import { joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { oldMailboxes } from '../mail/mailboxes.js'
import type { Plugin } from '../plugin/define-plugin.js'
import { splitNames } from '../source/account-files.js'
import type { OpenBackupOptions } from '../source/open-backup.js'
import type { Source } from '../source/source.js'
import { countFiles, type CountedTree, type CountProgress, type FileCount } from './count-files.js'
import { featureStates, installCommand, type FeatureState, type KnownPlugin } from './features.js'

export interface InspectOptions extends OpenBackupOptions {
  readonly plugins: readonly Plugin[]
  readonly known: readonly KnownPlugin[]
  /** Whether files and messages are counted. */
  readonly counts: boolean
  readonly onProgress: (progress: CountProgress) => void
}

/** What is on an old server. Its JSON form is docs/inspect.schema.json. */
export interface Inspection {
  readonly source: string
  readonly destination: string
  readonly system: SystemFacts
  readonly domains: readonly { readonly name: string; readonly content: string }[]
  readonly users: readonly UserFacts[]
  readonly groups: readonly { readonly name: string; readonly members: readonly string[] }[]
  readonly ibays: readonly IbayFacts[]
  /** Dumps of MySQL databases. */
  readonly databases: readonly { readonly name: string; readonly bytes: number }[]
  readonly printers: readonly { readonly name: string; readonly description: string }[]
  readonly faxes: { readonly sent: FileCount | null; readonly received: FileCount | null }
  readonly features: readonly FeatureState[]
  /** The command that installs what is missing for the features in use. */
  readonly install: string | null
}

export interface SystemFacts {
  readonly name: string
  readonly product: string
  readonly release: string
  readonly mode: string
  readonly sambaRole: string
  readonly workgroup: string
  readonly timeZone: string
}

/** Counts are null where nothing was counted. */
export interface UserFacts {
  readonly name: string
  readonly fullName: string
  readonly password: 'set' | 'none'
  readonly mail: FileCount | null
  readonly home: FileCount | null
}

export interface IbayFacts {
  readonly name: string
  readonly description: string
  readonly group: string
  /** Its PublicAccess: who saw it on the web. */
  readonly web: string
  readonly content: FileCount | null
}

const FILES = 'home/e-smith/files'
const DUMPS = 'home/e-smith/db/mysql'
const FAXES = 'home/e-smith/fax/docs'

/**
 * Says what is on an old server, and what of it the destination has packages and plugins for.
 * @throws MigrateError when one of them cannot be read.
 */
export async function inspect(options: InspectOptions): Promise<Inspection> {
  const view = await lookAt(options)
  const { source } = view
  const features = featureStates({ ...options, ...view })
  const count = options.counts ? await countedTrees(source, options) : () => null
  return {
    source: toDisplay(options.source),
    destination: toDisplay(options.root) || '/',
    system: systemFacts(source),
    domains: (source.database('domains')?.records('domain') ?? []).map(({ key, props }) => ({
      name: toDisplay(key),
      content: toDisplay(props['Content'] ?? ''),
    })),
    users: oldMailboxes(source)
      .map(({ user, from }) => userFacts(user, from, source, count))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    groups: source.accounts.records('group').map(({ key, props }) => ({
      name: toDisplay(key),
      members: splitNames(props['Members'] ?? '').map(toDisplay),
    })),
    ibays: source.accounts.records('ibay').map((record) => ibayFacts(record, count)),
    databases: source
      .list(DUMPS)
      .filter((name) => name.endsWith('.dump'))
      .map((name) => ({
        name: toDisplay(name.replace(/\.dump$/, '')),
        bytes: lstatSync(toBuffer(source.path(joinPath(DUMPS, name)))).size,
      })),
    printers: source.accounts.records('printer').map(({ key, props }) => ({
      name: toDisplay(key),
      description: toDisplay(props['Description'] ?? ''),
    })),
    faxes: { sent: count(`${FAXES}/sent`), received: count(`${FAXES}/received`) },
    features,
    install: installCommand(features) ?? null,
  }
}

type Count = (path: Bytes) => FileCount | null

/** Counts all that is asked for afterwards, at once. */
async function countedTrees(
  source: Source,
  { interruption, onProgress }: InspectOptions,
): Promise<Count> {
  const mailboxes = oldMailboxes(source)
  const trees: CountedTree[] = [
    ...mailboxes.map(({ from }) => ({ path: `${from}/Maildir`, messages: true as const })),
    ...mailboxes.map(({ user }) => ({ path: homeOf(user) })),
    ...source.accounts.records('ibay').map(({ key }) => ({ path: `${FILES}/ibays/${key}` })),
    { path: `${FAXES}/sent` },
    { path: `${FAXES}/received` },
  ].filter(({ path }) => source.kind(path) === 'directory')
  const counts = await countFiles(
    trees.map((tree) => ({ ...tree, path: source.path(tree.path) })),
    interruption,
    onProgress,
  )
  const byPath = new Map(trees.map(({ path }, index) => [path, counts[index]]))
  return (path) => byPath.get(path) ?? { files: 0, bytes: 0 }
}

function systemFacts({ configuration, hostName }: Source): SystemFacts {
  const prop = (key: string, name: string) => toDisplay(configuration.prop(key, name) ?? '')
  return {
    name: toDisplay(hostName),
    product: prop('sysconfig', 'ProductName'),
    release: prop('sysconfig', 'ReleaseVersion'),
    mode: toDisplay(configuration.type('SystemMode') ?? ''),
    sambaRole: prop('smb', 'ServerRole'),
    workgroup: prop('smb', 'Workgroup'),
    timeZone: toDisplay(configuration.type('TimeZone') ?? ''),
  }
}

function userFacts(user: Bytes, from: Bytes, source: Source, count: Count): UserFacts {
  const { FirstName = '', LastName = '' } = source.accounts.get(user)?.props ?? {}
  return {
    name: toDisplay(user),
    fullName: [FirstName, LastName].filter(Boolean).map(toDisplay).join(' '),
    password: source.passwordHash(user).kind === 'password' ? 'set' : 'none',
    mail: count(`${from}/Maildir`),
    home: count(homeOf(user)),
  }
}

function ibayFacts({ key, props }: EsmithRecord, count: Count): IbayFacts {
  return {
    name: toDisplay(key),
    description: toDisplay(props['Name'] ?? ''),
    group: toDisplay(props['Group'] ?? ''),
    web: toDisplay(props['PublicAccess'] ?? ''),
    content: count(`${FILES}/ibays/${key}`),
  }
}

function homeOf(user: Bytes): Bytes {
  return `${FILES}/users/${user}/home`
}
