import { lstatSync } from 'node:fs'
import { baseName, joinPath, toBuffer, toDisplay, toText, type Bytes } from '../files/bytes.js'
import { sameContent } from '../files/same-entry.js'
import type { Host, SecretInput } from '../host/host.js'
import { stateFolder } from '../host/state-folder.js'
import { checkWhole, type DumpFile } from '../mysql/dump-file.js'
import { stageDump } from '../mysql/stage-dump.js'
import type { Progress } from '../report/progress.js'
import type { Change } from './changes.js'
import type { MakeFolder } from './file-operations.js'
import { readAccounts, sayLocked, type DumpsToLoad } from './load-dumps.js'
import type { UndoData } from '../undo/undo-data.js'
import type { OperationResult } from './operation.js'
import type { OperationRunner } from './operation-runner.js'

/** Where dumps wait for the first boot, as the destination itself sees it. */
const WAITING = joinPath(stateFolder(''), 'mysql')

/** What dumps for later need of the destination around them. */
export interface StagedDumpsParts {
  readonly host: Host
  readonly runner: OperationRunner
  readonly progress: Progress
  makeFolder(request: MakeFolder): Promise<OperationResult>
  run(
    command: readonly string[],
    options: { readonly secretInput?: SecretInput },
  ): Promise<OperationResult>
}

/** Databases of a destination whose server does not run yet: their dumps wait beside the queue. */
export class StagedDumps {
  readonly #parts: StagedDumpsParts

  constructor(parts: StagedDumpsParts) {
    this.#parts = parts
  }

  /** @param sourceHost by whose name the journal of the first boot knows what it has loaded. */
  async load(dumps: DumpsToLoad, sourceHost: Bytes): Promise<OperationResult[]> {
    const { databases, accounts, replace, rootPassword } = dumps
    if (databases.length === 0 && !accounts && !rootPassword) return []
    const folder = await this.#parts.makeFolder({ to: WAITING, mode: 0o700 })
    if (folder.outcome === 'failed') return [folder]
    const results = [folder]
    for (const dump of databases) results.push(await this.#stage(dump))
    if (accounts) results.push(await this.#stage(accounts, () => this.#sayLocked(accounts)))
    const command = [
      ...['nethserver-migrate', 'load-databases', WAITING, '--source', toDisplay(sourceHost)],
      ...(replace ? ['--replace-databases'] : []),
      ...(rootPassword ? ['--root-password-to', toText(rootPassword.storedIn)] : []),
    ]
    results.push(
      await this.#parts.run(
        command,
        rootPassword
          ? { secretInput: { name: 'database-root', content: () => rootPassword.password } }
          : {},
      ),
    )
    return results
  }

  /** @param look what else there is to see to in a dump that is whole. */
  async #stage(
    { from, path, bytes }: DumpFile,
    look: () => void = () => undefined,
  ): Promise<OperationResult> {
    const { host, runner, progress } = this.#parts
    const to = joinPath(WAITING, baseName(from))
    const place = joinPath(host.root, to)
    const key = `file:${to}`
    const change: Change = {
      kind: 'file',
      from: toDisplay(from),
      to: toDisplay(to),
      mode: '0600',
    }
    try {
      checkWhole({ path, from })
      look()
      const there = lstatSync(toBuffer(place), { throwIfNoEntry: false })
      // The first boot takes away what it has loaded.
      const holds = runner.wasDone(key) || (there?.isFile() === true && sameContent(path, place))
      // What the first boot has taken away, or another import renewed, is nobody's loss.
      const undo = (): UndoData[] => [{ kind: 'file', path: to, made: [], sum: null }]
      const [result] = await runner.perform([{ key, change, holds, undo }], async () => {
        const task = progress.start(`copying ${toDisplay(from)}`, bytes)
        try {
          await stageDump(path, place, (count) => task.advance(count))
          return [undefined]
        } finally {
          task.stop()
        }
      })
      return result ?? { outcome: 'failed', key }
    } catch (error) {
      return runner.fails(key, change, error)
    }
  }

  #sayLocked(dump: DumpFile): void {
    const { log } = this.#parts.runner
    for (const account of readAccounts(dump).accounts) sayLocked(account, log)
  }
}
