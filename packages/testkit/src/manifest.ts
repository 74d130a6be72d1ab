import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { toBuffer, toBytes, toDisplay } from '@nethserver-migrate/core/runner'

/**
 * What lies in a folder, one line an entry in byte order of the paths:
 * `<kind> <mode> <uid>:<gid> <path>` and, behind the path, `-> target` of a link or `= ` and the
 * beginning of the SHA-256 of a file.
 */
export function manifest(folder: string): string[] {
  const top = toBytes(folder)
  const lines: string[] = []
  const look = (path: string) => {
    for (const name of readdirSync(toBuffer(top + path), { encoding: 'latin1' }).sort()) {
      const below = `${path}/${name}`
      const file = toBuffer(top + below)
      const stats = lstatSync(file)
      const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0')
      const kind = stats.isDirectory()
        ? 'd'
        : stats.isSymbolicLink()
          ? 'l'
          : stats.isFile()
            ? 'f'
            : 'p'
      const content = stats.isSymbolicLink()
        ? ` -> ${readlinkSync(file, 'utf8')}`
        : stats.isFile()
          ? ` = ${createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12)}`
          : ''
      lines.push(`${kind} ${mode} ${stats.uid}:${stats.gid} ${toDisplay(below.slice(1))}${content}`)
      if (stats.isDirectory()) look(below)
    }
  }
  look('')
  return lines
}
