import { readdirSync, type Stats } from 'node:fs'
import { baseName, byByteOrder, parentOf, toBuffer, type Bytes } from './bytes.js'
import { entryAt } from './entry-at.js'

/**
 * The destination's files as they will be: what a plan pretends to have moved is seen at its new
 * place. Without pretended entries it is the file system itself.
 */
export class FileView {
  readonly #moved = new Map<Bytes, Bytes>()
  readonly #made = new Map<Bytes, Bytes>()
  readonly #written = new Map<Bytes, Bytes>()
  /** The names that are pretended to be in a folder. */
  readonly #names = new Map<Bytes, Set<Bytes>>()

  /** Pretends that `from` lies at `to`. */
  pretend(to: Bytes, from: Bytes): void {
    this.#moved.set(to, from)
    this.#name(to)
  }

  /** Pretends that a folder like `from`, and nothing in it, lies at `to`. */
  pretendMade(to: Bytes, from: Bytes): void {
    this.#made.set(to, from)
    this.#name(to)
  }

  /** Pretends that a file with this content lies at `to`. */
  pretendWritten(to: Bytes, content: Bytes): void {
    this.#written.set(to, content)
  }

  /** The content of a file that is pretended to be written. */
  written(path: Bytes): Bytes | undefined {
    return this.#written.get(path)
  }

  forget(): void {
    this.#moved.clear()
    this.#made.clear()
    this.#names.clear()
  }

  lstat(path: Bytes): Stats | undefined {
    return entryAt(this.#made.get(path) ?? this.real(path))
  }

  /** The names in a folder in byte order; empty when there is no such folder. */
  list(path: Bytes): Bytes[] {
    const real = this.real(path)
    const names = entryAt(real)?.isDirectory()
      ? readdirSync(toBuffer(real), { encoding: 'latin1' })
      : []
    return [...new Set([...names, ...(this.#names.get(path) ?? [])])].sort(byByteOrder)
  }

  /** Where the bytes of a path of the view really are. */
  real(path: Bytes): Bytes {
    if (this.#moved.size === 0) return path
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const from = this.#moved.get(path.slice(0, end))
      if (from !== undefined) return from + path.slice(end)
    }
    return path
  }

  #name(path: Bytes): void {
    const names = this.#names.get(parentOf(path)) ?? new Set()
    this.#names.set(parentOf(path), names.add(baseName(path)))
  }
}
