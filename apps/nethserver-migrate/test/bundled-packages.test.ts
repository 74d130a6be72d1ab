// What the build writes down of the npm packages in a bundle: the RPMs carry their licences.
import { temporaryFolder, writeTree } from '@nethserver-migrate/testkit'
import { expect, it } from 'vitest'
import { bundledPackages } from '../../../tooling/build/bundled-packages.js'

const MODULES = 'node_modules/.pnpm/x/node_modules'

/** What esbuild tells of a bundle: file → the bytes of it that are in the bundle. */
function metafile(files: Record<string, number>) {
  const inputs = Object.fromEntries(
    Object.entries(files).map(([path, bytesInOutput]) => [path, { bytesInOutput }]),
  )
  return {
    inputs: {},
    outputs: { 'out.mjs': { bytes: 0, inputs, imports: [], exports: [] } },
  }
}

it('has each package with code in the bundle once, with its licence and its notices', () => {
  const root = temporaryFolder()
  writeTree(root, {
    [`${MODULES}/@scope/one/package.json`]:
      '{"name":"@scope/one","version":"1.2.3","license":"Apache-2.0"}',
    [`${MODULES}/@scope/one/LICENSE.txt`]: 'the terms',
    [`${MODULES}/@scope/one/NOTICE`]: 'who wrote it',
    [`${MODULES}/dropped/package.json`]: '{"name":"dropped","version":"1.0.0","license":"MIT"}',
  })
  const bundle = metafile({
    'packages/core/src/index.ts': 10,
    [`${MODULES}/@scope/one/lib/a.js`]: 10,
    [`${MODULES}/@scope/one/lib/b.js`]: 10,
    [`${MODULES}/dropped/index.js`]: 0,
  })
  expect(bundledPackages(root, [bundle, bundle])).toEqual([
    {
      name: '@scope/one',
      version: '1.2.3',
      licence: 'Apache-2.0',
      terms: { 'LICENSE.txt': 'the terms', NOTICE: 'who wrote it' },
    },
  ])
})

it.each([
  ['says no licence', '{"name":"bare","version":"1.0.0"}', { LICENSE: 'the terms' }],
  ['has no text of it', '{"name":"bare","version":"1.0.0","license":"MIT"}', {}],
])('refuses a package that %s', (_title, manifest, files) => {
  const root = temporaryFolder()
  writeTree(root, {
    [`${MODULES}/bare/package.json`]: manifest,
    ...Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`${MODULES}/bare/${name}`, text]),
    ),
  })
  expect(() => bundledPackages(root, [metafile({ [`${MODULES}/bare/index.js`]: 1 })])).toThrow(
    `${root}/${MODULES}/bare does not say its licence: bundle another package in its place`,
  )
})
