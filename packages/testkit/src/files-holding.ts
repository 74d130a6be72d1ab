import { readdirSync, readFileSync } from 'node:fs'
import { toBuffer, toBytes, toDisplay } from '@nethserver-migrate/core/runner'

/** The regular files below a folder that hold a text, as paths from there: where a secret has gone. */
export function filesHolding(folder: string, text: string): string[] {
  const top = toBytes(folder)
  const found: string[] = []
  const look = (path: string) => {
    const entries = readdirSync(toBuffer(top + path), { encoding: 'latin1', withFileTypes: true })
    for (const entry of entries) {
      const below = `${path}/${entry.name}`
      if (entry.isDirectory()) look(below)
      else if (entry.isFile() && readFileSync(toBuffer(top + below)).includes(text))
        found.push(toDisplay(below.slice(1)))
    }
  }
  look('')
  return found.sort()
}
