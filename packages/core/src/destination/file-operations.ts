import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
} from 'node:fs'
import { DestinationError, SourceError } from '../errors.js'
import {
  baseName,
  byByteOrder,
  joinPath,
  parentOf,
  toBuffer,
  toDisplay,
  type Bytes,
} from '../files/bytes.js'
import { checksumsOf } from '../files/checksums.js'
import { writeDurably } from '../files/durable-write.js'
import { kindOf, type EntryKind } from '../files/entry-kind.js'
import type { FileView } from '../files/file-view.js'
import { readAclsOf, type ReadAcls } from '../files/read-acls.js'
import { makeFolder } from '../files/make-folder.js'
import { moveFile } from '../files/move-file.js'
import { makeLink } from '../files/make-link.js'
import { sameContent } from '../files/same-entry.js'
import type { Owner } from '../files/claim-entry.js'
import { TransferError } from '../files/transfer-error.js'
import { applyTransfers, type Transfer, type TransferMode } from '../files/transfer-apply.js'
import { entryAt } from '../files/entry-at.js'
import { besideName, savedName } from '../files/names-beside.js'
import {
  planTransfer,
  type ConflictPolicy,
  type FolderTimes,
  type TransferPlan,
} from '../files/transfer-plan.js'
import type { TransferRules } from '../files/transfer-rules.js'
import type { Host } from '../host/host.js'
import { stateFolder } from '../host/state-folder.js'
import type { Log } from '../report/log.js'
import type { Progress } from '../report/progress.js'
import type { Source } from '../source/source.js'
import type { Change } from './changes.js'
import type { OwnerClaim } from '../replay/owner-claims.js'
import { attributesOf, missingFolders } from '../undo/old-file.js'
import { filesOf, ManifestWriter, readManifest } from '../undo/tree-manifest.js'
import type { UndoData, UndoRange } from '../undo/undo-data.js'
import type { Operation, OperationResult } from './operation.js'
import type { OperationRunner } from './operation-runner.js'

/** Names of accounts of the destination; without a group the user's own one. */
export interface OwnerNames {
  readonly user: Bytes
  readonly group?: Bytes
}

export interface TransferTree {
  /** A folder of the source; it stays, emptied. */
  readonly from: Bytes
  /** A folder of the destination, made when missing. */
  readonly to: Bytes
  /** Who gets what is migrated (and the folder, when it is made); without it ids stay. */
  readonly owner?: OwnerNames
  /** Mode of a folder that has to be made. */
  readonly mode?: number
  /** Take all rights of the group and of others away, and all ACLs. */
  readonly closed?: boolean
  /** The only entries of `from` that are moved; without it all of them. */
  readonly only?: readonly Bytes[]
  /** Paths below `from` that stay in the source. */
  readonly exclude?: readonly Bytes[]
  readonly rules?: TransferRules
}

export interface CopyFile {
  /** A file of the source. */
  readonly from: Bytes
  readonly to: Bytes
  /** For a file that is not there yet; one that is keeps its mode. */
  readonly mode: number
  /** Without it one that is there keeps its own. */
  readonly owner?: OwnerNames
  /**
   * What happens when a different file is there: it is saved as `NAME.before-migration` and
   * replaced, or it stays and the copy lies beside it.
   */
  readonly whenDifferent: 'save-old' | 'put-beside'
}

export interface FileResult extends OperationResult {
  /** Where the copy lies: not what was asked for when another file was in the way. */
  readonly path: Bytes
}

export interface WriteFile {
  readonly to: Bytes
  readonly content: Bytes
  /** For a file that is not there yet; one that is keeps its mode, and is saved beside. */
  readonly mode: number
  /** Without it one that is there keeps its own. */
  readonly owner?: OwnerNames
}

export interface MakeFolder {
  readonly to: Bytes
  readonly mode: number
  readonly owner?: OwnerNames
}

export interface MakeLink {
  /** `<TIMESTAMP>` in its name stands for the local time, YYYYMMDDhhmmss, at which it is made. */
  readonly to: Bytes
  readonly target: Bytes
  readonly owner?: OwnerNames
}

