// docs/writing-a-plugin.md goes from nothing to an installed RPM: each of its commands is given, and
// each of its files written, in a copy of the workspace, and all of them print what the page shows.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import { expect, it } from 'vitest'
import { replay } from './helpers/console-page.js'
import { whyNoRpmTree } from './helpers/rpm-tree.js'
import { copyWorkspace, ownEnvironment } from './helpers/workspace-copy.js'

const PAGE = fileURLToPath(new URL('../../../docs/writing-a-plugin.md', import.meta.url))

it('shows what the commands print', { timeout: 600_000 }, async (context) => {
  const whyNot = whyNoRpmTree()
  if (whyNot) context.skip(whyNot)
  const folder = temporaryFolder()
  const workspace = join(folder, 'nethserver-migrate')
  copyWorkspace(workspace)
  const { shown, printed } = await replay(readFileSync(PAGE, 'utf8'), {
    folder: workspace,
    env: ownEnvironment(),
    stable: (output) => stable(output, folder),
  })
  expect(shown.length).toBeGreaterThan(10)
  expect(printed).toEqual(shown)
})

/** The folder, durations, sizes of bundles and the version of the command differ. */
function stable(text: string, folder: string): string {
  return text
    .replaceAll(folder, '/srv')
    .replace(/\(\d+\.\d\d s\)/g, '(0.04 s)')
    .replace(/(\(\d+ tests(?: \| \d+ \w+)*\)) \d+ms/g, '$1 50ms')
    .replace(/^ *\d+ KiB/gm, '    14 KiB')
    .replace(
      /nethserver-migrate-\d+\.\d+\.\d+-1(?:\.unreleased)?\./g,
      'nethserver-migrate-0.0.0-1.unreleased.',
    )
}
