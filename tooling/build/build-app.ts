// Bundles the command, and each plugin on its own, for the Node 16.20 of a NethServer. The new
// dist/ takes the place of the old one only when every bundle is made.
import { execFile } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, type Metafile, type Plugin } from 'esbuild'
import { bundledPackages, type BundledPackage } from './bundled-packages.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const app = join(root, 'apps/nethserver-migrate')
const dist = join(app, 'dist')
const unfinished = `${dist}.tmp`
/** Dependencies in CommonJS call require(), which a module does not have. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'
const require = __createRequire(import.meta.url)`

/** Bundle → the npm packages in it. */
const bundled: Record<string, readonly BundledPackage[]> = {}

/**
 * `import script from './page.ts?bundled'`: a program for a browser, as one text. A style sheet is a
 * text as it is.
 * @param metafiles takes what esbuild tells of these programs.
 */
const texts = (metafiles: Metafile[]): Plugin => ({
  name: 'texts',
  setup(bundler) {
    bundler.onResolve({ filter: /\?bundled$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace(/\?bundled$/, '')),
      namespace: 'bundled',
    }))
    bundler.onLoad({ filter: /.*/, namespace: 'bundled' }, async ({ path }) => {
      const { outputFiles, metafile } = await build({
        absWorkingDir: root,
        entryPoints: [path],
        bundle: true,
        format: 'iife',
        target: 'es2020',
        minifySyntax: true,
        write: false,
        metafile: true,
        logLevel: 'warning',
      })
      metafiles.push(metafile)
      return { contents: outputFiles[0]?.text ?? '', loader: 'text' }
    })
  },
})

rmSync(unfinished, { recursive: true, force: true })
await bundle(join(app, 'src/main.ts'), 'nethserver-migrate.mjs', '#!/usr/bin/env node')
for (const name of ['command', 'linked-action'])
  await bundle(join(app, `src/${name}.ts`), `${name}.mjs`, REQUIRE)
chmodSync(join(unfinished, 'nethserver-migrate.mjs'), 0o755)
for (const name of pluginFolders()) {
  await bundle(join(root, 'packages', name, 'src/index.ts'), `plugins/${name}.mjs`, REQUIRE)
}
await print('man/nethserver-migrate.8', 'man-page')
await print('completions/bash', 'completion', 'bash')
await print('completions/zsh', 'completion', 'zsh')
await bundleCatalogue()
writeFileSync(join(unfinished, 'bundled.json'), `${JSON.stringify(bundled, null, 2)}\n`)
rmSync(dist, { recursive: true, force: true })
renameSync(unfinished, dist)

async function bundle(entry: string, outfile: string, banner: string): Promise<void> {
  const file = join(unfinished, outfile)
  const texted: Metafile[] = []
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node16.20',
    banner: { js: banner },
    loader: { '.css': 'text' },
    plugins: [texts(texted)],
    define: { 'process.env.NETHSERVER_MIGRATE_VERSION': JSON.stringify(appVersion()) },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  bundled[outfile] = bundledPackages(root, [metafile, ...texted])
  console.log(`${(statSync(file).size / 1024).toFixed(0).padStart(6)} KiB  dist/${outfile}`)
}

/** Keeps what the new command prints: it knows all of its options, and the plugins'. */
async function print(outfile: string, ...args: string[]): Promise<void> {
  const file = join(unfinished, outfile)
  const command = join(unfinished, 'nethserver-migrate.mjs')
  mkdirSync(dirname(file), { recursive: true })
  const { stdout } = await promisify(execFile)(process.execPath, [command, ...args])
  writeFileSync(file, stdout)
}

/** What every plugin is for: the command knows those that are not installed by it. */
async function bundleCatalogue(): Promise<void> {
  const entry = join(unfinished, 'catalogue.ts')
  const names = pluginFolders()
  writeFileSync(
    entry,
    [
      ...names.map(
        (name, index) =>
          `import p${index} from ${JSON.stringify(join(root, 'packages', name, 'src/index.ts'))}`,
      ),
      `export default [${names.map((_, index) => `p${index}`).join(', ')}].map(({ name, api, feature }) => ({ name, api, feature }))`,
    ].join('\n'),
  )
  await bundle(entry, 'catalogue.mjs', REQUIRE)
  rmSync(entry)
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
