import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPlugin, problemWith } from '../src/new-plugin.js'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'new-plugin-'))
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

// The template itself is under test too: template/test runs in its place.
describe('createPlugin', () => {
  it('makes the files that every plugin has, and a changeset', () => {
    const files = createPlugin(root, 'nethserver-web-proxy-migrate')
    const plugin = 'packages/nethserver-web-proxy-migrate'
    expect(files.sort()).toEqual([
      '.changeset/nethserver-web-proxy-migrate.md',
      `${plugin}/README.md`,
      `${plugin}/createlinks.ts`,
      `${plugin}/package.json`,
      `${plugin}/src/index.ts`,
      `${plugin}/src/messages.ts`,
      `${plugin}/src/migrate.ts`,
      `${plugin}/test/migrate.test.ts`,
      `${plugin}/tsconfig.json`,
      `${plugin}/vitest.config.ts`,
    ])
  })

  it('puts the name of the feature everywhere', () => {
    const files = createPlugin(root, 'nethserver-web-proxy-migrate')
    const text = files.map((file) => readFileSync(join(root, file), 'utf8')).join('')
    expect(text).not.toMatch(/example/i)
    expect(text).toContain("name: 'nethserver-web-proxy-migrate'")
    expect(text).toContain("title: 'Web proxy'")
    expect(text).toContain("packages: ['nethserver-web-proxy']")
  })
})

describe('problemWith', () => {
  it('finds none in a new name of the right form', () => {
    expect(problemWith(root, 'nethserver-web-proxy-migrate')).toBeUndefined()
  })

  it.each([
    '',
    'web-proxy',
    'nethserver-migrate',
    'nethserver-Web-migrate',
    'nethserver-a--b-migrate',
  ])('refuses the name "%s"', (name) => {
    expect(problemWith(root, name)).toContain('is no name for a plugin')
  })

  it('refuses the name of a plugin that exists', () => {
    mkdirSync(join(root, 'packages/nethserver-web-proxy-migrate'), { recursive: true })
    expect(problemWith(root, 'nethserver-web-proxy-migrate')).toContain('exists already')
  })
})
