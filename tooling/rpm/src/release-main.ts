// npm run release -- [--repository DIR]
import { fileURLToPath } from 'node:url'
import { join, relative } from 'node:path'
import { Command } from 'commander'
import { execa } from 'execa'
import { buildRpms } from './build-rpm.js'
import { workspacePackages } from './packages.js'
import { apiProblem, changedPackages, makeRepository, raiseVersions } from './release.js'
import { buildWorkspace, sourceDate } from './workspace.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const { repository } = new Command('npm run release --')
  .description('raises the versions of what has changesets, builds its RPMs, renews the repository')
  .option('--repository <dir>', 'the folder of the yum repository', join(root, 'dist/repository'))
  .parse()
  .opts<{ repository: string }>()

const { stdout: uncommitted } = await execa('git', ['status', '--porcelain'], { cwd: root })
if (uncommitted !== '') refuse(`commit this first, or put it away:\n${uncommitted}`)
const problem = await apiProblem(root)
if (problem !== undefined) refuse(problem)

const day = new Date().toISOString().slice(0, 10)
const released = await raiseVersions(root, day)
if (released.length === 0) refuse('no changeset waits for a release')
for (const { name, from, to } of released) console.log(`${name} ${from} → ${to}`)

const dist = await buildWorkspace(root)
const all = await workspacePackages({ root, dist, date: await sourceDate(root) })
const changed = changedPackages(all, released, repository)
for (const file of await buildRpms(changed, { out: repository }))
  console.log(relative(process.cwd(), file))
await makeRepository(repository)
console.log(`
Next, look at the changelogs and finish the release:
  git commit --all --message 'Release ${day}'
  npm run changeset tag
  rpmsign --addsign ${relative(process.cwd(), repository)}/*.rpm && createrepo_c --update ${relative(process.cwd(), repository)}`)

function refuse(why: string): never {
  console.error(why)
  process.exit(1)
}
