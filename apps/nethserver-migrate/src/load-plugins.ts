import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { checkPlugin, describeError, type Plugin } from '@nethserver-migrate/core/runner'

export interface LoadedPlugins {
  readonly plugins: readonly Plugin[]
  /** Bundles that could not be used, and why. */
  readonly refused: readonly { readonly name: string; readonly error: unknown }[]
}

/** The folder of bundles beside the command: what lies there is what is installed. */
const PLUGINS = fileURLToPath(new URL('plugins', import.meta.url))

/** Loads every plugin that is installed. One that does not fit is left out, not fatal. */
export async function loadPlugins(folder = PLUGINS): Promise<LoadedPlugins> {
  return loadNamed(folder, installedNames(folder))
}

/**
 * Loads the one plugin that an action belongs to, which begins with its name: an event calls its
 * actions one by one, and each would have to wait for all the others. Every plugin where that one
 * cannot be told, or has to know who else serves its purpose.
 */
export async function loadOwner(action: string, folder = PLUGINS): Promise<LoadedPlugins> {
  const [owner] = installedNames(folder)
    .filter((name) => action === name || action.startsWith(`${name}-`))
    .sort((a, b) => b.length - a.length)
  const loaded = await loadNamed(folder, owner === undefined ? [] : [owner])
  const [plugin] = loaded.plugins
  const isEnough = plugin && action in plugin.actions && plugin.feature.purpose === undefined
  return isEnough ? loaded : loadPlugins(folder)
}

function installedNames(folder: string): string[] {
  const files = existsSync(folder) ? readdirSync(folder).sort() : []
  return files.filter((name) => name.endsWith('.mjs')).map((name) => name.slice(0, -'.mjs'.length))
}

async function loadNamed(folder: string, names: readonly string[]): Promise<LoadedPlugins> {
  const plugins: Plugin[] = []
  const refused: { name: string; error: unknown }[] = []
  for (const name of names)
    try {
      const module: unknown = await import(pathToFileURL(join(folder, `${name}.mjs`)).href)
      plugins.push(checkPlugin(name, defaultExport(module)))
    } catch (error) {
      refused.push({ name, error })
    }
  return { plugins, refused }
}

/** One line for people about a plugin that was left out. */
export function describeRefused({ name, error }: { name: string; error: unknown }): string {
  const { code, message, remedy } = describeError(error)
  return `[ERROR] plugin ${name} is left out: ${code}: ${message}${remedy ? `. ${remedy}` : ''}`
}

function defaultExport(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module
    ? module.default
    : undefined
}
