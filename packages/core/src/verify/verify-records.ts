import { existsSync, readFileSync } from 'node:fs'
import { isSecretProp, RecordTable, type EsmithRecord } from '@nethserver-migrate/esmith-db'
import { baseName, joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { maskedLine } from '../undo/masked-line.js'
import type { Verification } from './verification.js'

/** What an import made of a record: of the type, of each prop that it changed, or of all of it. */
interface Wanted {
  deleted: boolean
  type: Bytes | undefined
  readonly props: Map<Bytes, Bytes | undefined>
}

/** What imports have set is still set; what an event has added since is none of theirs. */
export function verifyRecords({ root, brought, differs }: Verification): void {
  const databases = new Map<Bytes, Map<Bytes, Wanted>>()
  for (const { data } of brought) {
    if (data.kind !== 'lines' || data.format !== 'database') continue
    const records = databases.get(data.path) ?? new Map<Bytes, Wanted>()
    databases.set(data.path, records)
    for (const [key, before, after] of data.lines)
      records.set(
        key,
        wantedAfter(records.get(key), parse(key, masked(key, before)), parse(key, after)),
      )
  }
  for (const [path, records] of databases) {
    const file = toBuffer(joinPath(root, path))
    const table = RecordTable.parse(existsSync(file) ? readFileSync(file) : '')
    for (const [key, wanted] of records) {
      const difference = differenceOf(wanted, parse(key, masked(key, table.raw(key) ?? null)), key)
      const subject = `${toDisplay(baseName(path))}/${toDisplay(key)}`
      if (difference)
        differs(
          'verify-record',
          subject,
          `${subject}: ${difference}`,
          'If nobody changed it on purpose, set it again by hand',
        )
    }
  }
}

function wantedAfter(
  known: Wanted | undefined,
  before: EsmithRecord | undefined,
  after: EsmithRecord | undefined,
): Wanted {
  const props = new Map(known?.props)
  for (const name of Object.keys({ ...before?.props, ...after?.props }))
    if (before?.props[name] !== after?.props[name]) props.set(name, after?.props[name])
  const type = before?.type === after?.type ? known?.type : after?.type
  return { deleted: after === undefined, type, props }
}

function differenceOf(
  wanted: Wanted,
  now: EsmithRecord | undefined,
  key: Bytes,
): string | undefined {
  if (!now) return wanted.deleted ? undefined : 'is missing'
  if (wanted.deleted) return 'is there again, the import removed it'
  const parts: string[] = []
  if (wanted.type !== undefined && wanted.type !== now.type)
    parts.push(`the type, or value, is ${shown(key, now.type)}, not ${shown(key, wanted.type)}`)
  for (const [name, value] of wanted.props)
    if (now.props[name] !== value)
      parts.push(`${toDisplay(name)} is ${shown(name, now.props[name])}, not ${shown(name, value)}`)
  return parts.length > 0 ? parts.join('; ') : undefined
}

/** As undo data have what an import left. */
function masked(key: Bytes, raw: Bytes | null): Bytes | null {
  return maskedLine('database', key, raw)
}

function parse(key: Bytes, raw: Bytes | null): EsmithRecord | undefined {
  if (raw === null) return undefined
  const table = RecordTable.parse('')
  table.restore(key, raw)
  return table.get(key)
}

function shown(name: Bytes, value: Bytes | undefined): string {
  if (value === undefined) return 'missing'
  if (value === '') return 'empty'
  return isSecretProp(name) ? '***' : toDisplay(value)
}
