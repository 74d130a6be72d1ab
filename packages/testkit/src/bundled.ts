import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { temporaryFolder } from './temporary-folder.js'

/** Dependencies in CommonJS call require(), which a module does not have. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'
const require = __createRequire(import.meta.url)`

const texts = new Map<string, string>()

/**
 * One file that node runs as it is, made of a TypeScript module and all it imports, until the test
 * ends. It starts several times as fast as the module itself, which every process would translate.
 */
export function bundled(module: URL): string {
  const text = texts.get(module.href) ?? bundle(module)
  texts.set(module.href, text)
  const file = join(temporaryFolder(), 'bundle.mjs')
  writeFileSync(file, text)
  return file
}

function bundle(module: URL): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(module)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    banner: { js: REQUIRE },
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}
