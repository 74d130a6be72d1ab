// The test command: every check and every package's tests in one turbo run, then one count of all.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { workspaceFolders } from '../../setup/workspace.mjs'
import { formatSummary, summarize, type Results, type Summary, type Task } from './summary.js'

const STEPS = [
  'format:check',
  'lint',
  'typecheck',
  'boundaries',
  'unused',
  'manifests',
  'build',
  'test',
]

const root = fileURLToPath(new URL('../../..', import.meta.url))
const turboRuns = join(root, '.turbo/runs')
const resultsFile = (folder: string) => join(root, folder, 'test-results/results.json')

for (const folder of workspaceFolders(root)) rmSync(resultsFile(folder), { force: true })
rmSync(turboRuns, { recursive: true, force: true })

const flags = ['--continue=always', '--summarize', '--output-logs=errors-only']
spawnSync('turbo', ['run', ...STEPS, ...flags], { cwd: root, stdio: 'inherit' })

const summary = summarizeRun()
console.log(formatSummary(summary))
process.exitCode = summary.failed.length > 0 ? 1 : 0

function summarizeRun(): Summary {
  const [file] = existsSync(turboRuns) ? readdirSync(turboRuns) : []
  if (!file) return { passed: 0, failed: ['turbo did not run'], skipped: [] }
  const { tasks } = readJson<{ tasks: Task[] }>(join(turboRuns, file))
  return summarize(tasks, ({ directory }) => {
    const path = resultsFile(directory)
    return existsSync(path) ? readJson<Results>(path) : undefined
  })
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}
