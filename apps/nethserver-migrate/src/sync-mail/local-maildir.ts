import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { joinPath, maildirRules, toBuffer } from '@nethserver-migrate/core/runner'

/** A message of the destination. */
export interface LocalMessage {
  /** Below its Maildir. */
  readonly path: string
  readonly size: number
  /** When it was last changed, in seconds since 1970. */
  readonly seconds: number
}

/** A Maildir of the destination as it is, read folder by folder when it is asked for. */
export class LocalMaildir {
  readonly #path: string
  readonly #messages = new Map<string, Map<string, LocalMessage>>()

  constructor(path: string) {
    this.#path = path
  }

  /** What lies at a path below it. */
  stat(path: string): Stats | undefined {
    return lstatSync(toBuffer(joinPath(this.#path, path)), { throwIfNoEntry: false })
  }

  /** The messages of a folder, in `cur` or `new` alike, by what they are known by. */
  messagesOf(folder: string): ReadonlyMap<string, LocalMessage> {
    const known = this.#messages.get(folder)
    if (known) return known
    const messages = new Map<string, LocalMessage>()
    for (const kin of maildirRules.foldersOfOneKind ?? [])
      for (const name of this.#names(joinPath(folder, kin))) {
        const path = below(folder, `${kin}/${name}`)
        const identity = maildirRules.identityOf?.(kin, name)
        const stats = this.stat(path)
        if (identity !== undefined && stats?.isFile())
          messages.set(identity, { path, ...measure(stats) })
      }
    this.#messages.set(folder, messages)
    return messages
  }

  /** The folders that can have messages: the inbox, and those beside it. */
  folders(): string[] {
    return ['', ...this.#names('').filter((name) => this.stat(`${name}/cur`)?.isDirectory())]
  }

  #names(folder: string): string[] {
    return this.stat(folder)?.isDirectory()
      ? readdirSync(toBuffer(joinPath(this.#path, folder)), { encoding: 'latin1' })
      : []
  }
}

/** Size and time, as rsync compares them. */
export function measure({ size, mtimeMs }: Stats): { size: number; seconds: number } {
  return { size, seconds: Math.floor(mtimeMs / 1000) }
}

export function below(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`
}
