// What the README shows is so: the demonstration's output and the list of plugins. After a change,
// UPDATE_README=1 renews both.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import { expect, it } from 'vitest'
import { node } from './helpers/command.js'

const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url))
const README = join(WORKSPACE, 'README.md')
const PACKAGES = join(WORKSPACE, 'packages')
const DEMO_BLOCK = /(<!-- demo:[^\n]*\n\n```text\n)([\s\S]*?)(```)/
const PLUGINS_BLOCK = /(<!-- plugins:[^\n]*\n<!-- prettier-ignore -->\n)((?:\|[^\n]*\n)+)(\n)/

it('shows what the demonstration prints', async (context) => {
  context.skip(process.getuid?.() !== 0, 'root gives files their owners, others are told so')
  const { stdout } = await node([join(WORKSPACE, 'tooling/demo/demo.mjs')], {
    TMPDIR: temporaryFolder(),
  })
  expectBlock(DEMO_BLOCK, stable(`${stdout}\n`))
})

it('says of every plugin what it migrates, what it does not, and what to check', () => {
  const rows = readdirSync(PACKAGES)
    .filter((name) => /^nethserver-.+-migrate$/.test(name))
    .map((name) => {
      const file = (path: string) => readFileSync(join(PACKAGES, name, path), 'utf8')
      const { description } = JSON.parse(file('package.json')) as { description: string }
      const readme = file('README.md')
      return [
        `[${name}](packages/${name}/README.md)`,
        description,
        firstColumn(section(readme, 'Leaves out')).join('; '),
        bullets(section(readme, 'Check afterwards')).join('<br>'),
      ]
    })
  const table = [
    ['Plugin', 'Migrates', 'Leaves out', 'Check afterwards'],
    ['---', '---', '---', '---'],
    ...rows,
  ]
  expectBlock(PLUGINS_BLOCK, table.map((cells) => `| ${cells.join(' | ')} |\n`).join(''))
})

/** What stands below a heading, up to the next one of its level. */
function section(markdown: string, heading: string): string {
  const text = new RegExp(`^## ${heading}\n(.*?)(?=^## |$(?![\\s\\S]))`, 'ms').exec(markdown)?.[1]
  if (text === undefined) throw new Error(`there is no section ${heading}`)
  return text
}

function firstColumn(markdown: string): string[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) => row.split(/(?<!\\)\|/)[1]?.trim() ?? '')
}

/** The first sentence of each: the README of the plugin has the rest. */
function bullets(markdown: string): string[] {
  return markdown
    .split(/^- /m)
    .slice(1)
    .map((text) => text.trim().replace(/\s+/g, ' '))
    .map((text) => /^.*?[.?](?= [A-Z`]|$)/.exec(text)?.[0] ?? text)
}

function expectBlock(block: RegExp, text: string): void {
  const readme = readFileSync(README, 'utf8')
  if (process.env.UPDATE_README)
    writeFileSync(
      README,
      readme.replace(block, (_, start: string, _old, end: string) => start + text + end),
    )
  expect(block.exec(readFileSync(README, 'utf8'))?.[2]).toBe(text)
}

/** Temporary folders, the place of the checkout and seconds differ from run to run. */
function stable(text: string): string {
  return text
    .replaceAll(join(WORKSPACE, 'examples'), '…/examples')
    .replace(/\S*nethserver-migrate-demo-\w+/g, '/tmp/nethserver-migrate-demo')
    .replace(/\(\d+\.\d\d s\)/g, '(0.04 s)')
}
