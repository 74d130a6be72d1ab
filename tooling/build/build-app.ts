// Bundles the command, each plugin on its own, and the features of all plugins, for the Node 16.20
// of a NethServer. The new dist/ takes the place of the old one only when every bundle is made.
import {
  chmodSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const app = join(root, 'apps/nethserver-migrate')
const dist = join(app, 'dist')
const unfinished = `${dist}.tmp`
const CATALOGUE_ENTRY = 'known-plugins.entry.mjs'

/** Dependencies in CommonJS call require(), which a module does not have. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'
const require = __createRequire(import.meta.url)`

rmSync(unfinished, { recursive: true, force: true })
await bundle(join(app, 'src/main.ts'), 'nethserver-migrate.mjs', `#!/usr/bin/env node\n${REQUIRE}`)
chmodSync(join(unfinished, 'nethserver-migrate.mjs'), 0o755)
const plugins = pluginFolders()
for (const name of plugins) {
  await bundle(join(root, 'packages', name, 'src/index.ts'), `plugins/${name}.mjs`, REQUIRE)
}
await bundle(catalogueEntry(plugins), 'known-plugins.mjs', REQUIRE)
rmSync(join(unfinished, CATALOGUE_ENTRY))
rmSync(dist, { recursive: true, force: true })
renameSync(unfinished, dist)

/** What a host can ask for: the features of all plugins, also of those that it has not installed. */
function catalogueEntry(plugins: readonly string[]): string {
  const entry = join(unfinished, CATALOGUE_ENTRY)
  const imports = plugins.map(
    (name, index) =>
      `import p${index} from ${JSON.stringify(join(root, 'packages', name, 'src/index.ts'))}`,
  )
  const all = plugins.map((_name, index) => `p${index}`).join(', ')
  const members = 'name, api, feature'
  writeFileSync(
    entry,
    `${imports.join('\n')}\nexport default [${all}].map(({ ${members} }) => ({ ${members} }))\n`,
  )
  return entry
}

async function bundle(entry: string, outfile: string, banner: string): Promise<void> {
  const file = join(unfinished, outfile)
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node16.20',
    banner: { js: banner },
    define: { 'process.env.NETHSERVER_MIGRATE_VERSION': JSON.stringify(appVersion()) },
    legalComments: 'none',
    logLevel: 'warning',
  })
  console.log(`${(statSync(file).size / 1024).toFixed(0).padStart(6)} KiB  dist/${outfile}`)
}

function pluginFolders(): string[] {
  return readdirSync(join(root, 'packages')).filter((name) => /^nethserver-.+-migrate$/.test(name))
}

function appVersion(): string {
  const manifest = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as {
    version: string
  }
  return manifest.version
}
