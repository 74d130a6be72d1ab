import { lstatSync, readdirSync } from 'node:fs'
import { isSecretProp } from '@nethserver-migrate/esmith-db'
import { byByteOrder, joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import type { Coverage, LeftOut, LeftOutReason } from '../plugin/coverage.js'
import type { Plugin } from '../plugin/define-plugin.js'
import { DATABASES, type Source } from '../source/source.js'
import type { Finding } from './findings.js'

/** What became of a part of the source; the same closed set everywhere. */
export type Accounted = 'migrated' | 'left-out' | 'not-installed' | 'unknown'

/** Parts of a source that share one fate: docs/report.md#accounting */
export interface AccountingEntry {
  readonly state: Accounted
  readonly kind: 'records' | 'tree'
  /** `configuration/ejabberd`, `accounts: records of type user`, or a path. */
  readonly subject: string
  /** The database; empty for a tree. */
  readonly database: string
  /** Keys of the records, in byte order. */
  readonly keys: readonly string[]
  /** The props that this is about; empty for a tree, and for records that have none. */
  readonly props: readonly string[]
  /** Props of all these records, one for a record that has none; the files of a tree left behind. */
  readonly values: number
  /** Apparent size of the files of a tree that is left behind. */
  readonly bytes: number
  /** Those that say so; none for what is unknown. */
  readonly plugins: readonly string[]
  /** Where it goes, as far as the plugin tells. */
  readonly becomes: string
  /** Why it is left out; empty otherwise. */
  readonly reason: LeftOutReason | 'skipped' | ''
  /** What a person does instead, if anything. */
  readonly manual: string
}

export type AccountingTotals = Readonly<Record<Accounted, number>>

/** Everything of a source, in one of the four lists. */
export interface Accounting {
  readonly totals: {
    /** By the best that became of one of its props. */
    readonly records: AccountingTotals
    readonly values: AccountingTotals
    readonly trees: AccountingTotals
  }
  readonly entries: readonly AccountingEntry[]
}

/** What an account needs to know. */
export interface AccountingFacts {
  readonly source: Source
  readonly plugins: readonly Plugin[]
  /** Whether the feature of a plugin is there at the destination. */
  readonly isInstalled: (plugin: Plugin) => boolean
  /** What was said: a finding may name what it leaves behind. */
  readonly findings: readonly Finding[]
  /** Paths that were in the source before files were moved. */
  readonly trees: readonly Bytes[]
}

/** Accounts for every record, prop and file tree of a source. */
export function accountFor({
  source,
  plugins,
  isInstalled,
  ...facts
}: AccountingFacts): Accounting {
  const claims = claimsOf(plugins, isInstalled, facts.findings)
  const records = new RecordAccount()
  for (const database of source.readableDatabaseNames())
    records.add(
      database,
      source,
      claims.filter(({ rule }) => 'database' in rule && rule.database === database),
    )
  const trees = treeEntries(source, claims, facts.trees)
  const entries = [...records.entries(), ...trees]
  return {
    totals: {
      records: records.totals,
      values: sum(
        entries
          .filter(({ kind }) => kind === 'records')
          .map((entry) => [entry.state, entry.values]),
      ),
      trees: sum(trees.map(({ state }) => [state, 1])),
    },
    entries,
  }
}

/** The paths that an account of this source as it is now would name. */
export function accountedTrees(source: Source, plugins: readonly Plugin[]): Bytes[] {
  const claims = claimsOf(plugins, () => true, [])
  return [...claimedPaths(source, claims).keys(), ...unclaimedPaths(source, claims)]
}

/** What a plugin says of a part of the source. */
interface Claim {
  readonly rule: Coverage | LeftOut
  readonly plugin: Plugin | undefined
  readonly pluginName: string
  readonly isInstalled: boolean
  /** Said by a run about what it met, not by the plugin about all sources. */
  readonly met?: Finding
}

interface Verdict {
  readonly state: Accounted
  readonly plugins: readonly string[]
  readonly becomes: string
  readonly reason: AccountingEntry['reason']
  readonly manual: string
}

const UNKNOWN: Verdict = { state: 'unknown', plugins: [], becomes: '', reason: '', manual: '' }

function claimsOf(
  plugins: readonly Plugin[],
  isInstalled: (plugin: Plugin) => boolean,
  findings: readonly Finding[],
): Claim[] {
  const claims = plugins.flatMap((plugin): Claim[] => {
    const installed = isInstalled(plugin)
    return [...plugin.covers, ...plugin.leavesOut].map((rule) => ({
      rule,
      plugin,
      pluginName: plugin.name,
      isInstalled: installed,
    }))
  })
  const met = findings.flatMap((finding) =>
    (finding.leaves ?? []).map((rule): Claim => ({
      rule,
      plugin: undefined,
      pluginName: finding.plugin,
      isInstalled: true,
      met: finding,
    })),
  )
  return [...met, ...claims]
}

/** The claims that count most, all of the same weight. */
function decide(applying: readonly Claim[]): Verdict {
  // What a plugin has met counts more than what it says of all sources.
  const retracted = new Set(applying.filter(({ met }) => met).map(({ pluginName }) => pluginName))
  const claims = applying.filter(
    ({ met, rule, pluginName }) => met ?? ('reason' in rule || !retracted.has(pluginName)),
  )
  const best = Math.max(...claims.map(weight))
  const strongest = claims.filter((claim) => weight(claim) === best)
  const [first] = strongest
  if (!first) return UNKNOWN
  const plugins = [...new Set(strongest.map(({ pluginName }) => pluginName))]
  const all = (texts: readonly (string | undefined)[]) =>
    [...new Set(texts.filter((text) => text !== undefined && text !== ''))].join('; ')
  if (first.met)
    return {
      state: 'left-out',
      plugins,
      becomes: '',
      reason: 'skipped',
      manual: all(strongest.map(({ met }) => met?.remedy)),
    }
  const becomes = all(strongest.map(({ rule }) => rule.becomes))
  if ('reason' in first.rule) {
    const manual = all(strongest.map(({ rule }) => ('reason' in rule ? rule.manual : undefined)))
    return { state: 'left-out', plugins, becomes, reason: first.rule.reason, manual }
  }
  if (first.isInstalled) return { state: 'migrated', plugins, becomes, reason: '', manual: '' }
  const [needed = ''] = first.plugin?.feature.packages ?? []
  return {
    state: 'not-installed',
    plugins,
    becomes,
    reason: '',
    manual: `Where it is still needed, install ${needed} and run the same command again`,
  }
}

/**
 * A record that a run has met and left counts before all else, an installed plugin before one that
 * is not, one that names props before one that does not, a key before a type before a whole
 * database, and what is carried before what stays.
 */
function weight({ rule, isInstalled, met }: Claim): number {
  const isElsewhere = 'reason' in rule && rule.reason === 'other-plugin'
  const hasKey = 'key' in rule && rule.key !== undefined
  const hasProps = 'props' in rule && rule.props !== undefined
  const flags = [
    met !== undefined && hasKey && !hasProps,
    !isElsewhere,
    isInstalled,
    hasProps,
    hasKey,
    'type' in rule && rule.type !== undefined,
    !('reason' in rule) && met === undefined,
    met !== undefined,
  ]
  return flags.reduce((total, flag) => total * 2 + (flag ? 1 : 0), 0)
}

/** Records with one fate, while they are counted. */
interface Pile {
  readonly subject: string
  readonly database: string
  readonly verdict: Verdict
  readonly keys: Set<string>
  readonly props: Set<string>
  values: number
}

class RecordAccount {
  readonly #piles = new Map<string, Pile>()
  readonly #totals = { migrated: 0, 'left-out': 0, 'not-installed': 0, unknown: 0 }

  get totals(): AccountingTotals {
    return this.#totals
  }

  add(database: string, source: Source, claims: readonly Claim[]): void {
    const general: Claim[] = []
    const byKey = new Map<Bytes, Claim[]>()
    for (const claim of claims) {
      const key = 'key' in claim.rule ? claim.rule.key : undefined
      if (key === undefined) general.push(claim)
      else byKey.set(key, [...(byKey.get(key) ?? []), claim])
    }
    const verdicts = new Map<string, Verdict>()
    for (const { key, type, props } of source.database(database)?.records() ?? []) {
      // Records of a type share what is said of them, but for those that a claim names.
      const own = byKey.get(key)
      const known = own ? [...own, ...general] : general
      const group = own ? `k${key}` : `t${type}`
      const shown = toDisplay(key)
      const subject =
        database === 'configuration'
          ? `${database}/${shown}`
          : `${database}: ${type === '' ? 'records without type' : `records of type ${toDisplay(type)}`}`
      const states = new Set<Accounted>()
      const names = Object.keys(props)
      for (const prop of names.length === 0 ? [undefined] : names) {
        const id = `${group}\0${prop ?? ''}`
        let verdict = verdicts.get(id)
        if (!verdict) {
          verdict = decide(known.filter(({ rule }) => applies(rule, type, prop)))
          verdicts.set(id, verdict)
        }
        states.add(verdict.state)
        this.#pile(database, subject, shown, verdict, nameOf(prop, verdict, names))
      }
      for (const state of ['migrated', 'not-installed', 'left-out', 'unknown'] as const)
        if (states.has(state)) {
          this.#totals[state] += 1
          break
        }
    }
  }

  entries(): AccountingEntry[] {
    const piles = [...this.#piles.values()].sort(
      (one, other) =>
        byByteOrder(one.database, other.database) || byByteOrder(one.subject, other.subject),
    )
    return piles.map(({ verdict, keys, props, ...pile }) => ({
      kind: 'records',
      ...pile,
      ...verdict,
      keys: [...keys],
      props: [...props].sort(byByteOrder),
      bytes: 0,
    }))
  }

  #pile(
    database: string,
    subject: string,
    key: string,
    verdict: Verdict,
    prop: string | undefined,
  ): void {
    const { state, plugins, becomes, reason, manual } = verdict
    const id = [database, subject, state, ...plugins, becomes, reason, manual].join('\0')
    let pile = this.#piles.get(id)
    if (!pile) {
      pile = { subject, database, verdict, keys: new Set(), props: new Set(), values: 0 }
      this.#piles.set(id, pile)
    }
    pile.keys.add(key)
    if (prop !== undefined) pile.props.add(prop)
    pile.values += 1
  }
}

