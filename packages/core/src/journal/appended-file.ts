import { closeSync, fdatasyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { parentOf, toBuffer, type Bytes } from '../files/bytes.js'

/** So many lines are written at once: a batch may have a hundred thousand. */
const PIECE = 1000

/** A file of JSON lines that grows; private, and on disk before anything goes on. */
export class AppendedFile {
  readonly #path: Bytes
  #goodBytes = 0
  #file: number | undefined

  constructor(path: Bytes) {
    this.#path = path
  }

  /** Cuts off at the next write what a crash has left behind so many bytes. */
  keep(goodBytes: number): void {
    this.#goodBytes = goodBytes
  }

  append(lines: readonly unknown[]): void {
    const file = (this.#file ??= this.#open())
    for (let first = 0; first < lines.length; first += PIECE) {
      const some = lines.slice(first, first + PIECE)
      const text = Buffer.from(some.map((line) => `${JSON.stringify(line)}\n`).join(''))
      for (let written = 0; written < text.length;) written += writeSync(file, text, written)
      this.#goodBytes += text.length
    }
    fdatasyncSync(file)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #open(): number {
    mkdirSync(toBuffer(parentOf(this.#path)), { recursive: true, mode: 0o700 })
    const file = openSync(toBuffer(this.#path), 'a', 0o600)
    ftruncateSync(file, this.#goodBytes)
    return file
  }
}
