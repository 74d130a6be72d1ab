// Releases, made in a small copy of the workspace: its manifests, and whole changesets.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import {
  apiProblem,
  buildRpms,
  changedPackages,
  makeRepository,
  raiseVersions,
  workspacePackages,
} from '@nethserver-migrate/rpm'
import { execaSync } from 'execa'
import { expect, it, vi } from 'vitest'
import { whyNoRpmTree } from './helpers/rpm-tree.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const API_FILE = 'packages/core/src/plugin/define-plugin.ts'
/** A changeset: a title, a body, and a per cent sign, which a spec file would read as its own. */
const CHAT = 'Migrate chat\n\nIt was left out: 100 % of it.'
vi.setConfig({ testTimeout: 120_000 })

it('raises the versions of the plugins that have changesets, and of no other', async () => {
  const root = scratchWorkspace()
  changeset(root, 'nethserver-ejabberd-migrate', 'minor', CHAT)
  expect(await raiseVersions(root, '2026-11-24')).toEqual([
    { name: 'nethserver-ejabberd-migrate', from: '0.0.0', to: '0.1.0' },
  ])
  const changelog = join(root, 'packages/nethserver-ejabberd-migrate/CHANGELOG.md')
  expect(readFileSync(changelog, 'utf8')).toMatch(/^## 0\.1\.0 \(2026-11-24\)$/m)
})

it('raises with core all that depends on it', async () => {
  const root = scratchWorkspace()
  changeset(root, '@nethserver-migrate/core', 'patch', 'Copy faster')
  const released = await raiseVersions(root, '2026-11-24')
  expect(released.map(({ name }) => name).filter((name) => /^nethserver/.test(name))).toEqual([
    'nethserver-migrate',
    ...readdirSync(join(ROOT, 'packages')).filter((name) => /^nethserver-.+-migrate$/.test(name)),
  ])
})

it('builds the RPMs of what has changed, with its changelog, and a repository of them', async (context) => {
  const whyNot = whyNoRpmTree()
  if (whyNot) context.skip(whyNot)
  const root = scratchWorkspace()
  changeset(root, 'nethserver-ejabberd-migrate', 'minor', CHAT)
  const released = await raiseVersions(root, '2026-11-24')
  const repository = temporaryFolder()
  const all = await workspacePackages({ root, dist: DIST, date: 0 })
  const changed = changedPackages(all, released, repository)
  expect(changed.map(({ name }) => name)).toEqual([
    'nethserver-migrate-node',
    'nethserver-migrate-nodejs',
    'nethserver-ejabberd-migrate',
  ])
  const small = changed.filter(({ name }) => name !== 'nethserver-migrate-node')
  const files = await buildRpms(small, { out: repository, compression: 1 })
  expect(files.map((file) => basename(file))).toEqual([
    'nethserver-migrate-nodejs-16.20-1.noarch.rpm',
    'nethserver-ejabberd-migrate-0.1.0-1.noarch.rpm',
  ])
  expect(execaSync('rpm', ['-qp', '--changelog', files[1] ?? '']).stdout.trim()).toBe(
    `* Tue Nov 24 2026 nethserver-migrate <nethserver-migrate@localhost> - 0.1.0-1
- Migrate chat
  It was left out: 100 % of it.`,
  )
  await makeRepository(repository)
  const [primary = ''] = readdirSync(join(repository, 'repodata')).filter((name) =>
    name.endsWith('-primary.xml.gz'),
  )
  const names = gunzipSync(readFileSync(join(repository, 'repodata', primary)))
    .toString()
    .matchAll(/<name>(.*)<\/name>/g)
  expect([...names].map(([, name]) => name).sort()).toEqual([
    'nethserver-ejabberd-migrate',
    'nethserver-migrate-nodejs',
  ])
})

it('wants a new API number with a major change of core, and only then', async () => {
  const root = scratchWorkspace()
  expect(await apiProblem(root)).toBeUndefined()
  changeset(root, '@nethserver-migrate/core', 'minor', 'First release')
  await raiseVersions(root, '2026-11-24')
  commit(root)
  expect(await apiProblem(root)).toBeUndefined()
  changeset(root, '@nethserver-migrate/core', 'major', 'Ask for more')
  expect(await apiProblem(root)).toBe(
    `a changeset calls a change of @nethserver-migrate/core major, and PLUGIN_API is still 1: raise it in ${API_FILE}`,
  )
  writeFileSync(join(root, API_FILE), 'export const PLUGIN_API = 2\n')
  expect(await apiProblem(root)).toBeUndefined()
  await raiseVersions(root, '2026-11-25')
  commit(root)
  writeFileSync(join(root, API_FILE), 'export const PLUGIN_API = 3\n')
  expect(await apiProblem(root)).toBe(
    'PLUGIN_API is 3 and was 2, and no changeset calls a change of @nethserver-migrate/core major: write one',
  )
})

function scratchWorkspace(): string {
  const root = temporaryFolder()
  const { stdout } = execaSync(
    'find',
    [...['.', '-name', 'node_modules', '-prune', '-o', '-path', './*/*/package.json', '-print']],
    { cwd: ROOT },
  )
  const manifests = stdout.split('\n').filter((path) => path.split('/').length === 4)
  for (const file of [
    ...manifests,
    ...['LICENSE', 'package.json', 'pnpm-workspace.yaml', '.changeset/config.json', '.prettierrc'],
  ]) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    copyFileSync(join(ROOT, file), join(root, file))
  }
  for (const file of manifests) withVersion(join(root, file), '0.0.0')
  mkdirSync(dirname(join(root, API_FILE)), { recursive: true })
  writeFileSync(join(root, API_FILE), 'export const PLUGIN_API = 1\n')
  execaSync('git', ['init', '--quiet', '--initial-branch', 'main'], { cwd: root })
  commit(root)
  return root
}

/** The versions of the real workspace rise with each release of it. */
function withVersion(file: string, version: string): void {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/^ {2}"version": ".*"/m, `  "version": "${version}"`))
}

function changeset(root: string, name: string, step: string, text: string): void {
  writeFileSync(join(root, '.changeset/change.md'), `---\n'${name}': ${step}\n---\n\n${text}\n`)
}

function commit(root: string): void {
  execaSync('git', ['add', '--all'], { cwd: root })
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost']
  execaSync('git', [...who, 'commit', '--quiet', '--message', 'Change'], { cwd: root })
}
