import { toDisplay, type Acl, type AclEntry, type FileAcl } from '@nethserver-migrate/core'

export interface AclDump {
  /** Paths as they stand there, accounts by their old names. */
  readonly files: readonly FileAcl[]
  /** Parts that no ACL can be made of; the rest is not affected. */
  readonly problems: readonly AclDumpProblem[]
}

export interface AclDumpProblem {
  /** Where the part begins, from 1. */
  readonly line: number
  readonly reason: string
}

const ENTRY = /^(default:)?(user|group|mask|other):([^:]*):([r-][w-][x-])$/

/** Reads what `getfacl` prints: a paragraph a file, its name first. */
export function parseAclDump(text: string): AclDump {
  const files: FileAcl[] = []
  const problems: AclDumpProblem[] = []
  // Most files of a server share a handful of ACLs: each is read, and kept, once.
  const acls = new Map<string, Acl | string>()
  for (const { line, paragraph } of paragraphs(text)) {
    const [, name, lines = ''] = /^# file: ([^\n]*)(?:\n(.*))?$/s.exec(paragraph) ?? []
    const acl = acls.get(lines) ?? parseAcl(lines)
    acls.set(lines, acl)
    if (name === undefined) problems.push({ line, reason: 'it names no file' })
    else if (typeof acl === 'string')
      problems.push({ line, reason: `the ACL of ${toDisplay(unquote(name))} ${acl}` })
    else files.push({ path: unquote(name), acl })
  }
  return { files, problems }
}

/** The parts of a text between empty lines, with the number of their first line. */
function* paragraphs(text: string): Generator<{ line: number; paragraph: string }> {
  let start = 0
  let line = 1
  for (;;) {
    for (; text[start] === '\n'; start += 1) line += 1
    if (start === text.length) return
    const blank = text.indexOf('\n\n', start)
    const paragraph = text.slice(start, blank < 0 ? text.length : blank).replace(/\n$/, '')
    yield { line, paragraph }
    start += paragraph.length
    line += paragraph.split('\n').length - 1
  }
}

/** An ACL, or what keeps the text from being one. */
function parseAcl(text: string): Acl | string {
  const comments = new Map<string, string>()
  const entries: AclEntry[] = []
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^# (owner|group|flags): (.*)$/s.exec(line) ?? []
    const entry = name === '' ? parseEntry(line) : undefined
    if (name !== '') comments.set(name, unquote(value))
    else if (entry) entries.push(entry)
    else if (line !== '') return `has a part that is none: ${toDisplay(line)}`
  }
  const handedDown = entries.filter(({ isDefault }) => isDefault)
  const problem =
    problemWith(entries.filter(({ isDefault }) => !isDefault)) ??
    (handedDown.length > 0 ? problemWith(handedDown) : undefined)
  if (problem !== undefined) return problem
  const owner = comments.get('owner')
  const group = comments.get('group')
  return {
    entries,
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  }
}

/** What a mask leaves of an entry stands behind it, for people. */
function parseEntry(line: string): AclEntry | undefined {
  const [, byDefault, tag, quoted = '', permissions] =
    ENTRY.exec(line.replace(/[ \t]*#effective:.*$/s, '')) ?? []
  if (permissions === undefined) return undefined
  const isDefault = byDefault !== undefined
  const name = unquote(quoted)
  if (tag === 'user' || tag === 'group')
    return { tag, permissions, isDefault, ...(name === '' ? {} : { name }) }
  return (tag === 'mask' || tag === 'other') && name === ''
    ? { tag, permissions, isDefault }
    : undefined
}

/** Nothing for entries that are a whole ACL, each thing said once. */
function problemWith(entries: readonly AclEntry[]): string | undefined {
  const said = new Set(entries.map(({ tag, name = '' }) => `${tag}:${name}`))
  if (said.size < entries.length) return 'says a thing twice'
  const missing = ['user:', 'group:', 'other:'].find((entry) => !said.has(entry))
  if (missing !== undefined) return `has no ${missing}:`
  return entries.some(({ name }) => name !== undefined) && !said.has('mask:')
    ? 'has no mask::'
    : undefined
}

/** Bytes that would end or divide a name are written in octal. */
function unquote(text: string): string {
  return text.replace(/\\(\\|[0-3][0-7]{2})/g, (_match, code: string) =>
    code === '\\' ? code : String.fromCharCode(parseInt(code, 8)),
  )
}