/**
 * A pipe in a password cuts its record, and what stood behind the pipe looks like the name of a
 * prop: beside a password no name is shown that no plugin knows.
 */
function nameOf(
  prop: string | undefined,
  { state }: Verdict,
  names: readonly string[],
): string | undefined {
  if (prop === undefined) return undefined
  return state === 'unknown' && !isSecretProp(prop) && names.some(isSecretProp)
    ? '***'
    : toDisplay(prop)
}

function applies(rule: Coverage, type: Bytes, prop: string | undefined): boolean {
  if (!('database' in rule)) return false
  if (rule.type !== undefined && rule.type !== type) return false
  // A record without props is known to whoever knows records of its kind.
  return prop === undefined || rule.props === undefined || rule.props.includes(prop)
}

function treeEntries(
  source: Source,
  claims: readonly Claim[],
  before: readonly Bytes[],
): AccountingEntry[] {
  const claimed = claimedPaths(source, claims, before)
  const paths = new Map<Bytes, readonly Claim[]>(claimed)
  for (const path of [...unclaimedPaths(source, claims), ...before])
    if (!paths.has(path)) paths.set(path, claimsOn(path, claims))
  return [...paths]
    .sort(([one], [other]) => byByteOrder(one, other))
    .map(([path, own]) => {
      const verdict = decide(own)
      const { files, bytes } =
        verdict.state === 'migrated' ? { files: 0, bytes: 0 } : countFiles(source, path)
      return {
        kind: 'tree',
        subject: toDisplay(path),
        database: '',
        keys: [],
        props: [],
        values: files,
        bytes,
        ...verdict,
      }
    })
}

