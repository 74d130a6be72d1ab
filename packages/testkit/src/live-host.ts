import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Report } from '@nethserver-migrate/core/runner'
import type { TestContext } from 'vitest'
import { temporaryFolder } from './temporary-folder.js'
import { writeTree, type Tree } from './write-tree.js'

const TESTKIT = fileURLToPath(new URL('..', import.meta.url))

export interface LiveHostOptions {
  /** Files in `etc`, `var/lib` and `root`; two databases are there in any case. */
  readonly files?: Tree
  /** Name → shell commands of a program that the host has. */
  readonly programs?: Readonly<Record<string, string>>
  /** The events that the host has. */
  readonly events?: readonly string[]
}

/**
 * A live host in a namespace of its own: its `/etc` and `/var/lib` are folders of the test, and so
 * is its `/root` where the test has files there.
 */
export interface LiveHost {
  /** Imports with one plugin: its name, the URL of its module, and options of it. */
  import(name: string, module: URL, source: string, ...pluginOptions: readonly string[]): Report
  /** The programs and events that were called so far, with their arguments. */
  calls(): string[]
  file(path: string): string
}

/** Skips the test where this machine does not let a process have mounts of its own. */
export function liveHost(
  context: TestContext,
  { files = {}, programs = {}, events = [] }: LiveHostOptions,
): LiveHost {
  const folder = temporaryFolder()
  for (const path of ['etc', 'var/lib']) mkdirSync(join(folder, path), { recursive: true })
  writeTree(folder, {
    'var/lib/nethserver/db/configuration': 'SystemName=ns\n',
    'var/lib/nethserver/db/accounts': '',
    ...files,
  })
  for (const event of events)
    writeTree(folder, { [`etc/e-smith/events/${event}`]: { directory: true } })
  const record = join(folder, 'calls')
  const commands = { 'signal-event': '', ...programs }
  for (const [name, text] of Object.entries(commands))
    writeProgram(folder, name, `printf '%s\\n' "${name} $*" >>"${record}"\n${text}`)
  for (const name of ['rpm', 'logger']) writeProgram(folder, name, '')

  const folders = ['etc', 'var/lib', ...(existsSync(join(folder, 'root')) ? ['root'] : [])]
  if (
    folders.includes('root') &&
    [process.execPath, TESTKIT].some((path) => path.startsWith('/root/'))
  )
    context.skip('what runs this test lies in /root itself')
  const mounts = folders.map((path) => `mount --bind "$1/${path}" /${path}`)
  const inside = (command: readonly string[]) =>
    spawnSync(
      'unshare',
      [
        ...['--mount', '--map-root-user', 'sh', '-ec'],
        [...mounts, 'shift', 'exec "$@"'].join('; '),
        ...['sh', folder, ...command],
      ],
      {
        cwd: TESTKIT,
        encoding: 'utf8',
        env: { ...process.env, PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter) },
      },
    )
  if (inside(['true']).status !== 0) context.skip('unshare(1) may not make mounts here')
  return {
    import(name, module, source, ...pluginOptions) {
      const { status, stdout, stderr } = inside([
        process.execPath,
        ...['--import', 'tsx', 'src/programs/live-import.ts', name, module.href, source],
        ...pluginOptions,
      ])
      if (status !== 0) throw new Error(`the import ended with ${status}: ${stderr}`)
      return JSON.parse(stdout) as Report
    },
    calls: () =>
      existsSync(record) ? readFileSync(record, 'utf8').split('\n').filter(Boolean) : [],
    file: (path) => readFileSync(join(folder, path), 'latin1'),
  }
}

function writeProgram(folder: string, name: string, text: string): void {
  writeTree(folder, { [`bin/${name}`]: { content: `#!/bin/sh\n${text}\n`, mode: 0o755 } })
}
