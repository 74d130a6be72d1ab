import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  checkPlugin,
  describeError,
  IMPORT_EVENT,
  type Finding,
  type Plugin,
} from '@nethserver-migrate/core/runner'

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

/** A linked action, as its event calls it. */
export interface CalledAction {
  readonly action: string
  readonly event: string
  /** The destination's tree. */
  readonly root: string
}

export interface PluginsForAction extends LoadedPlugins {
  /** Whether the action accounts for all of the source: then these are all plugins. */
  readonly accountsForAll: boolean
}

/**
 * Loads what a linked action needs: the plugin that it belongs to alone, since an event calls its
 * actions one by one, and each would have to wait for all the others. The first and the last action
 * of an import account for what became of all of the source, which takes what each plugin says of
 * it. docs/report.md#accounting
 */
export async function loadForAction(
  called: CalledAction,
  folder = PLUGINS,
): Promise<PluginsForAction> {
  const accountsForAll = called.event === IMPORT_EVENT && isFirstOrLast(called, folder)
  const loaded = await (accountsForAll ? loadPlugins(folder) : loadOwner(called.action, folder))
  return { ...loaded, accountsForAll }
}

/**
 * Every plugin where the owner cannot be told, or has to know who else serves its purpose.
 */
async function loadOwner(action: string, folder: string): Promise<LoadedPlugins> {
  const owner = ownerOf(action, installedNames(folder))
  const loaded = await loadNamed(folder, owner === undefined ? [] : [owner])
  const [plugin] = loaded.plugins
  const isEnough = plugin && action in plugin.actions && plugin.feature.purpose === undefined
  return isEnough ? loaded : loadPlugins(folder)
}

/** The name of an action begins with that of its plugin. */
function ownerOf(action: string, names: readonly string[]): string | undefined {
  return names
    .filter((name) => action === name || action.startsWith(`${name}-`))
    .sort((a, b) => b.length - a.length)[0]
}

/** Of all links of the event that lead to plugins of ours. */
function isFirstOrLast({ action, event, root }: CalledAction, folder: string): boolean {
  const links = join(root, 'etc/e-smith/events', event)
  const names = installedNames(folder)
  const linked = (existsSync(links) ? readdirSync(links).sort() : [])
    .map((link) => link.replace(/^S\d\d/, ''))
    .filter((name) => ownerOf(name, names) !== undefined)
  return [linked[0], linked[linked.length - 1]].includes(action)
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

/** The same, for the report. */
export function refusal({ name, error }: { name: string; error: unknown }): Finding {
  const { code, message, remedy } = describeError(error)
  return {
    severity: 'error',
    plugin: name,
    action: '',
    code,
    subject: name,
    message,
    remedy,
  }
}

function defaultExport(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module
    ? module.default
    : undefined
}