/** The claims on the path itself, or on the nearest folder above it. */
function claimsOn(path: Bytes, claims: readonly Claim[]): readonly Claim[] {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const own = claims.filter(({ rule }) => 'tree' in rule && rule.tree === at)
    if (own.length > 0) return own
  }
  return []
}

/** What is claimed and was there, file by file where a claim asks for that. */
function claimedPaths(
  source: Source,
  claims: readonly Claim[],
  before: readonly Bytes[] = [],
): Map<Bytes, readonly Claim[]> {
  const paths = new Map<Bytes, readonly Claim[]>()
  for (const { rule } of claims) {
    if (!('tree' in rule) || paths.has(rule.tree)) continue
    const own = claimsOn(rule.tree, claims)
    if (own.some((claim) => 'each' in claim.rule && claim.rule.each))
      for (const file of filesBelow(source, rule.tree)) paths.set(file, own)
    else if (isThere(source, rule.tree) || before.includes(rule.tree)) paths.set(rule.tree, own)
  }
  return paths
}

/** A link counts, what lies behind one does not. */
function isThere(source: Source, path: Bytes): boolean {
  const [folder] = foldersAbove(path).slice(-1)
  return (
    source.kind(path) !== 'missing' && (folder === undefined || source.kind(folder) === 'directory')
  )
}

