import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError, type DecisionsFile } from '@nethserver-migrate/core/runner'

/** The file of decisions that was named; nothing where none was. */
export function decisionsFile(path: string | undefined): DecisionsFile | undefined {
  if (path === undefined) return undefined
  if (!existsSync(path))
    throw new UsageError(
      'DECISIONS_MISSING',
      `there is no file of decisions ${resolve(path)}`,
      `write it first: nethserver-migrate check SOURCE --decisions ${path}`,
    )
  return { path, text: readFileSync(path, 'utf8') }
}
