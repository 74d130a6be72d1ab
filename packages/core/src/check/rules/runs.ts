import { existsSync } from 'node:fs'
import { isMigrateError, type MigrateError } from '../../errors.js'
import { joinPath, toBuffer, type Bytes } from '../../files/bytes.js'
import { stateFolder } from '../../host/state-folder.js'
import { takeRunLock } from '../../run/run-lock.js'
import type { CheckNote } from '../check-finding.js'
import type { View } from '../look.js'

/** Imports that are at work, were cut short or are done. */
export function runNotes({ host, importedAt, unfinished }: View): CheckNote[] {
  const running = runningHere(host.root)
  if (running)
    return [
      {
        severity: 'blocker',
        code: 'import-running',
        subject: running.message,
        message: running.message,
        remedy: 'Wait until it has ended',
      },
    ]
  if (unfinished)
    return [
      {
        severity: 'info',
        code: 'import-unfinished',
        subject: 'journal',
        message: 'an import of this source was cut short: the next one goes on from there',
        remedy: 'Run the same import again',
      },
    ]
  return importedAt === undefined
    ? []
    : [
        {
          severity: 'info',
          code: 'imported-before',
          subject: 'journal',
          message: `this source was imported at ${importedAt.toISOString()}: only what is missing since is done`,
          remedy: '',
        },
      ]
}

/** Without a lock there was no run yet, and a check leaves none. */
function runningHere(root: Bytes): MigrateError | undefined {
  if (!existsSync(toBuffer(joinPath(stateFolder(root), 'lock')))) return undefined
  try {
    takeRunLock(root)()
    return undefined
  } catch (error) {
    if (isMigrateError(error) && error.code === 'ANOTHER_RUN') return error
    throw error
  }
}
