import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { joinPath, toBuffer } from '@nethserver-migrate/core/runner'

/** Where files grow until they are whole, out of the way of those that are. */
const GROWING = '.growing'

/** A private folder laid out like a backup, for what comes from the old server. */
export class FetchedFolder {
  readonly path: string
  /** What stands before the path of an entry of the old server's `home/e-smith`. */
  readonly #home: string

  constructor(path: string) {
    this.path = path
    this.#home = joinPath(path, 'home/e-smith')
  }

  /** How rsync is told never to leave half a file under its name. */
  readonly options: readonly string[] = [`--temp-dir=${GROWING}`]

  prepare(): void {
    mkdirSync(toBuffer(this.path), { recursive: true, mode: 0o700 })
    // What a killed run has left half done.
    rmSync(toBuffer(joinPath(this.#home, GROWING)), { recursive: true, force: true })
    mkdirSync(toBuffer(joinPath(this.#home, GROWING)), { recursive: true })
  }

  has(path: string): boolean {
    return lstatSync(toBuffer(joinPath(this.#home, path)), { throwIfNoEntry: false }) !== undefined
  }

  /**
   * Removes what an earlier, killed run has fetched and is not wanted any more: a message that was
   * read since has another name, and must not come twice.
   */
  keepOnly(wanted: ReadonlySet<string>): void {
    const look = (folder: string) => {
      for (const entry of readdirSync(toBuffer(joinPath(this.#home, folder)), {
        encoding: 'latin1',
        withFileTypes: true,
      })) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`
        if (entry.isDirectory()) look(path)
        else if (!wanted.has(path)) rmSync(toBuffer(joinPath(this.#home, path)))
      }
    }
    look('')
  }

  remove(): void {
    rmSync(toBuffer(this.path), { recursive: true, force: true })
  }
}
