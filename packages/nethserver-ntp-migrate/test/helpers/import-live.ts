import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Report } from '@nethserver-migrate/core/runner'
import { bundled, temporaryFolder, writeTree, type Testbed } from '@nethserver-migrate/testkit'
import type { TestContext } from 'vitest'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))
const FOLDERS = ['/etc', '/var/lib', '/usr/share/zoneinfo']

export interface LiveImport {
  readonly report: Report
  /** The programs that it called, with their arguments. */
  readonly calls: readonly (readonly string[])[]
}

/**
 * Imports as on a live host whose folders are those of the test's destination, and whose
 * timedatectl ends with this status. Skips the test where a process may not have mounts of its own.
 */
export function importLive(context: TestContext, t: Testbed, status = 0): LiveImport {
  const bin = temporaryFolder()
  const record = join(bin, '.calls')
  const program = (end: number) => ({
    content: `#!/bin/sh\nprintf '%s\\0' "\${0##*/}" "$@" >>${record}\necho >>${record}\nexit ${end}\n`,
    mode: 0o755,
  })
  writeTree(bin, {
    timedatectl: program(status),
    'signal-event': program(0),
    logger: { content: '#!/bin/sh\n', mode: 0o755 },
    rpm: { content: '#!/bin/sh\n', mode: 0o755 },
  })
  const inside = (...command: readonly string[]) =>
    spawnSync(
      'unshare',
      [
        ...['--mount', '--map-root-user', 'sh', '-ec'],
        `root=$1; shift; for path in ${FOLDERS.join(' ')}; do mount --bind "$root$path" $path; done; exec "$@"`,
        ...['sh', t.root, ...command],
      ],
      {
        cwd: PACKAGE,
        encoding: 'utf8',
        env: { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter) },
      },
    )
  if (inside('true').status !== 0) context.skip('unshare(1) may not make mounts here')
  const { stdout, stderr } = inside(
    process.execPath,
    bundled(new URL('../programs/live-import.ts', import.meta.url)),
    t.source,
  )
  if (stdout === '') throw new Error(`the import printed no report: ${stderr}`)
  return {
    report: JSON.parse(stdout) as Report,
    calls: (existsSync(record) ? readFileSync(record, 'utf8') : '')
      .split('\0\n')
      .filter(Boolean)
      .map((call) => call.split('\0')),
  }
}
