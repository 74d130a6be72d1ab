import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifest, temporaryFolder } from '@nethserver-migrate/testkit'
import { expect, it } from 'vitest'
import { claimMany, claimTree, type Claims } from '../src/files/claim-entry.js'

const MODES = [0o644, 0o4755, 0o2770, 0o600, 0o1666]
const isRoot = process.getuid?.() === 0
const owner = isRoot ? { uid: 498, gid: 499 } : undefined

/** Folders of a thousand files with all modes, links among them; `canary` lies outside. */
function trees(folder: string): string[] {
  writeFileSync(join(folder, 'canary'), 'alive')
  chmodSync(join(folder, 'canary'), 0o666)
  const paths = ['-one', 'two\xe0'].map((name) => join(folder, name))
  for (const path of paths) {
    mkdirSync(path)
    for (let index = 0; index < 510; index += 1) {
      writeFileSync(join(path, `${index}`), '')
      chmodSync(join(path, `${index}`), MODES[index % MODES.length] ?? 0)
    }
    mkdirSync(join(path, 'sticky'))
    chmodSync(join(path, 'sticky'), 0o7777)
    symlinkSync('../canary', join(path, 'link'))
    symlinkSync('..', join(path, 'folder'))
  }
  symlinkSync('canary', join(folder, 'link'))
  return [...paths, join(folder, 'link')]
}

const claims = (paths: readonly string[]): Claims => ({
  paths: paths.map((path) => Buffer.from(path).toString('latin1')),
  entries: 1_000,
  owner,
  closed: true,
  areOpen: true,
})

it('large trees are claimed at once as they are entry by entry, never through a link', async () => {
  const [one, other] = [temporaryFolder(), temporaryFolder()]
  const byPrograms = claims(trees(one))
  const byEntries = claims(trees(other))
  const claimed = await claimMany([byPrograms])
  expect([...claimed]).toEqual(byPrograms.paths.slice(0, 2))
  for (const path of byEntries.paths.slice(0, 2)) claimTree(path, byEntries)
  expect(manifest(one)).toEqual(manifest(other))
  expect(manifest(one).find((line) => line.includes(' canary '))).toMatch(/^f 0666 /)
})

it('no mode is changed where nobody but the owner has rights', async () => {
  const folder = temporaryFolder()
  const all = claims(trees(folder))
  const modes = () => manifest(folder).flatMap((line) => /^f \d(\d{3}) /.exec(line)?.[1] ?? [])
  const before = modes()
  expect([...(await claimMany([{ ...all, areOpen: false }]))]).toEqual(all.paths.slice(0, 2))
  expect(modes()).toEqual(before)
})

it('small trees, open ones, and those that a program fails for are left to be claimed entry by entry', async () => {
  const folder = temporaryFolder()
  const all = claims(trees(folder))
  const before = manifest(folder)
  expect(await claimMany([{ ...all, entries: 999 }])).toEqual(new Set())
  expect(await claimMany([{ ...all, closed: false }])).toEqual(new Set())
  expect(manifest(folder)).toEqual(before)
  const missing = { ...all, owner: { uid: -1, gid: -1 } }
  expect(await claimMany([missing])).toEqual(new Set())
})
