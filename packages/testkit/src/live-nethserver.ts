import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { liveNamespace, type LiveNamespace } from './live-namespace.js'
import { temporaryFolder } from './temporary-folder.js'
import { writeTree, type Tree } from './write-tree.js'

export interface LiveNethServerOptions {
  /** Name → records, one a line. */
  readonly databases: Readonly<Record<string, string>>
  /** The events that the host knows. */
  readonly events: readonly string[]
  /** Below `/var/lib`. */
  readonly files?: Tree
}

/** A live NethServer in a namespace of its own; its programs are those on the search path. */
export interface LiveNethServer extends Pick<LiveNamespace, 'import'> {
  /** Where its `/var/lib` really lies. */
  readonly varLib: string
  /** One record of the host, or nothing. */
  record(database: string, key: string): string | undefined
}

/** Skips the test where this machine does not let a process have mounts of its own. */
export function liveNethServer(
  context: TestContext,
  { databases, events, files = {} }: LiveNethServerOptions,
): LiveNethServer {
  const folder = temporaryFolder()
  const [etc, varLib] = [join(folder, 'etc'), join(folder, 'lib')]
  for (const event of ['actions', ...events])
    mkdirSync(join(etc, 'e-smith/events', event), { recursive: true })
  const all = Object.entries({ accounts: '', ...databases })
  writeTree(varLib, {
    ...Object.fromEntries(all.map(([name, text]) => [`nethserver/db/${name}`, text])),
    ...files,
  })
  const namespace = liveNamespace(context, { '/etc': etc, '/var/lib': varLib })
  return {
    varLib,
    import: namespace.import,
    record: (database, key) =>
      readFileSync(join(varLib, 'nethserver/db', database), 'latin1')
        .split('\n')
        .find((line) => line.startsWith(`${key}=`)),
  }
}
