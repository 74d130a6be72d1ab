import { checkImports } from './imports.js'
import { checkManifests } from './manifests.js'
import { checkNames } from './names.js'

/** Everything in the workspace at `root` that goes against the architecture, one line each. */
export async function checkBoundaries(root: string): Promise<string[]> {
  return [...(await checkImports(root)), ...checkNames(root), ...checkManifests(root)]
}
