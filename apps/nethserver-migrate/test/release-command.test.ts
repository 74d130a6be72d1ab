// npm run release, in a copy of the workspace with real RPMs and a real repository.
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { execa, execaSync } from 'execa'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { whyNoRpmTree } from './helpers/rpm-tree.js'
import { copyWorkspace, ownEnvironment } from './helpers/workspace-copy.js'

const EJABBERD = 'nethserver-ejabberd-migrate'
const CORE = '@nethserver-migrate/core'
const API_FILE = 'packages/core/src/plugin/define-plugin.ts'
const whyNot = whyNoRpmTree()
vi.setConfig({ testTimeout: 240_000 })

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nethserver-migrate-release-')))
const workspace = join(folder, 'workspace')
const repository = join(folder, 'repository')
/** The repository after the first release of everything. */
const first = join(folder, 'first')
let plugins: string[] = []

beforeAll(async () => {
  if (whyNot) return
  copyWorkspace(workspace)
  plugins = readdirSync(join(workspace, 'packages')).filter((name) =>
    /^nethserver-.+-migrate$/.test(name),
  )
  changeset(CORE, 'minor', 'Release all')
  expect(await release()).toMatchObject({ exitCode: 0 })
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Release')
  git('tag', 'first')
  cpSync(repository, first, { recursive: true })
}, 400_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach((context) => {
  if (whyNot) context.skip(whyNot)
  git('reset', '--quiet', '--hard', 'first')
  git('clean', '--quiet', '--force', '-d')
  rmSync(repository, { recursive: true })
  cpSync(first, repository, { recursive: true })
})

it('brings everything into the repository at the first release', () => {
  const all = ['nethserver-migrate', 'nethserver-migrate-node', 'nethserver-migrate-nodejs']
  expect(Object.keys(namesIn(repository)).sort()).toEqual([...all, ...plugins].sort())
})

it('builds of a change of one plugin the RPM of that plugin, and no other', async () => {
  changeset(EJABBERD, 'patch', 'Migrate the rosters')
  const before = versionOf(EJABBERD)
  const { exitCode, stdout } = await release()
  const now = versionOf(EJABBERD)
  expect({ exitCode, said: stdout.split('\n').slice(0, 2) }).toEqual({
    exitCode: 0,
    said: [`${EJABBERD} ${before} → ${now}`, `../repository/${EJABBERD}-${now}-1.noarch.rpm`],
  })
  expect(newIn(repository)).toEqual([`${EJABBERD}-${now}-1.noarch.rpm`])
  expect(namesIn(repository)[EJABBERD]).toEqual([before, now])
  expect(git('status', '--short')).toBe(
    [
      ' D .changeset/change.md',
      ` M packages/${EJABBERD}/CHANGELOG.md`,
      ` M packages/${EJABBERD}/package.json`,
    ].join('\n'),
  )
  const changelog = query(`${EJABBERD}-${now}-1.noarch.rpm`, '--changelog')
  const day = new Date().toISOString().slice(0, 10)
  expect(readFileSync(join(workspace, `packages/${EJABBERD}/CHANGELOG.md`), 'utf8')).toContain(
    `## ${now} (${day})`,
  )
  expect(changelog.slice(0, 3)).toEqual([
    expect.stringMatching(new RegExp(` - ${now}-1$`)),
    '- Migrate the rosters',
    '',
  ])
})

it('builds of a change of core the command and every plugin, since each contains core', async () => {
  changeset(CORE, 'patch', 'Copy faster')
  expect(await release()).toMatchObject({ exitCode: 0 })
  expect(newIn(repository)).toEqual(
    ['nethserver-migrate', ...plugins]
      .map((name) => `${name}-${versionOf(name)}-1.noarch.rpm`)
      .sort(),
  )
})

it('gives an incompatible interface a new number, which all RPMs then ask for', async () => {
  const number = Number(/PLUGIN_API = (\d+)/.exec(read(API_FILE))?.[1])
  changeset(CORE, 'major', 'Ask for more')
  const problem = `a changeset calls a change of ${CORE} major, and PLUGIN_API is still ${number}: raise it in ${API_FILE}`
  expect(await release()).toMatchObject({ exitCode: 1, stdout: '', stderr: problem })
  expect(git('status', '--short')).toBe('')

  const text = read(API_FILE).replace(/(PLUGIN_API = )\d+/, `$1${number + 1}`)
  writeFileSync(join(workspace, API_FILE), text)
  git('commit', '--quiet', '--all', '--message', 'Raise the number')
  expect(await release()).toMatchObject({ exitCode: 0 })
  const api = `nethserver-migrate-api = ${number + 1}`
  const rpmOf = (name: string) => `${name}-${versionOf(name)}-1.noarch.rpm`
  expect(query(rpmOf('nethserver-migrate'), '--provides')).toContain(api)
  expect(plugins.filter((name) => !query(rpmOf(name), '--requires').includes(api))).toEqual([])
})

it('refuses to run over what is not committed, and says what', async () => {
  writeFileSync(join(workspace, 'README.md'), 'Changed\n')
  expect(await release()).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: 'commit this first, or put it away:\n M README.md',
  })
})

it('refuses a release of nothing', async () => {
  expect(await release()).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: 'no changeset waits for a release',
  })
})

/** What a person gets to see, without what the set-up says of manifests that have changed. */
async function release(): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await execa(
    'npm',
    ['run', '--silent', 'release', '--', '--repository', repository],
    { cwd: workspace, env: ownEnvironment(), extendEnv: false, reject: false, stdin: 'ignore' },
  )
  return { exitCode, stdout: stdout.replace(/^setup: .*\n?/gm, ''), stderr }
}

function changeset(name: string, step: string, text: string): void {
  const file = join(workspace, '.changeset/change.md')
  writeFileSync(file, `---\n'${name}': ${step}\n---\n\n${text}\n`)
  git('add', '--all')
  git('commit', '--quiet', '--message', text)
}

function git(...args: string[]): string {
  return execaSync('git', args, { cwd: workspace }).stdout
}

function read(path: string): string {
  return readFileSync(join(workspace, path), 'utf8')
}

function versionOf(name: string): string {
  const place = name === 'nethserver-migrate' ? 'apps' : 'packages'
  return (JSON.parse(read(`${place}/${name}/package.json`)) as { version: string }).version
}

function rpmsIn(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.rpm'))
}

/** The RPMs that a release has added. */
function newIn(directory: string): string[] {
  const before = rpmsIn(first)
  return rpmsIn(directory)
    .filter((name) => !before.includes(name))
    .sort()
}

/** What yum learns from a repository: name → its versions. */
function namesIn(directory: string): Record<string, string[]> {
  const [primary = ''] = readdirSync(join(directory, 'repodata')).filter((name) =>
    name.endsWith('-primary.xml.gz'),
  )
  const text = gunzipSync(readFileSync(join(directory, 'repodata', primary))).toString()
  const names: Record<string, string[]> = {}
  for (const [, name = '', version = ''] of text.matchAll(
    /<name>(.*?)<\/name>.*?<version [^>]*ver="(.*?)"/gs,
  ))
    names[name] = [...(names[name] ?? []), version].sort()
  return names
}

function query(file: string, what: string): string[] {
  const database = ['--define', `_dbpath ${folder}/db`]
  return execaSync('rpm', [...database, '-qp', what, join(repository, file)]).stdout.split('\n')
}
