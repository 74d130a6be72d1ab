import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The sources that must work with any plugin, and so know none by name. */
const NAMELESS = ['packages/core/src', 'packages/esmith-db/src']

/** Where core and esmith-db name a plugin, be it in a comment: one line each. */
export function checkNames(root: string): string[] {
  return NAMELESS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => filesIn(root, folder))
    .flatMap((file) => pluginNamesIn(file, readFileSync(join(root, file), 'utf8')))
}

function pluginNamesIn(file: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      (line.match(/nethserver-[a-z0-9-]+-migrate/g) ?? []).map(
        (name) => `${file}:${index + 1} → ${name}: core and esmith-db name no plugin`,
      ),
    )
}

function filesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(root, path) : [path]
  })
}
