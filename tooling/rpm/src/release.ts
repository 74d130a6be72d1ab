import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import readChangesets from '@changesets/read'
import { execa } from 'execa'
import { workspaceFolders } from '../../setup/workspace.mjs'
import { rpmFileName } from './build-rpm.js'
import { withDay } from './changelog.js'
import { runtimePackages } from './packages.js'
import type { RpmPackage } from './spec.js'

/** Whose tools are used; the release itself may be of another copy. */
const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url))
const CORE = '@nethserver-migrate/core'
const API_FILE = 'packages/core/src/plugin/define-plugin.ts'
const CORE_CHANGELOG = 'packages/core/CHANGELOG.md'

export interface Released {
  readonly name: string
  readonly from: string
  readonly to: string
}

/**
 * Turns the waiting changesets into versions and changelogs, and stamps these with the day: RPMs
 * need one, and take their own date from it. Returns what has a new version.
 */
export async function raiseVersions(root: string, day: string): Promise<Released[]> {
  const before = versionsOf(root)
  await execa('changeset', ['version'], { cwd: root, preferLocal: true, localDir: WORKSPACE })
  const released: Released[] = []
  for (const [folder, { name, version }] of versionsOf(root)) {
    const from = before.get(folder)?.version
    if (from === undefined || from === version) continue
    released.push({ name, from, to: version })
    const file = join(root, folder, 'CHANGELOG.md')
    if (existsSync(file)) writeFileSync(file, withDay(readFileSync(file, 'utf8'), version, day))
  }
  return released
}

/**
 * Why the number of the plugin API does not fit the changesets, if so. A major change of core is one
 * that plugins of the last release would misbehave with.
 */
export async function apiProblem(root: string): Promise<string | undefined> {
  const changesets = await readChangesets(root)
  const isBreaking = changesets.some(({ releases }) =>
    releases.some(({ name, type }) => name === CORE && type === 'major'),
  )
  const last = await lastReleased(root)
  if (last === undefined) return undefined
  const now = apiIn(readFileSync(join(root, API_FILE), 'utf8'))
  if (isBreaking && now === last)
    return `a changeset calls a change of ${CORE} major, and PLUGIN_API is still ${now}: raise it in ${API_FILE}`
  if (!isBreaking && now !== last)
    return `PLUGIN_API is ${now} and was ${last}, and no changeset calls a change of ${CORE} major: write one`
  return undefined
}

/** The API number at the last release: the last commit that changed core's changelog. */
async function lastReleased(root: string): Promise<number | undefined> {
  const git = async (...args: string[]) => (await execa('git', args, { cwd: root })).stdout
  const commit = await git('log', '-1', '--format=%H', '--', CORE_CHANGELOG)
  return commit === '' ? undefined : apiIn(await git('show', `${commit}:${API_FILE}`))
}

function apiIn(text: string): number {
  const [, number] = /PLUGIN_API = (\d+)/.exec(text) ?? []
  if (number === undefined) throw new Error(`no PLUGIN_API in ${API_FILE}`)
  return Number(number)
}

function versionsOf(root: string): Map<string, { name: string; version: string }> {
  return new Map(
    workspaceFolders(root).flatMap((folder) => {
      const text = readFileSync(join(root, folder, 'package.json'), 'utf8')
      const { name, version } = JSON.parse(text) as { name: string; version?: string }
      return version === undefined ? [] : [[folder, { name, version }]]
    }),
  )
}

/**
 * The packages to build: those with a new version, and a runtime (whose version is that of its Node)
 * that the repository has not got yet.
 */
export function changedPackages(
  all: readonly RpmPackage[],
  released: readonly Released[],
  repository: string,
): RpmPackage[] {
  const names = new Set(released.map(({ name }) => name))
  const isNew = (rpm: RpmPackage) =>
    runtimePackages().some(({ name }) => name === rpm.name) &&
    !existsSync(join(repository, rpmFileName(rpm)))
  return all.filter((rpm) => names.has(rpm.name) || isNew(rpm))
}

/** Makes a folder of RPMs a repository for yum, or brings its metadata up to date. */
export async function makeRepository(folder: string): Promise<void> {
  // gzip and sha256, in the form that the yum of CentOS 6 reads.
  await execa('createrepo_c', ['--quiet', '--update', '--checksum', 'sha256', folder])
}
