import type { Bytes } from '../files/bytes.js'
import type { PastOperation } from '../journal/history.js'
import type { Log } from '../report/log.js'
import type { UndoData } from '../undo/undo-data.js'

/** What an import has written down of an operation, with what it was to bring. */
export interface Brought {
  readonly operation: PastOperation
  readonly data: UndoData
}

/** What a part of a verification looks at. */
export interface Verification {
  readonly root: Bytes
  readonly checksum: boolean
  /** In the order in which it was brought. */
  readonly brought: readonly Brought[]
  /** A part of the undo file of the run that an operation belongs to. */
  read(operation: PastOperation, range: readonly [number, number]): Bytes
  /** An error for each thing that is not as the import left it. */
  readonly differs: (code: string, subject: string, message: string, remedy: string) => void
  readonly log: Log
}
