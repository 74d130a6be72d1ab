import type { Destination } from '../destination/destination.js'
import type { Host } from '../host/host.js'
import type { Feature, Plugin } from '../plugin/define-plugin.js'
import { featureInstalled } from '../run/feature-installed.js'
import type { Source } from '../source/source.js'

/** A plugin that exists, whether it is installed or not. */
export interface KnownPlugin {
  readonly name: string
  /** The plugin interface that it is made for. */
  readonly api: number
  readonly feature: Feature
}

/** A feature of the old server, and what there is of it at the destination. */
export interface FeatureState {
  readonly title: string
  readonly plugin: string
  readonly inUse: boolean
  /** How one can tell that it is in use. */
  readonly evidence: string
  /** The package to install; empty where another feature serves instead. */
  readonly package: string
  readonly packageInstalled: boolean
  readonly pluginInstalled: boolean
}

export interface FeatureOptions {
  readonly source: Source
  readonly host: Host
  readonly destination: Destination
  /** Those that are installed. */
  readonly plugins: readonly Plugin[]
  /** Those that exist. */
  readonly known: readonly KnownPlugin[]
}

/** Every feature that a plugin exists for and that can be installed on this destination. */
export function featureStates(options: FeatureOptions): FeatureState[] {
  const { source, host, destination, plugins, known } = options
  const { configuration, accounts } = source
  const installed = new Set(plugins.map(({ name }) => name))
  const all = [...plugins, ...known.filter(({ name }) => !installed.has(name))]
  const states = all
    .filter(({ feature }) => fits(feature, destination))
    .map(({ name, feature }) => ({
      name,
      feature,
      hasPackage: featureInstalled(feature, host, destination),
    }))
  const served = new Set(
    states.flatMap(({ feature, hasPackage }) =>
      hasPackage && feature.purpose !== undefined ? [feature.purpose] : [],
    ),
  )
  return states
    .filter(
      ({ feature: { purpose }, hasPackage }) =>
        hasPackage || purpose === undefined || !served.has(purpose),
    )
    .map(({ name, feature, hasPackage }) => ({
      title: feature.title,
      plugin: name,
      inUse: feature.inUse({ configuration, accounts }),
      evidence: feature.evidence ?? '',
      package: feature.packages[0] ?? '',
      packageInstalled: hasPackage,
      pluginInstalled: installed.has(name),
    }))
    .sort((a, b) => (a.title < b.title ? -1 : 1))
}

/** The one command that installs what is missing for the features in use; nothing when all is there. */
export function installCommand(states: readonly FeatureState[]): string | undefined {
  const missing = states
    .filter(({ inUse }) => inUse)
    .flatMap((state) => [
      ...(state.packageInstalled ? [] : [state.package]),
      ...(state.pluginInstalled ? [] : [state.plugin]),
    ])
  return missing.length === 0 ? undefined : `yum install ${[...new Set(missing)].sort().join(' ')}`
}

function fits({ only }: Feature, destination: Destination): boolean {
  if (only === undefined) return true
  const hasProvider = destination.accountsProvider !== 'accounts-database'
  return hasProvider === (only === 'with-provider')
}
