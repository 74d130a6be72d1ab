// docs/migrating-a-server.md goes through a migration: each of its commands is given in a shell, in
// their order, and prints what the page shows.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import { expect, it } from 'vitest'
import { COMMAND, SAMPLE_BACKUP } from './helpers/command.js'
import { replay } from './helpers/console-page.js'

const PAGE = fileURLToPath(new URL('../../../docs/migrating-a-server.md', import.meta.url))

it('shows what the commands print', { timeout: 120_000 }, async (context) => {
  context.skip(process.getuid?.() !== 0, 'root gives files their owners, others are told so')
  const folder = temporaryFolder()
  copyFileSync(SAMPLE_BACKUP, join(folder, 'acme-sme8.tgz'))
  const programs = join(folder, 'bin')
  mkdirSync(programs)
  const program = join(programs, 'nethserver-migrate')
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`)
  chmodSync(program, 0o755)

  const { shown, printed } = await replay(readFileSync(PAGE, 'utf8'), {
    folder,
    env: { ...process.env, PATH: `${programs}:${process.env['PATH'] ?? ''}` },
    stable: (output) => stable(output, folder),
  })
  expect(shown.length).toBeGreaterThan(10)
  expect(printed).toEqual(shown)
})

/** The folder, times and durations differ from run to run. */
function stable(text: string, folder: string): string {
  return text
    .replaceAll(folder, '/srv/trial')
    .replace(/\(\d+\.\d\d s\)/g, '(0.04 s)')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-02T03:04:05.000Z')
}
