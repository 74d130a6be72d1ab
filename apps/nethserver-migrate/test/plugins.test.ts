// One contract for every plugin: a new folder is under test before it has a test of its own.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { checkPlugin, IMPORT_EVENT, type Plugin } from '@nethserver-migrate/core/runner'
import { describe, expect, it } from 'vitest'

const PACKAGES = fileURLToPath(new URL('../../../packages', import.meta.url))
const plugins = readdirSync(PACKAGES).filter((name) => /^nethserver-.+-migrate$/.test(name))

const FILES = ['README.md', 'createlinks.ts', 'package.json', 'src/index.ts']
const HEADINGS = ['Migrates', 'Leaves out', 'Check afterwards', 'Actions']

it('finds plugins in the workspace', () => {
  expect(plugins).toContain('nethserver-base-migrate')
})

describe.each(plugins)('%s', (name) => {
  const file = (path: string) => join(PACKAGES, name, path)

  it('has the files that every plugin has', async () => {
    // The action of the plugin's own name is its migrator.
    const { actions } = await load(name)
    const files = name in actions ? [...FILES, 'src/migrate.ts'] : FILES
    expect(files.filter((path) => !existsSync(file(path)))).toEqual([])
    expect(readdirSync(file('test')).filter((test) => test.endsWith('.test.ts'))).not.toEqual([])
  })

  it('is a package of its own name and licence', () => {
    const manifest: unknown = JSON.parse(readFileSync(file('package.json'), 'utf8'))
    expect(manifest).toMatchObject({ name, license: 'GPL-3.0-or-later', type: 'module' })
  })

  it('has the headings of every README, in their order', () => {
    const headings = readFileSync(file('README.md'), 'utf8').match(/^##? .*$/gm)
    expect(headings).toEqual([`# ${name}`, ...HEADINGS.map((heading) => `## ${heading}`)])
  })

  it('was made for the plugin API of this core, and is well-formed', async () => {
    const plugin = await load(name)
    expect(checkPlugin(name, plugin)).toBe(plugin)
  })

  it('has a level for each of its actions, and an action for each level', async () => {
    const { actions, createlinks } = await load(name)
    const linked = Object.keys(createlinks[IMPORT_EVENT]?.actions ?? {})
    expect(linked.sort()).toEqual(Object.keys(actions).sort())
  })

  it('begins the name of each action with its own', async () => {
    const { actions } = await load(name)
    expect(
      Object.keys(actions).filter((action) => action !== name && !action.startsWith(`${name}-`)),
    ).toEqual([])
  })

  it('names its feature, its packages and the records by which it is known', async () => {
    const { feature } = await load(name)
    expect(feature.title).not.toBe('')
    expect(feature.packages).not.toEqual([])
    expect(feature.records).not.toEqual([])
  })

  it('lists each of its actions with its level in the README', async () => {
    const { createlinks } = await load(name)
    const readme = readFileSync(file('README.md'), 'utf8')
    for (const [action, level] of Object.entries(createlinks[IMPORT_EVENT]?.actions ?? {}))
      expect(readme).toMatch(
        new RegExp(`^\\| \`${action}\` +\\| \`${IMPORT_EVENT}\` +\\| ${level} +\\|`, 'm'),
      )
  })
})

async function load(name: string): Promise<Plugin> {
  const module = (await import(pathToFileURL(join(PACKAGES, name, 'src/index.ts')).href)) as {
    default: Plugin
  }
  return module.default
}
