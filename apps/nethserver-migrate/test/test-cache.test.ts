// What npm test runs anew after a change, asked of turbo in a copy of the workspace.
import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { copyWorkspace, ownEnvironment } from './helpers/workspace-copy.js'

const EJABBERD = 'nethserver-ejabberd-migrate'
const RELAY = 'nethserver-mail-common-migrate'

interface Task {
  readonly taskId: string
  readonly hash: string
}

interface TurboRun {
  readonly tasks: readonly (Task & { readonly cache: { readonly status: 'HIT' | 'MISS' } })[]
}

const folder = mkdtempSync(join(tmpdir(), 'nethserver-migrate-cache-'))
let before: readonly Task[] = []

beforeAll(() => {
  copyWorkspace(folder)
  before = tasks()
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach(() => {
  execaSync('git', ['checkout', '--quiet', '.'], { cwd: folder })
})

describe('a change', () => {
  it('of nothing runs no test', () => {
    expect(changed()).toEqual([])
  })

  it('of the source of a plugin runs its tests and those of the app, and no others', () => {
    change(`packages/${EJABBERD}/src/migrate.ts`)
    expect(changed()).toEqual([
      `${EJABBERD}#test`,
      'nethserver-migrate#build',
      'nethserver-migrate#test',
    ])
  })

  it('of a test of a plugin builds nothing', () => {
    change(`packages/${EJABBERD}/test/migrate.test.ts`)
    expect(changed()).toEqual([`${EJABBERD}#test`, 'nethserver-migrate#test'])
  })

  it('of a page runs the tests of the app, which read it', () => {
    change('docs/installing.md')
    expect(changed()).toEqual(['nethserver-migrate#test'])
  })

  it('of core runs the tests of every plugin', () => {
    change('packages/core/src/plugin/importable.ts')
    const plugins = readdirSync(join(folder, 'packages')).filter((name) =>
      /^nethserver-.+-migrate$/.test(name),
    )
    expect(changed()).toEqual(
      expect.arrayContaining([
        '@nethserver-migrate/core#test',
        'nethserver-migrate#test',
        ...plugins.map((name) => `${name}#test`),
      ]),
    )
  })
})

it('has the results of tests whose inputs have not changed, without running them', () => {
  const results = join(folder, 'packages', EJABBERD, 'test-results/results.json')
  expect(runTests()).toEqual({ [EJABBERD]: 'MISS', [RELAY]: 'MISS' })
  const first = readFileSync(results, 'utf8')
  rmSync(results)
  change(`packages/${RELAY}/src/migrate.ts`)
  expect(runTests()).toEqual({ [EJABBERD]: 'HIT', [RELAY]: 'MISS' })
  expect(existsSync(results) && readFileSync(results, 'utf8')).toBe(first)
}, 120_000)

function change(path: string): void {
  appendFileSync(join(folder, path), '\n')
}

/** Tasks that would run anew, in the order of their names. */
function changed(): string[] {
  const known = new Map(before.map(({ taskId, hash }) => [taskId, hash]))
  return tasks()
    .filter(({ taskId, hash }) => known.get(taskId) !== hash)
    .map(({ taskId }) => taskId)
    .sort()
}

function tasks(): readonly Task[] {
  const { stdout } = turbo('--dry=json')
  return (JSON.parse(stdout) as TurboRun).tasks
}

/** Runs the tests of two plugins as the test command does: plugin → whether a result was there. */
function runTests(): Record<string, 'HIT' | 'MISS'> {
  const runs = join(folder, '.turbo/runs')
  rmSync(runs, { recursive: true, force: true })
  turbo('--summarize', `--filter=${EJABBERD}`, `--filter=${RELAY}`)
  const [file = ''] = readdirSync(runs)
  const run = JSON.parse(readFileSync(join(runs, file), 'utf8')) as TurboRun
  return Object.fromEntries(
    run.tasks.map(({ taskId, cache }) => [taskId.replace('#test', ''), cache.status]),
  )
}

function turbo(...args: string[]): { stdout: string } {
  return execaSync('turbo', ['run', 'test', ...args], {
    cwd: folder,
    preferLocal: true,
    localDir: folder,
    env: { ...ownEnvironment(), TURBO_TELEMETRY_DISABLED: '1' },
    extendEnv: false,
  })
}
