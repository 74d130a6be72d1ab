import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { bundled, temporaryFolder } from '@nethserver-migrate/testkit'

const CORE = fileURLToPath(new URL('../..', import.meta.url))

/** Folders that a program sees as `/etc`, `/var/lib` and `/root`, as on a live host. */
export interface LiveFolders {
  readonly etc: string
  readonly varLib: string
  /** Seen only where a test asks for it. */
  readonly rootHome: string
  /** Runs a program of `test/programs` and gives what it prints, parsed. */
  run(program: string, ...args: readonly string[]): unknown
}

/** Skips the test where this machine does not let a process have mounts of its own. */
export function liveFolders(
  context: TestContext,
  { withRootHome = false }: { withRootHome?: boolean } = {},
): LiveFolders {
  const folder = temporaryFolder()
  const [etc, varLib, rootHome] = [join(folder, 'etc'), join(folder, 'lib'), join(folder, 'root')]
  for (const path of [etc, varLib, rootHome]) mkdirSync(path)
  if (withRootHome && [process.execPath, CORE].some((path) => path.startsWith('/root/')))
    context.skip('what runs this test lies in /root itself')
  const inside = (command: readonly string[]) =>
    spawnSync(
      'unshare',
      [
        ...['--mount', '--map-root-user', 'sh', '-ec'],
        `mount --bind "$1" /etc; mount --bind "$2" /var/lib; ${withRootHome ? 'mount --bind "$3" /root; ' : ''}shift 3; exec "$@"`,
        ...['sh', etc, varLib, rootHome, ...command],
      ],
      { cwd: CORE, encoding: 'utf8' },
    )
  if (inside(['true']).status !== 0) context.skip('unshare(1) may not make mounts here')
  return {
    etc,
    varLib,
    rootHome,
    run(program, ...args) {
      const { status, stdout, stderr } = inside([
        process.execPath,
        bundled(new URL(`../programs/${program}.ts`, import.meta.url)),
        ...args,
      ])
      if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`)
      return JSON.parse(stdout) as unknown
    },
  }
}
