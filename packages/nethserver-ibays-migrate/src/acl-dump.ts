import { toDisplay, type AclEntry, type FileAcl } from '@nethserver-migrate/core'

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
  let first = 1
  let paragraph: string[] = []
  const lines = text.split('\n')
  for (const [index, line] of [...lines, ''].entries()) {
    if (line !== '') {
      if (paragraph.length === 0) first = index + 1
      paragraph.push(line)
    } else if (paragraph.length > 0) {
      const file = parseParagraph(paragraph)
      if (typeof file === 'string') problems.push({ line: first, reason: file })
      else files.push(file)
      paragraph = []
    }
  }
  return { files, problems }
}

/** The ACL of a file, or why there is none. */
function parseParagraph(lines: readonly string[]): FileAcl | string {
  const comments = new Map<string, string>()
  const entries: AclEntry[] = []
  for (const line of lines) {
    const [, name = '', value = ''] = /^# (file|owner|group|flags): (.*)$/s.exec(line) ?? []
    const entry = name === '' ? parseEntry(line) : undefined
    if (name !== '') comments.set(name, unquote(value))
    else if (entry) entries.push(entry)
    else return `${toDisplay(line)} is no entry of an ACL`
  }
  const path = comments.get('file')
  const owner = comments.get('owner')
  const group = comments.get('group')
  if (path === undefined) return 'it names no file'
  const problem =
    problemWith(entries.filter(({ isDefault }) => !isDefault)) ??
    (entries.some(({ isDefault }) => isDefault)
      ? problemWith(entries.filter(({ isDefault }) => isDefault))
      : undefined)
  if (problem) return `the ACL of ${toDisplay(path)} ${problem}`
  return {
    path,
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
