import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { joinPath, toBuffer, toBytes } from '@nethserver-migrate/core/runner'

/** A file by its text (UTF-8), or spelled out. */
export type TreeEntry =
  | string
  | {
      /** UTF-8 text, or bytes. */
      readonly content: string | Buffer
      readonly mode?: number
      readonly owner?: readonly [uid: number, gid: number]
    }
  | {
      readonly directory: true
      readonly mode?: number
      readonly owner?: readonly [uid: number, gid: number]
    }
  | { readonly link: string; readonly owner?: readonly [uid: number, gid: number] }

/** Path → entry. Folders on the way are made. A path may be given as Latin-1 bytes in a string. */
export type Tree = Readonly<Record<string, TreeEntry>>

/** Writes a tree of files as a test states it. */
export function writeTree(folder: string, tree: Tree): void {
  for (const [path, entry] of Object.entries(tree)) {
    const file = toBuffer(joinPath(toBytes(folder), path))
    mkdirSync(file.subarray(0, file.lastIndexOf(0x2f)), { recursive: true })
    if (typeof entry === 'string') writeFileSync(file, entry)
    else if ('link' in entry) {
      symlinkSync(entry.link, file)
      if (entry.owner) lchownSync(file, entry.owner[0], entry.owner[1])
    } else {
      if ('directory' in entry) mkdirSync(file, { recursive: true })
      else writeFileSync(file, entry.content)
      if (entry.mode !== undefined) chmodSync(file, entry.mode)
      if (entry.owner) chownSync(file, entry.owner[0], entry.owner[1])
    }
  }
}
