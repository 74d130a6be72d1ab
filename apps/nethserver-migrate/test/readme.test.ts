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
const PLUGINS_BLOCK = /(<!-- plugins:[^\n]*\n\n)((?:- [^\n]*\n)+)(\n)/

it('shows what the demonstration prints', async (context) => {
  context.skip(process.getuid?.() !== 0, 'root gives files their owners, others are told so')
  const { stdout } = await node([join(WORKSPACE, 'tooling/demo/demo.mjs')], {
    TMPDIR: temporaryFolder(),
  })
  expectBlock(DEMO_BLOCK, stable(`${stdout}\n`))
})

it('lists every plugin with its description', () => {
  const lines = readdirSync(PACKAGES)
    .filter((name) => /^nethserver-.+-migrate$/.test(name))
    .map((name) => {
      const { description } = JSON.parse(
        readFileSync(join(PACKAGES, name, 'package.json'), 'utf8'),
      ) as { description: string }
      return `- [${name}](packages/${name}/README.md): ${description}\n`
    })
  expectBlock(PLUGINS_BLOCK, lines.join(''))
})

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
