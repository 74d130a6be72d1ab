import type { Interruption } from '@nethserver-migrate/core/runner'
import type { FetchedFolder } from './fetched-folder.js'
import { ENTRY_FORMAT, parseEntry, type RemoteEntry } from '../old-server/listing.js'
import { noSmeServer } from '../old-server/no-sme-server.js'
import type { Remote } from '../old-server/remote.js'
import { rsync } from '../old-server/rsync.js'

/** What is needed to know who has which mail. */
const DATABASES = ['db/configuration', 'db/accounts']

export interface Listing {
  /** The entries of each Maildir, by its path; one that is no folder there has none. */
  readonly entries: ReadonlyMap<string, readonly RemoteEntry[]>
  /** What the old server could not read. */
  readonly unreadable: readonly string[]
}

/** The old server, by what is asked of it: paths are those below its `home/e-smith`. */
export class OldServer {
  readonly #remote: Remote
  readonly #interruption: Interruption

  constructor(remote: Remote, interruption: Interruption) {
    this.#remote = remote
    this.#interruption = interruption
  }

  /** Makes a folder the source that {@link list} and the accounts are read from. */
  async fetchDatabases(into: FetchedFolder): Promise<void> {
    const complaints = await this.#rsync(DATABASES, into, into.options)
    const missing = DATABASES.find((path) => !into.has(path))
    if (missing !== undefined)
      throw noSmeServer(
        this.#remote,
        `/home/e-smith/${missing}`,
        complaints[0] ?? 'no reason given',
      )
  }

  /** Everything that lies in some Maildirs; nothing is fetched. */
  async list(maildirs: readonly string[], folder: FetchedFolder): Promise<Listing> {
    const entries = new Map<string, RemoteEntry[]>()
    const complaints = await this.#rsync(
      maildirs,
      folder,
      ['--dry-run', '--recursive', ENTRY_FORMAT],
      (line) => {
        const entry = parseEntry(line)
        const [, maildir, path] = IN_MAILDIR.exec(entry?.path ?? '') ?? []
        if (!entry || maildir === undefined) return
        if (path !== undefined) entries.get(maildir)?.push({ ...entry, path })
        else if (entry.kind === 'directory') entries.set(maildir, [])
      },
    )
    return { entries, unreadable: complaints.filter(isUnreadable) }
  }

  /**
   * Fetches single files and empty folders, and the databases with them.
   * @param onFile called with the size of each file that has come.
   * @returns what the old server could not read.
   */
  async fetch(
    paths: readonly string[],
    into: FetchedFolder,
    onFile: (size: number) => void,
  ): Promise<string[]> {
    const all = [...DATABASES, ...paths]
    into.keepOnly(new Set(all))
    const complaints = await this.#rsync(all, into, [...into.options, ENTRY_FORMAT], (line) => {
      const entry = parseEntry(line)
      if (entry?.kind === 'file' && !DATABASES.includes(entry.path)) onFile(entry.size)
    })
    return complaints.filter(isUnreadable)
  }

  async #rsync(
    paths: readonly string[],
    into: FetchedFolder,
    options: readonly string[],
    onLine?: (line: string) => void,
  ): Promise<string[]> {
    const fetch = { from: HOME, paths, into: into.path, options, ...(onLine ? { onLine } : {}) }
    return rsync(this.#remote, fetch, this.#interruption)
  }
}

const HOME = '/home/e-smith/'
const IN_MAILDIR = /^(Maildir|files\/users\/[^/]+\/Maildir)(?:\/(.*))?$/s

/** What is not there is no failure: it never was, or its owner has moved it meanwhile. */
function isUnreadable(complaint: string): boolean {
  return !/^file has vanished|: No such file or directory \(2\)$/.test(complaint)
}
