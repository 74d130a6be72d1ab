import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import type { Report } from '@nethserver-migrate/core/runner'
import { bundled } from './bundled.js'

const TESTKIT = fileURLToPath(new URL('..', import.meta.url))
const PROGRAM = new URL('programs/live-import.ts', import.meta.url)

/** Where programs see folders of a test in place of those of the machine. */
export interface LiveNamespace {
  run(command: readonly string[]): SpawnSyncReturns<string>
  /** Imports with one plugin: its name, the URL of its module, and options of it. */
  readonly import: (
    name: string,
    module: URL,
    source: string,
    ...pluginOptions: readonly string[]
  ) => Report
}

/**
 * Lays folders of a test over those of the machine, for programs started here. Skips the test where
 * this machine does not let a process have mounts of its own.
 * @param folders a path of the machine → the folder that is seen there
 * @param programs a folder in which programs are looked for first
 */
export function liveNamespace(
  context: TestContext,
  folders: Readonly<Record<string, string>>,
  programs?: string,
): LiveNamespace {
  const places = Object.entries(folders)
  if ('/root' in folders && [process.execPath, TESTKIT].some((at) => at.startsWith('/root/')))
    context.skip('what runs this test lies in /root itself')
  const mounts = places.map(
    (_place, index) => `mount --bind "$${2 * index + 1}" "$${2 * index + 2}"`,
  )
  // Read anew for each program: a test may put others on the path meanwhile.
  const searchPath = () =>
    [...(programs === undefined ? [] : [programs]), process.env['PATH']].join(delimiter)
  const run = (command: readonly string[]) =>
    spawnSync(
      'unshare',
      [
        ...['--mount', '--map-root-user', 'sh', '-ec'],
        [...mounts, `shift ${2 * places.length}`, 'exec "$@"'].join('; '),
        ...['sh', ...places.flatMap(([seen, folder]) => [folder, seen]), ...command],
      ],
      { cwd: TESTKIT, encoding: 'utf8', env: { ...process.env, PATH: searchPath() } },
    )
  if (run(['true']).status !== 0) context.skip('unshare(1) may not make mounts here')
  return {
    run,
    import(name, module, source, ...pluginOptions) {
      const { status, stdout, stderr } = run([
        process.execPath,
        ...[bundled(PROGRAM), name, bundled(module), source],
        ...pluginOptions,
      ])
      if (status !== 0) throw new Error(`the import ended with ${status}: ${stderr}`)
      return JSON.parse(stdout) as Report
    },
  }
}
