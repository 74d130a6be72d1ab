import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Bytes, RecordTable } from '../src/index.js'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'esmith-db-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The path of a database file with this text, in a folder of its own. */
export function databaseFile(text: Bytes, mode = 0o640): string {
  const path = join(temporaryFolder(), 'accounts')
  writeFileSync(path, text, 'latin1')
  chmodSync(path, mode)
  return path
}

/** What a table would write, without the header. */
export function recordsOf(table: RecordTable): Bytes {
  return withoutHeader(table.serialize().toString('latin1'))
}

/** What a file holds, without the header. */
export function recordsIn(path: string): Bytes {
  return withoutHeader(readFileSync(path, 'latin1'))
}

function withoutHeader(text: Bytes): Bytes {
  return text.split('\n').slice(6).join('\n')
}
