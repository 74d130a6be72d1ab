import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceFolders } from '../../setup/workspace.mjs'
import {
  NO_SIBLING,
  ONE_WAY,
  PARTS_ABOVE,
  TESTS_ALONE,
  plugins,
  testkit,
  type Part,
} from './parts.js'

export interface Manifest {
  name: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

interface RootManifest extends Manifest {
  packageManager: string
}

/** What the manifests of the workspace break, one line each. */
export function checkManifests(root: string): string[] {
  const read = (folder: string) =>
    JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as unknown
  return [
    ...packageManagerViolations(read('.') as RootManifest),
    ...workspaceFolders(root).flatMap((folder) => manifestViolations(read(folder) as Manifest)),
  ]
}

function manifestViolations(manifest: Manifest): string[] {
  const { name, dependencies = {}, devDependencies = {} } = manifest
  const violation = (dependency: string, rule: string) =>
    `package.json of ${name} → ${dependency}: ${rule}`
  const above = PARTS_ABOVE.flatMap(([part, parts]) => (isNamed(name, part) ? parts : []))
  const all = Object.keys({ ...dependencies, ...devDependencies })
  return [
    ...all
      .filter((dependency) => above.some((part) => isNamed(dependency, part)))
      .map((dependency) => violation(dependency, ONE_WAY)),
    ...all
      .filter((dependency) => isNamed(name, plugins) && isNamed(dependency, plugins))
      .map((dependency) => violation(dependency, NO_SIBLING)),
    ...Object.keys(dependencies)
      .filter((dependency) => dependency === testkit.name)
      .map((dependency) => violation(dependency, `${TESTS_ALONE}: devDependencies`)),
  ]
}

/** Both name the pnpm that is used: the one at set-up, the other by every script afterwards. */
function packageManagerViolations(manifest: RootManifest): string[] {
  const { packageManager, devDependencies } = manifest
  const installed = `pnpm@${devDependencies?.pnpm}`
  return packageManager === installed
    ? []
    : [`package.json → ${installed} in devDependencies, ${packageManager} in packageManager`]
}

function isNamed(name: string, part: Part): boolean {
  return new RegExp(`^${part.name}$`).test(name)
}
