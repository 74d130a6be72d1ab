// What the code points to in docs/ exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url))
const SHIPPED = ['packages/esmith-db/src', 'packages/core/src', 'apps/nethserver-migrate/src']

const read = (path: string) => readFileSync(join(WORKSPACE, path), 'utf8')
const sources = [...SHIPPED, ...pluginSources()].flatMap(filesBelow)

it('has every section that a comment points to', () => {
  const addresses = sources.flatMap((file) =>
    [...read(file).matchAll(/docs\/([a-z-]+\.md)(?:#([a-z-]+))?/g)].map(([, page, anchor]) => ({
      file,
      page: page ?? '',
      anchor,
    })),
  )
  expect(addresses.length).toBeGreaterThan(20)
  expect(addresses.filter(({ page, anchor }) => !anchorsOf(page).includes(anchor ?? ''))).toEqual(
    [],
  )
})

it('names no test that is not there', () => {
  const text = read('docs/security.md')
  const named = [...text.matchAll(/`((?:apps|packages)\/[^`]*|[a-z-]+\.test\.ts)`/g)].map(
    ([, path = '']) => (path.includes('/') ? path : `packages/core/test/${path}`),
  )
  expect(named.length).toBeGreaterThan(40)
  expect(named.filter((path) => !existsSync(join(WORKSPACE, path)))).toEqual([])
})

/** The empty anchor stands for the page. */
function anchorsOf(page: string): string[] {
  const headings = [...read(`docs/${page}`).matchAll(/^#+ (.*)$/gm)].map(
    ([, heading]) => heading ?? '',
  )
  return [
    '',
    ...headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replace(/ /g, '-'),
    ),
  ]
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(WORKSPACE, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return filesBelow(path)
    return entry.name.endsWith('.ts') ? [path] : []
  })
}

function pluginSources(): string[] {
  return readdirSync(join(WORKSPACE, 'packages'))
    .filter((name) => /^nethserver-.+-migrate$/.test(name))
    .map((name) => `packages/${name}/src`)
}
