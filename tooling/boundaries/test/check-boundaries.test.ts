import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkBoundaries } from '../src/check-boundaries.js'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'boundaries-'))
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

/** A small workspace that keeps every rule. */
const WORKSPACE = {
  'package.json': { packageManager: 'pnpm@10.0.0', devDependencies: { pnpm: '10.0.0' } },
  'packages/esmith-db/package.json': library('esmith-db'),
  'packages/esmith-db/src/index.ts': `export const db = 1`,
  'packages/core/package.json': library('core', 'esmith-db'),
  'packages/core/src/index.ts': `export { db } from '@nethserver-migrate/esmith-db'`,
  'packages/testkit/package.json': library('testkit', 'core'),
  'packages/testkit/src/index.ts': `export { db } from '@nethserver-migrate/core'`,
  'packages/nethserver-fax-migrate/package.json': plugin('fax'),
  'packages/nethserver-fax-migrate/createlinks.ts': `import '@nethserver-migrate/core'`,
  'packages/nethserver-fax-migrate/src/index.ts': `import links from '../createlinks.js'`,
  'packages/nethserver-fax-migrate/test/migrate.test.ts': `import '@nethserver-migrate/testkit'`,
  'packages/nethserver-ntp-migrate/package.json': plugin('ntp'),
  'packages/nethserver-ntp-migrate/src/index.ts': `export default 1`,
  'apps/nethserver-migrate/package.json': {
    name: 'nethserver-migrate',
    dependencies: { '@nethserver-migrate/core': 'workspace:*' },
  },
  'apps/nethserver-migrate/src/main.ts': `import '../../../packages/nethserver-fax-migrate/src/index.js'`,
}

function library(name: string, ...dependencies: string[]) {
  return {
    name: `@nethserver-migrate/${name}`,
    exports: './src/index.ts',
    dependencies: Object.fromEntries(
      dependencies.map((dependency) => [`@nethserver-migrate/${dependency}`, 'workspace:*']),
    ),
  }
}

function plugin(feature: string) {
  return {
    name: `nethserver-${feature}-migrate`,
    exports: './src/index.ts',
    dependencies: { '@nethserver-migrate/core': 'workspace:*' },
    devDependencies: { '@nethserver-migrate/testkit': 'workspace:*' },
  }
}

/** The violations of the small workspace after some of its files were replaced. */
function violationsWith(changes: Record<string, string | object>): Promise<string[]> {
  for (const [path, content] of Object.entries({ ...WORKSPACE, ...changes })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    writeFileSync(join(root, path), text)
  }
  for (const name of ['esmith-db', 'core', 'testkit']) {
    mkdirSync(join(root, 'node_modules/@nethserver-migrate'), { recursive: true })
    symlinkSync(join(root, 'packages', name), join(root, 'node_modules/@nethserver-migrate', name))
  }
  return checkBoundaries(root)
}

const fax = 'packages/nethserver-fax-migrate'
const ntp = 'packages/nethserver-ntp-migrate'

describe('imports', () => {
  it('are in order in a workspace that keeps the rules', async () => {
    expect(await violationsWith({})).toEqual([])
  })

  it('of another plugin are refused, by path and by name, types included', async () => {
    const rule = 'a plugin never depends on another plugin'
    expect(
      await violationsWith({
        [`${fax}/src/index.ts`]: `import '../../nethserver-ntp-migrate/src/index.js'`,
        [`${fax}/test/migrate.test.ts`]: `import type { Ntp } from 'nethserver-ntp-migrate'`,
      }),
    ).toEqual([
      `${fax}/src/index.ts → ${ntp}/src/index.ts: ${rule}`,
      `${fax}/test/migrate.test.ts → nethserver-ntp-migrate: ${rule}`,
    ])
  })

  it.each([
    ['packages/esmith-db/src/a.ts', '@nethserver-migrate/core', 'packages/core/src/index.ts'],
    ['packages/core/src/a.ts', '../../nethserver-fax-migrate/src/index.js', `${fax}/src/index.ts`],
    ['packages/core/src/a.ts', 'nethserver-migrate', 'nethserver-migrate'],
    ['packages/testkit/src/a.ts', 'nethserver-fax-migrate', 'nethserver-fax-migrate'],
    [`${fax}/src/a.ts`, 'nethserver-migrate', 'nethserver-migrate'],
  ])('of %s run one way: not to %s', async (file, module, target) => {
    expect(await violationsWith({ [file]: `import '${module}'` })).toContain(
      `${file} → ${target}: dependencies run one way: apps, plugins, core, esmith-db`,
    )
  })

  it.each([`${fax}/src/index.ts`, `${fax}/createlinks.ts`, 'apps/nethserver-migrate/src/main.ts'])(
    'of the testkit are refused in %s, which is shipped',
    async (file) => {
      expect(await violationsWith({ [file]: `import '@nethserver-migrate/testkit'` })).toEqual([
        `${file} → packages/testkit/src/index.ts: the testkit is for tests alone`,
      ])
    },
  )

  it('form no circle', async () => {
    const violations = await violationsWith({
      'packages/core/src/a.ts': `import './b.js'`,
      'packages/core/src/b.ts': `import './a.js'`,
    })
    expect(violations).toContain(
      'packages/core/src/a.ts → packages/core/src/b.ts: imports form no circle',
    )
  })
})

describe('names', () => {
  it.each(['packages/core/src/deep/a.ts', 'packages/esmith-db/src/a.ts'])(
    'of plugins are refused in %s, comments included',
    async (file) => {
      expect(
        await violationsWith({ [file]: `export {}\n// like nethserver-fax-migrate does\n` }),
      ).toEqual([`${file}:2 → nethserver-fax-migrate: core and esmith-db name no plugin`])
    },
  )

  it('of the command itself are in order', async () => {
    const text = `export const command = 'nethserver-migrate'`
    expect(await violationsWith({ 'packages/core/src/a.ts': text })).toEqual([])
  })
})

describe('manifests', () => {
  it('of a plugin list no other plugin', async () => {
    const manifest = {
      ...plugin('fax'),
      devDependencies: { 'nethserver-ntp-migrate': 'workspace:*' },
    }
    expect(await violationsWith({ [`${fax}/package.json`]: manifest })).toEqual([
      'package.json of nethserver-fax-migrate → nethserver-ntp-migrate: a plugin never depends on another plugin',
    ])
  })

  it('list the testkit in devDependencies alone', async () => {
    const manifest = {
      ...plugin('fax'),
      dependencies: { '@nethserver-migrate/testkit': 'workspace:*' },
    }
    expect(await violationsWith({ [`${fax}/package.json`]: manifest })).toEqual([
      'package.json of nethserver-fax-migrate → @nethserver-migrate/testkit: the testkit is for tests alone: devDependencies',
    ])
  })

  it('list dependencies that run one way', async () => {
    const manifest = library('esmith-db', 'core')
    expect(await violationsWith({ 'packages/esmith-db/package.json': manifest })).toEqual([
      'package.json of @nethserver-migrate/esmith-db → @nethserver-migrate/core: dependencies run one way: apps, plugins, core, esmith-db',
    ])
  })

  it('name one pnpm', async () => {
    const manifest = { packageManager: 'pnpm@10.0.1', devDependencies: { pnpm: '10.0.0' } }
    expect(await violationsWith({ 'package.json': manifest })).toEqual([
      'package.json → pnpm@10.0.0 in devDependencies, pnpm@10.0.1 in packageManager',
    ])
  })
})
