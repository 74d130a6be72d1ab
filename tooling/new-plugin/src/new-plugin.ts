import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const template = fileURLToPath(new URL('../template', import.meta.url))

/** Not in the template, where the path would lead elsewhere. */
const TSCONFIG = '{ "extends": "../../tooling/tsconfig/base.json" }\n'

/** Why no plugin of this name can be made, if so. */
export function problemWith(root: string, name: string): string | undefined {
  if (!/^nethserver-[a-z0-9]+(-[a-z0-9]+)*-migrate$/.test(name)) {
    return `"${name}" is no name for a plugin: name it nethserver-FEATURE-migrate, in lower case`
  }
  if (existsSync(join(root, 'packages', name))) {
    return `packages/${name} exists already: choose another name, or change what is there`
  }
  return undefined
}

/** Writes the package and its changeset, and returns the files made, relative to `root`. */
export function createPlugin(root: string, name: string): string[] {
  const feature = name.replace(/^nethserver-|-migrate$/g, '')
  const files = filesIn('').map((file): [string, string] => [
    join('packages', name, file),
    adapt(readFileSync(join(template, file), 'utf8'), feature),
  ])
  files.push([join('packages', name, 'tsconfig.json'), TSCONFIG])
  files.push([`.changeset/${name}.md`, changeset(name, feature)])
  for (const [file, text] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  return files.map(([file]) => file)
}

/** The template is the plugin of a feature called "example". */
function adapt(text: string, feature: string): string {
  const title = feature.replace(/-/g, ' ').replace(/^./, (letter) => letter.toUpperCase())
  return text.replace(/Example/g, title).replace(/example/g, feature)
}

/** The command too: it holds the list of all plugins. */
function changeset(name: string, feature: string): string {
  return `---\n'${name}': minor\n'nethserver-migrate': patch\n---\n\nMigrate ${feature.replace(/-/g, ' ')}\n`
}

function filesIn(folder: string): string[] {
  return readdirSync(join(template, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : [path]
  })
}
