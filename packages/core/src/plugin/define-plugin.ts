import type { RecordTableView } from '@nethserver-migrate/esmith-db'
import type { PluginChecks } from '../check/plugin-checks.js'
import type { Answers, LookContext, Question } from '../decisions/question.js'
import type { Source } from '../source/source.js'
import type { Destination } from '../destination/destination.js'
import type { Messages } from '../messages/message.js'
import type { Log } from '../report/log.js'
import type { ServiceTests } from '../services/service-test.js'
import type { Createlinks } from './createlinks.js'
import type { Coverage, LeftOut } from './coverage.js'

/** The plugin interface this core speaks. Raised whenever an older plugin would misbehave. */
export const PLUGIN_API = 1

/** All that an action may touch. */
export interface MigrateContext {
  /** The old server: read only. */
  readonly source: Source
  /** The new server: the one door through which anything is changed. */
  readonly destination: Destination
  /** What the administrator is told; every line ends in the log and in the report. */
  readonly log: Log
  /** Why the action is run: `migration-import`, unless it is linked to other events too. */
  readonly event: string
  /** The {@link Plugin.options} that the administrator gave. */
  readonly options: ReadonlySet<string>
  /** What a person has answered to the {@link Plugin.decisions}. */
  readonly answers: Answers
}

/**
 * One action of a plugin. It reads the source and asks the destination for changes. It is run
 * again after an interruption, so it decides from the source and lets the destination find out
 * what holds already. Throwing ends the action as failed; later actions still run.
 */
export type Action = (context: MigrateContext) => Promise<void> | void

/** A record by which a feature is recognised where no package list exists. */
export interface FeatureRecord {
  readonly database: string
  readonly key: string
}

/** The databases of the source that {@link Feature.inUse} may look at. */
export interface SourceDatabases {
  readonly configuration: RecordTableView
  readonly accounts: RecordTableView
}

export interface Feature {
  /** What an administrator calls it. */
  readonly title: string
  /** Packages that provide it on a NethServer; one installed is enough. */
  readonly packages: readonly string[]
  /** Destination records that only this feature owns. docs/process.md#is-a-feature-installed */
  readonly records: readonly FeatureRecord[]
  /** What features serve that take each other's place: where one is installed no other is missed. */
  readonly purpose?: string
  /** Where its packages exist: on a NethServer with an accounts provider, or on one without. */
  readonly only?: 'with-provider' | 'without-provider'
  /** Whether the old server made use of it. */
  inUse(databases: SourceDatabases): boolean
  /** How one can tell that, in words: `the record ejabberd is enabled`. */
  readonly evidence?: string
}

export interface Plugin {
  readonly api: number
  /** The name of the package, and the beginning of each action's name. */
  readonly name: string
  readonly feature: Feature
  readonly createlinks: Createlinks
  /**
   * Older actions of the host's own packages that do the same work under another name, by package:
   * while this plugin is installed they are not run. docs/createlinks.md#older-actions-of-the-host
   */
  readonly replaces?: Readonly<Record<string, readonly string[]>>
  readonly actions: Readonly<Record<string, Action>>
  /**
   * What an administrator may ask for beside the default, by flag (`--NAME` of `import` and
   * `plan`), with the words of its `--help`. The name tells whose it is: `replace-databases`.
   */
  readonly options?: Readonly<Record<string, string>>
  /** What is to be known before an import, beside what a plan says. docs/checks.md */
  readonly checks?: PluginChecks
  /** What a person may choose, asked of this source and destination. docs/decisions.md */
  readonly decisions?: (context: LookContext) => readonly Question[]
  /** The services to ask after an import, for what it has brought. docs/verifying.md#services */
  readonly serviceTests?: ServiceTests
  /** What of a source this plugin carries over. */
  readonly covers: readonly Coverage[]
  /** What of a source this plugin knows and leaves behind, and why. */
  readonly leavesOut: readonly LeftOut[]
  /** What each code of its findings means, and what to do; not those that core makes. */
  readonly messages: Messages
}

/** Binds the members of a plugin, and stamps it with the API it was made for. */
export function definePlugin(plugin: Omit<Plugin, 'api'>): Plugin {
  return { api: PLUGIN_API, ...plugin }
}
