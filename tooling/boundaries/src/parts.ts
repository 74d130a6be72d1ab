/** A part of the workspace: patterns of its folder and of its package name. */
export interface Part {
  readonly folder: string
  readonly name: string
}

const esmithDb = library('esmith-db')
const core = library('core')
export const testkit = library('testkit')
export const plugins: Part = {
  folder: 'packages/nethserver-[^/]+-migrate',
  name: 'nethserver-[^/]+-migrate',
}
const apps: Part = { folder: 'apps/[^/]+', name: 'nethserver-migrate' }

/** Each part with the parts that stand above it, on which it must not depend. */
export const PARTS_ABOVE: readonly (readonly [Part, readonly Part[]])[] = [
  [esmithDb, [core, plugins, apps]],
  [core, [plugins, apps]],
  [testkit, [plugins, apps]],
  [plugins, [apps]],
]

export const ONE_WAY = 'dependencies run one way: apps, plugins, core, esmith-db'
export const NO_SIBLING = 'a plugin never depends on another plugin'
export const TESTS_ALONE = 'the testkit is for tests alone'

function library(name: string): Part {
  return { folder: `packages/${name}`, name: `@nethserver-migrate/${name}` }
}
