import { existsSync, readFileSync } from 'node:fs'
import { execaSync } from 'execa'
import type { Destination } from '../destination/destination.js'
import { joinPath, toBuffer } from '../files/bytes.js'
import { stateFolder } from '../host/state-folder.js'
import type { Host } from '../host/host.js'
import type { Feature } from '../plugin/define-plugin.js'

/**
 * Whether a feature is installed at the destination: by its packages on a live host; on a staged
 * one by the list that `stage` wrote, or by its records where there is none.
 * docs/process.md#is-a-feature-installed
 */
export function featureInstalled(feature: Feature, host: Host, destination: Destination): boolean {
  if (host.kind === 'nethserver')
    return feature.packages.some(
      (name) => execaSync('rpm', ['--query', '--quiet', name], { reject: false }).exitCode === 0,
    )
  const packages = stagedPackages(host)
  return packages
    ? feature.packages.some((name) => packages.has(name))
    : feature.records.some(({ database, key }) => destination.database(database).has(key))
}

function stagedPackages({ root }: Host): Set<string> | undefined {
  const list = toBuffer(joinPath(stateFolder(root), 'packages'))
  return existsSync(list)
    ? new Set(readFileSync(list, 'utf8').split('\n').filter(Boolean))
    : undefined
}
