import type { KnownPlugin, Source } from '@nethserver-migrate/core/runner'

export interface MatchingPlugin {
  readonly name: string
  readonly title: string
  /** Packages of the host by which it matches. */
  readonly packages: readonly string[]
  /** The version that is installed, where one is. */
  readonly installed: string | undefined
}

/** The plugins of features that are installed and, given a source, that it made use of. */
export function matchingPlugins(
  known: readonly KnownPlugin[],
  installed: ReadonlyMap<string, string>,
  source: Source | undefined,
): MatchingPlugin[] {
  return known
    .filter(({ feature }) => source === undefined || feature.inUse(source))
    .map(({ name, feature }) => ({
      name,
      title: feature.title,
      packages: feature.packages.filter((packageName) => installed.has(packageName)),
      installed: installed.get(name),
    }))
    .filter(({ packages }) => packages.length > 0)
}

/** What a source made use of and this host has no package for. */
export function missedFeatures(
  known: readonly KnownPlugin[],
  installed: ReadonlyMap<string, string>,
  source: Source,
): KnownPlugin[] {
  const isInstalled = ({ feature }: KnownPlugin) =>
    feature.packages.some((name) => installed.has(name))
  const served = new Set(known.filter(isInstalled).map(({ feature }) => feature.purpose))
  return known.filter(
    (plugin) =>
      plugin.feature.inUse(source) &&
      !isInstalled(plugin) &&
      !(plugin.feature.purpose !== undefined && served.has(plugin.feature.purpose)),
  )
}
