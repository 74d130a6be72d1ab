import { existsSync, readFileSync } from 'node:fs'
import { toBuffer, writeDurably } from '@nethserver-migrate/core/runner'
import { messageKey } from './compare-maildirs.js'
import type { Listing } from './old-server.js'

/**
 * The messages that were seen on the old server at any time since the import: they are none that
 * arrived here. One name a message, each ended by a zero byte.
 */
export class SeenMessages {
  readonly #file: string
  readonly #importedAt: Date | undefined
  readonly #names: Set<string>

  constructor(file: string, importedAt: Date | undefined) {
    const text = existsSync(toBuffer(file)) ? readFileSync(toBuffer(file), 'latin1') : ''
    this.#file = file
    this.#importedAt = importedAt
    this.#names = new Set(text.split('\0').slice(0, -1))
  }

  /** Whether a file of this age may have arrived here: an older one can only have been imported. */
  matters(seconds: number): boolean {
    return !this.#importedAt || seconds >= Math.floor(this.#importedAt.getTime() / 1000)
  }

  has(maildir: string, key: string): boolean {
    return this.#names.has(maildir + key)
  }

  /** Takes note of all messages of the old server; on disk when this returns. */
  add({ entries }: Listing): void {
    const before = this.#names.size
    for (const [maildir, own] of entries)
      for (const entry of own) {
        const key = messageKey(entry)
        if (key !== undefined && this.matters(entry.seconds)) this.#names.add(maildir + key)
      }
    if (this.#names.size === before) return
    const text = [...this.#names].map((name) => `${name}\0`).join('')
    writeDurably(this.#file, text, { mode: 0o600 })
  }
}
