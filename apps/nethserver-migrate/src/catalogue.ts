import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { KnownPlugin } from '@nethserver-migrate/core/runner'

/** Made by the build from all plugins that there are. */
const CATALOGUE = new URL('catalogue.mjs', import.meta.url)

/** The plugins that exist, whether they are installed or not. */
export async function knownPlugins(): Promise<readonly KnownPlugin[]> {
  if (!existsSync(fileURLToPath(CATALOGUE))) return []
  const module = (await import(CATALOGUE.href)) as { default: readonly KnownPlugin[] }
  return module.default
}
