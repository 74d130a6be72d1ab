// npm run new-plugin -- nethserver-foo-migrate
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createPlugin, problemWith } from './new-plugin.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const name = process.argv[2] ?? ''

const problem = problemWith(root, name)
if (problem) {
  console.error(problem)
  process.exit(2)
}

const files = createPlugin(root, name)
run('prettier', ['--log-level', 'warn', '--write', ...files])
run('pnpm', ['install', '--no-frozen-lockfile', '--prefer-offline', '--loglevel', 'error'])
console.log(`Made:
${files.map((file) => `  ${file}`).join('\n')}

Next, state the feature in src/index.ts and write its rules in src/migrate.ts, with a test of each:
  npx pnpm --filter ${name} test
  npm test`)

function run(command: string, args: string[]): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) {
    console.error(`${command} failed: mend what it says, then run npx pnpm install`)
    process.exit(1)
  }
}
