// Stages a destination in a temporary folder and imports a backup into it: the one named on the
// command line, or the sample backup of a small company.
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const workspace = fileURLToPath(new URL('../..', import.meta.url))
const command = join(workspace, 'apps/nethserver-migrate/dist/nethserver-migrate.mjs')
const [given] = process.argv.slice(2)
// npm changes into the workspace; a path is meant from where the person stood.
const source = given
  ? resolve(process.env.INIT_CWD ?? process.cwd(), given)
  : join(workspace, 'examples/acme-sme8.tgz')
const root = join(mkdtempSync(join(tmpdir(), 'nethserver-migrate-demo-')), 'nethserver')

// The demonstration goes away: the files of a backup that is not ours stay where they are.
const exitCode = run('stage', root) || run('import', source, '--root', root, '--transfer', 'copy')
// 1 is an import that came to its end and lists what could not be carried over.
process.exitCode = exitCode === 1 ? 0 : exitCode
console.log(`\nThe destination lies in ${root}. Look around, then remove it.`)

/** @param {string[]} args */
function run(...args) {
  return spawnSync(process.execPath, [command, ...args], { stdio: 'inherit' }).status ?? 1
}
