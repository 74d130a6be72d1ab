/**
 * A part of a source, as data: records of a database (all of them, those of a type, or one key,
 * perhaps only some of its props), or a file tree.
 */
export type Coverage =
  | {
      readonly database: string
      readonly key?: string
      readonly type?: string
      /** Only these props; without it the whole record. */
      readonly props?: readonly string[]
      /** Where it goes, for the tables of the README and the report. */
      readonly becomes?: string
    }
  | {
      readonly tree: string
      /** Whether each file below is accounted for by itself. */
      readonly each?: boolean
      readonly becomes?: string
    }

/** Why a part of a source stays behind: a closed set, shared by the report, JSON and docs. */
export type LeftOutReason =
  | 'never-imported'
  | 'set-on-destination'
  | 'old-default'
  | 'no-equivalent'
  | 'other-plugin'
  | 'obsolete'

export type LeftOut = Coverage & {
  readonly reason: LeftOutReason
  /** What a person does instead, if anything. */
  readonly manual?: string
}