/** The highest folders, and files, of which nothing is claimed. */
function unclaimedPaths(source: Source, claims: readonly Claim[]): Bytes[] {
  const trees = claims.flatMap(({ rule }) => ('tree' in rule ? [rule.tree] : []))
  // The databases are accounted for record by record.
  const known = new Set([
    ...trees,
    ...source.readableDatabaseNames().map((name) => `${DATABASES}/${name}`),
  ])
  const onTheWay = new Set([...known].flatMap(foldersAbove))
  const unclaimed: Bytes[] = []
  const look = (folder: Bytes) => {
    for (const name of source.list(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (known.has(path)) continue
      if (onTheWay.has(path) && source.kind(path) === 'directory') look(path)
      else unclaimed.push(path)
    }
  }
  look('')
  return unclaimed
}

function foldersAbove(path: Bytes): Bytes[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function filesBelow(source: Source, folder: Bytes): Bytes[] {
  if (source.kind(folder) !== 'directory') return source.kind(folder) === 'missing' ? [] : [folder]
  return source.list(folder).flatMap((name) => filesBelow(source, joinPath(folder, name)))
}

/** Never behind a link, and never the content of anything. */
function countFiles(source: Source, path: Bytes): { files: number; bytes: number } {
  const count = { files: 0, bytes: 0 }
  const look = (at: Bytes) => {
    const stats = lstatSync(toBuffer(at), { throwIfNoEntry: false })
    if (!stats?.isDirectory()) {
      count.files += stats ? 1 : 0
      count.bytes += stats?.isFile() ? stats.size : 0
      return
    }
    for (const name of readdirSync(toBuffer(at), { encoding: 'latin1' })) look(joinPath(at, name))
  }
  if (source.kind(path) !== 'missing') look(source.path(path))
  return count
}

function sum(amounts: readonly (readonly [Accounted, number])[]): AccountingTotals {
  const totals = { migrated: 0, 'left-out': 0, 'not-installed': 0, unknown: 0 }
  for (const [state, amount] of amounts) totals[state] += amount
  return totals
}
