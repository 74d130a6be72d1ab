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
  const plugins: Plugin[] = []
  const refused: { name: string; error: unknown }[] = []
  const files = existsSync(folder) ? readdirSync(folder).sort() : []
  for (const file of files.filter((name) => name.endsWith('.mjs'))) {
    const name = file.slice(0, -'.mjs'.length)
    try {
      const module: unknown = await import(pathToFileURL(join(folder, file)).href)
      plugins.push(checkPlugin(name, defaultExport(module)))
    } catch (error) {
      refused.push({ name, error })
    }
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
