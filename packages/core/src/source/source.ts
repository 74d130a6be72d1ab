import { createHash, type Hash } from 'node:crypto'
import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs'
import { Database, type RecordFinding, type RecordTableView } from '@nethserver-migrate/esmith-db'
import { SourceError } from '../errors.js'
import { byByteOrder, joinPath, parentOf, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { entryAt } from '../files/entry-at.js'
import { kindOf, type EntryKind } from '../files/entry-kind.js'
import {
  parseGroup,
  parsePasswd,
  parseShadow,
  type AccountFile,
  type GroupEntry,
  type PasswdEntry,
} from './account-files.js'
import { passwordHash, type PasswordHash } from './password-hash.js'
import { parseSmbpasswd, type SmbpasswdEntry } from './smbpasswd.js'

/** Where an old server keeps its databases. */
export const DATABASES = 'home/e-smith/db'
const LANDMARK = `${DATABASES}/configuration`

/**
 * The old server, as an extracted backup: read only. Paths are the old absolute ones without the
 * leading slash (`home/e-smith/…`); no symbolic link is ever followed.
 */
export class Source {
  /** The directory that holds `home/e-smith`. */
  readonly directory: Bytes
  readonly #databases = new Map<string, RecordTableView | undefined>()
  /** What folders on the way were seen to be: each is looked at once. */
  readonly #folders = new Map<Bytes, 'directory' | 'missing'>()
  readonly #accountFiles = new Map<string, unknown>()
  readonly #linksMet = new Set<Bytes>()

  private constructor(directory: Bytes) {
    this.directory = directory
  }

  /**
   * Opens an extracted backup, also when it lies one folder deeper than the one named. The named
   * directory itself may be a link: that one is the administrator's.
   * @throws SourceError when the path is missing or holds no SME Server backup.
   */
  static open(directory: Bytes): Source {
    const stats = statSync(toBuffer(directory), { throwIfNoEntry: false })
    if (!stats) throw SourceError.missing(toDisplay(directory))
    if (stats.isDirectory()) {
      const candidates = [directory, ...subfolders(directory)]
      const found = candidates.filter((candidate) => kindAt(candidate, LANDMARK) === 'file')
      if (found[0] !== undefined && (found[0] === directory || found.length === 1))
        return new Source(found[0])
    }
    throw SourceError.notASource(toDisplay(directory), [LANDMARK, `*/${LANDMARK}`])
  }

  get configuration(): RecordTableView {
    return this.#mandatory('configuration')
  }

  get accounts(): RecordTableView {
    return this.#mandatory('accounts')
  }

  /** A database by name, or nothing when the backup has none of that name. */
  database(name: string): RecordTableView | undefined {
    if (!this.#databases.has(name)) {
      const path = joinPath(DATABASES, name)
      const kind = this.kind(path)
      if (kind === 'link') throw SourceError.link(path)
      this.#databases.set(
        name,
        kind === 'missing' ? undefined : Database.open(this.path(path), { readOnly: true }).table,
      )
    }
    return this.#databases.get(name)
  }

  /** The names of all databases in the backup, in byte order; dumps and folders are none. */
  databaseNames(): string[] {
    return this.list(DATABASES).filter(
      (name) => isDatabaseName(name) && this.kind(joinPath(DATABASES, name)) === 'file',
    )
  }

  /** Those of them that can be read: the others are files like any other. */
  readableDatabaseNames(): string[] {
    return this.databaseNames().filter((name) => {
      try {
        this.database(name)
        return true
      } catch {
        return false
      }
    })
  }

  /** What reading the databases read so far has found wrong, by database. */
  databaseFindings(): { database: string; finding: RecordFinding }[] {
    return [...this.#databases].flatMap(([database, table]) =>
      (table?.findings ?? []).map((finding) => ({ database, finding })),
    )
  }

  /** The host name of the old server, without its domain. */
  get systemName(): Bytes {
    return this.configuration.type('SystemName') ?? ''
  }

  get domainName(): Bytes {
    return this.configuration.type('DomainName') ?? ''
  }

  /** `SystemName.DomainName`: what the journal knows this source by. */
  get hostName(): Bytes {
    return [this.systemName, this.domainName].filter(Boolean).join('.') || 'unnamed-source'
  }

  /** A checksum over databases and account files: tells whether the source changed since. */
  fingerprint(): string {
    const hash = createHash('sha256')
    const files = this.databaseNames()
      .map((name) => joinPath(DATABASES, name))
      .concat('etc/passwd', 'etc/shadow', 'etc/group')
    for (const file of files) {
      if (this.kind(file) !== 'file') continue
      hash.update(`${file}\0`)
      addContent(hash, this.path(file))
    }
    return hash.digest('hex')
  }

  /** `etc/passwd` by user name; nothing when the file is missing. */
  get passwd(): AccountFile<PasswdEntry> | undefined {
    return this.#accountFile('etc/passwd', parsePasswd)
  }

  /** `etc/group` by group name; nothing when the file is missing. */
  get group(): AccountFile<GroupEntry> | undefined {
    return this.#accountFile('etc/group', parseGroup)
  }

  get shadow(): AccountFile<{ name: Bytes; hash: Bytes }> | undefined {
    return this.#accountFile('etc/shadow', parseShadow)
  }

  /** `etc/samba/smbpasswd`, under names in small letters; nothing when the file is missing. */
  get smbpasswd(): AccountFile<SmbpasswdEntry> | undefined {
    return this.#accountFile('etc/samba/smbpasswd', parseSmbpasswd)
  }

  /** What `etc/shadow` holds for a user. A locked or empty hash is not a password. */
  passwordHash(user: Bytes): PasswordHash {
    return passwordHash(this.shadow?.entries.get(user)?.hash)
  }

  /** The real path of a path of the source. */
  path(path: Bytes): Bytes {
    return joinPath(this.directory, path)
  }

  /** Symbolic links that were found so far where something else was looked for, in byte order. */
  get linksMet(): Bytes[] {
    return [...this.#linksMet].sort(byByteOrder)
  }

  /** What lies at a path of the source: a link also where a folder on the way is one. */
  kind(path: Bytes): EntryKind {
    return kindAt(this.directory, path, this.#folders, (link) => this.#linksMet.add(link))
  }

  /** Whether something lies there that can be used: a file or a folder, not behind a link. */
  has(path: Bytes): boolean {
    const kind = this.kind(path)
    return kind === 'file' || kind === 'directory'
  }

  /** The names in a folder in byte order; empty when there is no such folder. */
  list(path: Bytes): Bytes[] {
    if (this.kind(path) !== 'directory') return []
    return readdirSync(toBuffer(this.path(path)), { encoding: 'latin1' }).sort(byByteOrder)
  }

  /**
   * The bytes of a small file.
   * @throws SourceError when it is missing, not a regular file or behind a link.
   */
  read(path: Bytes): Bytes {
    return readFileSync(toBuffer(this.file(path)), 'latin1')
  }

  /**
   * The real path of a file.
   * @throws SourceError when it is missing, not a regular file or behind a link.
   */
  file(path: Bytes): Bytes {
    const kind = this.kind(path)
    if (kind === 'missing') throw SourceError.missing(toDisplay(path))
    if (kind === 'link') throw SourceError.link(toDisplay(path))
    if (kind !== 'file') throw SourceError.notAFile(toDisplay(path))
    return this.path(path)
  }

  /** Where a symbolic link points, or nothing when there is none, or one on the way to it. */
  linkTarget(path: Bytes): Bytes | undefined {
    const full = this.path(path)
    return this.kind(parentOf(`/${path}`)) === 'directory' &&
      lstatSync(toBuffer(full), { throwIfNoEntry: false })?.isSymbolicLink()
      ? readlinkSync(toBuffer(full), 'latin1')
      : undefined
  }

  #mandatory(name: string): RecordTableView {
    const table = this.database(name)
    if (!table) throw SourceError.missingDatabase(name)
    return table
  }

  #accountFile<Entry>(
    path: string,
    parse: (text: Bytes) => AccountFile<Entry>,
  ): AccountFile<Entry> | undefined {
    if (!this.#accountFiles.has(path))
      this.#accountFiles.set(path, this.kind(path) === 'file' ? parse(this.read(path)) : undefined)
    return this.#accountFiles.get(path) as AccountFile<Entry> | undefined
  }
}

/** Whether a database may have that name: dumps, and what editors leave, have none of these. */
export function isDatabaseName(name: Bytes): boolean {
  return /^[A-Za-z0-9_-]+$/.test(name)
}

/** In pieces: what calls itself a database may be of any size. */
function addContent(hash: Hash, path: Bytes): void {
  const file = openSync(toBuffer(path), 'r')
  try {
    const piece = Buffer.alloc(1 << 16)
    let size = 0
    for (let read = -1; read !== 0; size += read) {
      read = readSync(file, piece, 0, piece.length, null)
      hash.update(piece.subarray(0, read))
    }
    hash.update(`\0${size}\0`)
  } finally {
    closeSync(file)
  }
}

function subfolders(directory: Bytes): Bytes[] {
  return readdirSync(toBuffer(directory), { encoding: 'latin1' })
    .map((name) => joinPath(directory, name))
    .filter((path) => lstatSync(toBuffer(path)).isDirectory())
}

/** Looks at each component, so that a link on the way is seen and not followed. */
function kindAt(
  directory: Bytes,
  path: Bytes,
  folders = new Map<Bytes, 'directory' | 'missing'>(),
  onLink: (path: Bytes) => void = () => undefined,
): EntryKind {
  const components = path.split('/').filter((part) => part !== '' && part !== '.')
  if (components.includes('..')) return 'link'
  let current = directory
  for (const [index, component] of components.entries()) {
    current = `${current}/${component}`
    const last = index === components.length - 1
    const known = last ? undefined : folders.get(current)
    if (known === 'missing') return 'missing'
    if (known) continue
    const kind = kindOf(entryAt(current))
    if (kind === 'link') onLink(current.slice(directory.length + 1))
    if (kind === 'link') return kind
    // As for the system, nothing lies behind a file.
    if (last) return kind !== 'directory' && /\/\.?$/.test(path) ? 'missing' : kind
    if (kind === 'missing') folders.set(current, kind)
    if (kind !== 'directory') return 'missing'
    folders.set(current, kind)
  }
  return 'directory'
}
