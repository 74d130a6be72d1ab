import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { liveNamespace, type LiveNamespace } from './live-namespace.js'
import { temporaryFolder } from './temporary-folder.js'
import { writeTree, type Tree } from './write-tree.js'

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
export interface LiveHost extends LiveNamespace {
  /** Where its folders really lie. */
  readonly folder: string
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
  const namespace = liveNamespace(
    context,
    Object.fromEntries(folders.map((path) => [`/${path}`, join(folder, path)])),
    join(folder, 'bin'),
  )
  return {
    ...namespace,
    folder,
    calls: () =>
      existsSync(record) ? readFileSync(record, 'utf8').split('\n').filter(Boolean) : [],
    file: (path) => readFileSync(join(folder, path), 'latin1'),
  }
}

function writeProgram(folder: string, name: string, text: string): void {
  writeTree(folder, { [`bin/${name}`]: { content: `#!/bin/sh\n${text}\n`, mode: 0o755 } })
}
