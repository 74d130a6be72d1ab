import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import type { Report } from '@nethserver-migrate/core/runner'
import { temporaryFolder } from './temporary-folder.js'
import { writeTree, type Tree } from './write-tree.js'

const IMPORT = fileURLToPath(new URL('live-import.ts', import.meta.url))
const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url))

export interface LiveHostOptions {
  /** Name → records, one a line. */
  readonly databases: Readonly<Record<string, string>>
  /** The events that the host knows. */
  readonly events: readonly string[]
  /** Below `/var/lib`. */
  readonly files?: Tree
}

/** A live NethServer in a namespace of its own; its programs are those on the search path. */
export interface LiveHost {
  /** Where its `/var/lib` really lies. */
  readonly varLib: string
  /** Imports with the plugin of a test's package. */
  import(source: string, pluginOptions?: readonly string[]): Report
  /** One record of the host, or nothing. */
  record(database: string, key: string): string | undefined
}

/** Skips the test where this machine does not let a process have mounts of its own. */
export function liveHost(
  context: TestContext,
  { databases, events, files = {} }: LiveHostOptions,
): LiveHost {
  const folder = temporaryFolder()
  const [etc, varLib] = [join(folder, 'etc'), join(folder, 'lib')]
  for (const event of ['actions', ...events])
    mkdirSync(join(etc, 'e-smith/events', event), { recursive: true })
  const all = Object.entries({ accounts: '', ...databases })
  writeTree(varLib, {
    ...Object.fromEntries(all.map(([name, text]) => [`nethserver/db/${name}`, text])),
    ...files,
  })
  const inside = (command: readonly string[]) =>
    spawnSync(
      'unshare',
      [
        ...['--mount', '--map-root-user', 'sh', '-ec'],
        'mount --bind "$1" /etc; mount --bind "$2" /var/lib; shift 2; exec "$@"',
        ...['sh', etc, varLib, ...command],
      ],
      { cwd: WORKSPACE, encoding: 'utf8' },
    )
  if (inside(['true']).status !== 0) context.skip('unshare(1) may not make mounts here')
  return {
    varLib,
    import(source, pluginOptions = []) {
      const plugin = join(process.cwd(), 'src/index.ts')
      const { status, stdout, stderr } = inside([
        ...[process.execPath, '--import', 'tsx', IMPORT, plugin, source, ...pluginOptions],
      ])
      if (status !== 0) throw new Error(`the import ended with ${status}: ${stderr}`)
      return JSON.parse(stdout) as Report
    },
    record: (database, key) =>
      readFileSync(join(varLib, 'nethserver/db', database), 'latin1')
        .split('\n')
        .find((line) => line.startsWith(`${key}=`)),
  }
}
