import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Variant = 'n6' | 'n7'

export const DATABASES = 'var/lib/nethserver/db'
export const MIGRATION = 'var/lib/nethserver/migration'

/** 16 bytes in base64, on a line of their own. */
const RANDOM_PASSWORD = /^[A-Za-z0-9+/]{22}==$/gm

const EXPECTED = fileURLToPath(new URL('../expected', import.meta.url))

/** One file of `test/expected/<variant>`, as a byte string. */
export function expectedText(variant: Variant, name: string): string {
  return byteText(join(EXPECTED, variant, name))
}

export function expectedDatabases(variant: Variant): Record<string, string> {
  return databaseTexts(join(EXPECTED, variant, 'db'))
}

/**
 * Every database of a folder by its name: the record lines, without the header. A semaphore that a
 * killed process has left behind is no database.
 */
export function databaseTexts(folder: string): Record<string, string> {
  const names = readdirSync(folder)
    .filter((name) => !name.endsWith('.lock'))
    .sort()
  return Object.fromEntries(names.map((name) => [name, recordLines(byteText(join(folder, name)))]))
}

/** A file's bytes as a string of one character each, so that Latin-1 and UTF-8 compare alike. */
export function byteText(path: string): string {
  return readFileSync(path, 'latin1')
}

/** What a manifest leaves out: each of these paths with all below it, except what `but` names. */
export interface LeftOut {
  paths: readonly string[]
  but: readonly string[]
}

/**
 * A whole tree as text, one line an entry, in the byte order of the paths:
 *
 *     <f|d|l|p> <mode> <uid>:<gid> <size> <first 16 of the sha256, or a link's target> <path>
 *
 * `-` stands where a column says nothing. The path is JSON, and holds one character a byte. The
 * time in the name of the link to admin's files reads `<TIMESTAMP>`.
 */
export function manifestOf(root: string, leftOut: LeftOut): string {
  return entriesBelow(root)
    .filter((path) => !isLeftOut(path, leftOut))
    .map((path) => ({ shown: withoutTimestamp(path), line: manifestLine(root, path) }))
    .sort((a, b) => (a.shown < b.shown ? -1 : 1))
    .map(({ shown, line }) => `${line} ${asciiJson(shown)}\n`)
    .join('')
}

/**
 * The ACLs of all that has more of them than a mode says, in numbers, as getfacl writes them, in the
 * byte order of their paths.
 */
export function aclsOf(root: string): string {
  const args = ['--recursive', '--physical', '--numeric', '--skip-base', '.']
  const text = execFileSync('getfacl', args, { cwd: root, encoding: 'latin1' })
  return text.trim().split('\n\n').sort().join('\n\n') + '\n'
}

/**
 * What the queued commands read: access, name and content of each file. Random passwords are
 * numbered, so that the same number stands for the same one.
 */
export function inputsOf(root: string): string {
  const folder = join(root, MIGRATION, 'secrets')
  const passwords: string[] = []
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const { mode, uid, gid } = lstatSync(join(folder, name))
      const content = byteText(join(folder, name)).replace(RANDOM_PASSWORD, (password) => {
        if (!passwords.includes(password)) passwords.push(password)
        return `<RANDOM ${passwords.indexOf(password) + 1}>`
      })
      return `==> ${name} ${octal(mode)} ${uid}:${gid}\n${content.trimEnd()}\n`
    })
    .join('')
}

/** A path of the tree with its bytes, whatever encoding its name is in. */
export function pathBytes(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')])
}

export function withoutTimestamp(text: string): string {
  return text.replace(/admin-migration-\d{14}/g, 'admin-migration-<TIMESTAMP>')
}

function recordLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
}

/** Folders before what they hold; links are never followed. */
export function entriesBelow(root: string, folder = ''): string[] {
  const names = readdirSync(pathBytes(root, folder), { encoding: 'buffer' })
  return names.flatMap((name) => {
    const path = (folder === '' ? '' : `${folder}/`) + name.toString('latin1')
    const isFolder = lstatSync(pathBytes(root, path)).isDirectory()
    return isFolder ? [path, ...entriesBelow(root, path)] : [path]
  })
}

function isLeftOut(path: string, { paths, but }: LeftOut): boolean {
  const isIn = (folder: string) => path === folder || path.startsWith(`${folder}/`)
  return paths.some(isIn) && !but.some(isIn)
}

function manifestLine(root: string, path: string): string {
  const bytes = pathBytes(root, path)
  const stat = lstatSync(bytes)
  const access = `${octal(stat.mode)} ${stat.uid}:${stat.gid}`
  if (stat.isDirectory()) return `d ${access} - -`
  if (stat.isFIFO()) return `p ${access} - -`
  if (stat.isSymbolicLink()) return `l ${access} - ${readlinkSync(bytes, 'latin1')}`
  if (!stat.isFile()) throw new Error(`${path} is neither file, folder, link nor FIFO`)
  const sha256 = createHash('sha256').update(readFileSync(bytes)).digest('hex')
  return `f ${access} ${stat.size} ${sha256.slice(0, 16)}`
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}

/** The manifests stay ASCII, so that no editor can change a byte of a name. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\xff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
