import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { joinPath, parentOf, toBuffer, type Bytes } from '../files/bytes.js'
import { syncFolder } from '../files/durable-write.js'
import { stateFolder } from '../host/state-folder.js'
import type { UndoData, UndoRange } from './undo-data.js'

/** So much is written at a time. */
const PIECE = 1 << 18

/** The file with what a run's undo needs, beside the journal. May hold secrets. */
export function undoPath(root: Bytes, run: string): Bytes {
  return joinPath(stateFolder(root), 'undo', run)
}

/**
 * What the undo of a run needs, appended and on disk before anything is done: of the journal, which
 * holds no secret, each operation points into it. docs/journal.md#undo
 */
export class UndoFile {
  readonly #path: Bytes
  #file: number | undefined
  #written = 0
  #waiting = ''

  constructor(path: Bytes) {
    this.#path = path
  }

  /** Where the next byte goes. */
  get position(): number {
    return this.#written + this.#waiting.length
  }

  write(text: Bytes): void {
    this.#waiting += text
    if (this.#waiting.length >= PIECE) this.#flush()
  }

  /** Forgets what was written since that position. */
  rewind(position: number): void {
    if (position < this.#written) {
      if (this.#file !== undefined) ftruncateSync(this.#file, position)
      this.#written = position
      this.#waiting = ''
    } else this.#waiting = this.#waiting.slice(0, position - this.#written)
  }

  append(data: UndoData): UndoRange {
    const start = this.position
    this.write(`${JSON.stringify(data)}\n`)
    return [start, this.position - start]
  }

  /** All that was written is on disk when this returns. */
  sync(): void {
    this.#flush()
    if (this.#file !== undefined) fdatasyncSync(this.#file)
  }

  /** What was written, also of the run at work. */
  read(range: UndoRange): Bytes {
    this.#flush()
    return readUndo(this.#path, range)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #flush(): void {
    if (this.#waiting === '') return
    const file = (this.#file ??= this.#open())
    const bytes = toBuffer(this.#waiting)
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
    this.#written += bytes.length
    this.#waiting = ''
  }

  #open(): number {
    const folder = parentOf(this.#path)
    mkdirSync(toBuffer(folder), { recursive: true, mode: 0o700 })
    // A run has a file of its own: what has its name is none of ours.
    rmSync(toBuffer(this.#path), { force: true })
    const file = openSync(toBuffer(this.#path), 'ax', 0o600)
    syncFolder(folder)
    return file
  }
}

/** A part of an undo file; empty where there is none. */
export function readUndo(path: Bytes, [offset, length]: UndoRange): Bytes {
  if (!existsSync(toBuffer(path))) return ''
  const file = openSync(toBuffer(path), 'r')
  try {
    const bytes = Buffer.alloc(length)
    let read = 0
    for (let more = -1; read < length && more !== 0; read += more)
      more = readSync(file, bytes, read, length - read, offset + read)
    return bytes.toString('latin1', 0, read)
  } finally {
    closeSync(file)
  }
}
