import { existsSync, readFileSync } from 'node:fs'
import { toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import type { PastOperation } from '../journal/history.js'
import type { Log } from '../report/log.js'
import { parseGroup, parsePasswd } from '../source/account-files.js'
import type { ChangedLine, UndoData, UndoLines } from '../undo/undo-data.js'
import { readUndo, undoPath } from '../undo/undo-file.js'
import { undoLines } from '../undo/undo-lines.js'
import { QueueError } from './queue.js'
import type { ReplayLog, StagedIds } from './replay-log.js'

/** Written in this order: a user who stands in passwd has everything else. */
const ACCOUNT_FILES = ['/etc/passwd', '/etc/group', '/etc/shadow'] as const

/**
 * What an import has written down of an operation for an undo, in order.
 * @throws QueueError where that is gone.
 */
export function undoDataOf({ run, undo = [] }: PastOperation): UndoData[] {
  const path = undoPath('', run)
  if (undo.length > 0 && !existsSync(toBuffer(path))) throw QueueError.undoMissing(toDisplay(path))
  return undo.map((range) => JSON.parse(readUndo(path, range)) as UndoData)
}

/**
 * Takes the entries that imports into the staged destination have made out of the account files, so
 * that the accounts of the provider are the only ones of their names. Their ids are kept in the log
 * before. An entry that somebody has changed stays, with a WARNING. docs/staging.md#accounts
 * @param operations of imports, oldest first
 */
export async function releaseStagedAccounts(
  operations: readonly PastOperation[],
  replayLog: ReplayLog,
  log: Log,
): Promise<void> {
  const lines = new Map<Bytes, ChangedLine[]>(ACCOUNT_FILES.map((path) => [path, []]))
  for (const operation of operations)
    if (['user', 'group', 'password'].includes(operation.operation.change.kind))
      for (const data of undoDataOf(operation))
        if (isOfAccounts(data)) lines.get(data.path)?.push(...data.lines)
  if ([...lines.values()].every((changed) => changed.length === 0)) return
  const { users, groups } = stagedIds(lines)
  const known = replayLog.stagedIds
  // What a killed replay has taken out already is known from it.
  replayLog.keepStagedIds({
    users: { ...known?.users, ...users },
    groups: { ...known?.groups, ...groups },
  })
  for (const path of ACCOUNT_FILES)
    await undoLines(
      { root: '', mode: 'apply', log, keeps: () => undefined },
      { kind: 'lines', path, format: 'accounts', lines: lines.get(path) ?? [] },
      new Map(),
    )
}

function isOfAccounts(data: UndoData): data is UndoLines {
  return data.kind === 'lines' && data.format === 'accounts'
}

/** Of the entries that imports have made, as they are in the files now. */
function stagedIds(lines: ReadonlyMap<Bytes, readonly ChangedLine[]>): StagedIds {
  const made = (path: Bytes) =>
    new Set((lines.get(path) ?? []).flatMap(([key, before]) => (before === null ? [key] : [])))
  const [newUsers, newGroups] = [made('/etc/passwd'), made('/etc/group')]
  const users = [...parsePasswd(textOf('/etc/passwd')).entries.values()]
  const groups = [...parseGroup(textOf('/etc/group')).entries.values()]
  return {
    users: Object.fromEntries(
      users.flatMap(({ name, uid, gid }) => (newUsers.has(name) ? [[name, [uid, gid]]] : [])),
    ),
    groups: Object.fromEntries(
      groups.flatMap(({ name, gid }) => (newGroups.has(name) ? [[name, gid]] : [])),
    ),
  }
}

function textOf(path: Bytes): Bytes {
  return existsSync(toBuffer(path)) ? readFileSync(toBuffer(path), 'latin1') : ''
}
