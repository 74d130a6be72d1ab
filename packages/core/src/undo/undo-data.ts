import type { Bytes } from '../files/bytes.js'

/** A part of the undo file of a run. */
export type UndoRange = readonly [offset: number, length: number]

/** Paths of the destination begin with a slash and are below its root; those of the source are whole. */
export type UndoData =
  UndoLines | UndoTree | UndoFileWritten | UndoFolder | UndoLink | UndoAside | UndoAcls

/** Of a file of keyed lines: a database, or an account file of a staged tree. */
export interface UndoLines {
  readonly kind: 'lines'
  readonly path: Bytes
  readonly format: 'database' | 'accounts'
  /** The whole file as it was; for the first change that a run makes of it. */
  readonly file?: OldFile | 'missing'
  /**
   * What follows each key, before and after, the latter as maskedLine has it; null where there is
   * no such line.
   */
  readonly lines: readonly ChangedLine[]
}

export type ChangedLine = readonly [key: Bytes, before: Bytes | null, after: Bytes | null]

export interface OldFile extends Attributes {
  readonly text: Bytes
}

export interface Attributes {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** In milliseconds. */
  readonly atime: number
  readonly mtime: number
}

export interface UndoTree {
  readonly kind: 'tree'
  /** Of the source. */
  readonly from: Bytes
  /** Of the destination. */
  readonly to: Bytes
  /** What is moved, or copied: see TreeManifest. */
  readonly manifest: UndoRange
  /** Folders that are made on the way. */
  readonly made: readonly Bytes[]
  /** The SHA-256 of each file of the manifest, one a line in its order; `-` for one without. */
  readonly sums?: UndoRange
}

export interface UndoFileWritten {
  readonly kind: 'file'
  readonly path: Bytes
  readonly made: readonly Bytes[]
  /** What was there, by its inode. */
  readonly old?: Attributes & { readonly inode: number }
  /** Where the old one stays; `isSaved`: it did so already. */
  readonly saved?: { readonly path: Bytes; readonly isSaved: boolean }
  /** SHA-256 of what is written; null for a file of ours. */
  readonly sum: string | null
}

export interface UndoFolder {
  readonly kind: 'folder'
  readonly path: Bytes
  readonly made: readonly Bytes[]
  readonly wanted: Pick<Attributes, 'mode'> & Partial<Pick<Attributes, 'uid' | 'gid'>>
  /** Nothing for one that is made. */
  readonly old?: Pick<Attributes, 'mode' | 'uid' | 'gid'>
}

export interface UndoLink {
  readonly kind: 'link'
  readonly path: Bytes
  readonly made: readonly Bytes[]
  readonly target: Bytes
  /** The name under which it is made ready. */
  readonly name: Bytes
}

export interface UndoAside {
  readonly kind: 'aside'
  readonly steps: readonly (readonly [from: Bytes, to: Bytes])[]
  readonly made: readonly Bytes[]
}

/** As getfacl gives them. */
export interface UndoAcls {
  readonly kind: 'acls'
  /** Of the destination, in which the paths are; without it they are whole ones of the source. */
  readonly folder?: Bytes
  readonly text: Bytes
}
