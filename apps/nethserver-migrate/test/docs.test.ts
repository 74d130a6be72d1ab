// What the code points to in docs/ exists, and every code that it can print is explained there.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url))
const SHIPPED = ['packages/esmith-db/src', 'packages/core/src', 'apps/nethserver-migrate/src']

const read = (path: string) => readFileSync(join(WORKSPACE, path), 'utf8')
const sources = [...SHIPPED, ...pluginSources()].flatMap(filesBelow)
const messages = [...read('docs/messages.md').matchAll(/`([A-Za-z_-]+)`/g)].map(([, code]) => code)

it('explains the code of every error', () => {
  const codes = codesIn(SHIPPED, /'([A-Z]+(?:_[A-Z]+)+)'/g)
  expect(codes.length).toBeGreaterThan(20)
  expect(codes.filter((code) => !messages.includes(code))).toEqual([])
})

it('explains the code of every finding that no plugin makes', () => {
  const codes = codesIn(
    SHIPPED.filter((folder) => folder !== 'packages/esmith-db/src'),
    /\bcode: '([a-z-]+)'(?! in)/g,
  )
  expect(codes.length).toBeGreaterThan(10)
  expect(codes.filter((code) => !messages.includes(code))).toEqual([])
})

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

function codesIn(folders: readonly string[], pattern: RegExp): string[] {
  const files = folders.flatMap(filesBelow)
  return files.flatMap((file) => [...read(file).matchAll(pattern)].map(([, code]) => code ?? ''))
}

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
