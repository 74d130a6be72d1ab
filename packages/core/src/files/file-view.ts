import { lstatSync, type Stats } from 'node:fs'
import { toBuffer, type Bytes } from './bytes.js'

/**
 * The destination's files as they will be: what a plan pretends to have moved is seen at its new
 * place. Without pretended entries it is the file system itself.
 */
export class FileView {
  readonly #moved = new Map<Bytes, Bytes>()
  readonly #made = new Map<Bytes, Bytes>()
  readonly #written = new Map<Bytes, Bytes>()

  /** Pretends that `from` lies at `to`. */
  pretend(to: Bytes, from: Bytes): void {
    this.#moved.set(to, from)
  }

  /** Pretends that a folder like `from`, and nothing in it, lies at `to`. */
  pretendMade(to: Bytes, from: Bytes): void {
    this.#made.set(to, from)
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
  }

  lstat(path: Bytes): Stats | undefined {
    return lstatSync(toBuffer(this.#made.get(path) ?? this.real(path)), { throwIfNoEntry: false })
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
}