export interface MoveAside {
  /** A folder of the destination. */
  readonly from: Bytes
  /** Paths of regular files below it. */
  readonly files: readonly Bytes[]
  /** Another folder of the destination: there they get the same paths. */
  readonly to: Bytes
}

/** What the person who imports has chosen. */
export interface HowFilesMove {
  readonly transfer: TransferMode
  readonly onConflict: ConflictPolicy
  /** Whether the checksum of each file is written down. */
  readonly checksum: boolean
}

/** Each batch of transfers is planned, journalled and carried out before the next is planned. */
const TRANSFERS_PER_BATCH = 200
const ROOT: OwnerNames = { user: 'root', group: 'root' }
const TIMESTAMP = '<TIMESTAMP>'

/** The file operations of a destination; nothing outside its root is ever touched. docs/files.md */
export class FileOperations {
  readonly #host: Host
  readonly #runner: OperationRunner
  readonly #source: Source
  readonly #view: FileView
  readonly #how: HowFilesMove
  readonly #progress: Progress
  /** Folders of the destination that transfers of this run make. */
  readonly #folders = new Set<Bytes>()
  #realRoot: Bytes | undefined

  constructor(parts: {
    host: Host
    runner: OperationRunner
    source: Source
    view: FileView
    how: HowFilesMove
    progress: Progress
  }) {
    this.#host = parts.host
    this.#runner = parts.runner
    this.#source = parts.source
    this.#view = parts.view
    this.#how = parts.how
    this.#progress = parts.progress
  }

