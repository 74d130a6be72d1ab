// The sources of core, the app and the plugins, as tests of all of them read them.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Plugin } from '@nethserver-migrate/core/runner'

export const WORKSPACE = fileURLToPath(new URL('../../../..', import.meta.url))

/** Every plugin that there is. */
export const PLUGINS: readonly Plugin[] = await Promise.all(
  readdirSync(join(WORKSPACE, 'packages'))
    .filter((name) => /^nethserver-.+-migrate$/.test(name))
    .map(load),
)

/** Errors in capitals, wherever they stand; findings where they are given a code. */
export function codesMade(text: string): string[] {
  const errors = [...text.matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)]
  const findings = [...text.matchAll(/\bcode: ([^,\n]*)/g)].flatMap(([, value = '']) => [
    ...value.matchAll(/'([a-z]+(?:-[a-z0-9]+)*)'/g),
  ])
  return [...errors, ...findings].map(([, code = '']) => code)
}

/** The TypeScript files at and below a path of the workspace. */
export function filesBelow(path: string): string[] {
  if (path.endsWith('.ts')) return [path]
  return readdirSync(join(WORKSPACE, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.name.endsWith('.ts'))
    .flatMap((entry) => filesBelow(`${path}/${entry.name}`))
}

async function load(name: string): Promise<Plugin> {
  const path = join(WORKSPACE, 'packages', name, 'src/index.ts')
  const module = (await import(pathToFileURL(path).href)) as { default: Plugin }
  return module.default
}
