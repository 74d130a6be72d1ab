import { trimBlanks, type Bytes } from '../files/bytes.js'

export interface PasswdEntry {
  readonly name: Bytes
  readonly uid: number
  readonly gid: number
  readonly gecos: Bytes
  readonly home: Bytes
  readonly shell: Bytes
}

export interface GroupEntry {
  readonly name: Bytes
  readonly gid: number
  readonly members: ReadonlySet<Bytes>
}

/** A line of passwd, shadow or group that says nothing usable. */
export interface BadLine {
  readonly line: number
  readonly reason: string
}

export interface AccountFile<Entry> {
  readonly entries: ReadonlyMap<Bytes, Entry>
  readonly badLines: readonly BadLine[]
}

export function parsePasswd(text: Bytes): AccountFile<PasswdEntry> {
  return parseLines(
    text,
    7,
    ([name = '', , uid = '', gid = '', gecos = '', home = '', shell = '']) => {
      if (!isId(uid) || !isId(gid)) return 'uid or gid is not a number'
      return { name, uid: Number(uid), gid: Number(gid), gecos, home, shell }
    },
  )
}

export function parseGroup(text: Bytes): AccountFile<GroupEntry> {
  return parseLines(text, 4, ([name = '', , gid = '', members = '']) => {
    if (!isId(gid)) return 'gid is not a number'
    return { name, gid: Number(gid), members: new Set(splitNames(members)) }
  })
}

/** User name → the second field of shadow. See {@link passwordHash} before using one. */
export function parseShadow(text: Bytes): AccountFile<{ name: Bytes; hash: Bytes }> {
  return parseLines(text, 9, ([name = '', hash = '']) => ({ name, hash }))
}

/** Splits a comma-separated list of names: blanks at their ends dropped, empty and double ones dropped. */
export function splitNames(list: Bytes): Bytes[] {
  return [...new Set(list.split(',').map((name) => trimBlanks(name)))].filter((name) => name !== '')
}

function parseLines<Entry extends { readonly name: Bytes }>(
  text: Bytes,
  fields: number,
  entryOf: (values: readonly Bytes[]) => Entry | string,
): AccountFile<Entry> {
  const entries = new Map<Bytes, Entry>()
  const badLines: BadLine[] = []
  text.split('\n').forEach((line, index) => {
    if (line === '') return
    const values = line.split(':')
    const bad = (reason: string) => badLines.push({ line: index + 1, reason })
    if (values.length !== fields) return bad(`${values.length} fields instead of ${fields}`)
    if (values[0] === '') return bad('no name')
    const entry = entryOf(values)
    if (typeof entry === 'string') return bad(entry)
    if (entries.has(entry.name)) return bad('the name stands in an earlier line')
    entries.set(entry.name, entry)
    return undefined
  })
  return { entries, badLines }
}

function isId(text: Bytes): boolean {
  return /^\d{1,10}$/.test(text)
}