  async transferTrees(requests: readonly TransferTree[]): Promise<OperationResult[]> {
    const results: OperationResult[] = []
    for (let start = 0; start < requests.length; start += TRANSFERS_PER_BATCH)
      results.push(
        ...(await this.#transferBatch(requests.slice(start, start + TRANSFERS_PER_BATCH))),
      )
    return results
  }

  async copyFile({ from, to, mode, owner, whenDifferent }: CopyFile): Promise<FileResult> {
    const change = (path: Bytes): Change => ({
      kind: 'file',
      from: toDisplay(from),
      to: toDisplay(path),
      mode: octal(mode),
    })
    try {
      const content = this.#source.read(from)
      const lies = (path: Bytes) => this.readFile(path) === content
      const copied = (path: Bytes) => this.#runner.wasDone(`file:${path}`)
      const isOurs = (path: Bytes) => lies(path) || copied(path)
      const isTaken = this.#lstat(to) !== undefined && !isOurs(to)
      const { onConflict } = this.#how
      const path =
        whenDifferent === 'put-beside' && onConflict !== 'replace' ? this.#placeFor(to, isOurs) : to
      if (isTaken && onConflict === 'skip' && !isOurs(path)) {
        saySkipped(toDisplay(from), toDisplay(to), this.#runner.log)
        return { ...this.#runner.skips(`file:${to}`, change(to)), path: to }
      }
      const key = `file:${path}`
      const old = isTaken && onConflict === 'replace' ? this.#lstat(to) : undefined
      if (old?.isFile() || old?.isSymbolicLink()) {
        const { saved } = this.#savedPlace(this.#inside(to), old)
        const name = joinPath(parentOf(to), baseName(saved))
        sayReplaced(toDisplay(to), toDisplay(name), this.#runner.log)
      }
      const writing = this.#writing(path, content, mode, owner)
      // What an earlier import has put there may have been replaced since, by a person.
      const holds = lies(path) || (copied(path) && this.#lstat(path) !== undefined)
      const [result] = await this.#runner.perform(
        [{ key, change: change(path), holds, undo: writing.undo }],
        async () => [writing.apply()],
        { pretend: () => this.#view.pretend(this.#inside(path), this.#source.path(from)) },
      )
      return { outcome: 'failed', key, ...result, path }
    } catch (error) {
      return { ...this.#runner.fails(`file:${to}`, change(to), error), path: to }
    }
  }

  async writeFile({ to, content, mode, owner }: WriteFile): Promise<OperationResult> {
    const key = `file:${to}`
    const change: Change = { kind: 'file', to: toDisplay(to), mode: octal(mode) }
    try {
      const writing = this.#writing(to, content, mode, owner)
      const [result] = await this.#runner.perform(
        [{ key, change, holds: this.readFile(to) === content, undo: writing.undo }],
        async () => [writing.apply()],
        { pretend: () => this.#view.pretendWritten(this.#inside(to), content) },
      )
      return result ?? { outcome: 'failed', key }
    } catch (error) {
      return this.#runner.fails(key, change, error)
    }
  }

  async makeFolder({ to, mode, owner }: MakeFolder): Promise<OperationResult> {
    const key = `folder:${to}`
    const change: Change = {
      kind: 'folder',
      to: toDisplay(to),
      mode: octal(mode),
      ...(owner ? { owner: ownerText(owner) } : {}),
    }
    try {
      const ids = owner && this.#ids(owner)
      const path = this.#insideFolder(to)
      const there = this.#view.lstat(path)
      if (there && !there.isDirectory()) throw DestinationError.notAFolder(toDisplay(to))
      const holds =
        there !== undefined &&
        (there.mode & 0o7777) === mode &&
        (!ids || (there.uid === ids.uid && there.gid === ids.gid))
      const undo = (): UndoData[] => [
        {
          kind: 'folder',
          path: this.#below(path),
          made: missingFolders(this.#host.root, this.#below(path)),
          wanted: { mode, ...ids },
          ...(there ? { old: attributesOf(there) } : {}),
        },
      ]
      const [result] = await this.#runner.perform([{ key, change, holds, undo }], async () => {
        makeParents(path)
        if (owner || !there) this.#keepOwners([{ path: this.#below(path), owner, mode }])
        if (!there) makeFolder(path, { mode, owner: ids })
        else {
          if (ids) chownSync(toBuffer(path), ids.uid, ids.gid)
          chmodSync(toBuffer(path), mode)
        }
        return [undefined]
      })
      this.#folders.add(to)
      return result ?? { outcome: 'failed', key }
    } catch (error) {
      return this.#runner.fails(key, change, error)
    }
  }

  async makeLinks(requests: readonly MakeLink[]): Promise<OperationResult[]> {
    const results = new Map<MakeLink, OperationResult>()
    const planned: (Operation & { request: MakeLink; path: Bytes })[] = []
    for (const request of requests) {
      const { to, target } = request
      const key = `link:${to}`
      const change: Change = { kind: 'link', to: toDisplay(to), target: toDisplay(target) }
      try {
        const holds = this.#linksLike(to).some(
          (path) => readlinkSync(toBuffer(path), 'latin1') === target,
        )
        const path = this.#inside(to.replace(TIMESTAMP, localTimestamp()))
        const undo = (): UndoData[] => [
          {
            kind: 'link',
            path: this.#below(path),
            made: missingFolders(this.#host.root, this.#below(path)),
            target,
            name: baseName(to),
          },
        ]
        if (holds || !this.#lstat(to)) planned.push({ key, change, holds, request, path, undo })
        else results.set(request, this.#runner.skips(key, change))
      } catch (error) {
        results.set(request, this.#runner.fails(key, change, error))
      }
    }
    const outcomes = await this.#runner.perform(planned, async (batch) =>
      batch.map(({ request, path }) => attempt(() => this.#link(request, path)) ?? undefined),
    )
    planned.forEach(({ request, key }, index) =>
      results.set(request, outcomes[index] ?? { outcome: 'failed', key }),
    )
    return requests.map((request) => results.get(request) ?? { outcome: 'failed', key: '' })
  }

  async moveAside({ from, files, to }: MoveAside): Promise<OperationResult> {
    const key = `aside:${from}`
    const empty = emptyTree({ from, to })
    try {
      const there = files.flatMap((path) => {
        const stats = this.#lstat(joinPath(from, path))
        return stats?.isFile() ? [{ path, size: stats.size }] : []
      })
      const steps = there.map(
        ({ path }) =>
          [this.#inside(joinPath(from, path)), this.#inside(joinPath(to, path))] as const,
      )
      const bytes = there.reduce((sum, { size }) => sum + size, 0)
      const change: Change = { ...empty, files: there.length, bytes }
      const undo = (): UndoData[] => [
        {
          kind: 'aside',
          steps: steps.map(([source, place]) => [this.#below(source), this.#below(place)]),
          made: [
            ...new Set(
              steps.flatMap(([, place]) => missingFolders(this.#host.root, this.#below(place))),
            ),
          ].sort(byByteOrder),
        },
      ]
      const [result] = await this.#runner.perform(
        [{ key, change, holds: there.length === 0, undo }],
        async () => [attempt(() => moveAllAside(steps)) ?? undefined],
      )
      return result ?? { outcome: 'failed', key }
    } catch (error) {
      return this.#runner.fails(key, empty, error)
    }
  }

  #link({ to, target, owner }: MakeLink, path: Bytes): void {
    const ids = owner && this.#ids(owner)
    makeParents(path)
    this.#keepOwners([{ path: this.#below(path), owner }])
    makeLink({ path, target, owner: ids, name: baseName(to) })
  }

  kind(path: Bytes): EntryKind {
    return kindOf(this.#lstat(path))
  }

  list(path: Bytes): Bytes[] {
    return this.kind(path) === 'directory' ? this.#view.list(this.#insideFolder(path)) : []
  }

  readFile(path: Bytes): Bytes | undefined {
    const full = this.#inside(path)
    const written = this.#view.written(full)
    if (written !== undefined) return written
    return this.#view.lstat(full)?.isFile()
      ? readFileSync(toBuffer(this.#view.real(full)), 'latin1')
      : undefined
  }

  async #transferBatch(requests: readonly TransferTree[]): Promise<OperationResult[]> {
    const results = new Map<TransferTree, OperationResult>()
    const planned: PlannedTransfer[] = []
    let sums = new Map<string, UndoRange>()
    // Looked for while the batch is planned, which takes about as long.
    const acls = this.#runner.mode === 'plan' ? NO_ACLS : readAclsOf(this.#closedEntries(requests))
    for (const request of requests) {
      const key = `tree:${request.from}:${request.to}`
      const start = this.#runner.undoFile?.position ?? 0
      try {
        const plan = this.#plan(request, key)
        // A killed run may have left something to clean up, though nothing to move.
        const holds =
          plan.steps.length === 0 && this.#willExist(request.to) && !this.#runner.leftOpen(key)
        const manifest = [start, (this.#runner.undoFile?.position ?? 0) - start] as const
        if (holds) this.#runner.undoFile?.rewind(start)
        planned.push({
          key,
          change: this.#describe(request, plan, key),
          holds,
          request,
          plan,
          folders: this.#foldersToFill(key, plan),
          manifest,
          undo: () => [this.#undoOf(plan, manifest, sums.get(key))],
        })
        this.#folders.add(request.to)
        // Later transfers of this batch must see what this one will have moved.
        for (const { from, to, folderOnly } of plan.steps)
          if (folderOnly) this.#view.pretendMade(to, from)
          else this.#view.pretend(to, from)
      } catch (error) {
        this.#runner.undoFile?.rewind(start)
        results.set(request, this.#runner.fails(key, emptyTree(request), error))
      }
    }
    if (this.#runner.mode === 'apply') this.#view.forget()
    const { text, isWhole } = await acls
    const mayHaveAcls = !isWhole || text !== ''
    const outcomes = await this.#runner.perform(
      planned,
      (batch) => this.#applyBatch(batch, mayHaveAcls),
      {
        undo: async (batch) => {
          sums = await this.#writeSums(batch)
          if (!mayHaveAcls) return []
          const moved = await readAclsOf(
            batch.flatMap(({ request, plan }) => closedSteps(request, plan)),
          )
          return moved.text === '' ? [] : [{ kind: 'acls', text: moved.text }]
        },
      },
    )
    planned.forEach(({ request, key }, index) =>
      results.set(request, outcomes[index] ?? { outcome: 'failed', key }),
    )
    return requests.map((request) => results.get(request) ?? { outcome: 'failed', key: '' })
  }

  /** What may lose ACLs: a copy leaves those of the source as they are. */
  #closedEntries(requests: readonly TransferTree[]): Bytes[] {
    if (this.#how.transfer === 'copy') return []
    return requests.flatMap(({ from, to, only, closed }) => {
      if (!closed || this.#isFar(from, to)) return []
      const entries = only?.map((name) => joinPath(from, name)) ?? [from]
      return entries.filter((path) => this.#source.has(path)).map((path) => this.#source.path(path))
    })
  }

  /** Whether they are on two filesystems. */
  #isFar(from: Bytes, to: Bytes): boolean {
    let existing = joinPath(this.#host.root, '/', to)
    let there = entryAt(existing)
    while (!there && existing !== '/') {
      existing = parentOf(existing)
      there = entryAt(existing)
    }
    return entryAt(this.#source.path(from))?.dev !== there?.dev
  }

  /** By the keys of the transfers. */
  async #writeSums(batch: readonly PlannedTransfer[]): Promise<Map<string, UndoRange>> {
    const file = this.#runner.undoFile
    if (!file || !this.#how.checksum) return new Map()
    const lists = batch.map(({ key, plan, manifest }) => {
      const { steps } = readManifest(file.read(manifest))
      return { key, paths: steps.flatMap((step) => filesOf(plan.from, step)) }
    })
    const sums = await checksumsOf(lists.flatMap(({ paths }) => paths))
    return new Map(
      lists.map(({ key, paths }) => {
        const start = file.position
        for (const path of paths) file.write(`${sums.get(path) ?? '-'}\n`)
        return [key, [start, file.position - start]] as const
      }),
    )
  }

  #undoOf({ from, to }: TransferPlan, manifest: UndoRange, sums: UndoRange | undefined): UndoData {
    const place = this.#below(to)
    const made = missingFolders(this.#host.root, `${place}/entry`)
    return { kind: 'tree', from, to: place, manifest, made, ...(sums ? { sums } : {}) }
  }

  /** What a killed run has begun to fill has lost its times at the source too: they are known from it. */
  #foldersToFill(key: string, { folders }: TransferPlan): FolderTimes[] {
    const begun = this.#runner.begun(key)?.folders ?? []
    const known = new Set(begun.map(({ to }) => to))
    return [...begun, ...folders.filter(({ to }) => !known.has(to))]
  }

  #plan({ from, to, ...request }: TransferTree, key: string): TransferPlan {
    const kind = this.#source.kind(from)
    if (kind === 'missing') throw SourceError.missing(toDisplay(from))
    if (kind === 'link') throw SourceError.link(toDisplay(from))
    if (kind !== 'directory') throw SourceError.notADirectory(toDisplay(from))
    const plan = planTransfer(
      {
        ...request,
        from: this.#source.path(from),
        to: this.#insideFolder(to),
        onConflict: this.#how.onConflict,
        wasDone: this.#runner.wasDone(key),
      },
      this.#view,
      this.#runner.undoFile && new ManifestWriter(this.#runner.undoFile),
    )
    sayWhatIsNotAsItWas(plan, { from, to }, this.#runner.log)
    const { keptBoth, replaced = [] } = this.#conflicts(plan, key)
    sayConflicts(keptBoth, replaced, toDisplay(to), this.#runner.log)
    return plan
  }

  async #applyBatch(
    batch: readonly PlannedTransfer[],
    mayHaveAcls: boolean,
  ): Promise<(Error | undefined)[]> {
    const results = batch.map((each) =>
      attempt(() => this.#prepare(each.request, each, mayHaveAcls)),
    )
    const transfers = results.flatMap((result) => (result instanceof Error ? [] : [result]))
    const errors = await applyTransfers(
      transfers,
      this.#how.transfer,
      stateFolder(this.#host.root),
      this.#progress,
    )
    return results.map((result) =>
      result instanceof Error ? result : errors[transfers.indexOf(result)],
    )
  }

  /** Makes the folder that is moved into. */
  #prepare(
    { to, owner, mode = 0o700, closed = false }: TransferTree,
    { plan, folders }: PlannedTransfer,
    mayHaveAcls: boolean,
  ): Transfer {
    const ids = owner && this.#ids(owner)
    const folder = this.#insideFolder(to)
    if (!lstatSync(toBuffer(folder), { throwIfNoEntry: false })) {
      makeParents(folder)
      this.#keepOwners([{ path: this.#below(folder), owner, mode }])
      makeFolder(folder, { mode, owner: ids })
    }
    this.#keepOwners(
      plan.steps.map((step) => ({
        path: this.#below(step.to),
        owner,
        ...(step.folderOnly ? {} : { below: true as const }),
        ...(closed ? { closed: true as const } : {}),
      })),
    )
    return { plan, folders, owner: ids, closed, mayHaveAcls }
  }

  /** What a killed run had begun counts as its own: the totals of its first attempt are kept. */
  #describe({ from, to, owner, rules }: TransferTree, plan: TransferPlan, key: string): Change {
    const begun = this.#runner.begun(key)?.change
    const conflicts = this.#conflicts(plan, key)
    if (begun?.kind === 'tree') return { ...begun, ...conflicts }
    return {
      ...emptyTree({ from, to }),
      ...(owner ? { owner: ownerText(owner) } : {}),
      ...conflicts,
      files: plan.files,
      directories: plan.directories,
      bytes: plan.bytes,
      ...(rules?.identityOf ? { messages: plan.messages } : {}),
    }
  }

  /** Those of a killed run are told again: it had no report. */
  #conflicts(
    { keptBoth, replaced }: TransferPlan,
    key: string,
  ): Pick<Tree, 'keptBoth' | 'replaced'> {
    const change = this.#runner.begun(key)?.change
    const begun = change?.kind === 'tree' ? change : undefined
    const names = new Map([
      ...(begun?.replaced ?? []),
      ...replaced.map(([name, saved]) => [toDisplay(name), toDisplay(saved)] as const),
    ])
    return {
      keptBoth: [...new Set([...(begun?.keptBoth ?? []), ...keptBoth.map(toDisplay)])],
      ...(names.size > 0 ? { replaced: [...names] } : {}),
    }
  }

  /**
   * What an ordinary user brings and cannot give away is written down for the replay. Without an
   * owner it is root's: the ids of the old server mean nothing there.
   */
  #keepOwners(
    things: readonly (Pick<OwnerClaim, 'path' | 'mode' | 'below' | 'closed'> & {
      readonly owner: OwnerNames | undefined
    })[],
  ): void {
    if (process.getuid?.() === 0) return
    const { run } = this.#runner
    this.#host.keepOwners(
      things.map(({ owner = ROOT, ...thing }) => ({
        ...thing,
        run,
        user: owner.user,
        group: owner.group ?? null,
      })),
    )
  }

  /** The ids of an owner; nothing for an ordinary user, who cannot give files away. */
  #ids({ user, group }: OwnerNames): Owner | undefined {
    const entry = this.#host.findUser(user)
    if (!entry) throw DestinationError.unknownOwner(toDisplay(user))
    const groupEntry = group === undefined ? undefined : this.#host.findGroup(group)
    if (group !== undefined && !groupEntry) throw DestinationError.unknownOwner(toDisplay(group))
    return process.getuid?.() === 0
      ? { uid: entry.uid, gid: groupEntry?.gid ?? entry.gid }
      : undefined
  }

  /**
   * Replaces a file; the one that was there keeps its mode and is saved beside, never lost. Under
   * which name is settled before it begins.
   */
  #writing(to: Bytes, content: Bytes, mode: number, owner: OwnerNames | undefined) {
    let saving: SavedPlace | undefined
    return {
      undo: (): UndoData[] => {
        const path = this.#inside(to)
        const old = lstatSync(toBuffer(path), { throwIfNoEntry: false })
        const isSaved = old?.isFile() || old?.isSymbolicLink()
        saving = old && isSaved ? this.#savedPlace(path, old) : undefined
        return [
          {
            kind: 'file',
            path: this.#below(path),
            made: missingFolders(this.#host.root, this.#below(path)),
            ...(old ? { old: { ...attributesOf(old), inode: old.ino } } : {}),
            ...(saving
              ? { saved: { path: this.#below(saving.saved), isSaved: saving.isSaved } }
              : {}),
            sum: createHash('sha256').update(toBuffer(content)).digest('hex'),
          },
        ]
      },
      apply: (): undefined => {
        const path = this.#inside(to)
        const ids = owner && this.#ids(owner)
        makeParents(path)
        if (owner || !this.#lstat(to)) this.#keepOwners([{ path: this.#below(path), owner, mode }])
        if (saving && !saving.isSaved) linkSync(toBuffer(path), toBuffer(saving.saved))
        writeDurably(path, content, { mode, ...ids })
      },
    }
  }

  /** Where a file that is replaced stays; the same content needs no second copy. */
  #savedPlace(path: Bytes, old: Stats): SavedPlace {
    for (let attempt = 1; ; attempt += 1) {
      const saved = savedName(path, attempt)
      const there = lstatSync(toBuffer(saved), { throwIfNoEntry: false })
      if (!there) return { saved, isSaved: false }
      const isSame = old.isFile() && there.isFile() && sameContent(path, saved)
      if (there.ino === old.ino || isSame) return { saved, isSaved: true }
    }
  }

  /** The first of `name`, `name.migrated`, … that is free or ours. */
  #placeFor(to: Bytes, isOurs: (path: Bytes) => boolean): Bytes {
    for (let attempt = 0; ; attempt += 1) {
      const path = attempt === 0 ? to : besideName(to, attempt)
      if (!this.#lstat(path) || isOurs(path)) return path
    }
  }

  #linksLike(to: Bytes): Bytes[] {
    const folder = this.#inside(parentOf(to))
    const [before = '', after] = baseName(to).split(TIMESTAMP)
    const matches = (name: Bytes) =>
      after === undefined ? name === before : name.startsWith(before) && name.endsWith(after)
    if (!lstatSync(toBuffer(folder), { throwIfNoEntry: false })?.isDirectory()) return []
    return readdirSync(toBuffer(folder), { encoding: 'latin1' })
      .filter(matches)
      .map((name) => joinPath(folder, name))
      .filter((path) => lstatSync(toBuffer(path)).isSymbolicLink())
  }

  /** A path of this machine as one of the destination. */
  #below(path: Bytes): Bytes {
    return path.slice(this.#host.root.length)
  }

  #willExist(folder: Bytes): boolean {
    return this.#folders.has(folder) || this.#lstat(folder) !== undefined
  }

  #lstat(path: Bytes) {
    return this.#view.lstat(this.#inside(path))
  }

  /** The real path of a destination folder: itself no link that leads out of the destination. */
  #insideFolder(path: Bytes): Bytes {
    return parentOf(this.#inside(joinPath(path, 'entry')))
  }

  /**
   * The real path of a destination path.
   * @throws DestinationError when it has `..` in it, or a link on the way leads out of the
   *   destination.
   */
  #inside(path: Bytes): Bytes {
    const root = this.#host.root
    const full = joinPath(root, '/', path)
    if (full.split('/').includes('..')) throw DestinationError.upwards(toDisplay(path))
    if (root === '') return full
    let existing = parentOf(full)
    while (existing.length > root.length && !entryAt(existing)) existing = parentOf(existing)
    this.#realRoot ??= realpathSync.native(toBuffer(root), 'latin1')
    const top = this.#realRoot
    const real = realOrNothing(existing)
    if (real !== top && !real?.startsWith(`${top}/`))
      throw DestinationError.outsideRoot(toDisplay(path), toDisplay(root))
    return full
  }
}

/** What its owner has moved meanwhile stays where it is, and nothing is overwritten. */
function moveAllAside(steps: readonly (readonly [from: Bytes, to: Bytes])[]): undefined {
  for (const [from, to] of steps) {
    if (!lstatSync(toBuffer(from), { throwIfNoEntry: false })) continue
    makeParents(to)
    if (lstatSync(toBuffer(to), { throwIfNoEntry: false }))
      throw TransferError.appeared(toDisplay(to))
    moveFile(from, to)
  }
}

function attempt<Result>(part: () => Result): Result | Error {
  try {
    return part()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** Where a file that is replaced stays. */
interface SavedPlace {
  readonly saved: Bytes
  /** Whether the same lies there already. */
  readonly isSaved: boolean
}

interface PlannedTransfer extends Operation {
  readonly request: TransferTree
  readonly plan: TransferPlan
  readonly folders: readonly FolderTimes[]
  readonly manifest: UndoRange
}

/** What loses its ACLs when it moves. */
function closedSteps({ closed }: TransferTree, { steps }: TransferPlan): Bytes[] {
  return closed ? steps.filter(({ folderOnly }) => !folderOnly).map(({ from }) => from) : []
}

const NO_ACLS: ReadAcls = { text: '', isWhole: true }

type Tree = Extract<Change, { kind: 'tree' }>

/** What a person would miss, or find under another name. */
function sayWhatIsNotAsItWas(
  plan: TransferPlan,
  { from, to }: { from: Bytes; to: Bytes },
  log: Log,
): void {
  const shownFrom = (path: Bytes) => toDisplay(joinPath(from, path))
  const shownTo = (path: Bytes) => toDisplay(joinPath(to, path))
  for (const path of plan.leftOut)
    log.warning(`${shownFrom(path)} is a device or socket: left in the source`, {
      code: 'special-file-left',
      subject: shownFrom(path),
    })
  for (const path of plan.leadingOut)
    log.warning(`${shownFrom(path)} is a link that leads out of the folder: left in the source`, {
      code: 'link-left',
      subject: shownFrom(path),
      remedy: 'Look where it points; copy what is still needed by hand',
    })
  for (const [path, name] of plan.renamed)
    log.notice(`${shownFrom(path)} is called ${shownTo(name)} at the destination`, {
      code: 'folder-renamed',
      subject: shownTo(name),
    })
  for (const path of plan.ownKept)
    log.info(
      `the destination keeps its own ${toDisplay(baseName(path))} instead of ${shownFrom(path)}`,
      {
        code: 'own-kept',
        subject: shownFrom(path),
      },
    )
  for (const path of plan.skipped) saySkipped(shownFrom(path), toDisplay(to), log)
}

function sayConflicts(
  keptBoth: readonly string[],
  replaced: readonly (readonly [name: string, savedAs: string])[],
  to: string,
  log: Log,
): void {
  for (const name of keptBoth) {
    const path = joinPath(to, name)
    log.notice(
      `the destination has another ${path.replace(/\.migrated(-\d+)?(?=$|:2,)/, '')}: both are kept`,
      { code: 'exists-kept-both', subject: path, remedy: `Compare it with ${path}` },
    )
  }
  for (const [name, saved] of replaced) sayReplaced(joinPath(to, name), joinPath(to, saved), log)
}

function sayReplaced(path: string, saved: string, log: Log): void {
  log.notice(`the destination had another ${path}: it stays as ${saved}`, {
    code: 'exists-replaced',
    subject: path,
    remedy: `Remove ${saved} when nothing of it is needed any more`,
  })
}

function saySkipped(from: string, to: string, log: Log): void {
  log.notice(`${from} stays in the source: ${to} has another one of its name`, {
    code: 'exists-skipped',
    subject: from,
    remedy: 'Compare both; import again with --on-conflict keep-both to have both',
  })
}

function makeParents(path: Bytes): void {
  const parent = toBuffer(parentOf(path))
  if (!existsSync(parent)) mkdirSync(parent, { recursive: true })
}

function realOrNothing(path: Bytes): Bytes | undefined {
  try {
    return realpathSync.native(toBuffer(path), 'latin1')
  } catch {
    return undefined
  }
}

function emptyTree({ from, to }: { from: Bytes; to: Bytes }) {
  return {
    kind: 'tree' as const,
    from: toDisplay(from),
    to: toDisplay(to),
    keptBoth: [] as readonly string[],
    files: 0,
    directories: 0,
    bytes: 0,
  }
}

function ownerText({ user, group }: OwnerNames): string {
  return [user, ...(group === undefined ? [] : [group])].map(toDisplay).join(':')
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

/** YYYYMMDDhhmmss in local time. */
function localTimestamp(now = new Date()): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return [
    now.getFullYear(),
    ...[now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes(), now.getSeconds()].map(
      two,
    ),
  ].join('')
}
