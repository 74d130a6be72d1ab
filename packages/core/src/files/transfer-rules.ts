import type { Bytes } from './bytes.js'

/** What is particular to a kind of tree when it is moved and merged. docs/files.md#merging */
export interface TransferRules {
  /** The name that a folder gets at the destination. */
  folderName?(name: Bytes): Bytes
  /** Links that are absolute, or lead out of the tree, are left in the source. */
  readonly keepsLinksInside?: boolean
  /**
   * The beginning of a file's name by which it is known, where the rest may change: a file of the
   * destination with the same beginning is the one to compare with. Nothing for other files.
   */
  identityOf?(folderName: Bytes, fileName: Bytes): Bytes | undefined
  /** Folders side by side, among which a file may have changed its place. */
  readonly foldersOfOneKind?: readonly Bytes[]
  /** Files of which the destination keeps its own, if it has one. */
  destinationKeeps?(fileName: Bytes): boolean
}
