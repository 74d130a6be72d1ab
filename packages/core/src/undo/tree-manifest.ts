import { readlinkSync, type Stats } from 'node:fs'
import { joinPath, toBuffer, type Bytes } from '../files/bytes.js'
import { kindOf, type EntryKind } from '../files/entry-kind.js'
import type { Attributes } from './undo-data.js'

/** An entry of a tree as it is before it moves. */
export interface ManifestEntry extends Attributes {
  /** Below the step; empty for itself. */
  readonly path: Bytes
  readonly kind: EntryKind
  readonly inode: number
  readonly size: number
  readonly target?: Bytes
}

export interface ManifestStep {
  /** Below the folders that the transfer is about. */
  readonly from: Bytes
  readonly to: Bytes
  readonly folderOnly: boolean
  readonly replaces?: { readonly path: Bytes; readonly saved: Bytes; readonly isSaved: boolean }
  /** Folders before what they hold; of a step that makes a folder itself alone. */
  readonly entries: readonly ManifestEntry[]
}

/** A folder of the source whose times change when it is emptied. */
export interface EmptiedFolder extends Pick<Attributes, 'atime' | 'mtime'> {
  readonly path: Bytes
}

export interface TreeManifest {
  readonly steps: readonly ManifestStep[]
  readonly emptied: readonly EmptiedFolder[]
}

/** Where a manifest is written to. */
export interface ManifestSink {
  readonly position: number
  write(text: Bytes): void
  rewind(position: number): void
}

/**
 * Writes down what a transfer will move, while it is planned: names end with a zero byte, so that
 * they may hold any other.
 */
export class ManifestWriter {
  readonly #sink: ManifestSink
  #top = 0

  constructor(sink: ManifestSink) {
    this.#sink = sink
  }

  get position(): number {
    return this.#sink.position
  }

  rewind(position: number): void {
    this.#sink.rewind(position)
  }

  emptied(path: Bytes, { atimeMs, mtimeMs }: Stats): void {
    this.#sink.write(`t ${atimeMs} ${mtimeMs}\0${path}\0`)
  }

  step(from: Bytes, to: Bytes, folderOnly: boolean, top: Bytes): void {
    this.#top = top.length + 1
    this.#sink.write(`${folderOnly ? 'm' : 's'}\0${from}\0${to}\0`)
  }

  replaces(path: Bytes, saved: Bytes, isSaved: boolean): void {
    this.#sink.write(`r ${isSaved ? 1 : 0}\0${path}\0${saved}\0`)
  }

  entry(path: Bytes, stats: Stats): void {
    const { ino, size, mode, uid, gid, atimeMs, mtimeMs } = stats
    const kind = kindOf(stats)
    // Times of folders change when they are filled again, of others they come along: whole
    // milliseconds tell them apart, and are written faster.
    const times = kind === 'directory' ? `${atimeMs} ${mtimeMs}` : `0 ${Math.floor(mtimeMs)}`
    const text = `${LETTERS[kind]} ${ino} ${size} ${mode & 0o7777} ${uid} ${gid} ${times}\0${path.slice(this.#top)}\0`
    this.#sink.write(kind === 'link' ? `${text}${readlinkSync(toBuffer(path), 'latin1')}\0` : text)
  }
}

const LETTERS: Readonly<Record<EntryKind, string>> = {
  missing: 'x',
  file: 'f',
  directory: 'd',
  link: 'l',
  other: 'o',
}
const KINDS = new Map(
  Object.entries(LETTERS).map(([kind, letter]) => [letter, kind as EntryKind] as const),
)

/** The regular files of a step, in the folder of the source. */
export function filesOf(top: Bytes, { from, entries }: ManifestStep): Bytes[] {
  return entries
    .filter(({ kind }) => kind === 'file')
    .map(({ path }) => `${joinPath(top, from)}${path === '' ? '' : `/${path}`}`)
}

export function readManifest(text: Bytes): TreeManifest {
  const steps: (ManifestStep & { entries: ManifestEntry[] })[] = []
  const emptied: EmptiedFolder[] = []
  const tokens = text.split('\0')
  let at = 0
  const next = () => tokens[at++] ?? ''
  while (at < tokens.length - 1) {
    const [letter = '', ...numbers] = next().split(' ')
    const value = (index: number) => Number(numbers[index])
    if (letter === 't') emptied.push({ path: next(), atime: value(0), mtime: value(1) })
    else if (letter === 's' || letter === 'm')
      steps.push({ from: next(), to: next(), folderOnly: letter === 'm', entries: [] })
    else if (letter === 'r') {
      const replaces = { path: next(), saved: next(), isSaved: value(0) === 1 }
      const step = steps.pop()
      if (step) steps.push({ ...step, replaces })
    } else {
      const kind = KINDS.get(letter) ?? 'other'
      steps[steps.length - 1]?.entries.push({
        kind,
        inode: value(0),
        size: value(1),
        mode: value(2),
        uid: value(3),
        gid: value(4),
        atime: value(5),
        mtime: value(6),
        path: next(),
        ...(kind === 'link' ? { target: next() } : {}),
      })
    }
  }
  return { steps, emptied }
}
