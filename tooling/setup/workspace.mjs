import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The folders of all packages of the workspace at `root`, relative to it.
 * @param {string} root
 */
export function workspaceFolders(root) {
  return ['packages', 'apps', 'tooling']
    .filter((parent) => existsSync(join(root, parent)))
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
}
