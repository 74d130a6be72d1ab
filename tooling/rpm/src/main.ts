// npm run rpm -- [--out DIR] [NAME…]
import { fileURLToPath } from 'node:url'
import { join, relative } from 'node:path'
import { Command } from 'commander'
import { buildRpms } from './build-rpm.js'
import { buildWorkspace, sourceDate } from './workspace.js'
import { workspacePackages } from './packages.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const program = new Command('npm run rpm --')
  .description('builds the RPMs of the command, of its runtimes and of each plugin')
  .argument('[names...]', 'only these packages')
  .option('--out <dir>', 'where the RPMs are written', join(root, 'dist/rpm'))
  .parse()
const names = program.args
const { out } = program.opts<{ out: string }>()

const dist = await buildWorkspace(root)
const all = await workspacePackages({ root, dist, date: await sourceDate(root) })
const unknown = names.filter((name) => !all.some((rpm) => rpm.name === name))
if (unknown.length > 0) {
  console.error(`there is no package ${unknown.join(', ')}: choose from
${all.map(({ name }) => `  ${name}`).join('\n')}`)
  process.exit(2)
}
const chosen = names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
for (const file of await buildRpms(chosen, { out })) console.log(relative(process.cwd(), file))
