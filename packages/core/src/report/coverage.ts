import type { Plugin } from '../plugin/define-plugin.js'
import type { Coverage } from '../plugin/coverage.js'
import { toDisplay } from '../files/bytes.js'
import { DATABASES, type Source } from '../source/source.js'

/** A part of the source that no plugin names, neither as covered nor as left out. */
export interface UnknownPart {
  /** `3 × record of type ibay in accounts`, or a path. */
  readonly subject: string
  /** Keys of records, in byte order; empty for a path. */
  readonly keys: readonly string[]
}

/** Everything of a source that none of the plugins has heard of. docs/process.md#coverage */
export function unknownParts(source: Source, plugins: readonly Plugin[]): UnknownPart[] {
  const named = plugins.flatMap(({ covers, leavesOut }) => [...covers, ...leavesOut])
  return [...unknownRecords(source, named), ...unknownTrees(source, named)]
}

function unknownRecords(source: Source, named: readonly Coverage[]): UnknownPart[] {
  const parts: UnknownPart[] = []
  for (const database of source.readableDatabaseNames()) {
    const rules = named.filter(isRecordRule).filter((rule) => rule.database === database)
    const keys = new Set(rules.map(({ key }) => key))
    const types = new Set(rules.filter(({ key }) => key === undefined).map(({ type }) => type))
    if (types.has(undefined)) continue
    const byType = new Map<string, string[]>()
    for (const { key, type, props } of source.database(database)?.records() ?? []) {
      if (keys.has(key) || types.has(type)) continue
      // In the configuration database a record without props is a plain value, its type the value.
      const plain = database === 'configuration' && Object.keys(props).length === 0
      const group = plain
        ? 'plain value'
        : type === ''
          ? 'record without type'
          : `record of type ${toDisplay(type)}`
      byType.set(group, [...(byType.get(group) ?? []), toDisplay(key)])
    }
    for (const [group, unknown] of byType)
      parts.push({ subject: `${unknown.length} × ${group} in ${database}`, keys: unknown })
  }
  return parts
}

function unknownTrees(source: Source, named: readonly Coverage[]): UnknownPart[] {
  const trees = named.flatMap((rule) => ('tree' in rule ? [rule.tree] : []))
  // The databases are accounted for record by record.
  const known = new Set([
    ...trees,
    ...source.readableDatabaseNames().map((name) => `${DATABASES}/${name}`),
  ])
  const parts: UnknownPart[] = []
  const look = (folder: string) => {
    for (const name of source.list(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (known.has(path)) continue
      if ([...known].some((tree) => tree.startsWith(`${path}/`))) look(path)
      else parts.push({ subject: toDisplay(path), keys: [] })
    }
  }
  look('')
  return parts
}

function isRecordRule(rule: Coverage): rule is Extract<Coverage, { database: string }> {
  return 'database' in rule
}
