export type { Bytes } from './bytes.js'
export {
  validateChange,
  type Change,
  type ChangeResult,
  type ValueProblem,
  type ValueProblemCode,
} from './change.js'
export { Database, type CommitResult, type OpenOptions } from './database.js'
export { DatabaseError, type DatabaseErrorCode } from './errors.js'
export type { RecordFinding, RecordFindingCode } from './findings.js'
export { namesOf, type EsmithRecord, type Props } from './record-text.js'
export { RecordTable, type RecordTableView } from './record-table.js'
export { isSecretProp } from './secret-props.js'
export { removeStaleLocks } from './sweep.js'
export { hostVirtualKeys, type VirtualKeys } from './virtual-keys.js'
